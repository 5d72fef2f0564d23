"""The zoo: files that are what the index says, or one line, and a remedy that works."""

import json
import re
import subprocess
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import tiny_zoo
from recon.core import files
from recon.core.errors import UserError
from recon.core.sources import ROOT
from recon.families.autoencoder.pretrained import open_zoo as open_codec
from recon.families.autoencoder.transform.architecture import CodecArchitecture
from recon.families.autoencoder.transform.params import TransformSettings
from recon.families.overfitted import starts
from recon.families.overfitted.params import Networks
from recon.families.restoration import pretrained
from recon.families.shared import zoo
from refusals import refusal

CONTENT, OTHER = b"some weights", b"others"
SHARED = {"name", "purpose", "family", "settings", "channels", "recipe", "data", "license", "scores"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tiny_zoo.open_zoo()
    return tmp_path


def listed():
    return sorted(path.name for path in zoo.ZOO.iterdir())


def git(*words):
    identity = ("-c", "user.name=test", "-c", "user.email=test")
    subprocess.run(["git", *identity, *words], check=True, capture_output=True)


def test_a_network_is_found_by_its_name_and_its_file_by_its_hash():
    added = zoo.add(CONTENT, **tiny_zoo.row("first"))
    assert zoo.find_network("first", family="restoration").sha256 == added.sha256
    assert added.path == Path(f"models/zoo/first-{sha256(CONTENT).hexdigest()[:8]}.weights.h5")
    assert (added.read_weights(), added.file_bytes) == (CONTENT, len(CONTENT))


@pytest.mark.parametrize(("suffix", "named"), [("start", set()), ("codec", {"net"})])
def test_a_shared_start_and_a_codec_are_listed_beside_networks(suffix, named):
    """They have no fields of a network of Keras, in the index neither."""
    other = {key: value for key, value in tiny_zoo.row("other").items() if key in SHARED | named}
    zoo.add(CONTENT, **tiny_zoo.row("network"))
    added = zoo.add(OTHER, **other)
    assert added.path == Path(f"models/zoo/other-{sha256(OTHER).hexdigest()[:8]}.{suffix}")
    assert zoo.read_index()["other"].read_weights() == OTHER
    assert zoo.read_index()["network"].read_weights() == CONTENT
    assert files.read_json(zoo.INDEX)[1].keys() == SHARED | named | {"file", "sha256", "file_bytes"}


def test_new_weights_take_the_place_of_the_old_and_others_stay():
    for name, content in (("first", CONTENT), ("second", CONTENT), ("first", OTHER)):
        zoo.add(content, **tiny_zoo.row(name))
    assert {name: network.read_weights() for name, network in zoo.read_index().items()} == {
        "first": OTHER,
        "second": CONTENT,
    }
    assert listed() == sorted(["index.json", *(network.file for network in zoo.read_index().values())])


def test_the_same_weights_again_change_no_byte():
    zoo.add(CONTENT, **tiny_zoo.row())
    before = {path: path.read_bytes() for path in zoo.ZOO.iterdir()}
    zoo.add(CONTENT, **tiny_zoo.row())
    assert {path: path.read_bytes() for path in zoo.ZOO.iterdir()} == before


def test_a_file_that_is_too_large_for_git_is_refused_and_nothing_is_written():
    with pytest.raises(
        UserError, match=r"jpeg_color: 1,000,001 bytes .* at most 1,000,000; .*half_precision: true"
    ):
        zoo.add(bytes(zoo.MOST_BYTES + 1), **tiny_zoo.row())
    assert listed() == ["index.json"]


@pytest.mark.parametrize("name", ["second", "of_another_family"])
def test_an_unknown_network_is_named_with_the_known_ones(name):
    zoo.add(CONTENT, **tiny_zoo.row("first"))
    zoo.add(CONTENT, **tiny_zoo.row("of_another_family", family="autoencoder"))
    line = refusal(partial(zoo.find_network, family="restoration"), name)
    assert line == f"models/zoo/index.json: no network `{name}` of restoration; known: first"


def damage(network):
    network.path.write_bytes(OTHER)


def remove(network):
    network.path.unlink()


def forge(network):
    network.path.write_bytes(OTHER)
    row = network.model_dump() | {"sha256": sha256(OTHER).hexdigest()}
    files.write_json(zoo.INDEX, [row])


def cut(network):
    zoo.INDEX.write_text("[{")


def lose(network):
    zoo.INDEX.unlink()


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (damage, r"first-\w{8}\.weights\.h5: its SHA-256 is \w{12}\.\.\., but \w{12}\.\.\. in index\.json"),
        (remove, r"first-\w{8}\.weights\.h5: not found"),
        (forge, r"index\.json: its `file` must be first-\w{8}\.weights\.h5"),
        (cut, r"index\.json: damaged"),
        (lose, r"index\.json: not found"),
    ],
)
def test_what_is_not_as_the_index_says_is_one_line_whose_remedy_restores_it(harm, complaint):
    network = zoo.add(CONTENT, **tiny_zoo.row("first"))
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message=test")):
        git(*words)

    def read():
        return zoo.find_network("first", family="restoration").read_weights()

    harm(network)
    line = refusal(read)
    assert re.fullmatch(rf"models/zoo/({complaint}); this restores it: {zoo.RESTORE}", line)
    git(*zoo.RESTORE.split()[1:])
    assert read() == CONTENT


def test_dvc_sees_which_weights_an_entry_has_in_the_zoo():
    texts = [zoo.identify_weights(None)]
    for content in (CONTENT, OTHER):
        zoo.add(content, **tiny_zoo.row("first"))
        texts.append(zoo.identify_weights("first"))
        zoo.add(content, **tiny_zoo.row("second"))
        assert zoo.identify_weights("first") == texts[-1]  # whatever the others are
    assert len(set(texts)) == 3
    assert "no network `third`; known: first, second" in refusal(zoo.identify_weights, "third")


@pytest.mark.parametrize(
    ("experiment", "name"),
    [
        ({"weights": "first"}, "first"),
        ({"shared_start": "first"}, "first"),
        *((experiment, None) for experiment in ({}, {"weights": None}, {"shared_start": None})),
        ({"shared_start": "trained"}, None),
    ],
)
def test_an_entry_names_its_weights_in_the_zoo_or_has_none_there(experiment, name):
    assert zoo.find_name(experiment) == name


# --- The project's own ---


@pytest.fixture
def project(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("project")
def test_the_project_s_networks_are_in_git_as_the_index_says_and_nothing_else_is():
    networks = zoo.read_index().values()
    for network in networks:
        assert len(network.read_weights()) == network.file_bytes <= zoo.MOST_BYTES
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", str(zoo.ZOO)]
    kept = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
    assert sorted(kept) == sorted(
        str(path) for path in (zoo.INDEX, zoo.ZOO / "README.md", *(network.path for network in networks))
    )


@pytest.mark.usefixtures("project")
def test_the_artifacts_of_dvc_yaml_are_the_networks_of_the_index():
    artifacts = YAML(typ="safe").load(Path("dvc.yaml")).get("artifacts", {})
    assert {name: (artifact["path"], artifact["desc"]) for name, artifact in artifacts.items()} == {
        name: (str(network.path), network.purpose) for name, network in zoo.read_index().items()
    }


@pytest.mark.usefixtures("project")
def test_the_project_s_networks_can_be_loaded():
    for network in zoo.read_index().values():
        if network.family == "restoration":
            model = pretrained.load(network)
            assert model.count_params() == network.scores["num_params"]
            assert set(network.augment) == {"qualities", "subsamplings", "encoders", "tables"}
        elif network.family == "autoencoder":
            architecture = open_codec(network.name).architecture
            assert {architecture.num_params} == {*network.scores["num_params"].values()}
            settings = {name: network.settings[name] for name in TransformSettings.model_fields}
            assert CodecArchitecture(len(network.settings["lambdas"]), **settings) == architecture
        else:
            architecture = starts.open_start(network.name).parameters.architecture
            assert {architecture.num_params} == {*network.scores["num_params"].values()}
            settings = {name: network.settings[name] for name in Networks.model_fields}
            assert Networks(**settings).architecture(network.channels) == architecture


@pytest.mark.usefixtures("project")
def test_the_record_of_each_network_s_recipe_is_of_these_weights():
    for network in zoo.read_index().values():
        record = json.loads(Path(f"metrics/benchmarks/{network.recipe}.json").read_text())
        assert record["zoo"] == {"name": network.name, "sha256": network.sha256}
