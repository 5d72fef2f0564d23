"""The `coordinates` group: which fits an entry stands for, and that a mistake is one line."""

import copy
from pathlib import Path

import pytest

from recon.check.schema import check
from recon.families.coordinates.runs import baselines_of, runs_of
from recon.settings.core import PATH, read_params
from refusals import refusal

REAL = read_params(Path(__file__).resolve().parents[3] / PATH)


def params(entry: dict, **groups: dict) -> dict:
    """Return params with one entry called `one`; `groups` change parts of `coordinates`."""
    real = copy.deepcopy(REAL)
    real["coordinates"]["experiments"] = {"one": {"net": "mlp", "subject": "photograph"} | entry}
    for group, changes in groups.items():
        real["coordinates"][group] |= changes
    return real


def complaint(entry: dict, **groups: dict) -> str:
    return refusal(check, params(entry, **groups))


def variants(entry: dict) -> list[str]:
    return [run.variant for run in runs_of(params(entry), "one")]


def test_an_entry_without_axes_is_one_fit_named_by_its_bits():
    (run,) = runs_of(params({}), "one")
    assert (run.variant, run.variant_at(8)) == ("", "bits=8")


def test_a_sweep_changes_one_factor_at_a_time_wherever_it_belongs():
    base, scale, width, rate = runs_of(
        params({"sweep": {"scale": [3], "width": [8], "learning_rate": [0.1]}}), "one"
    )
    assert [run.variant for run in (base, scale, width, rate)] == [
        "base=base", "scale=3", "width=8", "learning_rate=0.1"
    ]  # fmt: skip
    assert (scale.mapping.scale, width.settings["width"], rate.training.learning_rate) == (3, 8, 0.1)
    assert (scale.settings, scale.training) == (base.settings, base.training)


def test_across_an_axis_the_entry_comes_once_for_each_value_and_change():
    entry = {"across": {"kind": ["none", "gaussian"]}, "sweep": {"loss": ["mae"]}}
    assert variants(entry) == [
        "base=base,kind=none", "base=base,kind=gaussian", "loss=mae,kind=none", "loss=mae,kind=gaussian"
    ]  # fmt: skip
    assert [run.mapping.kind for run in runs_of(params(entry), "one")] == ["none", "gaussian"] * 2


def test_a_named_value_changes_all_that_it_says_and_keeps_the_rest():
    change = {"mapping": {"scale": 3}, "training": {"learning_rate": 0.5}}
    (run,) = runs_of(params({"mapping": {"num_frequencies": 8}, "across": {"what": {"some": change}}}), "one")
    assert run.variant == "what=some"
    assert (run.mapping.scale, run.mapping.num_frequencies, run.training.learning_rate) == (3, 8, 0.5)


def test_interpolations_come_once_for_what_is_shown():
    entry = {"mask": "even", "across": {"kind": ["none", "gaussian"]}, "baselines": ["bilinear", "bicubic"]}
    assert [(method, run.variant) for method, run in baselines_of(params(entry), "one")] == [
        ("bilinear", "method=bilinear"), ("bicubic", "method=bicubic")
    ]  # fmt: skip
    entry = {"across": {"reduce": [2, 4]}, "baselines": ["bicubic"]}
    found = [(run.variant, run.shown.reduce) for _, run in baselines_of(params(entry), "one")]
    assert found == [("method=bicubic,reduce=2", 2), ("method=bicubic,reduce=4", 4)]


@pytest.mark.parametrize("entry", REAL["coordinates"]["experiments"])
def test_no_two_fits_of_an_entry_have_one_name(entry):
    names = [run.variant for run in runs_of(REAL, entry)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"mapping": {"scale": 0}}, "one.mapping.scale: input should be greater than 0 (got 0)"),
        ({"mapping": {"scale": -1}}, "one.mapping.scale: input should be greater than 0"),
        (
            {"mapping": {"num_frequencies": 0}},
            "one.mapping.num_frequencies: input should be greater than or",
        ),
        ({"mapping": {"kind": "positional", "num_frequencies": 7}}, "give an even num_frequencies"),
        ({"mapping": {"kind": "fourier"}}, "one.mapping.kind: input should be"),
        ({"net": "nlp"}, "one.net: unknown field `nlp`; known: grid, mlp, siren"),
        ({"net": "grid"}, "one.mapping.kind: `grid` takes none (got 'gaussian')"),
        ({"settings": {"widht": 3}}, "one.settings.widht: unknown key; known keys: activation, depth"),
        ({"settings": {"depth": 0}}, "one.settings.depth: counts start at 1"),
        ({"sweep": {"sigma": [1, 2]}}, "unknown factor `sigma`; known: "),
        ({"sweep": {"scale": [1, 1]}}, "name each value once"),
        ({"subject": "photo"}, "one.subject: unknown subject `photo`; known: plane, photograph"),
        ({"mask": "stripes"}, "`stripes` is missing in coordinates.masks; known keys: even"),
        ({"mask": "even", "reduce": 2}, "either a `mask` or `reduce`, not both"),
        ({"reduce": 3}, "one.reduce: 3 does not divide 128 x 128"),
        ({"baselines": ["bicubic"]}, "one.baselines: nothing is hidden"),
        ({"mask": "text", "baselines": ["bicubic"]}, "`bicubic` needs known pixels on a lattice"),
        ({"reduce": 2, "baselines": ["biharmonic"]}, "`biharmonic` fills in hidden pixels"),
        ({"sweep": {"reduce": [0]}}, "one.reduce: input should be greater than or equal to 1 (got 0)"),
        ({"sweep": {"reduce": ["two"]}}, "one.reduce: input should be a valid integer"),
        ({"sweep": {"bits": [4]}}, "`bits` is no name for an axis"),
        ({"sweep": {"scale": [4]}, "across": {"scale": [2]}}, "`scale` is in `across` and in `sweep`"),
        (
            {"sweep": {"what": {"a": {"scale": 2}}}},
            "sweep.what.names.a: unknown key `scale`; known keys: mapping",
        ),
        ({"mask": "even", "sweep": {"mask": ["text"]}, "baselines": ["nearest"]}, "may vary in `across` only"),
        ({"net": "siren", "settings": {"frequency": 0}}, "one.settings.frequency: above 0, at most 1000 (got 0"),
        ({"net": "grid", "mapping": {"kind": "none"}, "settings": {"growth": 0.5}}, "settings.growth: above 1"),
        ({"bits": [17]}, "one.bits.0: input should be less than or equal to 16"),
        ({"training": {"warmup_steps": 10**6}}, "one.training.warmup_steps: 1000000 is the whole run"),
        ({"training": {"learning_rate": 0}}, "one.training.learning_rate: input should be greater than 0"),
        ({"training": {"value_range": "symmetric"}}, "output_activation `sigmoid` cannot reach"),
        ({"sweep": {"math": ["bfloat16"]}}, "`math` is the same for all fits"),
        ({"subject": "plane", "sweep": {"scale": [1]}}, "in the plane an entry is one curve"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_key(entry, said):
    assert said in complaint(entry)


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        ({"kind": "random", "hidden": 0.00001}, "masks.some: hides none of the 128 x 128 pixels"),
        ({"kind": "random", "hidden": 0.99999}, "masks.some: hides all of the 128 x 128 pixels"),
        ({"kind": "random"}, "`hidden`, the share of the image, belongs to `random` and `block`"),
        ({"kind": "text", "hidden": 0.5}, "`hidden`, the share of the image, belongs to `random` and `block`"),
    ],
)
def test_a_mask_that_cannot_be_is_refused(mask, said):
    assert said in complaint({"mask": "some"}, masks={"some": mask})


def test_an_image_of_one_row_is_refused():
    one_row = {"source": "embedded", "images": ["coffee"], "fit": "resize", "rows": 1, "columns": 64}
    assert "subjects.thin.rows: input should be greater than or equal to 8" in complaint(
        {}, subjects={"thin": one_row}
    )


def test_a_subject_may_not_take_another_s_name():
    assert "coordinates.subjects.plane: the name is taken" in complaint(
        {}, subjects={"plane": REAL["coordinates"]["subjects"]["photograph"]}
    )
