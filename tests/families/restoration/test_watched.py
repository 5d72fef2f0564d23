"""The JPEG files on which a restorer is validated."""

import math
from pathlib import Path

import numpy as np
import pytest

from recon.core.imageset import ImageSet, write_set
from recon.data.augmentation import write_patches
from recon.data.params import Augment, Degrade
from recon.data.patchset import PatchSet
from recon.families.restoration import fitting
from recon.families.restoration.fitting import _read_watched
from recon.jpeg.degradation import degraded_path
from recon.jpeg.quantization import read_layout

DRAWN = {"qualities": [5, 60], "subsamplings": ["4:2:0"], "encoders": ["libjpeg"], "tables": ["standard"]}
SETTINGS = {"patch_size": 8, "patches_per_image": 1, "aligned_fraction": 1, "flips": False, "rotations": False}
NAMES = ["a", "b", "c"]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read_watched(quality=None, degraded=(10, 20), *, names=NAMES, **drawn):
    """Return (name, file) of the validation images, for patches drawn from what `drawn` changes."""
    gray = np.full((8, 8, 3), 128, np.uint8)
    images = [("train", "train", gray), *((name, "validation", gray) for name in names)]
    write_set("set", images, source="some", color="rgb")
    photographs = ImageSet.open("set")
    write_patches(Path("patches"), photographs, settings=Augment(**SETTINGS, **DRAWN | drawn), seed=1)
    degrade = Degrade(qualities=degraded, subsampling="4:2:0", progressive=True)
    return _read_watched(photographs, PatchSet.open("patches"), quality, degrade)


def first_steps(watched):
    """Return the first steps of luma and chroma, and the pixels of a sample of chroma, of each file."""
    layouts = [read_layout(content) for _, content in watched]
    return [(*layout.tables[:2, 0, 0].tolist(), layout.factors[1]) for layout in layouts]


@pytest.mark.parametrize("quality", [None, 10])
def test_they_are_those_of_degrade_where_the_patches_are_of_its_kind(quality):
    for name in NAMES:
        for each in (10, 20):
            degraded_path(name, each).parent.mkdir(parents=True, exist_ok=True)
            degraded_path(name, each).write_bytes(f"{name}{each}".encode())
    contents = [content for _, content in read_watched(quality)]
    assert contents == ([b"a10", b"b10", b"c10"] if quality else [b"a10", b"b20", b"c10"])


def test_they_are_of_the_kinds_and_qualities_that_the_patches_are_drawn_from():
    """At quality 60 and 5, flat steps are 16 times 0.8 and 10; the standard's first ones 16 and 17 times that."""
    flat, both = (first_steps(read_watched(tables=tables)) for tables in (["flat"], ["flat", "standard"]))
    assert flat == [(160, 160, (2, 2)), (13, 13, (2, 2)), (160, 160, (2, 2))]
    assert both == [(160, 160, (2, 2)), (13, 14, (2, 2)), (160, 170, (2, 2))]


def test_another_subsampling_alone_is_another_kind():
    assert first_steps(read_watched(subsamplings=["4:4:4"])) == [
        (160, 170, (1, 1)),
        (13, 14, (1, 1)),
        (160, 170, (1, 1)),
    ]


@pytest.mark.parametrize(
    ("qualities", "kinds"),
    [
        ([5, 60], {"subsamplings": ["4:4:4", "4:2:0"], "tables": ["flat", "standard"]}),
        ([5, 60, 80], {"tables": ["flat", "standard"]}),
        (
            [*range(5, 85, 5)],
            {
                "subsamplings": ["4:4:4", "4:2:2", "4:2:0"],
                "encoders": ["libjpeg", "mozjpeg"],
                "tables": ["flat", "standard", "psnr"],
            },
        ),
    ],
    ids=["2 x 4", "3 x 2", "16 x 18"],
)
def test_every_quality_comes_with_every_kind_if_there_are_images_enough(monkeypatch, qualities, kinds):
    """A file's content is its quality and kind here, since those of gray pixels may be equal."""
    monkeypatch.setattr(fitting, "encode_file", lambda pixels, **kind: repr(kind).encode())
    pairs = math.prod(map(len, (qualities, *kinds.values())))
    names = [f"image{n:03}" for n in range(pairs)]
    watched = read_watched(names=names, qualities=qualities, **kinds)
    assert len({content for _, content in watched}) == pairs
