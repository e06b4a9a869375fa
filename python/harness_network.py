"""Networks that the harness exported, in PyTorch, from their description alone.

No model is known here, only the operations that a description is made of, so a network whose channels were pruned is
built as it is:

    from harness_network import load

    network = load("pruned.safetensors")           # of `harness export`, or compact.safetensors of a run
    logits = network(network.normalise(images))    # images: (batch, 3, side, side), from 0 to 1
    network.classes[logits[0].argmax()]

`load` reads what `harness export --format safetensors` and `--format torch` write. Nothing of a file is executed. A
run's own compact.safetensors says nothing of normalisation and classes, so `normalise` needs an export.
"""

import json
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file
from torch.nn.utils.fusion import fuse_conv_bn_eval

__all__ = ["Network", "load", "matrix"]

EPSILON = 1e-5
FORMAT, VERSION = "harness-compact", "1"


def load(path):
    """The network in a file, ready for evaluation. Raises ValueError where the file does not describe it."""
    with open(path, "rb") as file:
        is_archive = file.read(4) == b"PK\x03\x04"
    if is_archive:
        tensors = torch.load(path, map_location="cpu", weights_only=True)
        card = getattr(tensors, "harness", {})
    else:
        with safe_open(path, "pt") as file:
            card = file.metadata() or {}
        tensors = load_file(path)
    if card.get("format") != FORMAT or card.get("version") != VERSION:
        raise ValueError(f"{path} does not describe a network of version {VERSION}; write it with `harness export`")
    return Network(json.loads(card["network"]), tensors, card).eval()


def matrix(weight):
    """The weight of a layer as the matrix whose rows an N:M pattern divides: a row for each output, its input channels
    innermost, kernel position after kernel position. Groups of M are consecutive in each row."""
    return weight.permute(0, 2, 3, 1).reshape(len(weight), -1) if weight.dim() == 4 else weight


class Network(nn.Module):
    """The nodes of a description as modules, run in its order.

    `card` is what the export says of the network, by name (`sparsity`, `top1`, `dataset` and so on), all as text;
    `classes` are the names of the classes, None where they are not known; `shape` is that of an image: channels, height,
    width. A classifier returns its logits, a detector the list of its heads.
    """

    def __init__(self, description, tensors, card=None):
        super().__init__()
        self.card = dict(card or {})
        self.classes = json.loads(self.card["classes"]) if "classes" in self.card else None
        first = description["nodes"][0]["shape"]
        self.shape = (first["channels"], first["height"], first["width"])
        self.nodes = [(node["name"], *operation(node["op"]), node["inputs"]) for node in description["nodes"]]
        self.readers = [[] for _ in self.nodes]
        for index, (*_, inputs) in enumerate(self.nodes):
            for read in inputs:
                self.readers[read].append(index)
        self.outputs = description.get("outputs") or [len(self.nodes) - 1]
        shapes = [node["shape"] for node in description["nodes"]]
        self.parts = nn.ModuleDict()
        for (name, kind, op, inputs), shape in zip(self.nodes, shapes):
            part = module(kind, op, shapes[inputs[0]], shape["channels"]) if inputs else None
            if part is not None:
                part.load_state_dict(state_of(name, part, tensors), strict=False)
                self.parts[name.replace(".", "_")] = part

    def part(self, name):
        """The module of the node `name`, such as `layer1.0.conv1`."""
        return self.parts[name.replace(".", "_")]

    def normalise(self, images):
        """Images from 0 to 1 as the network was trained on them. Raises ValueError where the file does not say how."""
        said = self.card.get("normalisation")
        if said is None:
            raise ValueError("the file does not say how images are normalised; write it with `harness export`")
        if said == "image":
            least = 1 / math.sqrt(images[0].numel())
            deviation = images.std((1, 2, 3), correction=0, keepdim=True).clamp_min(least)
            return (images - images.mean((1, 2, 3), keepdim=True)) / deviation
        said = json.loads(said)
        mean, deviation = (torch.tensor(said[name]).to(images).view(1, -1, 1, 1) for name in ("mean", "deviation"))
        return (images - mean) / deviation

    def fused(self):
        """Takes each batch norm into the convolution before it, where nothing else reads that."""
        for index, (name, kind, op, _) in enumerate(self.nodes):
            follower = self.readers[index][0] if len(self.readers[index]) == 1 else None
            if kind != "conv" or index in self.outputs or follower is None or self.nodes[follower][1] != "batch_norm":
                continue
            norm = self.nodes[follower][0]
            fused = fuse_conv_bn_eval(self.part(name), self.part(norm))
            self.parts[name.replace(".", "_")] = fused
            self.parts[norm.replace(".", "_")] = nn.Identity()
        return self

    def sole(self, index):
        """Whether nothing but one reader needs what the node returns; a dropout returns what it reads itself."""
        _, kind, _, inputs = self.nodes[index]
        alone = len(self.readers[index]) == 1 and index not in self.outputs and kind != "input"
        return alone and (kind != "dropout" or self.sole(inputs[0]))

    def forward(self, images):
        values = []
        for name, kind, op, inputs in self.nodes:
            read = [values[index] for index in inputs]
            if kind in ("conv", "batch_norm", "linear", "flattened_linear"):
                value = self.part(name)(*read)
            elif kind == "input":
                value = images
            elif kind == "relu":
                value = F.relu(read[0], inplace=self.sole(inputs[0]))
            elif kind == "relu6":
                value = F.relu6(read[0], inplace=self.sole(inputs[0]))
            elif kind == "add":
                value = read[0] + read[1]
            elif kind == "max_pool":
                value = F.max_pool2d(read[0], op["kernel"], op["stride"], op["padding"])
            elif kind == "adaptive_average_pool":
                value = F.adaptive_avg_pool2d(read[0], op["side"])
            elif kind == "global_average_pool":
                value = read[0].mean((2, 3))
            elif kind == "dropout":
                value = read[0]
            else:
                raise ValueError(f"the operation {kind} is not known; install the module of the harness that wrote the file")
            values.append(value)
        returned = [values[index] for index in self.outputs]
        return returned[0] if len(returned) == 1 else returned


class FlattenedLinear(nn.Linear):
    """A fully connected layer over all pixels of feature maps."""

    def forward(self, maps):
        return super().forward(maps.flatten(1))


def state_of(name, part, tensors):
    """The values of the module of the node `name`. Raises ValueError where one is missing or of another shape."""
    state = {}
    for key, place in part.state_dict().items():
        if key == "num_batches_tracked":
            continue
        found = tensors.get(f"{name}.{key}")
        if found is None or found.shape != place.shape:
            raise ValueError(f"the file does not hold `{name}.{key}` as it says; write it with `harness export`")
        state[key] = found
    return state


def operation(op):
    """Name and settings of an operation, which is a string or an object of one entry."""
    if isinstance(op, str):
        return op, {}
    [(kind, settings)] = op.items()
    return kind, settings


def module(kind, op, read, outputs):
    """The module with the values of an operation that reads a shape, if it has any."""
    inputs = read["channels"]
    if kind == "conv":
        settings = (op["kernel"], op["stride"], op["padding"], op.get("dilation", 1))
        return nn.Conv2d(inputs, outputs, *settings, groups=op["groups"], bias=op["bias"])
    if kind == "batch_norm":
        return nn.BatchNorm2d(outputs, EPSILON)
    if kind == "linear":
        return nn.Linear(inputs, outputs)
    if kind == "flattened_linear":
        return FlattenedLinear(inputs * read["height"] * read["width"], outputs)
    return None
