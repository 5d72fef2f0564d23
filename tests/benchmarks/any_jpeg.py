"""What the zoo's restorer gains on JPEG files of any kind, from the finest to the coarsest: Kodak's photographs.

    python tests/benchmarks/any_jpeg.py

What is measured, and on which files: tests/benchmarks/README.md.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "stages"))

import numpy as np
from PIL import ExifTags, Image
from PIL.JpegPresets import presets

from recon.core import files, machine
from recon.core.errors import UserError, run
from recon.core.images import to_color, to_pillow
from recon.data.datasets import image_pixels
from recon.data.manifest import Manifest
from recon.families.shared import zoo
from recon.families.shared.family import Family
from recon.jpeg.degradation import jpeg_encode
from recon.jpeg.files import JpegFile, encode_file
from recon.jpeg.libraries import LIBJPEG, write_jpeg
from recon.jpeg.quantization import decode, quantization_tables
from recon.rebuilding import methods, pictures
from recon.rebuilding.overlay import load_project
from recon.referee import distortion

COMMAND = "python tests/benchmarks/any_jpeg.py"
RECORD = Path("metrics/benchmarks/any-jpeg.json")
DATASET, METHOD, NETWORK = "kodak", "restoration", "jpeg_color"
QUALITIES = (5, 10, 20, 40, 60, 80, 90, 95)
FEW = (10, 40, 90, 95)  # of all kinds but the first
EVERY = 4  # photograph, of these

_LARGEST_STEP = 255
_TURNED = 6  # EXIF's number for a picture that is shown turned by 90 degrees, clockwise
_RAMP = np.add.outer(np.arange(8), np.arange(8))  # from low to high frequencies
_PHOTOSHOP = np.reshape(presets["high"]["quantization"], (2, 8, 8))  # as Pillow lists them
_CAMERA = np.stack([4 + 2 * _RAMP, 3 + 4 * _RAMP, 5 + 3 * _RAMP])  # tables of its own for Y, Cb and Cr

Encode = Callable[[np.ndarray, int], bytes]


def encode_by_pillow(pixels: np.ndarray, quality: int, **options: Any) -> bytes:
    """Return a JPEG file with options of Pillow that the project has no setting for."""
    file = BytesIO()
    to_pillow(pixels).save(file, format="JPEG", quality=quality, **options)
    return file.getvalue()


def encode_sampled(pixels: np.ndarray, quality: int, *, rows: int, columns: int) -> bytes:
    """Return a JPEG file of which one chroma sample covers `rows` x `columns` pixels."""
    samples = [(rows, columns), (1, 1), (1, 1)]
    return write_jpeg(pixels, version=LIBJPEG, samples=samples, quantizer=quality)


def encode_with_tables(pixels: np.ndarray, quality: int, *, tables: np.ndarray, columns: int = 1) -> bytes:
    """Return a JPEG file with `tables` scaled to a quality; one chroma sample covers `columns` pixels of a row."""
    samples = [(1, columns), (1, 1), (1, 1)]
    return write_jpeg(pixels, version=LIBJPEG, samples=samples, quantizer=scale_tables(tables, quality))


def scale_tables(tables: np.ndarray, quality: int) -> np.ndarray:
    """Return tables (n, 8, 8) times a factor, uint16: luma's steps have the geometric mean of the standard's."""
    standard, *_ = quantization_tables(jpeg_encode(np.zeros((8, 8, 1), np.uint8), quality=quality))
    factor = np.exp(np.log(standard).mean() - np.log(tables[0]).mean())
    return np.clip(np.rint(factor * tables), 1, _LARGEST_STEP).astype(np.uint16)


def encode_on_its_side(pixels: np.ndarray, quality: int) -> bytes:
    """Return the JPEG file of a camera held upright: its rows are the picture's columns, and EXIF says so."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = _TURNED
    return encode_by_pillow(np.rot90(pixels), quality, exif=exif)


KINDS: dict[str, Encode] = {
    "4:2:0": lambda pixels, quality: jpeg_encode(pixels, quality=quality),
    "4:2:2": lambda pixels, quality: jpeg_encode(pixels, quality=quality, subsampling="4:2:2"),
    "4:4:4": lambda pixels, quality: jpeg_encode(pixels, quality=quality, subsampling="4:4:4"),
    "4:4:0": partial(encode_sampled, rows=2, columns=1),
    "4:1:1": partial(encode_sampled, rows=1, columns=4),
    "gray": lambda pixels, quality: jpeg_encode(to_color(pixels, "gray"), quality=quality),
    "R, G and B": partial(encode_by_pillow, keep_rgb=True),
    "progressive": lambda pixels, quality: jpeg_encode(pixels, quality=quality, progressive=True),
    "restart markers": partial(encode_by_pillow, restart_marker_blocks=4),
    "odd sides": lambda pixels, quality: jpeg_encode(pixels[:-1, :-3], quality=quality),
    "turned by EXIF": encode_on_its_side,
    "mozjpeg": lambda pixels, quality: encode_file(pixels, quality=quality, file=JpegFile(encoder="mozjpeg")),
    "flat tables": lambda pixels, quality: encode_file(pixels, quality=quality, file=JpegFile(tables="flat")),
    "mozjpeg, tables for PSNR": lambda pixels, quality: encode_file(
        pixels, quality=quality, file=JpegFile(encoder="mozjpeg", tables="psnr")
    ),
    "Photoshop's tables, 4:4:4": partial(encode_with_tables, tables=_PHOTOSHOP),
    "three tables, 4:2:2": partial(encode_with_tables, tables=_CAMERA, columns=2),
}


class Score(NamedTuple):
    """What restoring gains over decoding the file: in dB of PSNR, and in SSIM."""

    gain_db: float
    ssim_gain: float


def score(family: Family, pixels: np.ndarray, content: bytes) -> Score:
    """Return the gain on a JPEG file of `pixels`, restored and turned upright as by rebuild.py."""
    both = [pictures.finish(decoded, content) for decoded in (decode(content), family.decode(content))]
    rows, columns, channels = both[0].shape
    reference = to_color(pixels[:rows, :columns], "gray" if channels == 1 else "rgb")
    gains = []
    for measure in (distortion.psnr_db, distortion.ssim):
        before, after = (measure(reference=reference, reconstruction=decoded) for decoded in both)
        gains.append(after - before)
    return Score(*gains)


def summarize(kind: str, quality: int, scores: Sequence[Score]) -> dict[str, str | int | float]:
    """Return the row of a kind and a quality: means over the photographs, and the worst of them."""
    gain_db, ssim_gain = np.mean(scores, axis=0)
    return {
        "kind": kind,
        "quality": quality,
        "photographs": len(scores),
        "gain_db": round(float(gain_db), 3),
        "worst_gain_db": round(min(score.gain_db for score in scores), 3),
        "ssim_gain": round(float(ssim_gain), 4),
    }


def measure(kinds: Sequence[str], *, every: int) -> Iterator[dict[str, str | int | float]]:
    """Yield the row of each kind and quality, of every n-th of the photographs that the whole run takes."""
    manifest = Manifest.load(DATASET)
    photographs = [image_pixels(manifest, image) for image in manifest.images]
    family = methods.load_family(methods.find_method(METHOD), load_project([]), None)
    for kind in kinds:
        first = kind == next(iter(KINDS))
        chosen = photographs[:: every * (1 if first else EVERY)]
        for quality in QUALITIES if first else FEW:
            scores = [score(family, pixels, KINDS[kind](pixels, quality)) for pixels in chosen]
            yield summarize(kind, quality, scores)


def main(*words: str) -> None:
    """Measure, print, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=RECORD, help=f"file for the record; default: {RECORD}")
    parser.add_argument("--only", nargs="+", default=list(KINDS), metavar="KIND", help=f"of {', '.join(KINDS)}")
    parser.add_argument("--every", type=int, default=1, help="photograph of those measured; default: 1, all")
    arguments = parser.parse_args(words)
    if unknown := set(arguments.only) - KINDS.keys():
        raise UserError(f"--only {' '.join(sorted(unknown))}: no such kind; known: {', '.join(KINDS)}")
    if arguments.every < 1:
        raise UserError(f"--every {arguments.every}: choose 1, for all photographs, or more")
    network, results = zoo.find_network(NETWORK, family=METHOD), []
    for row in measure(arguments.only, every=arguments.every):
        results.append(row)
        print(json.dumps(row), flush=True)
    record = {"name": "any-jpeg", "command": COMMAND, "machines": [machine.describe()], "dataset": DATASET}
    record |= {"network": network.file, "results": results}
    files.write_json(arguments.out, record)


if __name__ == "__main__":
    run(main)
