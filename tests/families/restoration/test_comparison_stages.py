"""The two stages that compare the restorers, one after the other on two small photographs."""

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import restoration_comparison
import restoration_timings
from invented import project as params
from invented import score, write_scores
from recon.core import files
from recon.core.imageset import write_set
from recon.core.reconstruction import EntryWriter, Reconstruction
from recon.families.restoration import findings, pictures
from recon.families.restoration.comparison import PLOTS, TABLES

NAMES = ("a", "b")
PIXELS = np.random.default_rng(0).integers(0, 256, (16, 24, 1), np.uint8)


def write_entry(family, entry):
    with EntryWriter(family=family, entry=entry, about={}) as writer:
        writer.add_seconds("train", 1.5)
        for name in NAMES:
            writer.add({"quality": 10}, name, Reconstruction(255 - PIXELS, b"", 0.1, 0.2))
    if family == "restoration":
        text = "epoch,loss,val_psnr_db,val_gain_db\n1,0.5,30.5,1.0\n"
        files.write_text(f"models/restoration/{entry}/curves.csv", text)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """JPEG, one architecture and one sweep, of gray photographs, at one quality."""
    monkeypatch.chdir(tmp_path)
    with Path("params.yaml").open("w") as file:
        YAML().dump(params(one={}, ask={"sweep": {"width": [16]}}, plane={"subject": "plane"}), file)
    write_set("data/subjects/test", [(name, "test", PIXELS) for name in NAMES], source="some", color="gray")
    write_entry("deblocking", "jpeg")
    write_entry("restoration", "one")
    gains = {
        ("jpeg", None, None): 0,
        ("one", None, None): 1,
        ("ask", "base", "base"): 1,
        ("ask", "width", "16"): 0.5,
    }
    write_scores(
        *(
            score(entry, 27.0 + gain, settings=factor and {"factor": factor, "value": value}, image=name)
            for (entry, factor, value), gain in gains.items()
            for name in NAMES
        )
    )


def test_pictures_are_drawn_of_the_first_photographs_only(project, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PHOTOGRAPHS", 1)
    restoration_comparison.main()
    assert [path.name for path in (PLOTS / "pictures").iterdir()] == ["a.png"]


def test_tables_and_findings_are_apart_from_figures(project):
    restoration_comparison.main()
    assert {path.name for path in TABLES.iterdir()} == {
        "methods.csv",
        "factors.csv",
        "curves.csv",
        "failures.csv",
        "findings.md",
    }
    names = {path.relative_to(PLOTS).as_posix() for path in PLOTS.rglob("*.*")}
    assert names == {*findings.FIGURES, "pictures/a.png", "pictures/b.png"} - {"pictures/*.png"}


def test_seconds_are_added_below_timings_only(project):
    """24 x 16 pixels in 0.2 s are 520.8 s for a megapixel."""
    restoration_comparison.main()
    before = set(Path().rglob("*.*"))
    restoration_timings.main()
    written = {path.as_posix() for path in set(Path().rglob("*.*")) - before}
    assert written == {"metrics/timings/restoration_comparison.csv", "plots/timings/restoration.png"}
    table = files.read_csv("metrics/timings/restoration_comparison.csv").set_index("method")
    assert table.loc["one", ["train_seconds", "decode_seconds_per_megapixel"]].tolist() == [1.5, 520.8333]


def test_what_is_compared_once_can_be_compared_again_to_the_byte(project):
    restoration_comparison.main()
    first = {path: path.read_bytes() for path in Path("plots").rglob("*.*")}
    restoration_comparison.main()
    assert first == {path: path.read_bytes() for path in Path("plots").rglob("*.*")}
