"""The Python side of ssd_parity.rs.

    python ssd_parity.py MODEL FOLDER

MODEL is a thin SSD-ResNet50 (`full` or `skim`), written here as modules, or `torchvision`, whose ResNet-50 up to layer3
is the backbone. Writes weights as a training leaves them for the engine to load, and what PyTorch makes of them,
in double precision, so that a difference is the engine's own rounding.
"""

import sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file
from torchvision.models import resnet50

CLASSES, SIDE = 3, 128


class Bottleneck(nn.Module):
    """A block with torchvision's names."""

    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = 4 * width
        self.conv1, self.bn1 = nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs)
        self.downsample = None
        if inputs != outputs:
            shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(outputs))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        return F.relu(self.bn3(self.conv3(x)) + shortcut)


class SSD(nn.Module):
    """A quarter of SSD-ResNet50's channels, for 128 x 128 images: five maps of 16 to 1 pixels."""

    def __init__(self, skim):
        super().__init__()
        self.skim = skim
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 7, 2, 3, bias=False), nn.BatchNorm2d(16)
        channels = 16
        for stage, (blocks, width, stride) in enumerate([(3, 16, 1), (4, 32, 2), (6, 64, 1)], start=1):
            layers = nn.Sequential()
            for index in range(blocks):
                layers.append(Bottleneck(channels, width, stride if index == 0 else 1))
                channels = 4 * width
            self.add_module(f"layer{stage}", layers)
        extra = self.extra
        if skim:
            channels = extra("5_1", channels, 128, 3, 1, 1)
            second = channels = extra("5_2", channels, 128, 3, 2, 1)
        else:
            for name in ("5_1", "5_2", "5_3"):
                channels = extra(name, channels, 128, 3, 1, 1)
            channels = extra("6", channels, 256, 3, 1, 6, 6)
            second = channels = extra("7", channels, 256, 1, 1, 0)
        third = extra("8_2", extra("8_1", channels, 64, 1, 1, 0), 128, 3, 2, 1)
        fourth = extra("9_2", extra("9_1", third, 32, 1, 1, 0), 64, 3, 2, 1)
        fifth = extra("10_2", extra("10_1", fourth, 32, 1, 1, 0), 64, 4, 1, 1)
        self.heads = [("4_3", 256, 4), ("7", second, 6), ("8_2", third, 6), ("9_2", fourth, 4), ("10_2", fifth, 4)]
        for name, inputs, boxes in self.heads:
            head = nn.Module()
            head.add_module("location", nn.Conv2d(inputs, 4 * boxes, 3, 1, 1))
            head.add_module("class", nn.Conv2d(inputs, (CLASSES + 1) * boxes, 3, 1, 1))
            self.add_module(f"head{name}", head)

    def extra(self, name, inputs, outputs, kernel, stride, padding, dilation=1):
        self.add_module(f"conv{name}", nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, bias=False))
        self.add_module(f"bn{name}", nn.BatchNorm2d(outputs))
        return outputs

    def through(self, x, *names):
        for name in names:
            x = F.relu(getattr(self, f"bn{name}")(getattr(self, f"conv{name}")(x)))
        return x

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        maps = [self.layer3(self.layer2(self.layer1(x)))]
        if self.skim:
            maps.append(self.through(maps[0], "5_1", "5_2"))
        else:
            x = self.through(F.max_pool2d(maps[0], 2), "5_1", "5_2", "5_3")
            maps.append(self.through(F.max_pool2d(x, 3, 1, 1), "6", "7"))
        for number in (8, 9, 10):
            maps.append(self.through(maps[-1], f"{number}_1", f"{number}_2"))
        found = []
        for (name, *_), map in zip(self.heads, maps):
            head = dict(getattr(self, f"head{name}").named_children())
            found += [head["location"](map), head["class"](map)]
        return found


def used(model, images):
    """`model` with scales, shifts and running statistics that are not the initial ones."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
    model.train()
    with torch.no_grad():
        for _ in range(30):
            model(images)
    return model


def save(tensors, name):
    single = {key: value.detach().float() if value.is_floating_point() else value for key, value in tensors.items()}
    save_file({key: value.contiguous() for key, value in single.items()}, folder / f"{name}.safetensors")


def numbered(tensors):
    return {f"{number:02}": tensor for number, tensor in enumerate(tensors)}


def detector(skim):
    images = torch.randn(4, 3, SIDE, SIDE)
    model = used(SSD(skim), images)
    save(model.state_dict(), "theirs")
    model.double().eval()
    with torch.no_grad():
        outputs = model(images.double())
    model.train()
    directions = [torch.randn_like(output) for output in outputs]
    loss = sum((output * direction).sum() for output, direction in zip(model(images.double()), directions))
    loss.backward()
    save({name: parameter.grad for name, parameter in model.named_parameters()}, "gradients")
    save(numbered(outputs), "outputs")
    save(numbered(directions), "directions")
    save({"images": images}, "images")


def torchvision():
    images = torch.randn(2, 3, SIDE, SIDE)
    model = used(resnet50(weights=None), images)
    save(model.state_dict(), "theirs")
    model.double().eval()
    first = model.layer3[0]
    first.conv2.stride = first.downsample[0].stride = (1, 1)
    with torch.no_grad():
        x = model.maxpool(model.relu(model.bn1(model.conv1(images.double()))))
        save({"images": images, "map": model.layer3(model.layer2(model.layer1(x)))}, "backbone")


kind, folder = sys.argv[1], Path(sys.argv[2])
torch.manual_seed(11)
{"full": lambda: detector(False), "skim": lambda: detector(True), "torchvision": torchvision}[kind]()
