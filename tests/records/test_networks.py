"""The network of a recorded run in the zoo: from the DVC cache, once, and only where it is one."""

import subprocess
from pathlib import Path

import pytest
import yaml
from dvc.repo import Repo

import record
import tiny_zoo
from invented import project
from recon.core import files
from recon.core.errors import UserError
from recon.core.sources import ROOT
from recon.families.restoration.params import MODELS, WEIGHTS
from recon.families.shared import zoo
from recon.jpeg.files import PLAIN
from recon.records import networks, recording
from recon.records.runs import RecordedRun
from refusals import refusal

pytestmark = pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")  # of a package that DVC uses

RECIPE = """\
# A tiny network.
# Cost: none.
# Expected: little.
# Purpose: Shows how it is done.
zoo: tiny
"""
SUMMARY = {
    "psnr_db": {"10": 28.5},
    "psnr_b_db": {"10": 28.1},
    "ssim": {"10": 0.75},
    **{"macs_per_pixel": 10.5, "num_params": 100, "training_minutes": 1.5, "bd_rate_range_db": {}},
}
PIPELINE = """\
stages:
  tiny:
    cmd: "true"

artifacts:
  other: {path: models/zoo/other-00000000.weights.h5}
  # The newest.
  tiny:
    path: models/zoo/tiny-00000000.weights.h5
    desc: An older purpose.
  tiny_too: {path: models/zoo/tiny_too-00000000.weights.h5}

plots: []
"""


def git(*words: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test")
    return subprocess.run(["git", *identity, *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def commit(tmp_path, monkeypatch):
    """Return a function that commits a run: params.yaml, and in DVC's cache alone the weights of `one`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sets").symlink_to(ROOT / "data" / "sets")
    git("init", "--quiet")
    Repo.init()
    tiny_zoo.open_zoo()
    files.write_text("dvc.yaml", PIPELINE)
    files.write_text("metrics/benchmarks/restoration-tiny.txt", RECIPE)

    def commit_run(content=b"trained", **experiments):
        params = project(**(experiments or {"one": {"subject": "plane"}}))
        files.write_text("params.yaml", yaml.safe_dump(params, sort_keys=False))
        files.write_bytes(MODELS / "one" / WEIGHTS, content)
        with Repo() as repo:
            repo.add(str(MODELS / "one"))
        git("add", "params.yaml", ".dvc", str(MODELS / "one.dvc"))
        git("commit", "--quiet", "--message=run")
        (MODELS / "one" / WEIGHTS).unlink()
        return git("rev-parse", "HEAD")

    return commit_run


@pytest.fixture
def take(commit, monkeypatch, capsys):
    """Return a function that records a run, and gives the line that it prints first and the record."""
    monkeypatch.setattr(recording.records, "describe", lambda recipe, run: dict(SUMMARY))

    def record_run(*arguments, **experiments):
        revision = commit(*arguments, **experiments)
        monkeypatch.setattr(recording.runs, "find", lambda name: RecordedRun(revision, revision))
        record.main("restoration-tiny", "--exp", "some")
        line = capsys.readouterr().out.splitlines()[0]
        return line, files.read_json("metrics/benchmarks/restoration-tiny.json")

    return record_run


def test_the_weights_that_a_run_has_cached_are_the_zoo_s_to_the_bit(take):
    line, written = take(b"trained")
    network = zoo.find_network("tiny", family="restoration")
    assert network.read_weights() == b"trained"
    assert line == f"{network.path}: the run's weights"
    assert written["zoo"] == {"name": "tiny", "sha256": network.sha256}


def test_the_index_says_what_was_trained_how_on_what_and_how_good_it_is(take):
    entry = {"subject": "plane", "settings": {"width": 8}, "inference": {"projection": 0.8}}
    take(b"trained", one=entry)
    network, params = zoo.find_network("tiny", family="restoration"), project(one=entry)
    assert (network.net, network.settings["width"], network.channels) == ("space_to_depth", 8, 3)
    assert network.inference == {"ensemble": False, "projection": 0.8}
    assert network.augment["qualities"] == params["augment"]["qualities"]
    assert (network.purpose, network.recipe) == ("Shows how it is done.", "restoration-tiny")
    assert (network.data, network.license) == ("embedded", files.read_json("data/sets/embedded.json")["license"])
    assert network.scores == {
        **{"images": params["subjects"]["plane"]["source"], "file": PLAIN.model_dump()},
        **{"psnr_db": {"10": 28.5}, "psnr_b_db": {"10": 28.1}},
        **{"ssim": {"10": 0.75}, "macs_per_pixel": 10.5, "num_params": 100, "training_minutes": 1.5},
    }


def test_new_weights_take_the_place_of_the_old_ones_in_dvc_yaml_too(take):
    _, first = take(b"trained")
    line, second = take(b"trained better")
    network = zoo.find_network("tiny", family="restoration")
    assert network.read_weights() == b"trained better"
    assert line.endswith(f", in place of tiny-{first['zoo']['sha256'][:8]}.weights.h5")
    assert first["zoo"] != second["zoo"]
    assert Path("dvc.yaml").read_text() == PIPELINE.replace(
        "    path: models/zoo/tiny-00000000.weights.h5\n    desc: An older purpose.\n",
        f'    path: "{network.path}"\n    type: "model"\n    desc: "Shows how it is done."\n',
    )


def test_a_changed_purpose_reaches_dvc_yaml(take):
    take(b"trained")
    files.write_text("metrics/benchmarks/restoration-tiny.txt", RECIPE.replace("Shows how", "Shows why"))
    take(b"trained better")
    artifact = yaml.safe_load(Path("dvc.yaml").read_text())["artifacts"]["tiny"]
    assert artifact["desc"] == zoo.find_network("tiny", family="restoration").purpose == "Shows why it is done."


def test_a_run_with_the_same_weights_leaves_the_files_and_says_so(take):
    take(b"trained")
    before = {path: path.read_bytes() for path in zoo.ZOO.iterdir()}
    line, _ = take(b"trained", one={"subject": "plane", "points": {"quality": [10, 20]}})
    assert line.endswith(": the run's weights are these, bit for bit")
    assert {path: path.read_bytes() for path in zoo.ZOO.iterdir()} == before


@pytest.mark.parametrize("text", ["stages: {}\n", "stages: {}\nartifacts:\n  other: {path: models/zoo/other}\n"])
def test_a_network_that_dvc_yaml_lacks_is_added_to_its_artifacts(take, text):
    files.write_text("dvc.yaml", text)
    take(b"trained")
    network, content = zoo.find_network("tiny", family="restoration"), yaml.safe_load(Path("dvc.yaml").read_text())
    added = {"path": str(network.path), "type": "model", "desc": "Shows how it is done."}
    others = yaml.safe_load(text).get("artifacts", {})
    assert content == {"stages": {}, "artifacts": {"tiny": added} | others}


@pytest.mark.parametrize(
    "experiments",
    [
        {"one": {}, "two": {}},
        {"one": {"direction": "degrade"}},
        {"one": {"blind": False}},
        {"one": {"sweep": {"width": [8]}}},
        {"one": {"weights": "tiny"}},
    ],
    ids=["two entries", "the other way", "by quality", "sweep", "not trained"],
)
def test_a_run_that_trains_no_single_restorer_has_none_for_the_zoo(take, experiments):
    with pytest.raises(UserError, match=r"whose network goes into the zoo has one entry, .* or omit its `zoo:`"):
        take(b"trained", **experiments)
    assert zoo.read_index() == {}


def test_a_recipe_says_what_its_network_is_for(take):
    files.write_text("metrics/benchmarks/restoration-tiny.txt", RECIPE.replace("# Purpose", "# P"))
    with pytest.raises(
        UserError, match=r"metrics/benchmarks/restoration-tiny\.txt: no comment `# Purpose: \.\.\.`"
    ):
        take(b"trained")


def test_weights_that_are_nowhere_are_named_with_the_remedy(take, commit):
    revision = commit(b"trained")
    for path in Path(".dvc/cache").rglob("*"):
        if path.is_file():
            path.unlink()
    recipe = record.recipes.read("restoration-tiny")
    with pytest.raises(UserError, match=r"has no models/restoration/one/best\.weights\.h5;.*dvc exp pull"):
        networks.read(recipe, RecordedRun(revision, revision), SUMMARY)


def test_a_network_whose_name_depends_on_its_content_is_alone_in_its_folder(commit, monkeypatch):
    revision = commit(b"trained")
    restoration = networks.rooms.load_part("restoration", "records")
    monkeypatch.setattr(restoration, "find_weights", lambda project: MODELS / "one")
    content, _ = networks.read(record.recipes.read("restoration-tiny"), RecordedRun(revision, revision), SUMMARY)
    assert content == b"trained"


@pytest.mark.parametrize("families", ["classical", "deblocking restoration"])
def test_only_a_run_whose_first_family_has_networks_has_one_for_the_zoo(take, families):
    files.write_text("metrics/benchmarks/restoration-tiny.txt", f"{RECIPE}families: {families}\n")
    with pytest.raises(
        UserError, match=r"restoration-tiny\.txt: `zoo:` is for a run whose first family has networks"
    ):
        take(b"trained")


@pytest.mark.parametrize(
    ("text", "experiments", "complaint"),
    [
        (
            RECIPE.replace("# Purpose", "# P"),
            {"one": {}},
            "restoration-tiny.txt: no comment `# Purpose: ...`; add",
        ),
        (f"{RECIPE}families: deblocking restoration\n", {"one": {}}, "`zoo:` is for a run whose first family"),
        (f"{RECIPE}families: classical\n", {"one": {}}, "`zoo:` is for a run whose first family"),
        (RECIPE, {"one": {}, "two": {}}, "a run whose network goes into the zoo has one entry"),
        (f"{RECIPE}families: restored\n", {"one": {}}, "unknown family `restored`; known: "),
        (f"{RECIPE}epoch=1\n", {"one": {}}, "restoration-tiny.txt: "),
    ],
    ids=["no purpose", "two families", "no networks", "two entries", "no family", "no key"],
)
def test_a_mistake_in_a_recipe_is_named_before_it_runs(commit, monkeypatch, text, experiments, complaint):
    commit(**experiments)
    files.write_text("metrics/benchmarks/restoration-tiny.txt", text)
    monkeypatch.setattr(recording.runs, "run_experiment", lambda *_: pytest.fail("it ran"))
    assert complaint in refusal(record.main, "restoration-tiny")


def test_a_recipe_overrides_params_before_its_network_is_checked(commit):
    commit(one={}, two={})
    files.write_text("metrics/benchmarks/restoration-tiny.txt", f"{RECIPE}~restoration.experiments.two\n")
    recording.records.check(recording.recipes.read("restoration-tiny"))


def test_a_name_that_the_zoo_cannot_hold_is_refused(commit):
    files.write_text("metrics/benchmarks/restoration-tiny.txt", RECIPE.replace("zoo: tiny", "zoo: jpeg-color"))
    line = refusal(record.recipes.read, "restoration-tiny")
    assert line.startswith("metrics/benchmarks/restoration-tiny.txt: zoo: a name has 1 to 64 characters: ")


def test_two_names_in_the_zoo_are_refused(commit):
    files.write_text("metrics/benchmarks/restoration-tiny.txt", f"{RECIPE}zoo: other\n")
    line = refusal(record.recipes.read, "restoration-tiny")
    assert line.endswith("`zoo:` names one network, not 2; remove the others")
