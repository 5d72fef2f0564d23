"""The blocks that a network harms most, of photographs with errors that were put into them."""

import numpy as np
import pytest
from PIL import Image

from invented import methods
from recon.core.imageset import ImageSet, write_set
from recon.families.restoration import failure_figures
from recon.families.restoration.failures import Pairing, average_blocks, choose_pairings, find_failures

SHAPES = {"a": (96, 100, 3), "b": (64, 70, 3)}
TABLE = methods(jpeg=0.0, shift_average=0.3, one=(1.0, 10), weak=(0.5, 10))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def photographs(shapes=SHAPES):
    flat = [(name, "test", np.full(shape, 100, np.uint8)) for name, shape in shapes.items()]
    write_set("data/subjects/test", flat, source="flat", color="rgb")
    return ImageSet.open("data/subjects/test")


def read(method, quality, image):
    """Return a picture that misses by 4 gray levels; the network's by 2, but for two blocks of b and a's rim."""
    pixels = np.full(SHAPES[image], 102 if method == "one" else 104, np.uint8)
    if method == "one" and image == "b":
        pixels[:32, :32], pixels[32:, 32:64] = 108, 116
    if method == "one" and image == "a":
        pixels[:, 96:] = 255  # beyond the whole blocks
    return pixels


def test_the_best_network_is_paired_with_jpeg_and_with_the_best_other_baseline():
    assert list(choose_pairings(TABLE)) == [Pairing("one", "jpeg", 10), Pairing("one", "shift_average", 10)]
    assert list(choose_pairings(methods(jpeg=0.0, shift_average=0.3))) == []
    assert list(choose_pairings(methods(jpeg=0.0, one=(1.0, 10)))) == [Pairing("one", "jpeg", 10)]


def test_of_two_qualities_the_lowest_and_the_highest_are_looked_at():
    higher = methods(jpeg=0.0, weak=(1.0, 10)).assign(quality=40)
    both = [pairing[::2] for pairing in choose_pairings(TABLE.merge(higher, how="outer", sort=False))]
    assert both == [("one", 10), ("one", 10), ("weak", 40)]


def test_the_worst_block_is_found_with_its_psnrs_and_the_share_of_worse_ones():
    """2 of 9 + 4 blocks have errors of 8 and 16 gray levels for 4."""
    first, _ = find_failures(TABLE, photographs(), read).to_dict("records")
    assert (first["image"], first["row"], first["column"], first["blocks"]) == ("b", 32, 32, 13)
    assert first["against_db"] == pytest.approx(20 * np.log10(255 / 4), abs=1e-5)
    assert first["restored_db"] == pytest.approx(20 * np.log10(255 / 16), abs=1e-5)
    assert first["worse_percent"] == pytest.approx(100 * 2 / 13, abs=1e-5)


def test_a_block_s_error_is_over_its_pixels_and_channels():
    original, pixels = np.zeros((32, 64, 3), np.uint8), np.zeros((32, 64, 3), np.uint8)
    pixels[..., 32:, 0] = 3
    assert average_blocks(original, pixels).tolist() == [[0, 3]]


def test_a_picture_smaller_than_a_block_is_one_block():
    assert average_blocks(*[np.zeros((8, 20, 1), np.uint8)] * 2).shape == (1, 1)


@pytest.mark.parametrize("table", [TABLE, methods(jpeg=0.0)], ids=["failures", "no network"])
def test_failures_are_drawn(table):
    images = photographs()
    failure_figures.draw("failures.png", find_failures(table, images, read), images, read)
    with Image.open("failures.png") as drawn:
        assert drawn.width == 832
        assert len(set(drawn.convert("L").tobytes())) > 10
