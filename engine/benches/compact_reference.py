"""A compact network (compact.safetensors) in PyTorch, as the module harness_network in python/ builds it, which has to be
on PYTHONPATH.

With --images and --logits it writes what the network returns for a safetensors file's `images`, as the file
is (`logits_0`, and `logits_1` and so on of a network with several outputs) and with batch norms fused (`fused_0`).
With --time it prints, as JSON, the images a second of eager mode with channels-last tensors, of the same with fused batch norms, and of torch.compile
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
from harness_network import load
from safetensors.torch import load_file, save_file
from turns import serve


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
    model = load(path)
    place = {"device": device, "memory_format": torch.channels_last}
    images = torch.randn(batch, *model.shape).to(**place)
    models = {"eager": model.to(**place)}

    def measure(mode, seconds):
        if mode not in models:
            fused = load(path).fused().to(**place)
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
    model = load(arguments.file)
    with torch.inference_mode():
        if arguments.logits:
            images = load_file(arguments.images)["images"]
            found = {"logits": model(images), "fused": load(arguments.file).fused()(images)}
            outputs = {name: value if isinstance(value, list) else [value] for name, value in found.items()}
            named = {f"{name}_{number}": value for name, all in outputs.items() for number, value in enumerate(all)}
            save_file({name: value.contiguous() for name, value in named.items()}, arguments.logits)
        if arguments.time:
            place = {"device": arguments.device, "memory_format": torch.channels_last}
            images = torch.randn(arguments.batch, *model.shape).to(**place)
            models = {"eager": model.to(**place), "fused": load(arguments.file).fused().to(**place)}
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
