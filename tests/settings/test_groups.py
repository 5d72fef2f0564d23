import hashlib
import json
import shutil
from pathlib import Path

import pytest
from dvc.repo import Repo

import experiments
from recon.families.shared import zoo
from recon.settings import groups
from recon.settings.core import read_params
from refusals import refusal

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The working folder, after the stage `experiments` read the real params.yaml there."""
    shutil.copytree(ROOT / "data" / "sets", tmp_path / "data" / "sets")
    shutil.copytree(ROOT / "models" / "zoo", tmp_path / "models" / "zoo")
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    experiments.main()
    return tmp_path / groups.FOLDER


def test_each_family_has_its_group_in_the_order_of_params_yaml(written):
    real = dict(groups.families(read_params()))
    assert {path.stem for path in written.glob("*.json")} == {*real, "families"}
    assert groups.family_names() == list(real)
    for name, group in real.items():
        found = json.loads((written / f"{name}.json").read_text(encoding="utf-8"))
        assert json.dumps(found) == json.dumps(group)


def test_an_unknown_family_is_refused(written):
    assert "`fractals` is no family" in refusal(groups.read, "fractals")


def test_the_sums_are_those_of_the_files(written):
    sums = {path.name: hashlib.md5(path.read_bytes()).hexdigest() for path in written.glob("*.json")}
    assert {Path(path).name: md5 for path, md5 in groups.locked(read_params()).items()} == sums


def test_a_comment_changes_no_file(written):
    before = {path: path.read_bytes() for path in written.rglob("*.*")}
    params = Path("params.yaml")
    params.write_text("# One more.\n" + params.read_text(encoding="utf-8"), encoding="utf-8")
    experiments.main()
    assert {path: path.read_bytes() for path in written.rglob("*.*")} == before


def test_each_entry_has_a_file_that_says_which_network_of_the_zoo_it_has(written):
    real = {name: group["experiments"] for name, group in groups.families(read_params())}
    entries = {(family, name): given.get("weights") for family in real for name, given in real[family].items()}
    found = {(path.parent.name, path.stem): path.read_text() for path in written.glob("weights/*/*.txt")}
    assert found == {entry: zoo.identify_weights(name) for entry, name in entries.items()}


def test_what_sees_all_entries_of_a_family_depends_on_its_group():
    stages = Repo(ROOT, config={"core": {"no_scm": True}}).index.stages
    for family in ("classical", "autoencoder", "coordinates"):
        (stage,) = [stage for stage in stages if stage.name == f"evaluate@{family}"]
        assert f"{groups.FOLDER}/{family}.json" in [dep.def_path for dep in stage.deps]
