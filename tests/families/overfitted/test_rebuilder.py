"""`rebuild.py --method overfitted`, beyond what holds for every method."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import overfitted_images
from recon.check.schema import read_project
from recon.core import files
from recon.core.sources import ROOT, STAGES
from recon.families.overfitted import codestream, method, rebuilder, starts
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.params import STARTS
from recon.families.overfitted.starts import format_start
from recon.families.shared import zoo
from recon.settings.core import read_params
from refusals import refusal

NETWORKS = {"levels": [0, 2, 5], "contexts": 6, "context_layers": 1, "width": 4, "residuals": 1}
GROUP = {
    "presets": {
        "quick": {"steps": 4, "evaluate_every": 2},
        "thorough": {"steps": 8, "evaluate_every": 2, "refine": True},
    },
    "networks": NETWORKS,
    "start": {"lmbda": 0.001, "tiles": 1, "tile": 32, "mosaics": 1, "training": {"steps": 100}},
    "experiments": {
        name: {
            "subject": "plane",
            "preset": "quick",
            "shared_start": start,
            "points": {"lmbda": [0.01, 0.02, 0.05]},
        }
        for name, start in (("usual", "trained"), ("alone", None), ("named", "other"))
    }
    | {
        "structured": {
            "subject": "plane",
            "preset": "quick",
            "shared_start": None,
            "training": {"ms_ssim": 0.1, "steps": 6},
            "points": {"lmbda": [0.01, 0.02, 0.05]},
        }
    },
}
ARCHITECTURE = Architecture(3, levels=(0, 2, 5), contexts=6, context_layers=1, width=4, residuals=1)
PIXELS = np.random.default_rng(0).integers(0, 256, (16, 24, 3), np.uint8)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A project with no start, in which the command is run."""
    params = read_params(ROOT / "params.yaml") | {"overfitted": GROUP, "runtime": {"seed": 5, "threads": 2}}
    monkeypatch.chdir(tmp_path)
    files.write_text("params.yaml", json.dumps(params))
    files.write_json(zoo.INDEX, [])
    return tmp_path


def open_family(entry=None, preset=None):
    return rebuilder.Rebuilder(read_project(read_params()), "overfitted", entry, preset)


def draw_start(seed=0):
    return format_start(overfitted_images.draw_parameters(ARCHITECTURE, seed))


def save_trained(seed=0):
    """Write a start as the stage does; return its id."""
    content = draw_start(seed)
    model_id = starts.read_start(content).model_id
    files.write_bytes(STARTS / starts.file_name(model_id), content)
    return model_id


def add_to_zoo(name, seed):
    overfitted_images.add_to_zoo(draw_start(seed), name)
    return starts.open_start(name).model_id


@pytest.fixture
def jobs(monkeypatch):
    """The fits that are asked for, none of which is made."""
    asked = []

    def fit_all(jobs, *, workers, remedy):
        asked.extend(jobs)
        assert workers == 1
        assert "--longest" in remedy
        yield SimpleNamespace(payload=b"fitted")

    monkeypatch.setattr(rebuilder.pool, "fit_all", fit_all)
    return asked


def fit(jobs, entry=None, preset=None, pixels=PIXELS, lmbda=0.03):
    """Return the job of a picture."""
    assert open_family(entry, preset).dial(pixels).encode(lmbda) == b"fitted"
    return jobs[-1]


def test_a_fit_has_the_picture_the_lambda_and_the_seed_of_the_project(jobs):
    job = fit(jobs, "alone")
    np.testing.assert_array_equal(job.pixels, PIXELS)
    assert (job.lmbda, job.runtime.seed, job.start) == (0.03, 5, None)


def test_a_fit_begins_with_the_zoo_s_start(jobs):
    save_trained(seed=1)
    add_to_zoo("another", seed=2)
    usual = add_to_zoo("overfitted_start", seed=3)
    assert fit(jobs).start.model_id == usual


def test_an_entry_may_name_its_start_or_have_none(jobs):
    save_trained(seed=1)
    add_to_zoo("overfitted_start", seed=2)
    other = add_to_zoo("other", seed=3)
    assert fit(jobs, "named").start.model_id == other
    assert fit(jobs, "alone").start is None


def test_without_a_start_a_line_says_that_the_zoo_has_none():
    save_trained(seed=1)
    line = refusal(open_family().dial, PIXELS)
    assert line == "models/zoo/index.json: no network `overfitted_start` of overfitted; known: none"


def test_a_preset_is_that_of_the_entry_unless_one_is_named(jobs):
    assert [fit(jobs, "alone", preset).run.fit.steps for preset in (None, "quick", "thorough")] == [4, 4, 8]
    assert fit(jobs, "alone", "thorough").run.fit.refine
    assert refusal(open_family, None, "best") == "--preset best: known: quick, thorough"


def test_a_preset_leaves_what_only_the_entry_says_as_it_is(jobs):
    """Such as what is fitted: a preset says how long."""
    for preset, steps in ((None, 6), ("quick", 4), ("thorough", 8)):
        fitted = fit(jobs, "structured", preset).run.fit
        assert (fitted.ms_ssim, fitted.steps) == (0.1, steps)


def test_the_usual_lambda_is_the_middle_of_the_entry_s_points_and_larger_ones_come_first():
    dial = open_family("alone").dial(PIXELS)
    assert dial.usual == 0.02
    assert (dial.values[0], dial.values[-1]) == (1, 1e-5)
    assert dial.values == sorted(set(dial.values), reverse=True)
    assert dial.rate_power < 0


def test_the_time_of_a_fit_is_that_of_its_steps_and_pixels():
    """As measured: 190 ms a step for 768 x 512 pixels, and a minute to refine."""
    seconds = {name: open_family("alone", name).estimate_seconds((512, 768, 3), 0.01) for name in GROUP["presets"]}
    assert seconds["quick"] == pytest.approx(4 * 0.19, rel=0.05)
    assert seconds["thorough"] == pytest.approx(8 * 0.19 + 60, rel=0.05)
    structured = open_family("structured").estimate_seconds((512, 768, 3), 0.01)  # a step takes twice the time
    assert structured == pytest.approx(6 * 2 * 0.19, rel=0.05)


def test_24_megapixels_can_be_fitted():
    assert open_family("alone").most_pixels >= 24_000_000


# --- Decoding ---


def encode(start=None, seed=0):
    """Return a payload whose networks and latents are drawn, and its picture."""
    image = overfitted_images.draw_image(37, 53, ARCHITECTURE, start=start)
    data = codestream.encode([image], 37, 53, start)
    return data, codestream.decode(data, start)


def test_a_payload_is_decoded_with_its_own_start_wherever_that_is():
    zoo_start, trained = (starts.read_start(draw_start(seed)) for seed in (1, 2))
    add_to_zoo("other", seed=1)
    save_trained(seed=2)
    family = open_family()
    for start in (None, zoo_start, trained):
        data, pixels = encode(start)
        np.testing.assert_array_equal(family.decode(data), pixels)


def test_a_missing_start_is_named():
    data, _ = encode(start := starts.read_start(draw_start()))
    line = refusal(open_family().decode, data)
    assert f"models/overfitted_start/overfitted-{start.model_id.hex()}.start" in line
    assert line.endswith("dvc repro overfitted_start")


RUN = """
import sys
from pathlib import Path

import rebuild
from recon.rebuilding import overlay

overlay.ROOT = Path.cwd()
rebuild.main(*sys.argv[1:])
print(sorted({"keras", "tensorflow", "recon.families.overfitted.fitting"} & set(sys.modules)))
"""


def test_a_fresh_process_decodes_without_importing_tensorflow_or_keras(folder):
    add_to_zoo("other", seed=1)
    data, _ = encode(starts.read_start(draw_start(seed=1)))
    files.write_bytes("x.rcn", data)
    environment = os.environ | {"PYTHONPATH": str(STAGES)}
    command = [sys.executable, "-c", RUN, "x.rcn", "--decode", "-o", "x.png"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "[]"
    assert (folder / "x.png").is_file()


# --- Fits ---


def test_the_smallest_picture_is_fitted_from_a_shared_start_and_decoded_with_it():
    """To the bytes that the codec itself gives, whatever process it is in."""
    model_id, pixels = add_to_zoo("overfitted_start", seed=0), PIXELS[:8, :8]
    family = open_family()
    data = family.dial(pixels).encode(0.02)
    codec = method.OverfittedCodec(pixels, family._run, seed=5, start=starts.open_start(starts.USUAL))
    np.testing.assert_array_equal(family.decode(data), codec.decode(data))
    assert codestream.payload.model_id_of(data, family="overfitted") == model_id
