"""A compact network (compact.safetensors) in PyTorch, from its description alone: no model of this
project is known here, only the operations that a description is made of.

With --images and --logits it writes what the network returns for a safetensors file's `images`, as the file
is (`logits_0`, and `logits_1` and so on of a network with several outputs) and with batch norms fused (`fused_0`). With --time it prints, as JSON, the images a second
of eager mode with channels-last tensors, of the same with fused batch norms, and of torch.compile
where that works: warm-up, then at least SECONDS and six forward passes of each, in turns, the median.
With --turns it measures one of these when it is asked to (turns.py).

    python compact_reference.py runs/runs/KEY/compact.safetensors --time --batch 32 --device cpu --threads 2
"""

import argparse
import json
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch.nn.utils.fusion import fuse_conv_bn_eval
from turns import serve

EPSILON = 1e-5


class Network(nn.Module):
    """The nodes of a description as modules, run in its order."""

    def __init__(self, description, tensors):
        super().__init__()
        self.nodes = [(node["name"], *operation(node["op"]), node["inputs"]) for node in description["nodes"]]
        self.readers = [[] for _ in self.nodes]
        for index, (*_, inputs) in enumerate(self.nodes):
            for read in inputs:
                self.readers[read].append(index)
        self.outputs = description.get("outputs") or [len(self.nodes) - 1]
        channels = [node["shape"]["channels"] for node in description["nodes"]]
        self.parts = nn.ModuleDict()
        for (name, kind, op, inputs), outputs in zip(self.nodes, channels):
            part = module(kind, op, channels[inputs[0]] if inputs else 0, outputs)
            if part is not None:
                state = {key: tensors[f"{name}.{key}"] for key in part.state_dict() if key != "num_batches_tracked"}
                part.load_state_dict(state, strict=False)
                self.parts[name.replace(".", "_")] = part

    def part(self, name):
        return self.parts[name.replace(".", "_")]

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
        """Whether nothing but one reader needs what the node returns."""
        return len(self.readers[index]) == 1 and index not in self.outputs

    def forward(self, images):
        values = []
        for name, kind, op, inputs in self.nodes:
            read = [values[index] for index in inputs]
            if kind in ("conv", "batch_norm", "linear"):
                value = self.part(name)(*read)
            elif kind == "input":
                value = images
            elif kind == "relu":
                value = F.relu(read[0], inplace=self.sole(inputs[0]))
            elif kind == "add":
                value = read[0] + read[1]
            elif kind == "max_pool":
                value = F.max_pool2d(read[0], op["kernel"], op["stride"], op["padding"])
            elif kind == "global_average_pool":
                value = read[0].mean((2, 3))
            else:
                assert kind == "dropout", kind
                value = read[0]
            values.append(value)
        return [values[index] for index in self.outputs]


def operation(op):
    """Name and settings of an operation, which is a string or an object of one entry."""
    if isinstance(op, str):
        return op, {}
    [(kind, settings)] = op.items()
    return kind, settings


def module(kind, op, inputs, outputs):
    """The module with the values of an operation, if it has any."""
    if kind == "conv":
        settings = (op["kernel"], op["stride"], op["padding"], op.get("dilation", 1))
        return nn.Conv2d(inputs, outputs, *settings, groups=op["groups"], bias=op["bias"])
    if kind == "batch_norm":
        return nn.BatchNorm2d(outputs, EPSILON)
    if kind == "linear":
        return nn.Linear(inputs, outputs)
    return None


def load(path):
    with safe_open(path, "pt") as file:
        metadata = file.metadata() or {}
    if metadata.get("format") != "harness-compact" or metadata.get("version") != "1":
        sys.exit(f"{path} is no compact network of version 1")
    description = json.loads(metadata["network"])
    return Network(description, load_file(path)).eval(), description["nodes"][0]["shape"]


def forward(model, images, device):
    model(images)
    if device != "cpu":
        torch.cuda.synchronize()


def throughput(models, images, device, seconds, least=6):
    """Images a second of each model: the median of forward passes that are taken in turns."""
    times = {name: [] for name in models}
    for model in models.values():
        began = time.perf_counter()
        while time.perf_counter() - began < seconds / 3:
            forward(model, images, device)
    while any(sum(taken) < seconds or len(taken) < least for taken in times.values()):
        for name, model in models.items():
            turn = time.perf_counter()
            while time.perf_counter() - turn < seconds / 10:
                began = time.perf_counter()
                forward(model, images, device)
                times[name].append(time.perf_counter() - began)
    return {name: len(images) / statistics.median(taken) for name, taken in times.items()}


def in_turns(path, batch, device):
    """Images a second of the network in a file, in the mode that is asked for, when it is."""
    model, shape = load(path)
    place = {"device": device, "memory_format": torch.channels_last}
    images = torch.randn(batch, shape["channels"], shape["height"], shape["width"]).to(**place)
    models = {"eager": model.to(**place)}

    def measure(mode, seconds):
        if mode not in models:
            fused = load(path)[0].fused().to(**place)
            models[mode] = torch.compile(fused, mode="reduce-overhead") if mode == "compiled" else fused
        return throughput({mode: models[mode]}, images, device, seconds)[mode]

    serve(measure)


def compiled(model, images):
    """The model compiled, or why it cannot be."""
    try:
        result = torch.compile(model)
        result(images)
        return result, None
    except Exception as error:  # The compiler may lack a compiler of its own.
        return None, str(error).splitlines()[0]


def main(arguments):
    torch.set_num_threads(arguments.threads)
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    # Small networks leave denormals behind, which slow a processor down; the engine flushes them too.
    torch.set_flush_denormal(True)
    if arguments.turns:
        with torch.inference_mode():
            in_turns(arguments.file, arguments.batch, arguments.device)
    model, shape = load(arguments.file)
    with torch.inference_mode():
        if arguments.logits:
            images = load_file(arguments.images)["images"]
            found = {"logits": model(images), "fused": load(arguments.file)[0].fused()(images)}
            named = {f"{name}_{number}": value for name, all in found.items() for number, value in enumerate(all)}
            save_file({name: value.contiguous() for name, value in named.items()}, arguments.logits)
        if arguments.time:
            place = {"device": arguments.device, "memory_format": torch.channels_last}
            images = torch.randn(arguments.batch, shape["channels"], shape["height"], shape["width"]).to(**place)
            models = {"eager": model.to(**place), "fused": load(arguments.file)[0].fused().to(**place)}
            failure = None
            if not arguments.no_compile:
                result, failure = compiled(models["fused"], images)
                if result is not None:
                    models["compiled"] = result
            found = throughput(models, images, arguments.device, arguments.seconds)
            print(json.dumps({"fps": found, "compile_failure": failure, "torch": torch.__version__}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--images")
    parser.add_argument("--logits")
    parser.add_argument("--time", action="store_true")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument("--turns", action="store_true")
    main(parser.parse_args())
