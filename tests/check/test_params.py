"""params.yaml: what is understood, and that a mistake is one line with its key and what would be right."""

import copy
import shutil
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from pydantic import Field

from recon.check.schema import check, describe_enlargements, read_project
from recon.core import rooms
from recon.core.errors import UserError
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


@pytest.mark.parametrize("name", ["a.b", "a-b", "A", "größe", "", "a b", "a" * 65])
def test_what_a_name_is_made_of_is_said_in_words(name):
    words = "a name has 1 to 64 characters: lower-case letters a to z, digits and underscores"
    assert words in complaint({"by_name": {name: {}}})


@pytest.mark.parametrize("name", ["size", "nfiles"])
def test_a_name_below_which_dvc_sees_no_change_is_refused(name):
    assert "DVC would not notice changes below this name" in complaint({"by_name": {name: {}}})


def test_a_name_with_a_line_break_leaves_the_error_one_line():
    assert complaint({"by_name": {"a\nb": {}}}).startswith("params.yaml: group.by_name.'a\\nb': a name has")


@pytest.mark.parametrize("key", [10, None, ("a", "b")])
def test_a_key_that_is_no_text_is_told_to_be_quoted(key):
    assert (
        complaint({"by_name": {key: {}}})
        == f"params.yaml: group.by_name.{key}: a key must be text; put it in quotes"
    )
    assert complaint({key: 1}) == f"params.yaml: group.{key}: a key must be text; put it in quotes"


@pytest.mark.parametrize("value", [None, 3, "text", [1]])
def test_what_should_hold_settings_is_named(value):
    words = "must hold settings, each as `key: value`"
    assert complaint({"by_name": value}) == f"params.yaml: group.by_name: {words} (got {value!r})"
    assert complaint({"by_name": {"one": value}}) == f"params.yaml: group.by_name.one: {words} (got {value!r})"


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_no_number_is_infinite(value):
    assert complaint({"rate": value}, model=Inner) == (
        f"params.yaml: group.rate: input should be a finite number (got {value})"
    )


def test_an_error_stays_short():
    line = complaint({"listed": [{"width": "w" * 5000}] * 50})
    assert line.count("input should be a valid integer") == 3
    assert line.endswith("...); and 47 more")
    assert len(line) < 800


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


@pytest.mark.parametrize("content", [b"- a list", b"a scalar", b"", b"# a comment"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, content):
    (tmp_path / "params.yaml").write_bytes(content)
    assert "params.yaml: expected a mapping of groups" in refusal(read_params, tmp_path / "params.yaml")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with the real manifests: what `check` reads beside params.yaml."""
    shutil.copytree(ROOT / "data" / "sets", tmp_path / "data" / "sets")
    shutil.copytree(ROOT / "models" / "zoo", tmp_path / "models" / "zoo")
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


def test_photographs_that_are_enlarged_are_reported_wherever_they_are_fitted(project):
    """No side is longer than 768."""
    data = DATA | {"fit": "resize", "rows": 1024, "columns": 1024, "test_source": "kodak"}
    lines = describe_enlargements(read_project(edited("data", data)))
    for start in ("data: `fit: resize` enlarges 6 of 6", "data.test_source: `fit: resize` enlarges 24 of 24"):
        assert any(line.startswith(start) for line in lines), lines


def test_tanh_reaches_the_symmetric_range(project):
    params = edited("autoencoder.experiments.conv_64_32_16.training", {"value_range": "symmetric"})
    params["autoencoder"]["experiments"]["conv_64_32_16"]["settings"]["output_activation"] = "tanh"
    check(params)


CONV, DEEP = "autoencoder.experiments.conv_64_32_16", "autoencoder.experiments.residual"
JPEG = {"codec": "jpeg", "subject": "plane", "points": {"quality": [10]}}
DATA = REAL["data"]
NETWORKS = f"known: {', '.join(rooms.names('networks'))}"
DATASETS = "known: bsds500, embedded, fourier_natural, fourier_text, kodak, live1"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("epoch", 500, "epoch: unknown key; known keys: augment, data, degrade"),
        ("epochs", "many", "epochs: input should be a valid integer"),
        ("epochs", ..., "epochs: missing"),
        ("runtime.seed", -1, "runtime.seed: input should be greater than or equal to 0 (got -1)"),
        ("runtime.threads", 0, "runtime.threads: input should be greater than or equal to 1 (got 0)"),
        ("data", None, "data: "),
        ("data.colour", "rgb", "data.colour: unknown key; known keys: color, columns, fit"),
        ("data.source", "live2", f"data.source: unknown dataset `live2`; {DATASETS}"),
        ("subjects.plane.source", "live2", f"subjects.plane.source: unknown dataset `live2`; {DATASETS}"),
        (
            "subjects.plane.images",
            ["chelsea", "lena"],
            "subjects.plane.images: `lena` is not in the dataset `embedded`; known: ",
        ),
        ("subjects.plane", ..., "subjects.plane: missing; all families are compared on these photographs"),
        ("subjects.test", REAL["subjects"]["plane"], "subjects.test: the name is reserved; choose another"),
        (
            "subjects.latent_decoder.unseen",
            ["lena"],
            "subjects.latent_decoder: `unseen` names `lena`, which is not",
        ),
        ("coordinates.experiments.siren.subject", "lena", "siren.subject: unknown subject `lena`; known: plane, "),
        ("coordinates", ..., "coordinates: missing, or it has no `experiments`"),
        ("wavelets", {"experiments": {}}, "wavelets: unknown key; families are autoencoder, classical, "),
        ("subjects.autoencoder.images", ["lena"], "subjects.autoencoder.images: `lena` is not in the dataset"),
        ("inspect.quality", 0, "inspect.quality: input should be greater than or equal to 1 (got 0)"),
        ("inspect.quality", 101, "inspect.quality: input should be less than or equal to 100 (got 101)"),
        ("degrade.qualities", [10, 101], "degrade.qualities.1: input should be less than or equal to 100"),
        ("augment.qualities", [0], "augment.qualities.0: input should be greater than or equal to 1"),
        ("classical.experiments", {}, "classical.experiments: "),
        (
            "classical.experiments.jpeg.codec",
            "jxl",
            "unknown codec; known: jpeg, jpeg2000, webp, avif, jpegxl (got 'jxl')",
        ),
        ("classical.experiments.jpeg.points.quality", [101], "jpeg.points.quality.0: input should be less than"),
        ("classical.experiments.jpeg.points.quality", [0], "jpeg.points.quality.0: input should be greater than"),
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
        (f"{CONV}.settings.filters", [1] * 7, f"{CONV}.settings.filters: at most 6 of them"),
        (f"{CONV}.q_step", float("inf"), f"{CONV}.q_step: input should be a finite number"),
        ("epochs", True, "epochs: true and false have no meaning here (got True)"),
        ("degrade.qualities", [10, True], "degrade.qualities: true and false have no meaning here"),
        ("classical.experiments.jpeg.points", {"target_bpp": [1]}, "the points of jpeg are values of `quality`"),
        (
            "classical.experiments.autoencoder",
            JPEG,
            "its curve would be named `autoencoder`, like that of classical",
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
