"""The benchmark's own arithmetic; its times are nobody's facts."""

import importlib.util
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from engine import KERAS, PYTORCH, PYTORCH_CHANNELS_LAST, SGEMM, torch_version
from recon.core.errors import UserError
from recon.families.coordinates.params import Coordinates
from recon.settings.core import Runtime, read_params
from throughput import Case, list_mlps, read_mlps, read_restorers, row, step_times, table

ROOT = Path(__file__).resolve().parents[2]
with chdir(ROOT):
    NETWORKS, MLPS = read_restorers(), read_mlps()
CASE = Case("arcnn", {"activation": "relu", "skip": False}, channels=1, batch=2, patch=16)


def test_a_network_of_several_entries_is_measured_once():
    names = [str(case) for case in NETWORKS]
    assert len(names) == len(set(names))
    assert {"arcnn", "dense_latent", "conv_autoencoder", "space_to_depth"} <= {name.split()[0] for name in names}


def test_a_step_of_an_mlp_by_hand():
    """4 features, layers of 8, 8 and 3; 10 places: 32 products twice for the first layer, 64 + 24 three times."""
    group = read_params(ROOT / "params.yaml")["coordinates"]
    entry = {"net": "mlp", "subject": "photograph", "settings": {"width": 8, "depth": 2}}
    entry |= {"mapping": {"kind": "basic"}, "training": {"batch_size": 10}}
    (case,) = list_mlps(Coordinates(**group | {"experiments": {"one": entry, "same": entry}}))
    assert (case.features, case.macs) == (4, 10 * (2 * 32 + 3 * (64 + 24)))


def test_the_photograph_s_network_is_among_the_mlps():
    assert (512, 512, 256) in {(case.features, case.batch, case.settings["width"]) for case in MLPS}


def test_the_share_of_the_machine_s_speed_is_taken_turn_by_turn():
    cells = row(Case("mlp", {}, 3, 8, features=4, macs=100), {KERAS: [2.0, 10.0], SGEMM: [1.0, 9.0]})
    assert cells["sgemm / Keras"] == "0.70 (0.50 to 0.90)"


def test_a_name_tells_what_is_no_default():
    assert str(CASE) == "arcnn skip=False"


def test_pixels_per_second_follow_from_the_median_step():
    cells = row(CASE, {KERAS: [2.0, 1.0, 9.0]})
    assert cells["Keras, Mpx/s"] == f"{2 * 16 * 16 / 0.002 / 1e6:.2f}"


def test_a_slow_moment_of_the_machine_changes_no_ratio():
    keras, slowdown = [10.0, 10.0, 10.0], [1, 7, 2]
    slowed = [[slow * ms for slow, ms in zip(slowdown, times, strict=True)] for times in (keras, [15.0] * 3)]
    assert row(CASE, dict(zip((KERAS, PYTORCH), slowed, strict=True)))["PyTorch / Keras"] == "1.50 (1.50 to 1.50)"


def test_keras_is_compared_with_the_faster_memory_format():
    times = {KERAS: [10.0], PYTORCH: [30.0], PYTORCH_CHANNELS_LAST: [20.0]}
    assert row(CASE, times)["PyTorch / Keras"].startswith("2.00")


def test_each_line_of_the_table_has_as_many_cells():
    lines = table([row(CASE, {KERAS: [1.0], PYTORCH: [2.0]})] * 2).splitlines()
    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1


def test_a_python_without_torch_has_no_version(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    assert torch_version(str(python)) is None


def test_a_python_that_is_none_is_named(tmp_path):
    with pytest.raises(UserError, match=r"--torch-python .*nothing: cannot be run"):
        torch_version(str(tmp_path / "nothing"))


@pytest.mark.slow
def test_keras_answers_with_the_time_of_each_turn_but_the_first():
    runtime = Runtime(seed=1, threads=1)
    times = step_times(CASE, torch_python=None, turns=2, steps=1, runtime=runtime)
    assert list(times) == [KERAS]
    assert len(times[KERAS]) == 2
    assert min(times[KERAS]) > 0


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is no requirement")
@pytest.mark.parametrize("case", NETWORKS, ids=str)
def test_pytorch_s_network_gives_what_keras_does(case):
    """The other side checks it itself, and stops where it is not so."""
    step_times(case, torch_python=sys.executable, turns=1, steps=1, runtime=Runtime(seed=1, threads=1))
