"""Makes photographs of every way of coding, and what Pillow decodes them to.

`make.py` writes `cases.tar.gz` and `pillow.csv` beside itself: a line for each file with its size and the MD5 of the RGB
bytes of `Image.open(file).convert("RGB")`. It needs Pillow and libjpeg-turbo's `cjpeg` (Debian: libjpeg-turbo-progs)."""

import csv
import gzip
import hashlib
import io
import struct
import subprocess
import sys
import tarfile
import tempfile
import zlib
from math import sin
from pathlib import Path

import PIL
from PIL import Image

HERE = Path(__file__).parent
SIZES = [(53, 37), (16, 16), (70, 9), (7, 41), (1, 1)]
# Of luma, blue and red; the last ones differ between the two colours, or have less luma than colour.
SAMPLINGS = ["1x1,1x1,1x1", "2x1,1x1,1x1", "1x2,1x1,1x1", "2x2,1x1,1x1", "4x1,1x1,1x1", "1x4,1x1,1x1", "4x2,1x1,1x1",
             "2x2,2x1,2x1", "2x2,1x2,1x2", "2x2,2x1,1x2", "2x1,2x1,1x1", "1x1,2x1,2x1", "1x1,1x2,1x2", "1x1,2x2,2x2",
             "1x2,2x1,1x1"]
SCANS = {
    "baseline": None,
    "separate": "0;\n1;\n2;\n",
    "half-separate": "0;\n1 2;\n",
    "progressive": "0,1,2: 0-0, 0, 1;\n0: 1-5, 0, 2;\n2: 1-63, 0, 1;\n1: 1-63, 0, 1;\n0: 6-63, 0, 2;\n"
                   "0: 1-63, 2, 1;\n0,1,2: 0-0, 1, 0;\n2: 1-63, 1, 0;\n1: 1-63, 1, 0;\n0: 1-63, 1, 0;\n",
    # What has not come yet is smoothed.
    "unfinished": "0,1,2: 0-0, 0, 1;\n0: 1-5, 0, 2;\n",
}


def drawn(width, height):
    """Waves of several lengths in each colour, with an edge."""

    def pixel(x, y):
        wave = [sin(x / 3 + y / 8), sin(x / 11 - y / 3), sin((x + y) / 2)]
        return tuple(int(127 + 100 * value + (25 if x > y else -25)) % 256 for value in wave)

    picture = Image.new("RGB", (width, height))
    picture.putdata([pixel(x, y) for y in range(height) for x in range(width)])
    return picture


def cjpeg(picture, *options, scans=None):
    file = io.BytesIO()
    picture.save(file, "PPM")
    with tempfile.NamedTemporaryFile("w", suffix=".scans") as script:
        if scans:
            script.write(scans)
            script.flush()
            options = (*options, "-scans", script.name)
        command = ["cjpeg", "-quality", "80", *options]
        return subprocess.run(command, input=file.getvalue(), capture_output=True, check=True).stdout


def pillow(picture, format="JPEG", **options):
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def jpegs():
    for number, sampling in enumerate(SAMPLINGS):
        name = sampling.replace(",", "-")
        for kind, (way, scans) in enumerate(SCANS.items()):
            # Each with another size, so that every way meets odd ones; the usual samplings at all of them.
            sizes = SIZES if number in (0, 1, 2, 3) else [SIZES[(number + kind) % 4]]
            for size in sizes:
                picture = drawn(*size)
                label = f"{way}-{name}-{size[0]}x{size[1]}"
                yield f"{label}.jpg", cjpeg(picture, "-sample", sampling, scans=scans)
                if size == sizes[0]:
                    yield f"{label}-restart.jpg", cjpeg(picture, "-sample", sampling, "-restart", "1B", scans=scans)
                    yield f"{label}-arithmetic.jpg", cjpeg(picture, "-sample", sampling, "-arithmetic", scans=scans)
    for size in SIZES:
        picture, label = drawn(*size), f"{size[0]}x{size[1]}"
        for way, options in {"baseline": (), "progressive": ("-progressive",), "restart": ("-restart", "1")}.items():
            yield f"grey-{way}-{label}.jpg", cjpeg(picture, "-grayscale", *options)
            yield f"rgb-{way}-{label}.jpg", cjpeg(picture, "-rgb", *options)
            yield f"rgb-sampled-{way}-{label}.jpg", cjpeg(picture, "-rgb", "-sample", "2x2,1x1,2x1", *options)
        # Components with the letters R, G and B, and no segment that says more.
        lettered = bytearray(pillow(picture, keep_rgb=True))
        at = lettered.find(b"\xff\xee")
        if at > 0:
            del lettered[at:at + 16]
        yield f"rgb-lettered-{label}.jpg", bytes(lettered)
        for way, options in {"baseline": {}, "progressive": {"progressive": True}, "restart": {"restart_marker_blocks": 1}}.items():
            for subsampling in ("4:4:4", "4:2:0"):
                cmyk = pillow(picture.convert("CMYK"), subsampling=subsampling, **options)
                name = f"{way}-{subsampling.replace(':', '')}-{label}.jpg"
                yield f"cmyk-{name}", cmyk
                at = cmyk.find(b"Adobe")
                yield f"ycck-{name}", cmyk[:at + 11] + b"\2" + cmyk[at + 12:]
                yield f"cmyk-plain-{name}", cmyk[:at - 4] + cmyk[at + 12:]


def png(width, height, depth, colours, rows, *chunks, interlace=0, end=True):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlace)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(*part) for part in chunks) + chunk(b"IDAT", data)
    return file + (chunk(b"IEND", b"") if end else b"")


def pngs():
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
    for colours, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items():
        for depth in depths:
            length = (31 * depth * channels[colours] + 7) // 8
            # Mostly small numbers, so that grey of 16 bits is not only clipped.
            rows = [bytes((x * 7 + y * 13) % 256 if depth < 16 or (x % 2 or (x // 2 + y) % 5 == 0) else 0
                          for x in range(length)) for y in range(17)]
            palette = [] if colours != 3 else [(b"PLTE", bytes(i * 37 % 256 for i in range(3 * min(1 << depth, 200))))]
            see_through = {0: b"\0\7", 2: b"\0\7\0\x14\0\x21", 3: b"\0\x80"}.get(colours)
            name = f"png-{colours}-{depth}"
            yield f"{name}.png", png(31, 17, depth, colours, rows, *palette)
            yield f"{name}-endless.png", png(31, 17, depth, colours, rows, *palette, end=False)
            if see_through:
                yield f"{name}-transparent.png", png(31, 17, depth, colours, rows, *palette, (b"tRNS", see_through))
    # Interlaced ones: each pass, one after the other, of a picture of one byte a pixel.
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    for colours in (0, 3):
        rows = [bytes((x * 7 + y * 13) % 256 for x in range(left, 31, across))
                for left, top, across, down in passes for y in range(top, 17, down)]
        palette = [(b"PLTE", bytes(i * 37 % 256 for i in range(768)))] if colours == 3 else []
        yield f"png-{colours}-8-interlaced.png", png(31, 17, 8, colours, rows, *palette, interlace=1)
    for depth in (1, 16):
        rows = []
        for left, top, across, down in passes:
            for y in range(top, 17, down):
                count = len(range(left, 31, across))
                rows.append(bytes((i * 7 + y) % 3 if i % 2 == 0 else (i * 5 + y) % 256 for i in range((count * depth + 7) // 8)))
        yield f"png-0-{depth}-interlaced.png", png(31, 17, depth, 0, rows, interlace=1)


def main():
    lines = []
    packed = gzip.GzipFile(HERE / "cases.tar.gz", "w", mtime=0)
    with packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted([*jpegs(), *pngs()]):
            try:
                picture = Image.open(io.BytesIO(content)).convert("RGB")
            except OSError as error:
                sys.exit(f"{name}: Pillow says {error}")
            lines.append([name, *picture.size, hashlib.md5(picture.tobytes()).hexdigest()])
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    with open(HERE / "pillow.csv", "w", newline="") as file:
        print(f"# Pillow {PIL.__version__}, by make.py", file=file)
        csv.writer(file, lineterminator="\n").writerows([["name", "width", "height", "md5"], *lines])


main()
