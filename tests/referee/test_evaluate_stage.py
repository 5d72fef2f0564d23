"""The script that scores a family, on entries of one small photograph."""

import numpy as np
import pytest

import evaluate
from recon.core import files
from recon.core.errors import UserError
from recon.core.imageset import write_set
from recon.core.reconstruction import EntryWriter, Reconstruction

PIXELS = np.full((16, 24, 3), 100, np.uint8)
GRAPH = "stages: {some: {foreach: x, do: {cmd: x, params: [epochs, 'some.experiments.${key}']}}}\n"
PARAMS = "epochs: 5\nsome: {experiments: {one: {subject: plane}, two: {subject: plane}}}\n"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_set("data/subjects/plane", [("a", "subject", PIXELS)], source="some", color="rgb")
    files.write_text("dvc.yaml", GRAPH)
    files.write_text("params.yaml", PARAMS)


def rebuild(*entries):
    for entry in entries:
        with EntryWriter(family="some", entry=entry, about={}) as writer:
            writer.add({"q": 1}, "a", Reconstruction(PIXELS + 1, b"12", 0, 0))


def test_one_entry_is_scored_before_its_siblings_are_trained(capsys):
    rebuild("two")
    evaluate.main("some")
    assert files.read_json("metrics/some.json").keys() == {"two"}
    assert files.read_csv("metrics/scores/some.csv")["entry"].tolist() == ["two"]
    assert "some: left out until rebuilt with the settings of params.yaml: one" in capsys.readouterr().out


def test_no_number_of_old_settings_stands_beside_new_ones():
    rebuild("one", "two")
    evaluate.main("some")
    assert files.read_json("metrics/some.json").keys() == {"one", "two"}
    files.write_text("params.yaml", PARAMS.replace("5", "6"))
    rebuild("one")  # as `dvc exp run -S epochs=6 some@one` does
    evaluate.main("some")
    assert files.read_json("metrics/some.json").keys() == {"one"}


def test_a_family_that_was_never_rebuilt_is_refused_with_the_remedy():
    with pytest.raises(UserError, match=r"some: no entry is rebuilt .* run: dvc repro some"):
        evaluate.main("some")


def test_an_unknown_family_is_refused():
    with pytest.raises(UserError, match="gone"):
        evaluate.main("gone")
