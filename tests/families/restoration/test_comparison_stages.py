"""The three stages that show the restorers, run one after the other on two small photographs."""

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import comparison
import restoration_costs
import restored
from invented import params, score, write_scores
from recon.core import files
from recon.core.imageset import write_set
from recon.core.reconstruction import EntryWriter, Reconstruction

NAMES = ("a", "b")
PIXELS = np.random.default_rng(0).integers(0, 256, (16, 24, 1), np.uint8)


def write_entry(family, entry, *variants):
    with EntryWriter(family=family, entry=entry, about={}) as writer:
        writer.add_seconds("train", 1.5)
        for variant in variants:
            for name in NAMES:
                writer.add(variant, name, Reconstruction(255 - PIXELS, b"", 0.1, 0.2))
    if family == "restoration":
        files.write_text(f"models/restoration/{entry}/curves.csv", "epoch,loss,val_gain_db\n1,0.5,1.0\n")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """JPEG, one architecture and one sweep, of gray photographs, at one quality."""
    monkeypatch.chdir(tmp_path)
    with Path("params.yaml").open("w") as file:
        YAML().dump(params(one={}, ask={"sweep": {"width": [16]}}, plane={"subject": "plane"}), file)
    write_set("data/subjects/test", [(name, "test", PIXELS) for name in NAMES], source="some", color="gray")
    write_entry("deblocking", "jpeg", "quality=10")
    write_entry("restoration", "one", "quality=10")
    gains = {("jpeg", ""): 0, ("one", ""): 1, ("ask", "base=base,"): 1, ("ask", "width=16,"): 0.5}
    write_scores(
        *(
            score(entry, 27.0 + gain, variant=f"{prefix}quality=10", image=name)
            for (entry, prefix), gain in gains.items()
            for name in NAMES
        )
    )


def test_pictures_are_drawn_of_the_first_photographs_only(project, monkeypatch):
    monkeypatch.setattr(restored, "MOST_PHOTOGRAPHS", 1)
    restored.main()
    assert [path.name for path in Path("plots/restoration/pictures").iterdir()] == ["a.png"]


def test_tables_charts_and_findings_are_written(project):
    comparison.main()
    assert sorted(path.name for path in Path("metrics").glob("*_*.csv")) == [
        "restoration_comparison.csv",
        "restoration_factors.csv",
    ]
    assert {path.name for path in Path("plots/restoration").iterdir()} == {
        *("curves.csv", "findings.md", "pareto.png", "qualities.png", "training.png", "factors.png")
    }


def test_seconds_are_added_below_timings_only(project):
    """24 x 16 pixels in 0.2 s are 520.8 s for a megapixel."""
    comparison.main()
    before = set(Path().rglob("*.*"))
    restoration_costs.main()
    written = {path.as_posix() for path in set(Path().rglob("*.*")) - before}
    assert written == {"metrics/timings/restoration_comparison.csv", "plots/timings/restoration.png"}
    table = files.read_csv("metrics/timings/restoration_comparison.csv").set_index("method")
    assert table.loc["one", ["train_seconds", "decode_seconds_per_megapixel"]].tolist() == [1.5, 520.8333]


def test_what_is_compared_once_can_be_compared_again_to_the_byte(project):
    comparison.main()
    first = {path: path.read_bytes() for path in Path("plots").rglob("*.*")}
    comparison.main()
    assert first == {path: path.read_bytes() for path in Path("plots").rglob("*.*")}
