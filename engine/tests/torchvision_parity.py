"""The Python side of torchvision_parity.rs.

    python torchvision_parity.py PART FOLDER

Writes weights as a training leaves them for the engine to load, and what PyTorch makes of them to
PART.safetensors. All of that is in double precision, so that a difference is the engine's own rounding.
"""

import sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torchvision.models import get_model, get_model_weights, resnet50

# Output channels and stride of the blocks in table 1 of arXiv 1704.04861. The last depthwise convolution
# is printed there with stride 2, but with an output as large as its input, which is stride 1.
MOBILENET = [
    (64, 1),
    (128, 2), (128, 1),
    (256, 2), (256, 1),
    (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1),
    (1024, 2), (1024, 1),
]  # fmt: skip


class Separable(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False)
        self.bn1 = nn.BatchNorm2d(inputs)
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = F.relu(self.bn1(self.depthwise(x)))
        return F.relu(self.bn2(self.pointwise(x)))


class MobileNetV1(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        channels = 32
        for number, (outputs, stride) in enumerate(MOBILENET, start=1):
            self.add_module(f"block{number}", Separable(channels, outputs, stride))
            channels = outputs
        self.fc = nn.Linear(channels, 1000)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for number in range(1, len(MOBILENET) + 1):
            x = getattr(self, f"block{number}")(x)
        return self.fc(x.mean((2, 3)))


def used(model):
    """`model` with scales, shifts and running statistics that are not the initial ones."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
    model.train()
    with torch.no_grad():
        for _ in range(2):
            model(torch.randn(8, 3, 32, 32))
    return model


def save(tensors, name):
    single = {key: value.detach().float() if value.is_floating_point() else value for key, value in tensors.items()}
    save_file({key: value.contiguous() for key, value in single.items()}, folder / f"{name}.safetensors")


def logits(model, images):
    with torch.no_grad():
        return model.double().eval()(images.double())


def resnet():
    images = torch.randn(4, 3, 224, 224)
    model = used(resnet50(weights=None))
    save(model.state_dict(), "theirs")
    found = {"images": images, "theirs": logits(model, images)}

    model = resnet50(weights=None)
    missing, unexpected = model.load_state_dict(load_file(folder / "ours.safetensors"), strict=False)
    assert not unexpected, unexpected
    assert all(name.endswith("num_batches_tracked") for name in missing), missing
    save(found | {"ours": logits(model, images)}, "resnet")


def mobilenet():
    images = torch.randn(4, 3, 224, 224)
    model = used(MobileNetV1())
    save(model.state_dict(), "theirs")
    save({"images": images, "theirs": logits(model, images)}, "mobilenet")


def of_torchvision(name):
    """A network of torchvision with the counts of its documentation."""
    images = torch.randn(2, 3, 96, 96)
    meta = get_model_weights(name)["IMAGENET1K_V1"].meta
    counts = torch.tensor([meta["num_params"], meta["_ops"]], dtype=torch.float64)
    model = used(get_model(name, weights=None))
    save(model.state_dict(), "theirs")
    save_file({"images": images, "theirs": logits(model, images).float(), "counts": counts}, folder / f"{name}.safetensors")


def step():
    """A step of RigL's recipe on two micro-batches of four images, at a rate of 0.1."""
    images, labels = torch.randn(8, 3, 64, 64), torch.randint(0, 1000, (8,))
    model = used(resnet50(weights=None))
    save(model.state_dict(), "theirs")
    model.double()
    kernels = [parameter for parameter in model.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in model.parameters() if parameter.ndim == 1]
    groups = [{"params": kernels, "weight_decay": 1e-4}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, 0.1, momentum=0.9, nesterov=True)
    losses = []
    for images_of_one, targets in zip(images.double().split(4), labels.split(4)):
        losses.append(F.cross_entropy(model(images_of_one), targets, label_smoothing=0.1))
        (losses[-1] / 2).backward()
    optimizer.step()
    momentum = {name: optimizer.state[parameter]["momentum_buffer"] for name, parameter in model.named_parameters()}
    save(momentum, "momentum")
    save(model.state_dict(), "trained")
    save({"images": images, "labels": labels, "loss": sum(losses) / 2}, "step")


part, folder = sys.argv[1], Path(sys.argv[2])
torch.manual_seed(7)
parts = {"resnet": resnet, "mobilenet": mobilenet, "step": step}
parts.get(part, lambda: of_torchvision(part))()
