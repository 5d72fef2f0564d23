"""The `latent_decoder` group: which trainings an entry stands for, and that a mistake is one line."""

import copy
from pathlib import Path

import pytest

from recon.check.schema import check
from recon.core import rooms
from recon.core.reconstruction import variant_name
from recon.families.latent_decoder.params import FAMILY, ROOM, LatentDecoder
from recon.settings.core import PATH, parse, read_params
from refusals import refusal

REAL = read_params(Path(__file__).resolve().parents[3] / PATH)
ENTRY = {"net": "linear", "subject": "patterns", "latents": 2, "points": {"q_step": [0.01]}}


def params(entry: dict, *, subject: dict | None = None, **groups: dict) -> dict:
    """Return params with one entry called `one`, changes of its `subject`, and those of other groups."""
    real = copy.deepcopy(REAL)
    experiments = {"one": ENTRY | entry}
    if entry.get("subject", "patterns") != "patterns":
        experiments["patterns"] = ENTRY  # of which there must be one
    real["latent_decoder"]["experiments"] = experiments
    real["subjects"]["latent_decoder"] |= subject or {}
    for group, changes in groups.items():
        real[group] |= changes
    return real


def complaint(entry: dict, **groups: dict) -> str:
    return refusal(check, params(entry, **groups))


def read_entry(given: dict, name: str):
    return parse(LatentDecoder, given[FAMILY], FAMILY).entry(name)


def runs(entry: dict) -> list:
    return read_entry(params(entry), "one").runs


def test_the_project_s_params_are_accepted():
    check(REAL)
    check(params({}))


def test_an_entry_without_axes_is_one_training_named_by_its_quantizer_step():
    (run,) = runs({})
    assert (run.folder, variant_name(run.point(0.25))) == ("", "q_step=0.25")


def test_unseen_pictures_have_a_setting_of_their_own():
    """And the names that they had before settings were columns."""
    run, _ = runs({"across": {"latents": [4, 8]}, "sweep": {"loss": ["mae"]}})[:2]
    assert variant_name(run.point(0.05)) == "base=base,latents=4,q_step=0.05"
    assert run.point(0.05, unseen=True) == run.point(0.05) | {"codes": "found"}
    assert variant_name(run.point(0.05, unseen=True)) == "base=base,latents=4,q_step=0.05,codes=found"


def test_a_sweep_changes_one_factor_at_a_time_wherever_it_belongs():
    entry = {"net": "mlp", "sweep": {"latents": [3], "width": [8], "learning_rate": [0.1], "start": ["pca"]}}
    base, latents, width, rate, start = runs(entry)
    assert [run.folder for run in (base, latents, width, rate, start)] == [
        "base=base", "latents=3", "width=8", "learning_rate=0.1", "start=pca"
    ]  # fmt: skip
    assert (latents.latents, width.net_settings["width"], rate.training.learning_rate, start.start) == (
        3, 8, 0.1, "pca"
    )  # fmt: skip
    assert (latents.net_settings, latents.training, latents.start) == (
        base.net_settings,
        base.training,
        base.start,
    )
    assert (base.factor, base.value, latents.factor, latents.value) == ("base", "base", "latents", "3")


def test_another_decoder_brings_its_own_defaults_beside_given_settings():
    changes = {"a": {"net": "mlp", "settings": {"width": 7}, "latents": 5, "training": {"epochs": 20}}}
    _, run = runs({"sweep": {"variety": changes}})
    assert (run.net, run.latents, run.training.epochs) == ("mlp", 5, 20)
    assert run.net_settings["width"] == 7
    assert run.net_settings["skip"] is True
    assert run.training.learning_rate == REAL["latent_decoder"]["training"]["learning_rate"]


def test_across_an_axis_the_entry_comes_once_for_each_value_and_change():
    trainings = runs({"across": {"latents": [1, 3]}, "sweep": {"loss": ["mae"]}})
    assert [run.folder for run in trainings] == [
        "base=base,latents=1", "base=base,latents=3", "loss=mae,latents=1", "loss=mae,latents=3"
    ]  # fmt: skip
    assert [run.latents for run in trainings] == [1, 3, 1, 3]
    assert [run.across for run in trainings] == ["1", "3", "1", "3"]


def test_all_that_decides_a_training_is_in_its_description():
    changed = [{}, {"latents": 3}, {"start": "pca"}, {"net": "mlp"}, {"training": {"seed": 3}}]
    assert len({str(runs(entry)[0].description) for entry in changed}) == len(changed)


@pytest.mark.parametrize("entry", REAL["latent_decoder"]["experiments"])
def test_no_two_trainings_of_an_entry_have_one_name(entry):
    names = [run.folder for run in read_entry(REAL, entry).runs]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("net", ["conv", "coordinate", "linear", "mlp"])
def test_whether_a_network_has_convolutions_is_read_from_its_source(net):
    assert rooms.has_convolutions(net, room=ROOM) == (net == "conv")


CONV = {"net": "conv", "subject": "latent_decoder", "patch_size": 8}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"latents": 0}, "one.latents: input should be greater than or equal to 1 (got 0)"),
        ({"latents": 2.5}, "one.latents: input should be a valid integer"),
        ({"latents": True}, "one.latents: true and false have no meaning here"),
        ({"sweep": {"latents": [0]}}, "one.sweep.latents: input should be greater than or equal to 1 (got 0)"),
        ({"net": "lnear"}, "one.net: unknown network `lnear`; known: conv, coordinate, linear, mlp"),
        ({"sweep": {"net": ["nobody"]}}, "one.sweep.net: unknown network `nobody`; known: "),
        (
            {"sweep": {"variety": {"a": {"net": "nobody"}}}},
            "one.sweep.variety.a.net: unknown network `nobody`; known: ",
        ),
        ({"settings": {"width": 3}}, "one.settings.width: unknown key; known keys: output_activation"),
        ({"net": "mlp", "settings": {"depth": 0}}, "one.settings.depth: counts start at 1"),
        ({"net": "mlp", "settings": {"width": 10**9}}, "one.settings.width: at most 4096"),
        ({"net": "coordinate", "settings": {"octaves": 99}}, "one.settings.octaves: at most 7"),
        ({"net": "mlp", "training": {"optimizer": "muon"}}, "one: optimizer `muon` is for convolutions"),
        ({"net": "mlp", "settings": {"activation": "rleu"}}, "unknown activation `rleu`; known: relu"),
        ({"sweep": {"sigma": [1]}}, "one.sweep.sigma: unknown setting; known: batch_size"),
        ({"sweep": {"q_step": [1]}}, "one.sweep.q_step: unknown setting; known: "),
        ({"sweep": {"latents": [1, 1]}}, "sweep.latents: name each value once"),
        ({"sweep": {"latents": []}}, "sweep.latents: list should have at least 1 item"),
        ({"sweep": {"variety": {"a": {"nett": "mlp"}}}}, "a: unknown key `nett`; known keys: latents, net"),
        ({"across": {"latents": [1], "start": ["pca"]}}, "one.across: dictionary should have at most 1 item"),
        (
            {"across": {"latents": [1]}, "sweep": {"latents": [3]}},
            "`latents` varies in `across` and is changed by `latents` in `sweep`; keep one",
        ),
        (
            {"across": {"epochs": [20]}, "sweep": {"variety": {"a": {"training": {"epochs": 30}}}}},
            "`epochs` varies in `across` and is changed by `variety` in `sweep`; keep one",
        ),
        ({"start": "zeros"}, "one.start: input should be 'random', 'orthogonal' or 'pca' (got 'zeros')"),
        ({"points": {"q_step": [0.1, 0.1]}}, "one.points: name each value once"),
        ({"points": {"q_step": []}}, "one.points: name at least one value of `q_step`"),
        ({"points": {}}, "one.points: name exactly one of q_step"),
        (
            {"points": {"q_step": [0]}},
            "one.points.q_step.0: input should be greater than or equal to 0.000001 (got 0)",
        ),
        (
            {"subject": "photo"},
            "one.subject: unknown subject `photo`; known: plane, autoencoder, latent_decoder, ",
        ),
        ({"patch_size": 200}, "one.patch_size: 200 is more than the pictures' 64 x 64 pixels"),
        (CONV | {"patch_size": 256}, "one.patch_size: 256 is more than the pictures' 128 x 128 pixels"),
        (CONV | {"patch_size": 1}, "one.patch_size: input should be greater than or equal to 2"),
        (CONV | {"settings": {"levels": 4}}, "2^levels x grid = 16 does not divide the sides 8 x 8"),
        (CONV | {"settings": {"grid": 3}}, "2^levels x grid = 24 does not divide the sides 8 x 8"),
        (CONV | {"latents": 6, "settings": {"levels": 1, "grid": 2}}, "6 is not a multiple of grid^2 = 4"),
        (CONV | {"sweep": {"levels": [3, 4]}}, "2^levels x grid = 16 does not divide the sides 8 x 8"),
        ({"training": {"report_every": 7}}, "one.training: `report_every` must divide `epochs` (1000)"),
        ({"training": {"report_every": 50}}, "one.training: `report_every` must divide `fit_epochs` (60)"),
        ({"training": {"epochs": 0}}, "one.training.epochs: input should be greater than or equal to 1"),
        ({"training": {"batch_size": 0}}, "one.training.batch_size: input should be greater than or equal to 1"),
        ({"training": {"fit_learning_rate": 0}}, "one.training.fit_learning_rate: input should be greater than 0"),
        ({"training": {"epoch": 3}}, "one.training.epoch: unknown key; known keys: batch_size"),
        ({"training": {"warmup_steps": 1000}}, "warmup_steps: must be less than `epochs`, 1000 (got 1000)"),
        ({"training": {"warmup_steps": 60}}, "warmup_steps: must be less than `fit_epochs`, 60 (got 60)"),
        ({"training": {"early_stopping": 2}}, "one.training.early_stopping: the curves need all epochs"),
        ({"training": {"value_range": "symmetric"}}, "output_activation `sigmoid` cannot reach"),
        ({"subject": "plane", "sweep": {"latents": [3]}}, "in the plane an entry is one curve"),
        (
            {"subject": "plane", "across": {"latents": [3]}, "points": {"q_step": [1, 2]}},
            "in the plane an entry is one curve",
        ),
    ],
)
def test_a_mistake_is_one_line_that_names_the_key(entry, message):
    text = complaint(entry)
    assert text.startswith("params.yaml: latent_decoder.experiments.one")
    assert message in text


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        ({"unseen": ["nobody"]}, ": `unseen` names `nobody`, which is not among `images`"),
        ({"images": "all", "unseen": ["nobody"]}, ".unseen: `nobody` is not in the dataset `embedded`"),
        ({"images": ["chelsea"]}, ": all `images` are `unseen`; leave one at least to train on"),
        ({"unseen": ["chelsea", "chelsea"]}, ".unseen: name each value once"),
        ({"unseen": "chelsea"}, ".unseen: input should be a valid list"),
        ({"images": ["nobody"], "unseen": []}, ".images: `nobody` is not in the dataset `embedded`"),
        ({"color": "blue"}, ".color: input should be 'rgb' or 'gray'"),
    ],
)
def test_an_impossible_subject_is_refused(subject, message):
    assert f"subjects.latent_decoder{message}" in complaint({}, subject=subject)


def test_all_images_of_a_dataset_may_not_be_unseen():
    names = ["astronaut", "chelsea", "coffee", "motorcycle_left", "motorcycle_right", "rocket"]
    message = complaint({}, subject={"images": "all", "unseen": names})
    assert "subjects.latent_decoder.unseen: lists every image of the dataset" in message


@pytest.mark.parametrize("entries", [("plane",), ("patterns", "patterns")])
def test_exactly_one_entry_is_about_the_patterns(entries):
    changed = params({})
    numbered = enumerate(entries)
    changed["latent_decoder"]["experiments"] = {
        f"entry_{number}": ENTRY | {"subject": subject, "patch_size": 8} for number, subject in numbered
    }
    message = refusal(check, changed)
    assert f"{entries.count('patterns')} have the subject `patterns`" in message


def test_pictures_of_their_own_sizes_need_patches():
    sizes = {"rows": None, "columns": None}
    message = complaint({"subject": "latent_decoder"}, subject=sizes)
    assert "one.patch_size: the pictures of `latent_decoder` differ in size" in message
    check(params({"subject": "latent_decoder", "patch_size": 8}, subject=sizes))


def test_the_side_of_the_patterns_counts():
    message = complaint({"net": "conv"}, synthesize={"side": 60})
    assert "2^levels x grid = 8 does not divide the sides 60 x 60" in message
