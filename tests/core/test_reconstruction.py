import numpy as np
import pytest

from recon.core import machine as machines
from recon.core.files import write_bytes
from recon.core.reconstruction import (
    RECONSTRUCTIONS,
    EntryWriter,
    Reconstruction,
    payload_bytes,
    read_about,
    read_index,
    read_pixels,
    read_timings,
    remove_leftovers,
)

ENTRY = {"family": "some", "entry": "one"}
PIXELS = np.random.default_rng(0).integers(0, 256, (9, 11, 3), np.uint8)


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def reconstruction(pixels=PIXELS, payload=b"12345"):
    return Reconstruction(pixels, payload, encode_seconds=0.25, decode_seconds=0.5)


def write(*points, about=None, train=None):
    """Write an entry with a reconstruction at each (variant, image)."""
    with EntryWriter(**ENTRY, about=about or {}) as writer:
        if train is not None:
            writer.add_seconds("train", train)
        for variant, image in points:
            writer.add(variant, image, reconstruction())


def test_a_reconstruction_cannot_be_changed():
    with pytest.raises(AttributeError):
        reconstruction().payload = b""


@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_and_payload_come_back_from_disk(channels):
    pixels = PIXELS[..., :channels]
    with EntryWriter(**ENTRY, about={"num_params": 7}) as writer:
        writer.add("q=1", "a", reconstruction(pixels))
    where = ENTRY | {"variant": "q=1", "image": "a"}
    np.testing.assert_array_equal(read_pixels(**where), pixels)
    assert payload_bytes(**where) == 5
    assert (RECONSTRUCTIONS / "some/one/q=1/a.bin").read_bytes() == b"12345"
    assert read_about(**ENTRY) == {"num_params": 7}


def test_without_a_payload_there_is_no_file_and_no_length():
    with EntryWriter(**ENTRY, about={}) as writer:
        writer.add("q=1", "a", reconstruction(payload=None))
    assert payload_bytes(**ENTRY, variant="q=1", image="a") is None
    assert [path.name for path in (RECONSTRUCTIONS / "some/one/q=1").iterdir()] == ["a.png"]


def test_an_empty_payload_has_the_length_0():
    with EntryWriter(**ENTRY, about={}) as writer:
        writer.add("q=1", "a", reconstruction(payload=b""))
    assert payload_bytes(**ENTRY, variant="q=1", image="a") == 0


def test_the_index_has_the_order_of_writing():
    write(("q=2", "b"), ("q=2", "a"), ("q=1", "b"))
    assert read_index(**ENTRY).values.tolist() == [["q=2", "b"], ["q=2", "a"], ["q=1", "b"]]


@pytest.mark.parametrize("image", ["0801", "null", "1e5"])
def test_an_image_whose_name_looks_like_a_number_keeps_it(image):
    write(("q=1", image), train=1)
    assert read_index(**ENTRY)["image"].tolist() == [image]
    _, seconds = read_timings(**ENTRY)
    assert seconds["image"].tolist() == ["", image, image]


def test_seconds_lie_apart_from_what_two_runs_have_in_common():
    write(("q=1", "a"), train=3)
    machine, seconds = read_timings(**ENTRY)
    assert machine == machines.describe()
    assert seconds.values.tolist() == [
        ["train", "", "", 3.0],
        ["encode", "q=1", "a", 0.25],
        ["decode", "q=1", "a", 0.5],
    ]
    assert not list(RECONSTRUCTIONS.rglob("*timing*"))


def test_a_new_run_leaves_nothing_of_the_last_one():
    write(("q=1", "a"), ("q=2", "a"))
    write(("q=2", "a"))
    assert sorted(path.name for path in (RECONSTRUCTIONS / "some/one").iterdir()) == [
        "about.json",
        "index.csv",
        "q=2",
    ]


def test_an_entry_that_breaks_off_has_no_index():
    with pytest.raises(ValueError, match="not enough values"):
        write(("q=1", "a"), ())
    assert not (RECONSTRUCTIONS / "some/one/index.csv").exists()


def test_payload_bytes_counts_what_lies_on_disk():
    write(("q=1", "a"))
    write_bytes(RECONSTRUCTIONS / "some/one/q=1/a.bin", bytes(321))
    assert payload_bytes(**ENTRY, variant="q=1", image="a") == 321


def test_what_is_left_of_entries_that_are_gone_is_removed_and_nothing_else():
    write(("q=1", "a"))
    write_bytes("data/reconstructions/some/old/index.csv", b"")
    write_bytes("metrics/timings/some/old.json", b"")
    write_bytes("data/reconstructions/other/old/index.csv", b"")
    assert [path.name for path in remove_leftovers("some", ["one"])] == ["old", "old.json"]
    assert remove_leftovers("some", ["one"]) == []
    assert read_index(**ENTRY).values.tolist() == [["q=1", "a"]]
