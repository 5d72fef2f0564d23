"""The stage of the shared start, without any training: `test_stages` has it with one."""

from pathlib import Path

import numpy as np
import pytest
import yaml

import overfitted_images
import overfitted_start
from recon.core import files
from recon.core.imageset import write_set
from recon.families.overfitted import start_training
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.params import FAMILY, STARTS
from recon.families.overfitted.starts import Start
from recon.settings.core import read_params
from recon.training import runtime

REAL = read_params(Path(__file__).resolve().parents[3] / "params.yaml")
NAMES = ("one", "two")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the stage with these images in the plane; return what it trained on, None where it did not."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runtime, "prepare", lambda settings: None)
    pictures = [(name, "train", np.full((8, 8, 3), number, np.uint8)) for number, name in enumerate(NAMES)]
    write_set("data/normalized", pictures, source="embedded", color="rgb")

    def run_stage(images):
        seen = []

        def train_start(photographs, **options):
            seen.extend(photograph[0, 0, 0] for photograph in photographs)
            return Start.of(overfitted_images.draw_parameters(options["architecture"]))

        monkeypatch.setattr(start_training, "train_start", train_start)
        subjects = {"plane": REAL["subjects"]["plane"] | {"images": images}}
        params = {"runtime": {"seed": 1, "threads": 1}, "subjects": subjects}
        params |= {name: REAL[name] for name in ("data", FAMILY)}
        files.write_text("params.yaml", yaml.safe_dump(params))
        overfitted_start.main()
        return seen

    return run_stage


def list_starts():
    return [path.name for path in STARTS.iterdir()]


def test_there_is_no_start_where_no_image_is_left_to_train_on(run, capsys):
    """The folder is an output of the stage: without it DVC would fail."""
    assert run(["two"]) == [0]
    assert len(list_starts()) == 1
    assert run("all") == []
    assert list_starts() == []
    assert "the plane shows all training images" in capsys.readouterr().out


@pytest.mark.parametrize("images", [["two"], "all"])
def test_no_checkpoint_is_left_of_a_run_with_more_mosaics(run, images):
    mosaics = REAL[FAMILY]["start"]["mosaics"]
    files.write_text(start_training.FOLDER / f"{mosaics + 3}" / "state.npz", "of an interrupted run")
    run(images)
    assert not start_training.FOLDER.exists()


def test_the_start_has_the_networks_of_the_group(run):
    run(["two"])
    (name,) = list_starts()
    start = Start.of(overfitted_images.draw_parameters(Architecture()))
    assert name == f"overfitted-{start.model_id.hex()}.start"
