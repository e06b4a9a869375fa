"""Weights of a tiny network in every form that PyTorch saves them in, for torch_files.rs.

    python make.py FOLDER          plain.pth and checkpoint.pth, which are committed
    python make.py FOLDER --all    these and all others
"""

import sys
from argparse import Namespace
from collections import OrderedDict
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.utils.prune as prune
from safetensors.torch import save_file


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(2)
        self.fc = nn.Linear(2, 2)


def tiny():
    """The network with eighths as values, which are exact in 16 bits, too."""
    model = Tiny()
    with torch.no_grad():
        model.conv1.weight.copy_((torch.arange(54.0) / 8 - 3).reshape(2, 3, 3, 3))
        model.fc.weight.copy_(torch.tensor([[0.5, -0.5], [0.25, -0.25]]))
        model.fc.bias.zero_()
        model.bn1.running_var.copy_(torch.tensor([1.0, 2.0]))
    return model


def changed(**values):
    """The state dict with some entries in the place of its own, or without those that are None."""
    state = OrderedDict(tiny().state_dict())
    for name, value in values.items():
        name = name.replace("__", ".")
        state.pop(name, None)
        if value is not None:
            state[name] = value
    return state


def prefixed(prefix):
    return OrderedDict((prefix + name, value) for name, value in tiny().state_dict().items())


def pruned():
    """The network as torch.nn.utils.prune leaves it. What the mask takes away, where the value is 0, was 9 before."""
    model = tiny()
    prune.custom_from_mask(model.conv1, "weight", model.conv1.weight.detach() != 0)
    prune.identity(model.fc, "weight")
    with torch.no_grad():
        model.conv1.weight_orig.add_((1 - model.conv1.weight_mask) * 9)
    return model


folder = Path(sys.argv[1])
state = tiny().state_dict()
torch.save(state, folder / "plain.pth")
checkpoint = {"epoch": 3, "best": 0.5, "name": "tiny", "state_dict": prefixed("module."), "history": [1.0, 2]}
torch.save(checkpoint, folder / "checkpoint.pth")
if "--all" in sys.argv:
    everything = {
        "model.pth": {"model": state, "optimizer": {"state": {0: {"step": torch.tensor(1.0)}}, "param_groups": []}},
        "reference.pth": {
            "model": state,
            "optimizer": torch.optim.SGD(tiny().parameters(), lr=0.1, momentum=0.9).state_dict(),
            "lr_scheduler": torch.optim.lr_scheduler.MultiStepLR(
                torch.optim.SGD(tiny().parameters(), lr=0.1), milestones=[16, 22]
            ).state_dict(),
            "epoch": 3,
            "args": Namespace(lr=0.1, model="tiny", data=Path("/data"), device=torch.device("cpu"), resume=None, sizes=[1]),
        },
        "best.pth": {"best_acc1": torch.tensor(0.5), "state_dict": prefixed("module.")},
        "data_parallel.pth": nn.DataParallel(tiny()).state_dict(),
        "compiled.pth": torch.compile(tiny()).state_dict(),
        "nested_prefixes.pth": prefixed("module._orig_mod.model."),
        "half.pth": {name: value.half() if value.is_floating_point() else value for name, value in state.items()},
        "bfloat16.pt": {name: value.bfloat16() if value.is_floating_point() else value for name, value in state.items()},
        "double.pth": {name: value.double() if value.is_floating_point() else value for name, value in state.items()},
        "transposed.pth": changed(
            conv1__weight=state["conv1.weight"].permute(3, 2, 1, 0).contiguous().permute(3, 2, 1, 0),
            fc__weight=torch.cat([state["fc.weight"].t(), torch.ones(3, 2)])[:2].t(),
        ),
        "channels_last.pth": tiny().to(memory_format=torch.channels_last).state_dict(),
        "parameters.pth": OrderedDict(
            (name, nn.Parameter(value) if value.is_floating_point() else value) for name, value in state.items()
        ),
        "thop.pth": changed(total_ops=torch.zeros(1, dtype=torch.float64), fc__total_params=torch.zeros(1)),
        "pruned.pth": pruned().state_dict(),
        "nan.pth": changed(conv1__weight=torch.full((2, 3, 3, 3), float("nan"))),
        "overflow.pth": changed(conv1__weight=torch.full((2, 3, 3, 3), 1e300, dtype=torch.float64)),
        "variance.pth": changed(bn1__running_var=torch.tensor([1.0, -1.0])),
        "integers.pth": changed(fc__weight=torch.ones(2, 2, dtype=torch.int64)),
        "shape.pth": changed(conv1__weight=torch.ones(2, 3, 1, 1)),
        "missing.pth": changed(bn1__bias=None),
        "extra.pth": changed(extra=torch.ones(1)),
        "module.pth": tiny().fc,
        "numpy.pth": {"state_dict": state, "best": torch.ones(1).double().numpy()[0]},
    }
    for name, content in everything.items():
        torch.save(content, folder / name)
    torch.save(state, folder / "protocol4.pth", pickle_protocol=4)
    torch.save(state, folder / "legacy.pth", _use_new_zipfile_serialization=False)
    tensors = {name: value.contiguous() for name, value in state.items()}
    save_file(tensors, folder / "plain.safetensors")
    save_file({"module." + name: value for name, value in tensors.items()}, folder / "prefixed.safetensors")
    halves = {name: value.half() if value.is_floating_point() else value for name, value in tensors.items()}
    save_file(halves, folder / "half.safetensors")
    save_file(tensors | {"conv1.weight": everything["nan.pth"]["conv1.weight"]}, folder / "nan.safetensors")
    save_file(tensors | {"fc.weight": everything["integers.pth"]["fc.weight"]}, folder / "integers.safetensors")
