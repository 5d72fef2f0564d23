"""The `coordinates` group: which fits an entry stands for, and that a mistake is one line."""

import copy

import pytest

from recon.check.schema import check
from recon.core.reconstruction import variant_name
from recon.core.sources import ROOT
from recon.families.coordinates.params import Coordinates
from recon.settings.core import PATH, parse, read_params
from refusals import refusal

REAL = read_params(ROOT / PATH)


def params(entry: dict, **groups: dict) -> dict:
    """Return params with one entry called `one`; `groups` change parts of `coordinates`."""
    real = copy.deepcopy(REAL)
    real["coordinates"]["experiments"] = {"one": {"net": "mlp", "subject": "photograph"} | entry}
    for group, changes in groups.items():
        real["coordinates"][group] |= changes
    return real


def complaint(entry: dict, **groups: dict) -> str:
    return refusal(check, params(entry, **groups))


def runs(entry: dict) -> list:
    return parse(Coordinates, params(entry)["coordinates"], "coordinates").entry("one").runs


def names(entry: dict) -> list[str]:
    return [variant_name(run.settings) for run in runs(entry)]


def test_an_entry_without_axes_is_one_fit_without_settings():
    (run,) = runs({})
    assert (run.settings, run.folder, run.label) == ({}, "", "base")


def test_a_sweep_changes_one_factor_at_a_time_wherever_it_belongs():
    base, scale, width, rate = runs({"sweep": {"scale": [3], "width": [8], "learning_rate": [0.1]}})
    assert [run.folder for run in (base, scale, width, rate)] == [
        "base=base", "scale=3", "width=8", "learning_rate=0.1"
    ]  # fmt: skip
    assert (scale.mapping.scale, width.network["width"], rate.training.learning_rate) == (3, 8, 0.1)
    assert (scale.network, scale.training) == (base.network, base.training)


def test_across_an_axis_the_entry_comes_once_for_each_value_and_change():
    entry = {"across": {"kind": ["none", "gaussian"]}, "sweep": {"loss": ["mae"]}}
    assert names(entry) == [
        "base=base,kind=none", "base=base,kind=gaussian", "loss=mae,kind=none", "loss=mae,kind=gaussian"
    ]  # fmt: skip
    assert [run.mapping.kind for run in runs(entry)] == ["none", "gaussian"] * 2
    assert [run.is_base for run in runs(entry)] == [True, True, False, False]
    assert [run.label for run in runs(entry)][::2] == ["kind=none", "loss=mae,kind=none"]


def test_a_named_value_changes_its_settings_and_keeps_the_rest():
    change = {"mapping": {"scale": 3}, "training": {"learning_rate": 0.5}, "mask": "even"}
    (run,) = runs({"mapping": {"num_frequencies": 8}, "across": {"what": {"some": change}}})
    assert run.folder == "what=some"
    assert (run.mapping.scale, run.mapping.num_frequencies, run.training.learning_rate) == (3, 8, 0.5)
    assert (run.visibility.mask, run.mask.kind) == ("even", "even")


def test_interpolations_come_once_for_each_visibility():
    entry = {"mask": "even", "across": {"kind": ["none", "gaussian"]}, "baselines": ["bilinear", "bicubic"]}
    assert names(entry)[2:] == ["method=bilinear", "method=bicubic"]
    reduced = runs({"across": {"reduce": [2, 4]}, "baselines": ["bicubic"]})[2:]
    assert [(variant_name(run.settings), run.visibility.reduce) for run in reduced] == [
        ("method=bicubic,reduce=2", 2), ("method=bicubic,reduce=4", 4)
    ]  # fmt: skip
    assert not any(run.is_base for run in reduced)


def test_a_run_s_value_of_a_setting_is_text_wherever_the_setting_belongs():
    (run,) = runs({"mask": "even", "settings": {"width": 8}, "mapping": {"scale": 2.5}})
    factors = ("mask", "width", "scale", "learning_rate", "what")
    assert [run.value_of(factor) for factor in factors] == ["even", "8", "2.5", "0.003", None]


@pytest.mark.parametrize("entry", REAL["coordinates"]["experiments"])
def test_no_two_runs_of_an_entry_have_one_name(entry):
    group = parse(Coordinates, REAL["coordinates"], "coordinates")
    variants = [variant_name(run.settings) for run in group.entry(entry).runs]
    assert len(set(variants)) == len(variants)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"mapping": {"scale": 0}}, "one.mapping.scale: input should be greater than 0 (got 0)"),
        ({"mapping": {"scale": -1}}, "one.mapping.scale: input should be greater than 0"),
        (
            {"mapping": {"num_frequencies": 0}},
            "one.mapping.num_frequencies: input should be greater than or",
        ),
        ({"mapping": {"kind": "positional", "num_frequencies": 7}}, "give an even num_frequencies"),
        ({"mapping": {"kind": "fourier"}}, "one.mapping.kind: input should be"),
        ({"net": "nlp"}, "one.net: unknown network `nlp`; known: "),
        ({"net": "grid"}, "one.mapping.kind: `grid` takes none (got 'gaussian')"),
        ({"settings": {"widht": 3}}, "one.settings.widht: unknown key; known keys: activation, depth"),
        ({"settings": {"depth": 0}}, "one.settings.depth: counts start at 1"),
        ({"sweep": {"sigma": [1, 2]}}, "one.sweep.sigma: unknown setting; known: "),
        ({"sweep": {"scale": [1, 1]}}, "name each value once"),
        ({"subject": "photo"}, "one.subject: unknown subject `photo`; known: plane, autoencoder"),
        ({"mask": "stripes"}, "one.mask: unknown mask `stripes`; known: even"),
        ({"mask": "even", "reduce": 2}, "set either `mask` or `reduce`, not both"),
        ({"reduce": 3}, "one.reduce: 3 does not divide 128 x 128"),
        ({"baselines": ["bicubic"]}, "one.baselines: no pixels are hidden"),
        ({"mask": "text", "baselines": ["bicubic"]}, "`bicubic` needs visible pixels on a lattice"),
        ({"reduce": 2, "baselines": ["biharmonic"]}, "`biharmonic` fills in hidden pixels"),
        ({"sweep": {"reduce": [0]}}, "one.sweep.reduce: input should be greater than or equal to 1 (got 0)"),
        ({"sweep": {"reduce": ["two"]}}, "one.sweep.reduce: input should be a valid integer"),
        ({"sweep": {"bits": [4]}}, "`bits` cannot be the name of an axis"),
        ({"sweep": {"scale": [4]}, "across": {"scale": [2]}}, "`scale` is in `across` and in `sweep`"),
        (
            {"sweep": {"what": {"a": {"scale": 2}}}},
            "sweep.what.a: unknown key `scale`; known keys: mapping",
        ),
        ({"mask": "even", "sweep": {"mask": ["text"]}, "baselines": ["nearest"]}, "may vary in `across` only"),
        ({"net": "siren", "settings": {"frequency": 0}}, "one.settings.frequency: above 0, at most 1000 (got 0"),
        ({"net": "grid", "mapping": {"kind": "none"}, "settings": {"growth": 0.5}}, "settings.growth: above 1"),
        ({"points": {"bits": [17]}}, "one.points.bits.0: input should be less than or equal to 16"),
        ({"training": {"warmup_steps": 10**6}}, "one.training.warmup_steps: must be less than the run's"),
        (
            {"training": {"optimizer": "muon"}},
            "one: optimizer `muon` is for convolutions, and the network has none",
        ),
        ({"training": {"learning_rate": 0}}, "one.training.learning_rate: input should be greater than 0"),
        ({"training": {"value_range": "symmetric"}}, "output_activation `sigmoid` cannot reach"),
        ({"sweep": {"math": ["bfloat16"]}}, "`math` must be the same for all its fits"),
        ({"subject": "plane", "sweep": {"scale": [1]}}, "in the plane an entry is one curve"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_key(entry, message):
    assert message in complaint(entry)


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        ({"kind": "random", "hidden": 0.00001}, "masks.some: hides none of the 128 x 128 pixels"),
        ({"kind": "random", "hidden": 0.99999}, "masks.some: hides all of the 128 x 128 pixels"),
        ({"kind": "random"}, "`random` and `block` need `hidden`, the share of the image"),
        ({"kind": "text", "hidden": 0.5}, "`random` and `block` need `hidden`, the share of the image"),
    ],
)
def test_a_mask_that_cannot_be_is_refused(mask, message):
    assert message in complaint({"mask": "some"}, masks={"some": mask})
