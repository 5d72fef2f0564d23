from pathlib import Path

import pytest

from recon.check.schema import check
from recon.core import files
from recon.core.errors import UserError
from recon.records import recipes
from recon.settings.core import read_params

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / recipes.FOLDER
NAMES = sorted(path.stem for path in BENCHMARKS.glob("*.txt"))
UNRECORDED: set[str] = set()  # recipes of hours that have no record yet
RECORDED = [name for name in NAMES if name not in UNRECORDED]


@pytest.fixture
def project(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("name", RECORDED)
def test_a_recipe_gives_the_params_that_are_kept_in_its_record(project, name):
    """But for keys of `runtime` that are younger: such a record was made on a CPU with native instructions."""
    record = files.read_json(f"{recipes.FOLDER}/{name}.json")
    assert record["command"] == recipes.read(name).command
    params = recipes.apply(recipes.read(name), read_params())
    kept = record["params"]
    params["subjects"] = {
        subject: value for subject, value in params["subjects"].items() if subject in kept["subjects"]
    }
    params["runtime"] = {key: params["runtime"][key] for key in kept.get("runtime", {})}
    assert {group: params[group] for group in kept} == kept


@pytest.mark.parametrize("name", NAMES)
def test_what_a_recipe_gives_can_be_run(project, name):
    check(recipes.apply(recipes.read(name), read_params()))


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_says_what_it_shows_what_it_costs_and_what_to_expect(project, name):
    shown, cost, expected = recipes.read(name).comments[:3]
    assert shown.endswith(".")
    assert cost.startswith("Cost: ")
    assert expected.startswith("Expected: ")


def test_every_record_of_an_experiment_has_its_recipe():
    records = [path.stem for path in BENCHMARKS.glob("*.json") if "params" in files.read_json(path)]
    assert sorted(records) == RECORDED


@pytest.fixture
def toy(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def read(text):
        files.write_text("metrics/benchmarks/toy-set.txt", text)
        return recipes.read("toy-set")

    return read


def test_comments_targets_and_overrides_are_told_apart(toy):
    recipe = toy(
        "# What it shows.\n# Cost: none.\n\ntargets: plot leaderboard\nepochs=1\n  # more\n~toy.experiments\n"
    )
    assert recipe.comments == ("What it shows.", "Cost: none.", "more")
    assert recipe.targets == ("plot", "leaderboard")
    assert recipe.overrides == ("epochs=1", "~toy.experiments")


def test_the_family_s_scores_are_the_target_of_a_recipe_that_names_none(toy):
    assert toy("epochs=1\n").targets == ("evaluate@toy",)


def test_a_recipe_may_record_several_families_and_name_its_network(toy):
    recipe = toy("families: one two\nzoo: net\nepochs=1\n+one.experiments.zoo={}\n")
    assert (recipe.families, recipe.targets) == (("one", "two"), ("evaluate@one", "evaluate@two"))
    assert (recipe.zoo, recipe.overrides) == ("net", ("epochs=1", "+one.experiments.zoo={}"))
    recipe = toy("epochs=1\n")
    assert (recipe.families, recipe.zoo) == (("toy",), None)


def test_overrides_replace_a_group_in_their_order(toy):
    recipe = toy(
        "~toy.experiments\n+toy.experiments.one.net=mlp\n+toy.experiments.one.points={bits:[8,16]}\nepochs=2\n"
    )
    params = {"epochs": 1, "toy": {"training": {"rate": 1e-05}, "experiments": {"two": {"net": "siren"}}}}
    assert recipes.apply(recipe, params) == {
        "epochs": 2,
        "toy": {"training": {"rate": 1e-05}, "experiments": {"one": {"net": "mlp", "points": {"bits": [8, 16]}}}},
    }


def test_an_override_that_dvc_refuses_is_named_with_the_file(toy):
    with pytest.raises(UserError, match=r"metrics/benchmarks/toy-set\.txt: .*epoch"):
        recipes.apply(toy("epoch=1\n"), {"epochs": 1})
