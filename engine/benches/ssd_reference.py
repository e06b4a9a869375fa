"""The training step and the evaluation that the engine's detector is compared with, in PyTorch: SSD-ResNet50 (the
variant with conv5 to conv7) at a width and a side, eager, channels-last, fused SGD; matching and loss of a whole
batch at once; evaluation with the loss, softmax, threshold, decoding and torchvision's class-wise suppression.

Prints the median seconds of both as JSON.

    python ssd_reference.py --width 0.25 --side 128 --batch 16 --device cpu --threads 2 --steps 10
"""

import argparse
import json
import math
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision.ops import batched_nms, box_convert

CLASSES = 20
OBJECTS = 8
VARIANCES = (0.1, 0.1, 0.2, 0.2)


def layer(inputs, outputs, kernel, stride=1, padding=0, dilation=1):
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = 4 * width
        self.body = nn.Sequential(
            layer(inputs, width, 1),
            layer(width, width, 3, stride, 1),
            nn.Conv2d(width, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        shortcut = [nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)]
        self.shortcut = nn.Sequential(*shortcut) if inputs != outputs else nn.Identity()

    def forward(self, x):
        return F.relu(self.body(x).add_(self.shortcut(x)), inplace=True)


class SSD(nn.Module):
    def __init__(self, width, side):
        super().__init__()
        wide = lambda channels: max(1, round(channels * width))
        stem = wide(64)
        layers = [layer(3, stem, 7, 2, 3), nn.MaxPool2d(3, 2, 1)]
        channels = stem
        for blocks, size, stride in [(3, 64, 1), (4, 128, 2), (6, 256, 1)]:
            for index in range(blocks):
                layers.append(Bottleneck(channels, wide(size), stride if index == 0 else 1))
                channels = 4 * wide(size)
        maps, outputs = [nn.Sequential(*layers)], [channels]
        middle = [nn.MaxPool2d(2)]
        for _ in range(3):
            middle.append(layer(channels, wide(512), 3, 1, 1))
            channels = wide(512)
        middle += [nn.MaxPool2d(3, 1, 1), layer(channels, wide(1024), 3, 1, 6, 6), layer(wide(1024), wide(1024), 1)]
        maps.append(nn.Sequential(*middle))
        channels = wide(1024)
        outputs.append(channels)
        cells, number = side // 16, 8
        self.cells = [side // 8, cells]
        while cells > 1:
            narrow, broad = (256, 512) if number == 8 else (128, 256)
            last = layer(wide(narrow), wide(broad), 4, 1, 1) if cells == 2 else layer(wide(narrow), wide(broad), 3, 2, 1)
            maps.append(nn.Sequential(layer(channels, wide(narrow), 1), last))
            channels, cells, number = wide(broad), cells // 2, number + 1
            outputs.append(channels)
            self.cells.append(cells)
        self.boxes = [4 if level == 0 or level + 2 >= len(maps) else 6 for level in range(len(maps))]
        self.maps = nn.ModuleList(maps)
        heads = lambda each: nn.ModuleList(nn.Conv2d(n, b * each, 3, 1, 1) for n, b in zip(outputs, self.boxes))
        self.locations, self.classes = heads(4), heads(CLASSES + 1)

    def forward(self, x):
        offsets, logits = [], []
        for map, location, kind in zip(self.maps, self.locations, self.classes):
            x = map(x)
            offsets.append(location(x).permute(0, 2, 3, 1).reshape(len(x), -1, 4))
            logits.append(kind(x).permute(0, 2, 3, 1).reshape(len(x), -1, CLASSES + 1))
        return torch.cat(offsets, 1).float(), torch.cat(logits, 1).float()

    def default_boxes(self):
        levels = len(self.cells)
        scales = [0.07] + [0.15 + 0.75 * level / (levels - 2) for level in range(levels - 1)] + [1.0]
        found = []
        for cells, count, scale, following in zip(self.cells, self.boxes, scales, scales[1:]):
            ratios = [1.0, 2.0, 0.5] if count == 4 else [1.0, 2.0, 3.0, 0.5, 1 / 3]
            shapes = [(scale * math.sqrt(ratio), scale / math.sqrt(ratio)) for ratio in ratios]
            shapes.insert(1, (math.sqrt(scale * following),) * 2)
            for y in range(cells):
                for x in range(cells):
                    centre = ((x + 0.5) / cells, (y + 0.5) / cells)
                    found += [(*centre, min(w, 1.0), min(h, 1.0)) for w, h in shapes]
        return torch.tensor(found)


class Detector:
    """The default boxes with what is computed from them."""

    def __init__(self, boxes):
        self.boxes = boxes
        self.edges = box_convert(boxes, "cxcywh", "xyxy")
        self.variances = torch.tensor(VARIANCES, device=boxes.device)

    def loss(self, offsets, logits, edges, labels):
        with torch.no_grad():
            classes, wanted = self.match(edges, labels)
        positive = classes > 0
        matched = positive.sum().clamp(min=1)
        location = F.l1_loss(offsets[positive], wanted[positive], reduction="sum") / (4 * matched)
        each = F.cross_entropy(logits.flatten(0, 1), classes.flatten(), reduction="none").view(classes.shape)
        worst = each.masked_fill(positive, 0).sort(1, descending=True).values
        rank = torch.arange(worst.shape[1], device=worst.device)
        counted = rank < 3 * positive.sum(1, keepdim=True)
        return location + (each[positive].sum() + worst[counted].sum()) / matched

    def match(self, edges, labels):
        least = torch.maximum(edges[:, :, None, :2], self.edges[:, :2])
        most = torch.minimum(edges[:, :, None, 2:], self.edges[:, 2:])
        common = (most - least).clamp(min=0).prod(-1)
        area = lambda box: (box[..., 2:] - box[..., :2]).prod(-1)
        overlaps = common / (area(edges)[:, :, None] + area(self.edges) - common)
        claimed = overlaps.argmax(2, keepdim=True)
        order = torch.arange(edges.shape[1], device=edges.device) + 2.0
        overlaps.scatter_(2, claimed, order.expand(len(edges), -1)[..., None])
        best, chosen = overlaps.max(1)
        classes = (labels.gather(1, chosen) + 1) * (best >= 0.5)
        centres = box_convert(edges, "xyxy", "cxcywh").gather(1, chosen[..., None].expand(-1, -1, 4))
        centre = (centres[..., :2] - self.boxes[:, :2]) / self.boxes[:, 2:]
        size = (centres[..., 2:] / self.boxes[:, 2:]).log()
        return classes, torch.cat([centre, size], -1) / self.variances

    def detect(self, offsets, logits):
        scores = logits.softmax(2)[..., 1:]
        offsets = offsets * self.variances
        centre = offsets[..., :2] * self.boxes[:, 2:] + self.boxes[:, :2]
        edges = box_convert(torch.cat([centre, offsets[..., 2:].exp() * self.boxes[:, 2:]], -1), "cxcywh", "xyxy")
        found = []
        for scores, edges in zip(scores, edges):
            own, kind = (scores > 0.01).nonzero(as_tuple=True)
            chosen = batched_nms(edges[own], scores[own, kind], kind, 0.45)[:200]
            found.append((edges[own][chosen].cpu(), scores[own, kind][chosen].cpu(), kind[chosen].cpu()))
        return found


def median_seconds(run, count, cuda):
    times = []
    for number in range(3 + count):
        began = time.perf_counter()
        run()
        if cuda:
            torch.cuda.synchronize()
        if number >= 3:
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def measure(width, side, batch, device, threads, steps):
    torch.set_num_threads(threads)
    torch.backends.cudnn.benchmark = True
    cuda = device != "cpu"
    model = SSD(width, side)
    detector = Detector(model.default_boxes().to(device))
    model.to(device, memory_format=torch.channels_last)
    kernels = [parameter for parameter in model.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in model.parameters() if parameter.ndim == 1]
    groups = [{"params": kernels, "weight_decay": 2e-3}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, 1e-6, momentum=0.9, fused=True)
    x = torch.randn(batch, 3, side, side, device=device).to(memory_format=torch.channels_last)
    corner = torch.rand(batch, OBJECTS, 2, device=device) * 0.6
    edges = torch.cat([corner, corner + 0.1 + 0.3 * torch.rand(batch, OBJECTS, 2, device=device)], 2)
    labels = torch.randint(0, CLASSES, (batch, OBJECTS), device=device)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cuda", torch.bfloat16, enabled=cuda):
            outputs = model(x)
        detector.loss(*outputs, edges, labels).backward()
        optimizer.step()

    training = median_seconds(step, steps, cuda)
    model.eval()

    def evaluate():
        # Random weights let every box pass; like a trained network, this one is sure of most of the background.
        with torch.no_grad():
            offsets, logits = model(x)
            logits[..., 0] += 12
            detector.loss(offsets, logits, edges, labels).item()
            detector.detect(offsets, logits)

    return {"step": training, "evaluation": median_seconds(evaluate, steps, cuda), "torch": torch.__version__}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=float, default=0.25)
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    print(json.dumps(measure(**vars(parser.parse_args()))))
