"""JPEG files of kinds that Pillow does not write."""

import jpeglib
import numpy as np

SAMPLINGS = {  # (vertical, horizontal) factors of the components as the header has them; rows, columns per sample
    "4:4:0": ([(2, 1), (1, 1), (1, 1)], [(1, 1), (2, 1), (2, 1)]),
    "4:1:1": ([(1, 4), (1, 1), (1, 1)], [(1, 1), (1, 4), (1, 4)]),
    "4:1:0": ([(2, 4), (1, 1), (1, 1)], [(1, 1), (2, 4), (2, 4)]),
    "4:2:2 in other words": ([(2, 2), (2, 1), (2, 1)], [(1, 1), (1, 2), (1, 2)]),
    "only Cb halved": ([(2, 2), (1, 1), (2, 2)], [(1, 1), (2, 2), (1, 1)]),
    "luma halved": ([(1, 1), (2, 2), (2, 2)], [(2, 2), (1, 1), (1, 1)]),
}
ONE_TABLE = np.add.outer(2 * np.arange(8), 3 * np.arange(8)) + 10  # of other steps across than down


def write_jpeg(path, pixels, *, sampling=((1, 1),) * 3, tables=(ONE_TABLE,) * 3, rgb=False):
    """Write a color file by libjpeg 6b, and return its bytes."""
    image = jpeglib.from_spatial(pixels)
    image.samp_factor = sampling
    image.jpeg_color_space = jpeglib.JCS_RGB if rgb else jpeglib.JCS_YCbCr
    image.write_spatial(path, qt=np.array(tables, np.uint16), quant_tbl_no=range(3))
    return path.read_bytes()


def replace_ids(content, ids):
    """Return a file whose three components have other numbers, in its frame and its only scan."""
    changed = bytearray(content)
    frame, scan = content.index(b"\xff\xc0"), content.rindex(b"\xff\xda")
    for n, name in enumerate(ids):
        changed[frame + 10 + 3 * n] = changed[scan + 5 + 2 * n] = name
    return bytes(changed)


def add_segments(content, count):
    """Return a file with so many extensions of XMP data, each as large as a segment, of noise."""
    noise, name = np.random.default_rng(0), b"http://ns.adobe.com/xmp/extension/\0"
    segments = (b"\xff\xe1\xff\xff" + name + noise.bytes(0xFFFD - len(name)) for _ in range(count))
    return content[:2] + b"".join(segments) + content[2:]


def drop_segment(content, code):
    """Return a file without its first segment of this code."""
    start = content.index(bytes([0xFF, code]))
    return content[:start] + content[start + 2 + int.from_bytes(content[start + 2 : start + 4], "big") :]
