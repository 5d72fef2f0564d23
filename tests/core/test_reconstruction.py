from pathlib import Path

import numpy as np
import pytest

from recon.core import machine as machines
from recon.core.files import write_bytes, write_text
from recon.core.reconstruction import (
    RECONSTRUCTIONS,
    EntryWriter,
    Reconstruction,
    is_current,
    payload_bytes,
    read_about,
    read_index,
    read_pixels,
    read_stage_params,
    read_timings,
    remove_leftovers,
    setting_text,
    settings_columns,
    timed,
    variant_name,
)

ENTRY = {"family": "some", "entry": "one"}
PIXELS = np.random.default_rng(0).integers(0, 256, (9, 11, 3), np.uint8)


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def reconstruction(pixels=PIXELS, payload=b"12345"):
    return Reconstruction(pixels, payload, encode_seconds=0.25, decode_seconds=0.5)


def write(*points, about=None, train=None):
    """Write an entry with a reconstruction at each (q, image)."""
    with EntryWriter(**ENTRY, about=about or {}) as writer:
        if train is not None:
            writer.add_seconds("train", train)
        for q, image in points:
            writer.add({"q": q}, image, reconstruction())


def test_a_reconstruction_cannot_be_changed():
    with pytest.raises(AttributeError):
        reconstruction().payload = b""


@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_and_payload_come_back_from_disk(channels):
    pixels = PIXELS[..., :channels]
    with EntryWriter(**ENTRY, about={"num_params": 7}) as writer:
        writer.add({"q": 1}, "a", reconstruction(pixels))
    where = ENTRY | {"variant": "q=1", "image": "a"}
    np.testing.assert_array_equal(read_pixels(**where), pixels)
    assert payload_bytes(**where) == 5
    assert (RECONSTRUCTIONS / "some/one/q=1/a.bin").read_bytes() == b"12345"
    assert read_about(**ENTRY) == {"num_params": 7}


def test_without_a_payload_there_is_no_file_and_no_length():
    with EntryWriter(**ENTRY, about={}) as writer:
        writer.add({"q": 1}, "a", reconstruction(payload=None))
    assert payload_bytes(**ENTRY, variant="q=1", image="a") is None
    assert [path.name for path in (RECONSTRUCTIONS / "some/one/q=1").iterdir()] == ["a.png"]


def test_an_empty_payload_has_the_length_0():
    with EntryWriter(**ENTRY, about={}) as writer:
        writer.add({"q": 1}, "a", reconstruction(payload=b""))
    assert payload_bytes(**ENTRY, variant="q=1", image="a") == 0


def test_the_index_has_the_order_of_writing():
    write((2, "b"), (2, "a"), (1, "b"))
    assert read_index(**ENTRY).values.tolist() == [["q=2", 2, "b"], ["q=2", 2, "a"], ["q=1", 1, "b"]]


@pytest.mark.parametrize("image", ["0801", "null", "1e5"])
def test_an_image_whose_name_looks_like_a_number_keeps_it(image):
    write((1, image), train=1)
    assert read_index(**ENTRY)["image"].tolist() == [image]
    _, seconds = read_timings(**ENTRY)
    assert seconds["image"].tolist() == ["", image, image]


def test_seconds_lie_apart_from_what_two_runs_have_in_common():
    write((1, "a"), train=3)
    machine, seconds = read_timings(**ENTRY)
    assert machine == machines.describe()
    assert seconds.values.tolist() == [
        ["train", "", "", 3.0],
        ["encode", "q=1", "a", 0.25],
        ["decode", "q=1", "a", 0.5],
    ]
    assert not list(RECONSTRUCTIONS.rglob("*timing*"))


def test_a_new_run_leaves_nothing_of_the_last_one():
    write((1, "a"), (2, "a"))
    write((2, "a"))
    assert sorted(path.name for path in (RECONSTRUCTIONS / "some/one").iterdir()) == [
        *("about.json", "index.csv", "params.json", "q=2")
    ]


GRAPH = """
stages:
  some:
    foreach: ${some.experiments}
    do:
      cmd: x
      params: [epochs, some.training, "some.experiments.${key}"]
      deps: [data/some, "data/params/weights/some/${key}.txt"]
  whole: {cmd: x, params: [whole]}
"""
PARAMS = (
    "{epochs: 5, some: {training: {rate: 1.0e-5}, experiments: {one: {net: a}, two: {net: b}}}, whole: {n: 1}}"
)


def test_the_params_of_an_entry_are_those_that_its_stage_depends_on():
    write_text("dvc.yaml", GRAPH)
    write_text("params.yaml", PARAMS)
    shared = {"epochs": 5, "some.training": {"rate": 0.00001}}
    assert read_stage_params(**ENTRY) == shared | {"some.experiments.one": {"net": "a"}}
    assert read_stage_params(family="whole", entry="any") == {"whole": {"n": 1}}
    assert read_stage_params(family="gone", entry="any") == {}


@pytest.mark.parametrize(
    ("old", "new", "current"),
    [
        ("epochs: 5", "epochs: 6", False),
        ("1.0e-5", "2.0e-5", False),
        ("{net: a}", "{net: c}", False),
        ("1.0e-5", "0.00001", True),  # as `dvc exp run -S` would write it
        ("{net: b}", "{net: c}", True),
        ("{n: 1}", "{n: 2}", True),
    ],
)
def test_an_entry_is_current_while_what_its_stage_depends_on_stays(old, new, current):
    write_text("dvc.yaml", GRAPH)
    write_text("params.yaml", PARAMS)
    assert not is_current(**ENTRY)
    write((1, "a"))
    assert is_current(**ENTRY)
    write_text("params.yaml", PARAMS.replace(old, new))
    assert is_current(**ENTRY) == current


@pytest.mark.parametrize(("entry", "current"), [("one", False), ("two", True)])
def test_an_entry_is_current_while_it_has_the_same_weights_of_the_zoo(entry, current):
    for name, content in {
        "dvc.yaml": GRAPH,
        "params.yaml": PARAMS,
        "data/params/weights/some/one.txt": "old",
    }.items():
        write_text(name, content)
    write((1, "a"))
    assert is_current(**ENTRY)
    write_text(f"data/params/weights/some/{entry}.txt", "new")
    assert is_current(**ENTRY) == current


def test_numbers_of_pictures_that_are_made_anew_are_removed_and_no_others():
    names = ["some", "other", "leaderboard", "methods", "data"]
    for name in names:
        write_text(f"metrics/{name}.json", "{}")
    with EntryWriter(**ENTRY, about={}):  # as soon as the work begins
        assert sorted(path.stem for path in Path("metrics").glob("*.json")) == ["data", "other"]


def test_an_entry_that_breaks_off_has_no_index():
    with pytest.raises(ValueError, match="not enough values"):
        write((1, "a"), ())
    assert not (RECONSTRUCTIONS / "some/one/index.csv").exists()


def test_payload_bytes_counts_what_lies_on_disk():
    write((1, "a"))
    write_bytes(RECONSTRUCTIONS / "some/one/q=1/a.bin", bytes(321))
    assert payload_bytes(**ENTRY, variant="q=1", image="a") == 321


def test_what_is_left_of_entries_and_families_that_are_gone_is_removed_and_nothing_else():
    write((1, "a"))
    gone = ["data/reconstructions/some/old", "data/reconstructions/other", "metrics/scores/other.csv"]
    gone += ["metrics/timings/entries/some/old.json"]
    for path in gone:
        write_bytes(path if "." in path else f"{path}/index.csv", b"")
    write_bytes("metrics/scores/some.csv", b"")
    assert sorted(map(str, remove_leftovers({"some": ["one"]}))) == sorted(gone)
    assert remove_leftovers({"some": ["one"]}) == []
    assert read_index(**ENTRY).values.tolist() == [["q=1", 1, "a"]]
    assert Path("metrics/scores/some.csv").exists()


def test_a_folder_of_the_user_s_own_and_what_a_link_leads_to_are_left():
    for path in ("models/my_backup/best.h5", "models/some/old/best.h5", "elsewhere/best.h5"):
        write_bytes(path, b"")
    Path("models/some/linked").symlink_to(Path("elsewhere").resolve())
    assert sorted(map(str, remove_leftovers({"some": ["one"]}))) == ["models/some/linked", "models/some/old"]
    assert Path("models/my_backup/best.h5").exists()
    assert Path("elsewhere/best.h5").exists()


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, ""),
        ({"quality": 10}, "quality=10"),
        ({"factor": "width", "value": "24", "quality": 10}, "width=24,quality=10"),
        ({"axis": "mapping", "across": "gaussian", "bits": 8}, "mapping=gaussian,bits=8"),
        (
            {"factor": "base", "value": "base", "axis": "scale", "across": "2", "q_step": 1.0},
            "base=base,scale=2,q_step=1",
        ),
    ],
)
def test_a_variant_is_named_by_its_settings(settings, name):
    assert variant_name(settings) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.05, "0.05"), (1.0, "1"), (1e-5, "1e-05"), (10, "10"), (True, "true"), (None, "null"), ((64, 32), "64-32")],
)
def test_a_setting_s_text_is_short(value, text):
    assert setting_text(value) == text


def test_settings_are_the_columns_between_the_variant_and_the_image():
    with EntryWriter(**ENTRY, about={}) as writer:
        writer.add({"factor": "width", "value": "24", "quality": 10}, "a", reconstruction(), {"num_params": 3})
    index = read_index(**ENTRY)
    assert settings_columns(index) == ["factor", "value", "quality"]
    assert index.loc[0].tolist() == ["width=24,quality=10", "width", "24", 10, "a", 3]


def test_a_codec_is_timed_around_encoding_and_around_decoding():
    order = []
    rebuilt = timed(lambda: order.append("encode") or b"12345", lambda payload: order.append(payload) or PIXELS)
    assert order == ["encode", b"12345"]
    assert (rebuilt.payload, rebuilt.pixels is PIXELS) == (b"12345", True)
    assert min(rebuilt.encode_seconds, rebuilt.decode_seconds) >= 0
