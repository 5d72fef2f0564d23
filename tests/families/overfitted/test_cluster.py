"""Fits on a Dask cluster."""

from pathlib import Path

import pytest

from cluster import Cluster
from pictures import picture
from recon.core.parallel import SCHEDULER
from recon.families.overfitted import pool
from recon.families.overfitted.jobs import FitJob
from recon.families.overfitted.params import FitRun, FitSettings, Networks
from recon.settings.core import Runtime

NETWORKS = Networks(levels=(0, 2, 4), contexts=6, context_layers=1, width=4, residuals=1)
RUN = FitRun(None, None, None, None, networks=NETWORKS, fit=FitSettings(steps=20, evaluate_every=10))


def fit_all():
    """Return the payloads of two fits."""
    runtime, lambdas = Runtime(seed=1, threads=2), (0.001, 0.01)
    jobs = [FitJob("some", picture(24, 32, 3), RUN, at, None, runtime, Path("fits", f"{at}")) for at in lambdas]
    return [fitted.payload for fitted in pool.fit_all(jobs, workers=2, remedy="buy some")]


@pytest.mark.slow
def test_fits_on_a_cluster_have_the_bytes_of_those_here(tmp_path, monkeypatch, capsys):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    here = fit_all()
    cluster = Cluster(tmp_path, workers=2)
    try:
        monkeypatch.setenv(SCHEDULER, cluster.address)
        assert fit_all() == here
    finally:
        cluster.stop()
    assert "fits: 100%" in capsys.readouterr().err
    assert (tmp_path / "worker0" / "fits").exists() or (tmp_path / "worker1" / "fits").exists()
