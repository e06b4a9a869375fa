"""The training step that the engine is compared with, in PyTorch: WRN-22-2 on
images of 32 pixels, or torchvision's ResNet-50 on images of 224.

Eager mode, channels-last, in-place ReLU, fused SGD with Nesterov momentum:
what one would write today. On CUDA with bf16 autocast and cuDNN autotuning.
Prints the median seconds of a step as JSON.

    python pytorch_reference.py --model resnet50 --batch 8 --device cpu --threads 2 --steps 10
"""

import argparse
import json
import statistics
import time
from typing import NamedTuple

import torch
import torch.nn as nn
import torch.nn.functional as F


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


def seconds_a_step(model, batch, device, threads, steps):
    torch.set_num_threads(threads)
    torch.backends.cudnn.benchmark = True
    model, groups, side, classes, smoothing = TRAININGS[model]()
    model.to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(groups, 0.1, momentum=0.9, nesterov=True, fused=True)
    x = torch.randn(batch, 3, side, side, device=device).to(memory_format=torch.channels_last)
    y = torch.randint(0, classes, (batch,), device=device)
    cuda = device != "cpu"

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cuda", torch.bfloat16, enabled=cuda):
            loss = F.cross_entropy(model(x), y, label_smoothing=smoothing)
        loss.backward()
        optimizer.step()
        return loss.item() if cuda else None

    for _ in range(3):
        step()
    times = []
    for _ in range(steps):
        began = time.perf_counter()
        step()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=TRAININGS, default="wrn-22-2")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    arguments = parser.parse_args()
    print(json.dumps({"seconds": seconds_a_step(**vars(arguments)), "torch": torch.__version__}))
