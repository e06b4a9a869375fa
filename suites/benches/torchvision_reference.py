"""The transform of training in torchvision on one thread: decode, RandomResizedCrop(224), flip.

Prints the mean seconds a photograph of the folder takes, over so many rounds, as JSON. Reading the file
counts, as it does for the loader; making a tensor of the picture does not."""

import json
import sys
import time
from pathlib import Path

import torch
from PIL import Image
from torchvision import transforms

folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(1)
torch.manual_seed(0)
transform = transforms.Compose([transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip()])
files = sorted(folder.iterdir())


def load(file):
    with open(file, "rb") as content:
        return transform(Image.open(content).convert("RGB"))


for file in files[:10]:
    load(file)
start = time.perf_counter()
for _ in range(rounds):
    for file in files:
        load(file)
print(json.dumps({"seconds": (time.perf_counter() - start) / (rounds * len(files)), "photographs": len(files)}))
