"""params.yaml: what is understood, and that a mistake is one line with its key and what would be right."""

import copy
import re
import shutil
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from pydantic import Field

from recon.check.schema import check
from recon.core import rooms
from recon.core.errors import UserError
from recon.families.autoencoder.params import (
    Experiment,
    Point,
    Sweep,
    epochs_of,
    experiment_of,
    points_of,
    runs_of,
    settings_of,
)
from recon.settings.core import PATH, EntryName, Section, lookup, parse, read_params, section, unique
from refusals import refusal

ROOT = Path(__file__).resolve().parents[2]
REAL = read_params(ROOT / PATH)


class Inner(Section):
    width: Annotated[int, Field(ge=1)] = 1
    rate: float = 0.5
    flips: bool = True


class Outer(Section):
    inner: Inner | None = None
    by_name: dict[EntryName, Inner] = Field(default_factory=dict)
    listed: list[Inner] = Field(default_factory=list)
    pairs: dict[str, list[Inner]] = Field(default_factory=dict)


def complaint(value: Any, key: str = "group", model: type[Section] = Outer) -> str:
    """Return the error that `value` gives, which must be one line."""
    return refusal(parse, model, value, key)


@pytest.mark.parametrize(
    ("written", "value"),
    [("rate: 1e-05", 1e-5), ("width: '48'", 48), ("width: 2.0", 2), ("flips: no", False), ("flips: 'off'", False)],
)
def test_values_are_read_as_exp_run_writes_them(written, value):
    given = yaml.safe_load(written)
    assert getattr(parse(Inner, given, "group"), next(iter(given))) == value


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"surprise": 1}, "group.surprise"),
        ({"inner": {"surprise": 1}}, "group.inner.surprise"),
        ({"by_name": {"one": {"surprise": 1}}}, "group.by_name.one.surprise"),
        ({"listed": [{}, {"surprise": 1}]}, "group.listed.1.surprise"),
        ({"pairs": {"a": [{"surprise": 1}]}}, "group.pairs.a.0.surprise"),
    ],
)
def test_an_unknown_key_lists_the_known_ones_of_its_own_level(value, where):
    known = "by_name, inner, listed, pairs" if where == "group.surprise" else "flips, rate, width"
    assert complaint(value) == f"params.yaml: {where}: unknown key; known keys: {known}"


def test_every_wrong_key_is_named_with_what_would_be_right_and_what_was_got():
    text = complaint({"width": 0, "rate": "fast"}, model=Inner)
    assert "group.width: input should be greater than or equal to 1 (got 0)" in text
    assert "group.rate: input should be a valid number" in text
    assert "(got 'fast')" in text


def test_an_entry_whose_name_dvc_could_not_address_is_named():
    assert complaint({"by_name": {"a.b": {}}}).startswith("params.yaml: group.by_name.a.b: string should match")


def test_a_section_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        Inner().width = 2


def test_each_value_of_a_list_comes_once():
    assert unique([2, 1]) == [2, 1]
    with pytest.raises(ValueError, match="name each value once"):
        unique([1, 2, 1])


def test_lookup_finds_what_lies_deep():
    assert lookup({"a": {"b": {"c": 3}}}, "a.b.c") == 3


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("z.b", "z.b: `z` is missing in the top level; known keys: a, d"),
        ("a.z", "a.z: `z` is missing in a; known keys: b, c"),
        ("a.b.z", "a.b.z: `z` is missing in a.b; known keys: none"),
    ],
)
def test_lookup_names_the_part_that_is_missing(key, words):
    with pytest.raises(UserError) as caught:
        lookup({"a": {"b": 1, "c": 2}, "d": None}, key)
    assert str(caught.value) == f"params.yaml: {words}"


def test_a_section_is_read_from_params_yaml(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("a: {b: {width: 3}}")
    assert section(Inner, "a.b").width == 3


def test_a_missing_file_is_named_with_the_remedy(tmp_path):
    with pytest.raises(UserError, match=r"params\.yaml: not found; run the stage from the project's root"):
        read_params(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"data: {source: embedded", "not valid YAML: .* line 1"),
        (b"data:\n\tsource: embedded", "not valid YAML: .* line 2"),
        (b"data: caf\xe9", "not valid YAML"),
        (b"- a list", "expected a mapping"),
        (b"", "expected a mapping"),
    ],
)
def test_a_file_that_is_no_yaml_mapping_is_one_line(tmp_path, content, words):
    (tmp_path / "params.yaml").write_bytes(content)
    with pytest.raises(UserError, match=words) as caught:
        read_params(tmp_path / "params.yaml")
    assert "\n" not in str(caught.value)


def experiment(**changes) -> dict[str, Any]:
    fields = {"net": "conv_autoencoder", "subject": "autoencoder", "trained_on": "subjects/autoencoder"}
    fields |= {"q_step": 0.1, "sweep": {"epoch": [10]}}
    return {key: value for key, value in (fields | changes).items() if value is not None}


def group(**changes) -> dict[str, Any]:
    """Return params with one experiment `one` of the autoencoder group."""
    training = {"optimizer": "adam", "learning_rate": 0.001, "loss": "mse", "value_range": "unit"}
    return {"autoencoder": {"training": training, "experiments": {"one": experiment(**changes)}}}


@pytest.mark.parametrize("sweep", [{}, {"epoch": [1], "q_step": [0.1]}])
def test_a_sweep_has_exactly_one_axis(sweep):
    assert "name exactly one of `epoch`, `q_step` and `rate_weight`" in complaint(sweep, model=Sweep)


@pytest.mark.parametrize(
    "sweep", [{"epoch": []}, {"q_step": []}, {"epoch": [0]}, {"q_step": [0]}, {"q_step": [0.1, 0.1]}]
)
def test_a_sweep_is_of_points_that_can_be(sweep):
    complaint(sweep, model=Sweep)


@pytest.mark.parametrize("changes", [{"q_step": None}, {"q_step": 0.1, "sweep": {"q_step": [0.1]}}])
def test_the_quantizer_step_is_given_once(changes):
    words = "give the quantizer step either in `q_step` or in `sweep.q_step`"
    assert words in complaint(experiment(**changes), model=Experiment)


@pytest.mark.parametrize(
    ("last", "reached"),
    [(500, [10, 100, 500]), (100, [10, 100]), (50, [10, 50]), (3, [3]), (2000, [10, 100, 2000])],
)
def test_the_last_epoch_is_always_kept_and_none_above_it(last, reached):
    assert Sweep(epoch=[100, 10]).epochs_up_to(last) == reached


def test_a_sweep_of_steps_keeps_no_epochs():
    assert Sweep(q_step=[0.1]).epochs_up_to(500) == []


def test_an_experiment_s_training_lies_over_the_group_s():
    (run,) = runs_of(group(training={"learning_rate": "1e-05"}), "one")
    training = run.training
    assert (training.learning_rate, training.optimizer, training.loss) == (1e-5, "adam", "mse")


def test_a_wrong_override_names_the_experiment():
    words = r"autoencoder\.experiments\.one\.training\.rate: unknown key; known keys: batch_size, beta_2, "
    with pytest.raises(UserError, match=words):
        runs_of(group(training={"rate": 1}), "one")


NOISE = {"quantization": "noise", "q_step": 0.2}


@pytest.mark.parametrize(
    ("training", "words"),
    [
        ({"q_step": 0.2}, "`q_step` and `rate_weight` need `quantization: noise` or `straight_through`"),
        ({"rate_weight": 0.1}, "`q_step` and `rate_weight` need `quantization: noise` or `straight_through`"),
        ({"quantization": "noise"}, "`quantization: noise` needs a `q_step`"),
        (NOISE | {"rate_weight": -1}, "rate_weight: input should be greater than or equal to 0"),
    ],
)
def test_a_rate_and_a_quantizer_of_training_belong_together(training, words):
    with pytest.raises(UserError, match=re.escape(words)):
        runs_of(group(training=training), "one")


def test_each_rate_weight_is_a_network_and_a_point_of_its_own():
    params = group(training=NOISE, sweep={"rate_weight": [0, 0.01]})
    runs = runs_of(params, "one")
    assert [(run.variant, run.training.rate_weight) for run in runs] == [
        ("rate_weight=0.0", 0),
        ("rate_weight=0.01", 0.01),
    ]
    points = [points_of(experiment_of(params, "one"), run, epochs=5) for run in runs]
    assert points[1] == [Point("rate_weight=0.01", "best", 0.1)]


def test_a_network_is_scored_after_each_of_its_epochs_or_at_each_step():
    by_epoch, by_step = group(sweep={"epoch": [10, 100]}), group(q_step=None, sweep={"q_step": [0.1, 0.2]})
    points = [
        points_of(experiment_of(params, "one"), runs_of(params, "one")[0], epochs=20)
        for params in (by_epoch, by_step)
    ]
    assert points[0] == [Point("epoch=10", "epoch_0010", 0.1), Point("epoch=20", "epoch_0020", 0.1)]
    assert points[1] == [Point("q_step=0.1", "best", 0.1), Point("q_step=0.2", "best", 0.2)]


def test_settings_are_those_of_build_coerced_and_complete():
    assert settings_of(group(settings={"filters": ["8", 4]}), "one") == {
        "filters": (8, 4),
        "activation": "relu",
        "output_activation": "relu",
    }


def test_an_unknown_experiment_lists_the_known_ones():
    with pytest.raises(UserError, match=r"`two` is missing in autoencoder\.experiments; known keys: one"):
        settings_of(group(), "two")


@pytest.mark.parametrize("epochs", [0, -1, 2.5, "many", None, [10]])
def test_epochs_is_a_whole_number_from_1(epochs):
    with pytest.raises(UserError, match=r"^params\.yaml: epochs: "):
        epochs_of({"epochs": epochs})


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with the real manifests: what `check` reads beside params.yaml."""
    shutil.copytree(ROOT / "data" / "sets", tmp_path / "data" / "sets")
    monkeypatch.chdir(tmp_path)


def edited(path: str, value: Any) -> dict[str, Any]:
    """Return the real params with `value` at the dotted `path`; the key is deleted where it is `...`."""
    params = copy.deepcopy(REAL)
    *parents, last = path.split(".")
    inner = lookup(params, ".".join(parents)) if parents else params
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return params


def test_the_real_params_pass(project):
    check(REAL)


def test_tanh_reaches_the_symmetric_range(project):
    params = edited("autoencoder.experiments.conv_64_32_16.training", {"value_range": "symmetric"})
    params["autoencoder"]["experiments"]["conv_64_32_16"]["settings"]["output_activation"] = "tanh"
    check(params)


CONV, DEEP = "autoencoder.experiments.conv_64_32_16", "autoencoder.experiments.residual"
JPEG = {"codec": "jpeg", "subject": "plane", "sweep": {"quality": [10]}}
DATA = REAL["data"]
NETWORKS = f"known: {', '.join(rooms.names('networks'))}"
DATASETS = "known: bsds500, embedded, fourier_natural, fourier_text, kodak, live1"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("epoch", 500, "epoch: unknown key; known keys: augment, autoencoder, classical, coordinates"),
        ("epochs", "many", "epochs: input should be a valid integer"),
        ("epochs", ..., "epochs: missing"),
        ("runtime.seed", -1, "runtime.seed: input should be greater than or equal to 0 (got -1)"),
        ("runtime.threads", 0, "runtime.threads: input should be greater than or equal to 1 (got 0)"),
        ("data", None, "data: "),
        ("data.colour", "rgb", "data.colour: unknown key; known keys: color, columns, fit"),
        ("data.source", "live2", f"data.source: unknown dataset `live2`; {DATASETS}"),
        ("plane.source", "live2", f"plane.source: unknown dataset `live2`; {DATASETS}"),
        ("plane.images", ["chelsea", "lena"], "plane.images: `lena` is not in the dataset `embedded`; known: "),
        ("autoencoder.subject.images", ["lena"], "autoencoder.subject.images: `lena` is not in the dataset"),
        ("inspect.quality", 0, "inspect.quality: input should be greater than or equal to 1 (got 0)"),
        ("inspect.quality", 101, "inspect.quality: input should be less than or equal to 100 (got 101)"),
        ("degrade.qualities", [10, 101], "degrade.qualities.1: input should be less than or equal to 100"),
        ("augment.qualities", [0], "augment.qualities.0: input should be greater than or equal to 1"),
        ("classical.experiments", {}, "classical.experiments: "),
        (
            "classical.experiments.jpeg.codec",
            "jxl",
            "unknown codec; known: jpeg, jpeg2000, webp, avif (got 'jxl')",
        ),
        ("classical.experiments.jpeg.sweep.quality", [101], "jpeg.sweep.quality.0: input should be less than"),
        ("classical.experiments.jpeg.sweep.quality", [0], "jpeg.sweep.quality.0: input should be greater than"),
        (f"{CONV}.net", "nobody", f"{CONV}.net: unknown network `nobody`; {NETWORKS}"),
        (f"{CONV}.settings.width", 3, f"{CONV}.settings.width: unknown key; known keys: activation, filters, "),
        (f"{CONV}.settings.image_shape", [8, 8, 3], f"{CONV}.settings.image_shape: unknown key; known keys: "),
        (f"{DEEP}.settings.width", "wide", f"{DEEP}.settings.width: input should be a valid integer"),
        (f"{CONV}.settings.filters", 64, f"{CONV}.settings.filters: input should be a valid tuple (got 64)"),
        (f"{DEEP}.settings.width", 0, f"{DEEP}.settings.width: counts start at 1 (got 0)"),
        (f"{CONV}.settings.filters", [64, 0], f"{CONV}.settings.filters: counts start at 1 (got (64, 0))"),
        (f"{CONV}.settings.filters", [], f"{CONV}.settings.filters: counts start at 1 (got ())"),
        (f"{CONV}.settings.activation", "reul", "settings.activation: unknown activation `reul`; known: relu, "),
        (f"{CONV}.training", {"value_range": "symmetric"}, f"{CONV}: value_range `symmetric` is [-1, 1], which "),
        ("autoencoder.training.value_range", "symmetric", f"{CONV}: value_range `symmetric` is [-1, 1], which "),
        ("autoencoder.training.optimizer", "adma", "autoencoder.training.optimizer: input should be 'adam', "),
        ("autoencoder.training.learning_rate", 0, "autoencoder.training.learning_rate: input should be greater"),
        (f"{CONV}.training", {"rate": 1}, f"{CONV}.training.rate: unknown key; known keys: batch_size, beta_2, "),
        ("autoencoder.experiments", {}, "autoencoder.experiments: "),
        ("autoencoder.experiments", {"a": experiment(subject="plane")}, "none sweeps `epoch` on the subject"),
        (f"{CONV}.settings.filters", [1] * 7, f"{CONV}.settings.filters: at most 6 of them"),
        (f"{CONV}.q_step", float("inf"), f"{CONV}.q_step: input should be less than or equal to 1000"),
        ("epochs", True, "epochs: true and false have no meaning here (got True)"),
        ("degrade.qualities", [10, True], "degrade.qualities: true and false have no meaning here"),
        ("classical.experiments.jpeg.sweep.quality", None, "the sweep of jpeg has exactly one key, `quality`"),
        (
            "classical.experiments.autoencoder",
            JPEG,
            "its curve would be called `autoencoder`, as that of classical",
        ),
        (
            "data",
            DATA | {"rows": 32, "columns": 64},
            "augment.patch_size: 64 is more than data.rows or data.columns",
        ),
        ("plot.bpp_scale", "log10", "plot.bpp_scale: input should be 'log' or 'linear' (got 'log10')"),
    ],
)
def test_a_mistake_in_the_real_params_is_one_line_that_names_it(project, path, value, words):
    with pytest.raises(UserError) as caught:
        check(edited(path, value))
    text = str(caught.value)
    assert words in text
    assert text.startswith("params.yaml: ")
    assert "\n" not in text
