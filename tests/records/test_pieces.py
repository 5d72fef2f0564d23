"""Recipes that are recorded piece by piece."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from dvc.utils.serialize import load_yaml

import record
from recon.core import files, rooms
from recon.core.errors import UserError
from recon.core.sources import ROOT
from recon.records import pieces, recipes, records, runs
from recon.records.pieces import Piece
from refusals import refusal

PARAMS = """\
subjects:
  plane: {source: kodak, images: [a, b, c]}
  few: {source: kodak, images: [b]}
  others: {source: kodak, images: [c]}
codec:
  experiments: {fast: {subject: plane}, slow: {subject: few}}
classical:
  experiments: {jpeg: {subject: plane}}
else:
  experiments: {net: {subject: others}}
"""
RECIPE = "# The codecs.\nfamilies: codec classical\npieces: 2\n"
PATH = Path("metrics/benchmarks/codec-kodak.json")
NAMES = ["fast, a to b", "fast, c", "slow, b"]


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """A project with the recipe `codec-kodak`; the overrides of its runs, which take no time."""
    monkeypatch.chdir(tmp_path)
    files.write_text("params.yaml", PARAMS)
    files.write_text("metrics/benchmarks/codec-kodak.txt", RECIPE)
    asked, counts = [], {"fast": 0, "slow": 0}

    def run(name, overrides, targets):
        asked.append(overrides)
        return SimpleNamespace(commit=f"{len(asked)}")

    def describe(recipe, result):
        (entry,) = recipes.apply(recipe, load_yaml("params.yaml"))["codec"]["experiments"]
        counts[entry] += 1
        provenance = {
            "commit": result.commit,
            "machines": [{"processor": "one", "entries": [entry]}],
            "codecs": {"webp": "1"},
            "minutes": 1.5,
        }
        rest = {"name": recipe.name, "seconds": {}, "results": {"codec": {entry: 1}, "classical": {}}}
        return {"points": {entry: counts[entry]}, "params": {"codec": {}}} | provenance | rest

    part = SimpleNamespace(join=lambda parts: {"points": [part["points"] for part in parts]})
    monkeypatch.setattr(rooms, "families", lambda part: ["codec"])
    monkeypatch.setattr(rooms, "load_part", lambda family, name: {("codec", "records"): part}[family, name])
    monkeypatch.setattr(runs, "run_experiment", run)
    monkeypatch.setattr(records, "describe", describe)
    return asked


def test_each_entry_is_cut_into_pieces_of_so_many_photographs(ran):
    recipe = recipes.read("codec-kodak")
    assert [piece.name for piece in pieces.list_pieces(recipe, records.read_overridden_params(recipe))] == NAMES


def test_all_photographs_of_a_dataset_are_those_of_its_manifest(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert pieces._list_images({"source": "kodak", "images": "all"})[:2] == ["kodim01", "kodim02"]
    assert len(pieces._list_images({"source": "kodak", "images": "all"})) == 24


def test_a_piece_is_one_entry_and_its_photographs_for_all_families(ran):
    recipe = recipes.read("codec-kodak")
    params = records.read_overridden_params(recipe)
    narrowed = recipes.apply(pieces.narrow(recipe, Piece("slow", ("b",)), params), params)
    assert list(narrowed["codec"]["experiments"]) == ["slow"]
    assert {name: subject["images"] for name, subject in narrowed["subjects"].items()} == {
        **{"plane": ["b"], "few": ["b"]},
        "others": ["c"],
    }


def test_a_recipe_is_recorded_piece_by_piece(ran, capsys):
    record.main("codec-kodak")
    kept = files.read_json(PATH)
    assert list(kept["pieces"]) == NAMES
    assert kept["points"] == [{"fast": 1}, {"fast": 2}, {"slow": 1}]
    assert kept["minutes"] == 4.5
    assert kept["machines"] == [{"processor": "one", "entries": ["fast", "slow"]}]
    assert kept["pieces"]["slow, b"]["results"] == {"slow": 1}
    *lines, last = capsys.readouterr().out.splitlines()
    assert lines == [f"{PATH}: {name} written" for name in NAMES]
    assert last == f"{PATH}: all pieces are there; next: make readme; to record them again, remove it"


def test_a_cut_record_goes_on_with_what_is_missing(ran, monkeypatch):
    """An entry is in the summary as soon as all of its pieces are done."""
    run = runs.run_experiment

    def fail_at_second(*words):
        if len(ran) == 1:
            raise UserError("the run failed")
        return run(*words)

    monkeypatch.setattr(runs, "run_experiment", fail_at_second)
    assert refusal(record.main, "codec-kodak") == "the run failed"
    kept = files.read_json(PATH)
    assert (list(kept["pieces"]), kept["points"]) == (NAMES[:1], [])
    monkeypatch.setattr(runs, "run_experiment", run)
    record.main("codec-kodak")
    assert list(files.read_json(PATH)["pieces"]) == NAMES
    assert len(ran) == 3
    record.main("codec-kodak")
    assert len(ran) == 3


def test_a_record_that_was_begun_with_other_params_is_not_gone_on_with(ran):
    record.main("codec-kodak")
    files.write_text("params.yaml", PARAMS.replace("images: [a, b, c]", "images: [a, b, d]"))
    assert "was begun with a different `subjects.plane.images`; remove it" in refusal(record.main, "codec-kodak")


def test_both_versions_are_recorded_where_pieces_had_two_of_a_codec(ran):
    record.main("codec-kodak")
    kept = files.read_json(PATH)
    kept["pieces"]["fast, c"]["codecs"] = {"webp": "2"}
    recipe = recipes.read("codec-kodak")
    joined = pieces.join(recipe, records.read_overridden_params(recipe), kept["pieces"], ["codec"])
    assert joined["codecs"] == {"webp": "1 and 2"}


def test_pieces_of_another_size_are_not_lost(ran):
    record.main("codec-kodak")
    before = PATH.read_bytes()
    files.write_text("metrics/benchmarks/codec-kodak.txt", RECIPE.replace("pieces: 2", "pieces: 1"))
    assert "was begun with a different `pieces`; remove it" in refusal(record.main, "codec-kodak")
    assert PATH.read_bytes() == before


def test_a_record_of_a_whole_run_is_not_gone_on_with(ran):
    record.main("codec-kodak")
    files.write_json(PATH, {name: value for name, value in files.read_json(PATH).items() if name != "pieces"})
    assert "was begun with a different `pieces`; remove it" in refusal(record.main, "codec-kodak")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("families: classical\npieces: 2\n", "pieces: classical is not recorded in pieces"),
        (f"{RECIPE}zoo: net\n# Purpose: none.\n", "zoo: a run in pieces leaves no network"),
    ],
)
def test_what_cannot_be_recorded_in_pieces_is_refused_before_it_runs(ran, monkeypatch, text, complaint):
    monkeypatch.setattr(records, "check", lambda recipe: None)
    files.write_text("metrics/benchmarks/codec-kodak.txt", text)
    assert complaint in refusal(record.main, "codec-kodak")
    assert ran == []


def test_an_experiment_of_all_is_not_taken_for_pieces(ran):
    assert refusal(record.main, "codec-kodak", "--exp", "abc").endswith("is run piece by piece; omit --exp")


@pytest.mark.parametrize("number", ["0", "-1", "many", "2 3"])
def test_the_size_of_a_piece_is_a_number_of_photographs(ran, number):
    files.write_text("metrics/benchmarks/codec-kodak.txt", f"pieces: {number}\n")
    assert f"pieces: {number}; give the number of photographs" in refusal(recipes.read, "codec-kodak")
