"""The stage `restoration` end to end on a tiny project: what it writes, and what it leaves when it fails."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

# isort: split
import h5py
import keras

import augment
import degrade
import evaluate
import export
import normalize
import restoration
import subject
import synthesize
import tiny_zoo
from recon.core import files, images
from recon.core.errors import UserError
from recon.core.imageset import ImageSet
from recon.core.reconstruction import RECONSTRUCTIONS, SCORES, read_timings
from recon.families.restoration import fitting, sources
from recon.families.restoration.params import EXPORTED
from recon.families.shared import zoo
from recon.jpeg.files import JpegFile, name_libraries
from recon.jpeg.quantization import read_layout
from recon.jpeg.repacking import unpack
from recon.referee.distortion import psnr_db
from recon.settings import groups
from recon.training import weights

TRAINING = {
    "epochs": 2,
    "steps_per_epoch": 2,
    "batch_size": 2,
    "optimizer": "adam",
    "learning_rate": 0.001,
    "loss": "mae",
    "value_range": "unit",
}
PARAMS = {
    "runtime": {"seed": 1, "threads": 1},
    "subjects": {},
    "synthesize": {"side": 8, "sine_frequency": 1, "checkerboard_frequency": 1},
    "data": {
        **{"source": "tiny", "test_source": None, "color": "luma", "fit": "crop", "rows": None, "columns": None},
        **{"validation_fraction": 0.3, "test_fraction": 0.3},
    },
    "degrade": {"qualities": [10, 40], "subsampling": "4:2:0", "progressive": True},
    "augment": {
        **{"patch_size": 16, "patches_per_image": 16, "qualities": [10, 40]},
        **{"subsamplings": ["4:2:0"], "encoders": ["libjpeg"], "tables": ["standard"]},
        **{"aligned_fraction": 0.5, "flips": True, "rotations": True},
    },
}
TINY = {"net": "space_to_depth", "settings": {"width": 4, "blocks": 1}, "subject": "test"}
SIDES = {"train": (40, 32), "validation": (24, 32), "test": (9, 21)}  # the test image is smaller than a patch


@pytest.fixture(autouse=True)
def _one_process_prepares_once(monkeypatch):
    """Threads may be set only before TensorFlow's first operation; seeds are what the stage sets for itself."""
    monkeypatch.setattr(restoration.runtime, "prepare", lambda settings: None)


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    index = [{"name": name, "split": name} for name in SIDES]
    for seed, (name, sides) in enumerate(SIDES.items()):
        ramp = np.add.outer(np.arange(sides[0]) * 3, np.arange(sides[1]) * 4) % 200
        noise = np.random.default_rng(seed).integers(0, 40, (*sides, 3))
        images.write_png(f"data/fetched/tiny/{name}.png", (ramp[..., np.newaxis] + noise).astype(np.uint8))
    files.write_json("data/fetched/tiny/index.json", {"source": "tiny", "images": index})
    return tmp_path


def run(**changes) -> Path:
    """Run the data stages and the entry `one`, the tiny network with `changes`; return its models' folder."""
    write_params(TINY | changes)
    for stage in (normalize, degrade, augment, synthesize, subject):
        stage.main()
    restoration.main("one")
    return Path("models/restoration/one")


def run_stage(entry: dict) -> None:
    """Run the entry `one` on the data that there are."""
    write_params(entry)
    restoration.main("one")


def write_params(entry: dict) -> None:
    group = {"training": TRAINING, "export": "one", "experiments": {"one": entry}}
    Path("params.yaml").write_text(yaml.safe_dump(PARAMS | {"restoration": group}, sort_keys=False))
    files.write_json(groups.NAMES, ["restoration"])
    files.write_text(f"{groups.FOLDER}/restoration.json", groups.text(group))


def scores() -> dict:
    evaluate.main("restoration")
    return files.read_json("metrics/restoration.json")["one"]


def test_an_entry_leaves_weights_curves_pictures_and_the_jpeg_files_as_payloads(project):
    folder = run()
    assert {path.name for path in folder.iterdir()} == {"best.weights.h5", "curves.csv"}
    assert list(files.read_csv(folder / "curves.csv").columns) == [
        "epoch",
        "loss",
        "val_psnr_db",
        "val_gain_db",
        "learning_rate",
    ]
    payload = RECONSTRUCTIONS / "restoration/one/quality=10/test.bin"
    assert payload.read_bytes() == Path("data/degraded/q010/test.jpg").read_bytes()
    assert list(scores()) == ["quality=10", "quality=40"]
    assert not Path(".checkpoints/restoration/one").exists()


def test_the_files_of_an_entry_are_written_as_it_says(project):
    run(file={"encoder": "mozjpeg", "tables": "flat", "container": "jxl"})
    payload = (RECONSTRUCTIONS / "restoration/one/quality=10/test.bin").read_bytes()
    assert (read_layout(unpack(payload)).tables == 80).all()  # 16, at quality 10 times 5


def test_the_libraries_that_write_the_files_are_among_the_scores(project):
    """From there they come into the leaderboard and into the record of a run."""
    file = JpegFile(encoder="mozjpeg", container="jxl")
    run(file=file.model_dump())
    scores()
    assert set(files.read_csv(SCORES / "restoration.csv")["library"]) == {name_libraries(file)}


def test_no_library_writes_what_imitates_a_file(project):
    run(direction="degrade")
    scores()
    assert files.read_csv(SCORES / "restoration.csv")["library"].isna().all()


def test_equal_runs_write_equal_weights_and_pictures(project):
    contents = []
    for _ in range(2):
        run()
        written = [*Path("models").rglob("*.*"), *RECONSTRUCTIONS.rglob("*.png")]
        contents.append({path: path.read_bytes() for path in written})
    assert contents[0] == contents[1]


@pytest.mark.parametrize("part", ["weights", "patches"])
def test_a_second_seed_changes_the_weights(project, monkeypatch, part):
    """By the first weights and by the order of the patches: each alone, the other held."""
    contents = []
    seed_all, patches = keras.utils.set_random_seed, fitting.Patches
    if part != "weights":
        monkeypatch.setattr(keras.utils, "set_random_seed", lambda _: seed_all(5))
    if part != "patches":
        monkeypatch.setattr(fitting, "Patches", lambda *x, **y: patches(*x, **y | {"seed": 5}))
    for seed in (1, 2, 2):
        monkeypatch.setitem(PARAMS, "runtime", {"seed": seed, "threads": 1})
        contents.append((run() / "best.weights.h5").read_bytes())
    assert contents[0] != contents[1] == contents[2]


def test_a_network_of_unknown_cost_is_refused_before_it_is_trained(project, monkeypatch):
    def refuse(*_, **__):
        raise UserError("cannot be counted")

    monkeypatch.setattr(sources, "describe", refuse)
    with pytest.raises(UserError, match="cannot be counted"):
        run()
    assert not Path("models/restoration/one").exists()


def test_a_sweep_has_each_network_s_own_cost(project):
    folder = run(points={"quality": [10]}, sweep={"width": [8], "ensemble": [True]})
    assert {path.name for path in folder.iterdir()} == {"base=base", "width=8"}  # an ensemble trains nothing
    points = scores()
    assert list(points) == ["base=base,quality=10", "width=8,quality=10", "ensemble=true,quality=10"]
    base, wide, ensemble = points.values()
    assert wide["num_params"] > base["num_params"] == ensemble["num_params"]
    assert ensemble["macs_per_pixel"] == 8 * base["macs_per_pixel"]


def test_a_network_for_each_quality_is_scored_at_its_own(project):
    folder = run(blind=False)
    assert {path.name for path in folder.iterdir()} == {"quality=10", "quality=40"}
    assert list(scores()) == ["quality=10", "quality=40"]


def test_the_other_direction_is_scored_against_the_jpeg_and_has_no_rate(project):
    run(direction="degrade")
    for variant, point in scores().items():
        assert variant in ("quality=10", "quality=40")
        assert "bpp" not in point
    reference = ImageSet.open("data/subjects/jpeg").pixels("test_q010")
    before = np.mean((reference - ImageSet.open("data/subjects/test").pixels("test").astype(float)) ** 2)
    picture = images.read_image(RECONSTRUCTIONS / "restoration/one/quality=10/test_q010.png")
    scored = scores()["quality=10"]["psnr_db"]
    assert scored == pytest.approx(psnr_db(reference=reference, reconstruction=picture), abs=1e-5)  # as rounded
    after = np.mean((reference.astype(float) - picture) ** 2)
    assert after == pytest.approx(before, rel=0.2)  # a correction that four steps from zero can hardly have moved


def test_a_patchwise_network_takes_an_image_smaller_than_its_patch(project):
    settings = {"patch_size": 16, "filters": [4, 4], "latents": 8}
    run(net="dense_latent", settings=settings)
    picture = images.read_image(RECONSTRUCTIONS / "restoration/one/quality=10/test.png")
    assert picture.shape == (*SIDES["test"], 1)


def test_a_network_that_gains_nothing_is_named(project, capsys):
    run(training={"learning_rate": 1e-9})
    assert "one: gains +0.00 dB on the validation images, nothing to speak of" in capsys.readouterr().out


def test_a_diverging_run_stops_with_one_line(project):
    with pytest.raises(
        UserError, match=r"training diverged in epoch 1: .* lower learning_rate \(now 10\)"
    ) as caught:
        run(
            training={
                "learning_rate": 10,
                "loss": "mse",
                "optimizer": "sgd",
                "momentum": 0.99,
                "steps_per_epoch": 400,
            }
        )
    assert "\n" not in str(caught.value)


def test_the_exported_weights_are_those_of_the_named_entry(project):
    folder = run()
    export.main()
    assert EXPORTED.read_bytes() == (folder / "best.weights.h5").read_bytes()


# --- The zoo ---


def add_to_zoo(folder: Path, **changes) -> zoo.ZooNetwork:
    """Put a trained network of `run` into the zoo."""
    if not zoo.INDEX.exists():
        tiny_zoo.open_zoo()
    row = tiny_zoo.row("tiny", settings=TINY["settings"], channels=1, **changes)
    return zoo.add((folder / "best.weights.h5").read_bytes(), **row)


def outputs() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in RECONSTRUCTIONS.rglob("*.*") if path.stem != "params"}


@pytest.mark.parametrize("half_precision", [False, True])
def test_a_network_of_the_zoo_rebuilds_what_the_entry_rebuilt_that_trained_it(project, half_precision):
    folder = run(training={"half_precision": half_precision})
    network, rebuilt = add_to_zoo(folder, half_precision=half_precision), outputs()
    shutil.rmtree(folder)
    shutil.rmtree("data/patches")
    run_stage(TINY | {"weights": "tiny"})
    assert outputs() == rebuilt
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "best.weights.h5": network.read_weights()
    }
    assert set(read_timings(family="restoration", entry="one")[1]["what"]) == {"encode", "decode"}


@pytest.mark.parametrize("half_precision", [False, True])
def test_the_same_training_gives_the_weights_of_the_zoo_to_the_bit(project, half_precision):
    """So that whoever repeats a recipe can tell whether the zoo's file is what it made."""
    first = add_to_zoo(run(training={"half_precision": half_precision}))
    again = add_to_zoo(run(training={"half_precision": half_precision}))
    assert first.sha256 == again.sha256
    other = add_to_zoo(run(training={"half_precision": half_precision, "seed": 2}))
    assert first.sha256 != other.sha256


@pytest.mark.parametrize("half_precision", [False, True])
def test_the_decoder_s_bytes_are_those_of_the_numbers_in_its_file(project, half_precision):
    sizes = []
    with h5py.File(run(training={"half_precision": half_precision}) / "best.weights.h5") as file:
        file.visititems(lambda _, node: sizes.append(node.nbytes) if isinstance(node, h5py.Dataset) else None)
    assert scores()["quality=10"]["decoder_bytes"] == sum(sizes) > 0


def test_what_is_scored_is_the_rounded_network_in_half_precision(project, monkeypatch):
    """In place of float16, zeros: a network of these gives back its input."""
    monkeypatch.setattr(weights, "_round", lambda array: (0 * array[()]).astype(np.float16))
    run(training={"half_precision": True})
    picture = images.read_image(RECONSTRUCTIONS / "restoration/one/quality=10/test.png")
    jpeg = images.read_image("data/degraded/q010/test.jpg")
    np.testing.assert_array_equal(picture, images.to_color(jpeg, "gray"))


def test_a_network_of_color_restores_luma_too(project):
    """A recipe may change `data.color`, whatever networks params.yaml takes from the zoo."""
    run()
    tiny_zoo.open_zoo()
    tiny_zoo.add_network("tiny")
    run_stage(TINY | {"weights": "tiny"})
    picture = images.read_image(RECONSTRUCTIONS / "restoration/one/quality=10/test.png")
    assert picture.shape == (*SIDES["test"], 1)


def test_a_network_of_the_zoo_may_be_used_in_several_ways(project):
    add_to_zoo(run())
    run_stage(TINY | {"weights": "tiny", "points": {"quality": [10]}, "sweep": {"ensemble": [True]}})
    base, ensemble = scores().values()
    assert ensemble["macs_per_pixel"] == 8 * base["macs_per_pixel"]
