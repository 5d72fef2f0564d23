import tracemalloc

import numpy as np
import pytest

from recon.core.errors import UserError
from recon.core.imageset import ImageSet, write_set


def noise(rows, columns, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, channels), dtype=np.uint8)


IMAGES = {"a": noise(8, 9, seed=1), "b": noise(20, 10, seed=2), "c": noise(8, 8, seed=3)}
SPLITS = {"a": "train", "b": "test", "c": "train"}


@pytest.fixture
def folder(tmp_path):
    triples = ((name, SPLITS[name], pixels) for name, pixels in IMAGES.items())
    write_set(tmp_path / "set", triples, source="some", color="rgb")
    return tmp_path / "set"


def test_images_of_different_sides_come_back_in_order(folder):
    for (name, pixels), (expected_name, expected) in zip(ImageSet.open(folder), IMAGES.items(), strict=True):
        assert name == expected_name
        np.testing.assert_array_equal(pixels, expected)


def test_names_are_by_split(folder):
    images = ImageSet.open(folder)
    assert (images.names(), images.names("train"), images.names("validation")) == (["a", "b", "c"], ["a", "c"], [])
    assert images.split("b") == "test"
    assert (images.source, images.color, len(images)) == ("some", "rgb", 3)


def test_pixels_are_read_only_views_of_the_file(folder):
    pixels = ImageSet.open(folder).pixels("b")
    assert not pixels.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0, 0] = 1


def test_the_file_holds_the_pixels_and_nothing_else(folder):
    assert (folder / "pixels.bin").read_bytes() == b"".join(pixels.tobytes() for pixels in IMAGES.values())


def test_a_view_that_is_not_contiguous_is_written_as_it_looks(tmp_path):
    flipped = IMAGES["b"][::-1, ::2]
    write_set(tmp_path, [("flipped", "train", flipped)], source="some", color="rgb")
    np.testing.assert_array_equal(ImageSet.open(tmp_path).pixels("flipped"), flipped)


def test_two_images_of_one_name_are_refused_and_leave_no_set(tmp_path):
    twice = [("same", "train", IMAGES["a"]), ("same", "test", IMAGES["b"])]
    with pytest.raises(UserError, match="some: two images are named same; rename one"):
        write_set(tmp_path, twice, source="some", color="rgb")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_set_is_refused_by_name(tmp_path):
    with pytest.raises(UserError, match=r"nothing: holds no images yet; run `dvc repro`"):
        ImageSet.open(tmp_path / "nothing")


def test_a_failed_write_leaves_an_earlier_set_as_it_was(folder):
    def interrupted():
        yield "b", "train", IMAGES["a"]
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        write_set(folder, interrupted(), source="some", color="rgb")
    np.testing.assert_array_equal(ImageSet.open(folder).pixels("b"), IMAGES["b"])
    assert sorted(path.name for path in folder.iterdir()) == ["index.json", "pixels.bin"]


@pytest.mark.parametrize("pixels", [noise(8, 8, channels=1), noise(8, 8).astype(float), noise(8, 8)[0]])
def test_pixels_of_another_kind_than_the_set_are_refused(tmp_path, pixels):
    with pytest.raises(ValueError, match=r"odd: a set of color 'rgb' holds uint8 .* Received: "):
        write_set(tmp_path, [("odd", "train", pixels)], source="some", color="rgb")


def test_memory_does_not_grow_with_the_number_of_images(tmp_path):
    """Forty images of 1 MB: at most three of them (the last, the next, a margin) are held at once."""
    images = ((f"{i}", "train", np.full((1000, 1000, 1), i, np.uint8)) for i in range(40))
    tracemalloc.start()
    write_set(tmp_path, images, source="some", color="gray")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3e6
