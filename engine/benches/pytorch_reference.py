"""The training step that the engine is compared with, in PyTorch: WRN-22-2 on
images of 32 pixels, or torchvision's ResNet-50 on images of 224.

Eager mode, channels-last, in-place ReLU, fused SGD with Nesterov momentum:
what one would write today. On CUDA with bf16 autocast and cuDNN autotuning.
Prints the median seconds of a step as JSON; with --turns it measures when it is
asked to (turns.py), also compiled in the mode that records CUDA graphs.

    python pytorch_reference.py --model resnet50 --batch 8 --device cpu --threads 2 --steps 10
"""

import argparse
import json
import math
import statistics
import time
from typing import NamedTuple

import torch
import torch.nn as nn
import torch.nn.functional as F
from turns import serve


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        changes = stride != 1 or inputs != outputs
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False) if changes else None

    def forward(self, x, dropout):
        activated = F.relu(self.bn1(x), inplace=True)
        shortcut = x if self.shortcut is None else self.shortcut(activated)
        out = F.relu(self.bn2(self.conv1(activated)), inplace=True)
        out = F.dropout(out, dropout, self.training)
        return self.conv2(out) + shortcut


class WideResNet(nn.Module):
    def __init__(self, depth=22, width=2, classes=10, dropout=0.3):
        super().__init__()
        self.dropout = dropout
        blocks = (depth - 4) // 6
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        channels = 16
        for stage, (base, stride) in enumerate([(16, 1), (32, 2), (64, 2)], start=1):
            layers = []
            for index in range(blocks):
                layers.append(Block(channels, base * width, stride if index == 0 else 1))
                channels = base * width
            setattr(self, f"block{stage}", nn.ModuleList(layers))
        self.bn1 = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.conv1(x)
        for stage in (self.block1, self.block2, self.block3):
            for block in stage:
                x = block(x, self.dropout)
        x = F.relu(self.bn1(x), inplace=True)
        return self.fc(x.mean((2, 3)))


class Training(NamedTuple):
    """A model with RigL's recipe for it."""

    model: nn.Module
    groups: list
    side: int
    classes: int
    smoothing: float


def cifar10():
    model = WideResNet()
    return Training(model, [{"params": model.parameters(), "weight_decay": 5e-4}], 32, 10, 0.0)


def imagenet():
    from torchvision.models import resnet50

    model = resnet50(weights=None)
    kernels = [parameter for parameter in model.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in model.parameters() if parameter.ndim == 1]
    groups = [{"params": kernels, "weight_decay": 1e-4}, {"params": others, "weight_decay": 0.0}]
    return Training(model, groups, 224, 1000, 0.1)


TRAININGS = {"wrn-22-2": cifar10, "resnet50": imagenet}


def warm_up(step, cuda):
    """Lets libraries choose their algorithms, and the compiler compile and record."""
    for _ in range(5 if cuda else 1):
        step()


def prepare(name, batch, device, precision, side, mode):
    """A step of training `name`; `mode` is eager or compiled."""
    if mode not in ("eager", "compiled"):
        raise ValueError(f"there is no mode {mode}")
    training = TRAININGS[name]()
    training.model.to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(training.groups, 0.1, momentum=0.9, nesterov=True, fused=True)
    side = side or training.side
    x = torch.randn(batch, 3, side, side, device=device).to(memory_format=torch.channels_last)
    y = torch.randint(0, training.classes, (batch,), device=device)
    model = torch.compile(training.model, mode="reduce-overhead") if mode == "compiled" else training.model
    autocast = precision == "bf16"

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device.split(":")[0], torch.bfloat16, enabled=autocast):
            loss = F.cross_entropy(model(x), y, label_smoothing=training.smoothing)
        loss.backward()
        optimizer.step()
        return loss

    return step


def prepare_libraries(threads, precision):
    torch.set_num_threads(threads)
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"


def median_seconds(model, batch, device, threads, precision, side, steps):
    """The median seconds of single steps, each waited for."""
    prepare_libraries(threads, precision)
    step = prepare(model, batch, device, precision, side, "eager")
    cuda = device != "cpu"
    warm_up(step, cuda)
    times = []
    for _ in range(steps):
        began = time.perf_counter()
        loss = step()
        if cuda:
            loss.item()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def in_turns(model, batch, device, threads, precision, side):
    """Seconds of a step, from as many in a row as fit into a turn, of which the last is waited for."""
    prepare_libraries(threads, precision)
    steps = {}

    def measure(mode, seconds):
        cuda = device != "cpu"
        if mode not in steps:
            steps[mode] = prepare(model, batch, device, precision, side, mode)
            warm_up(steps[mode], cuda)
        step = steps[mode]

        def timed(count):
            began = time.perf_counter()
            for _ in range(count):
                loss = step()
            loss.item()
            return (time.perf_counter() - began) / count

        found = timed(max(1, math.ceil(seconds / timed(1))))
        if cuda:
            # The other program needs the memory in its turn.
            torch.cuda.empty_cache()
        return found

    serve(measure)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=TRAININGS, default="wrn-22-2")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--side", type=int, help="pixels, unless the images are to have their usual size")
    parser.add_argument("--precision", choices=["fp32", "tf32", "bf16"], help="of CUDA bf16 unless it is said")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--turns", action="store_true", help="measure when asked on standard input, as turns.py says")
    arguments = parser.parse_args()
    arguments.precision = arguments.precision or ("fp32" if arguments.device == "cpu" else "bf16")
    given = vars(arguments)
    if given.pop("turns"):
        del given["steps"]
        in_turns(**given)
    else:
        print(json.dumps({"seconds": median_seconds(**given), "torch": torch.__version__}))
