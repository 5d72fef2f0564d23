"""The codec of a picture, whose tiles are drawn, not fitted."""

from recon.training import runtime

# isort: split
import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import overfitted_images
from pictures import picture
from recon.coding.payload import model_id_of
from recon.core.sources import STAGES
from recon.families.overfitted import codestream, fitting, starts, tiling
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.method import OverfittedCodec, describe
from recon.families.overfitted.params import FAMILY, FitRun, FitSettings, Networks
from recon.families.overfitted.starts import Start

NETWORKS = Networks(levels=[0, 2], contexts=4, context_layers=1, width=4, residuals=1)
OTHERS = Networks(levels=[0, 3], contexts=6, context_layers=1, width=5, residuals=0)
RUN = FitRun(None, None, None, None, networks=NETWORKS, fit=FitSettings(steps=2, evaluate_every=1))


@pytest.fixture
def fits(monkeypatch):
    """The keywords of each fit; it draws its image."""
    seen = []

    def draw(pixels, *, architecture, start, **options):
        image = overfitted_images.draw_image(*pixels.shape[:2], architecture, seed=len(seen), start=start)
        seen.append({"pixels": pixels, "architecture": architecture, "start": start, "image": image, **options})
        return image

    monkeypatch.setattr(fitting, "fit_image", draw)
    return seen


def draw_start(channels=3):
    return Start.of(overfitted_images.draw_parameters(OTHERS.architecture(channels)))


def test_a_picture_is_fitted_at_the_lambda_that_it_is_encoded_at(fits):
    pixels = picture(20, 30, 3)
    codec = OverfittedCodec(pixels, RUN, seed=5, open_checkpoint=lambda tile: f"checkpoint {tile}")
    payload = codec.encode(0.003)
    (fit,) = fits
    np.testing.assert_array_equal(fit["pixels"], pixels)
    assert (fit["lmbda"], fit["seed"], fit["fit"], fit["start"]) == (0.003, 5, RUN.fit, None)
    assert (fit["architecture"], fit["checkpoint"]) == (NETWORKS.architecture(3), "checkpoint 0")
    np.testing.assert_array_equal(codec.decode(payload), codestream.decode(payload))


def test_a_seed_of_the_fit_is_used():
    run = FitRun(None, None, None, None, networks=NETWORKS, fit=FitSettings(steps=1, evaluate_every=1, seed=9))
    assert OverfittedCodec(picture(8, 8, 3), run, seed=5)._seed == 9


def test_tiles_are_fitted_one_after_the_other_each_from_the_networks_of_the_one_before(fits, monkeypatch):
    monkeypatch.setattr(tiling, "MOST_PIXELS", 300)
    monkeypatch.setattr(tiling, "MOST_SIDE", 20)
    start, pixels = draw_start(), picture(16, 40, 3)
    codec = OverfittedCodec(pixels, RUN, seed=1, start=start)
    payload = codec.encode(0.001)
    left, right = fits
    np.testing.assert_array_equal(np.concatenate([left["pixels"], right["pixels"]], axis=1), pixels)
    assert left["start"].model_id == start.model_id
    before = left["image"].weights.dequantize(start.parameters)
    np.testing.assert_array_equal(right["start"].parameters.flat(), before.flat())
    assert codec.decode(payload).shape == pixels.shape


def test_a_shared_start_has_networks_of_its_own_and_is_named_by_the_payload(fits):
    start = draw_start()
    codec = OverfittedCodec(picture(16, 16, 3), RUN, seed=1, start=start)
    payload = codec.encode(0.001)
    assert fits[0]["architecture"] == OTHERS.architecture(3)
    assert model_id_of(payload, family=FAMILY) == start.model_id
    assert codec.describe(0.001) == describe(OTHERS.architecture(3), start)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(("lmbda", "left_out"), [(0.0039, 0), (0.004, 1), (1.0, 1)])
def test_finest_grids_are_left_out_where_bits_are_dear(fits, shared, lmbda, left_out):
    networks = NETWORKS.model_copy(update={"leave_out_from": (0.004, 0.1)})  # of two grids one is left
    start = draw_start() if shared else None
    codec = OverfittedCodec(picture(16, 16, 3), replace(RUN, networks=networks), seed=1, start=start)
    payload = codec.encode(lmbda)
    levels = (OTHERS if shared else NETWORKS).levels
    kept = levels[left_out:]
    assert fits[0]["architecture"].levels == kept
    assert codestream.read(payload, start)[0].weights.architecture.levels == kept
    assert codec.describe(lmbda)["latents_per_pixel"] == sum(4.0**-level for level in kept)
    assert codec.decode(payload).shape == (16, 16, 3)


def test_a_gray_picture_is_coded_without_the_start_for_color(fits):
    codec = OverfittedCodec(picture(16, 16, 1), RUN, seed=1, start=draw_start(channels=3))
    payload = codec.encode(0.001)
    assert (fits[0]["start"], fits[0]["architecture"]) == (None, NETWORKS.architecture(1))
    assert model_id_of(payload, family=FAMILY) == b""
    assert codec.decode(payload).shape == (16, 16, 1)


def test_what_a_decoder_has_to_do_and_to_hold():
    start = Start.of(overfitted_images.draw_parameters(Architecture()))
    assert describe(Architecture()) == {
        **{"num_params": 840, "macs_per_pixel": Architecture().macs_per_pixel},
        "latents_per_pixel": sum(4**-level for level in range(7)),
    }
    content = starts.format_start(start.parameters)
    assert describe(Architecture(), start)["decoder_bytes"] == len(content)


PROGRAM = """
import json, sys
from recon.families.overfitted import checks, method, pool, rebuilder
from recon.families.overfitted.params import FitRun, FitSettings, Networks
import numpy as np
run = FitRun(None, None, None, None, networks=Networks(), fit=FitSettings(steps=1, evaluate_every=1))
pixels = method.OverfittedCodec(np.zeros((8, 8, 3), np.uint8), run, seed=0).decode(bytes.fromhex(sys.argv[1]))
print(json.dumps([pixels.shape, sorted({"keras", "tensorflow"} & set(sys.modules))]))
"""


def test_decoding_imports_no_tensorflow():
    payload = overfitted_images.encode(overfitted_images.draw_image(16, 24))
    environment = os.environ | {"PYTHONPATH": str(STAGES)}
    command = [sys.executable, "-c", PROGRAM, payload.hex()]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(ended.stdout) == [[16, 24, 3], []]
