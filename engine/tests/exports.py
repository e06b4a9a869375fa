"""The Python side of exports.rs: what other programs compute from exports.

    python exports.py FOLDER

Of every folder in FOLDER, with `images` and the engine's logits in expected.safetensors, prints as JSON how far the
results of onnxruntime, of the module harness_network and of a state dict in torchvision's own model are from them:
the largest difference over the largest value. What is not installed is left out.
"""

import importlib.util
import json
import sys
from pathlib import Path

import torch
from harness_network import load, matrix
from safetensors.torch import load_file

torch.set_num_threads(1)


def distance(found, expected):
    assert len(found) == len(expected)
    pairs = list(zip(found, expected))
    assert all(tuple(f.shape) == tuple(e.shape) for f, e in pairs), [(f.shape, e.shape) for f, e in pairs]
    return max(((f - e).abs().max() / e.abs().max()).item() for f, e in pairs)


def onnx(path, images, expected):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    [read] = session.get_inputs()
    assert read.name == "images" and read.shape[0] == "batch", read
    said = session.get_modelmeta().custom_metadata_map
    assert json.loads(said["classes"]) == ["ä", "b"] and said["sparsity"] == "0.5", said
    # Another batch than that of the logits: one image after the other.
    whole = [torch.from_numpy(value) for value in session.run(None, {"images": images.numpy()})]
    first = [torch.from_numpy(value) for value in session.run(None, {"images": images[:1].numpy()})]
    return max(distance(whole, expected), distance(first, [value[:1] for value in expected]))


def of_module(path, images, expected):
    network = load(path)
    assert network.classes == ["ä", "b"] and network.card["sparsity"] == "0.5", network.card
    check_normalisation(network, images)
    found = network(images)
    return distance(found if isinstance(found, list) else [found], expected)


def check_normalisation(network, images):
    """The file says nothing of it, as a run's own compact.safetensors; then what it may say."""
    try:
        network.normalise(images)
        raise AssertionError("normalised without a word on how")
    except ValueError as error:
        assert "harness export" in str(error), error
    network.card["normalisation"] = '{"mean": [1, 2, 3], "deviation": [2, 4, 8]}'
    mean, deviation = (torch.tensor(values).view(3, 1, 1) for values in ([1.0, 2.0, 3.0], [2.0, 4.0, 8.0]))
    assert torch.allclose(network.normalise(images), (images - mean) / deviation)
    network.card["normalisation"] = "image"
    alone = network.normalise(images).flatten(1)
    assert alone.mean(1).abs().max() < 1e-4 and (alone.square().mean(1) - 1).abs().max() < 1e-4


def in_torchvision(path, images, expected):
    from torchvision import models

    model = getattr(models, path.parent.name.split()[0].replace("-", "_"))(weights=None, num_classes=10)
    model.load_state_dict(torch.load(path, weights_only=True))
    return distance([model.eval()(images)], expected)


def is_two_of_four(path):
    """Whether every convolution but the first keeps two of four, in the matrix that PyTorch's kernels take."""
    network = load(path)
    layers = [part.weight for part in network.parts.values() if isinstance(part, torch.nn.Conv2d)][1:]
    groups = [matrix(weight).reshape(-1, 4) for weight in layers]
    return all(((group != 0).sum(1) <= 2).all().item() for group in groups)


found = {}
with torch.inference_mode():
    for folder in sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir()):
        tensors = load_file(folder / "expected.safetensors")
        images = tensors.pop("images").contiguous()
        expected = [tensors[f"logits_{number}"] for number in range(len(tensors))]
        of_case = found[folder.name] = {}
        if importlib.util.find_spec("onnxruntime"):
            of_case["onnxruntime"] = onnx(folder / "network.onnx", images, expected)
        for file in ("network.safetensors", "network.pth"):
            of_case[file] = of_module(folder / file, images, expected)
        if folder.name in ("resnet50 dense", "mobilenet-v2 dense") and importlib.util.find_spec("torchvision"):
            of_case["torchvision"] = in_torchvision(folder / "network.pth", images, expected)
        if folder.name.endswith("2:4"):
            assert is_two_of_four(folder / "network.safetensors"), folder
print(json.dumps(found))
