"""SSD's augmentation in torchvision's v2 transforms on one thread: decode, photometric distortion, zoom-out, crop by
overlap, flip, resize to a square.

Once with pictures of Pillow and once with tensors, decoded by torchvision: prints the mean seconds a photograph of
the folder takes by the faster way, over so many rounds, as JSON. Reading the file counts, as it does for the loader."""

import json
import sys
import time
from pathlib import Path

import torch
from PIL import Image
from torchvision import io, tv_tensors
from torchvision.transforms import v2

folder, rounds, side = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(1)
torch.manual_seed(0)
# Left, top, right and bottom edge of the objects as fractions; the bench has the same.
OBJECTS = torch.tensor([[0.1, 0.2, 0.5, 0.9], [0.4, 0.1, 0.95, 0.6], [0.6, 0.65, 0.75, 0.85]])
MEAN = (124, 116, 104)
transform = v2.Compose(
    [
        v2.RandomPhotometricDistort(
            brightness=(0.5, 1.5), contrast=(0.5, 1.5), saturation=(0.5, 1.5), hue=(-18 / 255, 18 / 255)
        ),
        v2.RandomZoomOut(fill={tv_tensors.Image: MEAN, Image.Image: MEAN, "others": 0}),
        v2.RandomIoUCrop(),
        v2.SanitizeBoundingBoxes(),
        v2.RandomHorizontalFlip(),
        v2.Resize((side, side), antialias=True),
    ]
)


def pillow(file):
    with open(file, "rb") as content:
        picture = Image.open(content).convert("RGB")
    return picture, picture.height, picture.width


def tensor(file):
    picture = tv_tensors.Image(io.decode_image(io.read_file(str(file)), io.ImageReadMode.RGB))
    return picture, picture.shape[-2], picture.shape[-1]


def load(file, decode):
    picture, height, width = decode(file)
    boxes = OBJECTS * torch.tensor([width, height, width, height])
    boxes = tv_tensors.BoundingBoxes(boxes, format="XYXY", canvas_size=(height, width))
    return transform({"image": picture, "boxes": boxes, "labels": torch.zeros(len(boxes), dtype=torch.int64)})


files = sorted(folder.iterdir())
seconds = {}
for decode in (pillow, tensor):
    for file in files[:10]:
        load(file, decode)
    start = time.perf_counter()
    for _ in range(rounds):
        for file in files:
            load(file, decode)
    seconds[decode.__name__] = (time.perf_counter() - start) / (rounds * len(files))
print(json.dumps({"seconds": min(seconds.values()), "photographs": len(files), "ways": seconds}))
