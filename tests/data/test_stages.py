"""The data stages on a small project, and the settings they read."""

import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

import augment
import degrade
import inspect_data
import normalize
import subject
import synthesize
from recon.core import files, images
from recon.core.errors import UserError
from recon.core.imageset import ImageSet
from recon.data.datasets import prepare_image
from recon.data.params import Augment, Data, Degrade, Inspect, Subject, Synthesize
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.settings.core import lookup, parse
from refusals import refusal

SHAPES = {
    "a": (40, 56, 3),
    "b": (56, 40, 3),
    "c": (48, 48, 1),
    "pair_left": (40, 40, 3),
    "pair_right": (40, 40, 3),
}
PARAMS = {
    "runtime": {"seed": 1, "threads": 1},
    "data": {
        "source": "tiny",
        "test_source": None,
        "color": "rgb",
        "fit": "crop",
        "rows": None,
        "columns": None,
        "validation_fraction": 0.3,
        "test_fraction": 0.3,
    },
    "subjects": {
        "plane": {"source": "tiny", "images": ["b", "c"], "fit": "resize", "rows": 24, "columns": 32},
        "all": {"source": "tiny", "images": "all", "fit": "crop", "rows": 32, "columns": 32},
    },
    "inspect": {"images": 3, "quality": 10},
    "degrade": {"qualities": [10, 90], "subsampling": "4:2:0", "progressive": True},
    "augment": {
        "patch_size": 16,
        "patches_per_image": 3,
        "qualities": [10, 90],
        "subsamplings": ["4:2:0"],
        "encoders": ["libjpeg"],
        "tables": ["standard"],
        "aligned_fraction": 0.5,
        "flips": True,
        "rotations": True,
    },
    "synthesize": {"side": 16, "sine_frequency": 2, "checkerboard_frequency": 4},
}
MODELS = [
    (Data, "data"),
    (Subject, "subjects.plane"),
    (Inspect, "inspect"),
    (Degrade, "degrade"),
    (Augment, "augment"),
    (Synthesize, "synthesize"),
]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose dataset `tiny` is fetched; the working directory."""
    monkeypatch.chdir(tmp_path)
    fetched = Path("data/fetched/tiny")
    for name, shape in SHAPES.items():
        pixels = np.random.default_rng(len(name)).integers(0, 256, shape, dtype=np.uint8)
        images.write_png(fetched / f"{name}.png", pixels)
    index = [{"name": name, "split": "train" if name == "a" else None} for name in SHAPES]
    files.write_json(fetched / "index.json", {"source": "tiny", "images": index})
    write_params()
    return tmp_path


def write_params(**changes):
    groups = {name: PARAMS[name] | changes.get(name, {}) for name in PARAMS}
    groups["subjects"] |= {"plane": PARAMS["subjects"]["plane"] | changes.get("plane", {})}
    Path("params.yaml").write_text(yaml.safe_dump(groups))


def pack_subjects():
    for stage in (normalize, degrade, synthesize, subject):
        stage.main()


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_no_script_hides_a_module_of_python():
    """`python stages/X.py` puts stages/ first on the path: `inspect.py` there breaks the standard library."""
    scripts = {path.stem for path in Path(normalize.__file__).parent.iterdir()}
    assert not scripts & sys.stdlib_module_names


def test_normalize_packs_every_image_in_the_asked_color_with_three_splits(project):
    normalize.main()
    packed = ImageSet.open("data/normalized")
    assert packed.names() == list(SHAPES)
    assert {packed.split(name) for name in SHAPES} == {"train", "validation", "test"}
    assert packed.split("a") == "train"
    assert packed.split("pair_left") == packed.split("pair_right")
    for name, pixels in packed:
        source = images.read_image(f"data/fetched/tiny/{name}.png")
        np.testing.assert_array_equal(pixels, images.to_color(source, "rgb"))


def test_one_picture_in_two_splits_is_refused_even_where_only_its_gray_is_the_same(project):
    pixels = images.read_image("data/fetched/tiny/a.png")
    images.write_png("data/fetched/tiny/b.png", images.to_color(pixels, "gray"))
    index = [{"name": "a", "split": "train"}, {"name": "b", "split": "test"}, {"name": "c", "split": "validation"}]
    files.write_json("data/fetched/tiny/index.json", {"source": "tiny", "images": index})
    normalize.main()
    write_params(data={"color": "gray"})
    text = refusal(normalize.main)
    assert "a (train) and b (test) are the same picture; register the folder without one of them" in text


def test_the_test_images_are_a_subject_of_their_own(project):
    pack_subjects()
    packed, test = ImageSet.open("data/normalized"), ImageSet.open("data/subjects/test")
    assert test.names() == packed.names("test")
    for name, pixels in test:
        np.testing.assert_array_equal(pixels, packed.pixels(name))


def test_with_a_test_source_all_its_images_are_tested_and_no_other(project):
    """What the source itself would have held out for testing is trained on; the validation images stay."""
    normalize.main()
    before = ImageSet.open("data/normalized")
    images.write_png(Path("data/fetched/other/d.png"), np.full((40, 48, 3), 7, np.uint8))
    files.write_json(
        "data/fetched/other/index.json", {"source": "other", "images": [{"name": "d", "split": "train"}]}
    )
    write_params(data={"test_source": "other"})
    normalize.main()
    after = ImageSet.open("data/normalized")
    assert after.names("test") == ["d"]
    assert after.names("validation") == before.names("validation")
    assert set(after.names("train")) == set(before.names("train") + before.names("test"))


def test_normalize_brings_images_to_the_luma_of_published_results(project):
    write_params(data={"color": "luma"})
    normalize.main()
    pixels = ImageSet.open("data/normalized").pixels("a")
    np.testing.assert_array_equal(pixels, images.luma_studio(images.read_image("data/fetched/tiny/a.png")))


def test_normalize_crops_and_turns_gray(project):
    write_params(data={"color": "gray", "rows": 32, "columns": 40})
    normalize.main()
    assert {pixels.shape for _, pixels in ImageSet.open("data/normalized")} == {(32, 40, 1)}


def test_normalize_refuses_an_image_smaller_than_the_crop_with_both_sides(project):
    write_params(data={"rows": 44, "columns": 40})
    with pytest.raises(UserError, match=r"tiny/a\.png: 40 rows x 56 columns, smaller than the crop of 44 x 40"):
        normalize.main()


def test_the_plane_has_the_named_images_at_the_asked_sides_in_rgb(project):
    pack_subjects()
    packed = ImageSet.open("data/subjects/plane")
    assert [(name, pixels.shape) for name, pixels in packed] == [("b", (24, 32, 3)), ("c", (24, 32, 3))]
    assert packed.names("subject") == ["b", "c"]


def test_a_subject_may_be_all_images(project):
    pack_subjects()
    assert ImageSet.open("data/subjects/all").names() == list(SHAPES)


def test_unseen_images_of_a_subject_are_a_split_of_their_own(project):
    write_params(plane={"unseen": ["c"]})
    pack_subjects()
    packed = ImageSet.open("data/subjects/plane")
    assert (packed.names("subject"), packed.names("unseen")) == (["b"], ["c"])


def test_the_patterns_are_a_subject_in_a_fixed_order(project):
    pack_subjects()
    packed = ImageSet.open("data/subjects/patterns")
    assert packed.names() == ["radial_gradient", "sine_wave", "checkerboard"]
    np.testing.assert_array_equal(
        packed.pixels("checkerboard"), images.read_image("data/synthetic/checkerboard.pgm")
    )


def test_an_unknown_image_of_a_subject_is_refused_with_the_known_ones(project):
    write_params(plane={"images": ["b", "nobody"]})
    with pytest.raises(UserError, match="tiny: no image `nobody`; known: a, b, c, pair_left, pair_right"):
        pack_subjects()


def test_degrade_keeps_the_jpeg_files_of_what_is_not_trained_on(project):
    normalize.main()
    degrade.main()
    packed = ImageSet.open("data/normalized")
    held_out = packed.names("validation") + packed.names("test")
    table = files.read_csv("data/degraded/index.csv")
    assert list(table.columns) == ["image", "split", "quality", "payload_bytes", "bpp"]
    assert sorted(zip(table.quality, table.image, strict=True)) == sorted(
        (q, n) for q in (10, 90) for n in held_out
    )
    for row in table.itertuples():
        content = Path(f"data/degraded/q{row.quality:03}/{row.image}.jpg").read_bytes()
        pixels = packed.pixels(row.image)
        assert content == jpeg_encode(pixels, quality=row.quality, progressive=True)
        assert row.payload_bytes == len(content)
        assert row.bpp == pytest.approx(8 * len(content) / (pixels.shape[0] * pixels.shape[1]), abs=5e-6)
        assert row.split == packed.split(row.image)


def test_the_decoded_test_images_are_a_subject_too(project):
    pack_subjects()
    names = ImageSet.open("data/normalized").names("test")
    jpegs = ImageSet.open("data/subjects/jpeg")
    assert jpegs.names() == [f"{name}_q{quality:03}" for quality in (10, 90) for name in names]
    for name in names:
        content = Path(f"data/degraded/q010/{name}.jpg").read_bytes()
        np.testing.assert_array_equal(jpegs.pixels(f"{name}_q010"), jpeg_decode(content))


def test_augment_writes_patches_of_the_training_images_only(project):
    normalize.main()
    augment.main()
    train = ImageSet.open("data/normalized").names("train")
    index = files.read_json("data/patches/index.json")
    assert [entry["name"] for entry in index["images"]] == train
    clean, degraded, quality = (np.load(f"data/patches/{n}.npy") for n in ("clean", "degraded", "quality"))
    assert clean.shape == degraded.shape == (3 * len(train), 16, 16, 3)
    assert quality.shape == (3 * len(train),)
    assert set(quality) <= {10, 90}


def test_inspect_writes_numbers_per_split_and_two_figures(project):
    normalize.main()
    inspect_data.main()
    numbers = files.read_json("metrics/data.json")
    assert sum(split["images"] for split in numbers.values()) == len(SHAPES)
    assert numbers["train"]["largest_side"] >= 56
    for figure in ("histograms", "sheet"):
        assert images.read_image(f"plots/data/{figure}.png").std() > 10  # not a blank page


def test_inspect_draws_gray_images_too(project):
    write_params(data={"color": "gray"}, inspect={"images": 1})
    normalize.main()
    inspect_data.main()
    assert Path("plots/data/sheet.png").exists()


def test_synthesize_writes_three_patterns(project):
    synthesize.main()
    assert {path.name for path in contents("data/synthetic")} == {
        "radial_gradient.pgm",
        "sine_wave.pgm",
        "checkerboard.pgm",
    }
    assert images.read_image("data/synthetic/checkerboard.pgm").shape == (16, 16, 1)


def test_equal_runs_write_equal_bytes(project):
    runs = []
    for _ in range(2):
        pack_subjects()
        inspect_data.main()
        augment.main()
        runs.append(contents("data") | contents("plots") | contents("metrics"))
    assert runs[0] == runs[1]


def test_prepared_pixels_are_colored_before_they_are_resized(project):
    """The order is part of the definition: both round."""
    path = Path("data/fetched/tiny/a.png")
    prepared = prepare_image(path, color="gray", fit="resize", rows=20, columns=20)
    gray = images.to_color(images.read_image(path), "gray")
    np.testing.assert_array_equal(prepared, images.fit_to(gray, 20, 20, "resize"))


@pytest.mark.parametrize(("model", "group"), MODELS)
def test_an_unknown_key_is_refused_with_the_known_ones(model, group):
    with pytest.raises(UserError, match=rf"{group}\.surprise: unknown key; known keys: "):
        parse(model, lookup(PARAMS, group) | {"surprise": 1}, group)


@pytest.mark.parametrize(("model", "group"), MODELS)
def test_a_missing_key_is_named(model, group):
    key, *others = lookup(PARAMS, group)
    with pytest.raises(UserError, match=rf"{group}\.{key}: missing"):
        parse(model, {name: lookup(PARAMS, group)[name] for name in others}, group)


@pytest.mark.parametrize(
    ("model", "group", "key", "value"),
    [
        (Data, "data", "color", "cmyk"),
        (Data, "data", "rows", 7),
        (Data, "data", "rows", 64),  # without columns
        (Data, "data", "validation_fraction", 0),
        (Data, "data", "test_fraction", 0.7),  # with 0.3 for validation
        (Data, "data", "source", "a.dotted.name"),
        (Subject, "subjects.plane", "images", []),
        (Subject, "subjects.plane", "images", ["b", "b"]),
        (Subject, "subjects.plane", "images", "some"),
        (Inspect, "inspect", "quality", 0),
        (Inspect, "inspect", "quality", 101),
        (Degrade, "degrade", "qualities", [10, 0]),
        (Degrade, "degrade", "qualities", [101]),
        (Degrade, "degrade", "qualities", [10, 10]),
        (Degrade, "degrade", "qualities", []),
        (Degrade, "degrade", "subsampling", "4:1:1"),
        (Augment, "augment", "patch_size", 20),
        (Augment, "augment", "patch_size", 0),
        (Augment, "augment", "aligned_fraction", 1.1),
        (Augment, "augment", "patches_per_image", 0),
        (Augment, "augment", "flips", "perhaps"),
        (Synthesize, "synthesize", "sine_frequency", 9),  # above side / 2
        (Synthesize, "synthesize", "checkerboard_frequency", 2.5),
    ],
)
def test_a_value_out_of_range_is_refused_in_one_line_that_names_its_group(model, group, key, value):
    with pytest.raises(UserError, match=rf"^params\.yaml: {group}") as caught:
        parse(model, lookup(PARAMS, group) | {key: value}, group)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("model", "group", "key", "written", "value"),
    [
        (Data, "data", "test_fraction", "1e-05", 1e-5),
        (Data, "data", "rows", "null", None),
        (Augment, "augment", "aligned_fraction", "1", 1.0),
        (Augment, "augment", "flips", "no", False),
        (Augment, "augment", "rotations", "'off'", False),
        (Degrade, "degrade", "qualities", "['10', 20]", [10, 20]),
    ],
)
def test_values_as_exp_run_writes_them_are_understood(model, group, key, written, value):
    settings = parse(model, PARAMS[group] | {key: yaml.safe_load(written)}, group)
    assert getattr(settings, key) == value
