"""What torchvision makes of photographs, for comparison: `reference.py make FOLDER` writes files of every
kind that is found in the wild, `reference.py evaluate FOLDER RESIZE CROP` prints the pixels of the
folder's files, sorted by name, under the transform of evaluation. torchvision is used where it is
installed; without it the same calls of Pillow that it makes."""

import sys
from pathlib import Path

from PIL import Image


def evaluate(picture, resize, crop):
    try:
        from torchvision import transforms
    except ImportError:
        width, height = picture.size
        short, long = min(width, height), max(width, height)
        longer = int(resize * long / short)
        size = (resize, longer) if width <= height else (longer, resize)
        picture = picture.resize(size, Image.Resampling.BILINEAR)
        left, top = (int(round((side - crop) / 2.0)) for side in size)
        return picture.crop((left, top, left + crop, top + crop))
    return transforms.CenterCrop(crop)(transforms.Resize(resize)(picture))


def drawn(width, height):
    """Waves of several lengths in each colour, with an edge."""
    from math import sin

    def pixel(x, y):
        wave = [sin(x / 9 + y / 23), sin(x / 31 - y / 7), sin((x + y) / 4)]
        return tuple(int(127 + 100 * value + (25 if x > y else -25)) % 256 for value in wave)

    picture = Image.new("RGB", (width, height))
    picture.putdata([pixel(x, y) for y in range(height) for x in range(width)])
    return picture


def make(folder):
    rgb = drawn(301, 233)
    kinds = {
        "grey": (rgb.convert("L"), {}),
        "cmyk": (rgb.convert("CMYK"), {}),
        "progressive": (rgb, {"progressive": True}),
        "progressive-grey": (rgb.convert("L"), {"progressive": True}),
        "420": (rgb, {"subsampling": "4:2:0"}),
        "422": (rgb, {"subsampling": "4:2:2"}),
        "444": (rgb, {"subsampling": "4:4:4"}),
        "restart": (rgb, {"restart_marker_blocks": 7}),
        "rgb": (rgb, {"keep_rgb": True}),
        "narrow": (drawn(37, 411), {"subsampling": "4:2:0"}),
        "wide": (drawn(517, 41), {"subsampling": "4:2:2"}),
        "small": (drawn(19, 23), {}),
        "turned": (rgb, {"exif": bytes.fromhex("45786966000049492a00080000000100120103000100000006000000" + "00" * 8)}),
    }
    for name, (picture, options) in kinds.items():
        picture.save(folder / f"{name}.JPEG", "JPEG", quality=92, **options)
    # Numbered components, which Adobe's segment alone says to be red, green and blue.
    content = (folder / "rgb.JPEG").read_bytes()
    for letter, number in ((b"R", b"\1"), (b"G", b"\2"), (b"B", b"\3")):
        content = content.replace(letter + b"\x11", number + b"\x11").replace(letter + b"\0", number + b"\0", 1)
    (folder / "rgb-by-adobe.JPEG").write_bytes(content)
    sixteen = Image.new("I;16", (301, 233))
    sixteen.putdata([(x * 7 + y) % 600 for y in range(233) for x in range(301)])
    alpha = rgb.convert("RGBA")
    alpha.putalpha(rgb.convert("L"))
    pictures = {
        "palette": rgb.quantize(17),
        "alpha": alpha,
        "grey-alpha": alpha.convert("LA"),
        "bits": rgb.convert("1"),
        "sixteen": sixteen,
    }
    for name, picture in pictures.items():
        # As in ImageNet, where a PNG is called .JPEG.
        picture.save(folder / f"png-{name}.JPEG", "PNG")


def main():
    command, folder = sys.argv[1], Path(sys.argv[2])
    if command == "make":
        make(folder)
        return
    for file in sorted(folder.iterdir()):
        picture = Image.open(file).convert("RGB")
        sys.stdout.buffer.write(evaluate(picture, *map(int, sys.argv[3:])).tobytes())


main()
