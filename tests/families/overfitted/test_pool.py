"""Workers, without any fits: see tests/toy_worker.py. The stage's tests have real ones."""

import multiprocessing
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import toy_worker
from recon.core.errors import UserError
from recon.families.overfitted import pool
from recon.families.overfitted.jobs import FitJob, FitProgress
from recon.families.overfitted.params import FitRun, FitSettings, Networks
from recon.settings.core import Runtime
from refusals import refusal

RUN = FitRun(None, None, None, None, networks=Networks(), fit=FitSettings(steps=4, evaluate_every=2))
RUNTIME = Runtime(seed=1, threads=1)
REMEDY = "buy some"
QUICK = [0.001 * number for number in range(1, 8)]


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    monkeypatch.setattr(pool, "_serve", toy_worker.serve)


def children():
    """Return the processes of this one but for joblib's, which wait for further work."""
    return [process for process in multiprocessing.active_children() if "Loky" not in process.name]


def jobs(*lambdas):
    pixels = np.zeros((8, 9, 3), np.uint8)
    return [FitJob("some", pixels, RUN, lmbda, None, RUNTIME, Path("fits", f"{lmbda}")) for lmbda in lambdas]


def fit_all(*lambdas, workers=2):
    return list(pool.fit_all(jobs(*lambdas), workers=workers, remedy=REMEDY))


@pytest.mark.parametrize("workers", [1, 2, 20])
def test_pictures_come_in_the_order_of_the_jobs(workers):
    rebuilt = fit_all(*QUICK, workers=workers)
    assert [picture.encode_seconds for picture in rebuilt] == QUICK
    assert not children()


def test_no_jobs_need_no_worker():
    assert fit_all() == []


def test_a_mistake_that_a_worker_finds_is_the_one_line_that_is_raised():
    assert refusal(fit_all, QUICK[0], toy_worker.REFUSES) == "one clear line"
    assert not children()


def test_another_error_comes_with_its_traceback():
    with pytest.raises(RuntimeError, match="with its traceback"):
        fit_all(toy_worker.FAILS)


def test_a_worker_that_is_killed_is_named_by_its_fit():
    text = refusal(fit_all, QUICK[0], toy_worker.DIES)
    ended = f"the process of this fit has ended with exit code {toy_worker.EXIT_CODE}, maybe for lack of memory"
    assert text == f"some at lmbda={toy_worker.DIES}: {ended}; {REMEDY}"


def test_a_fit_that_needs_more_memory_than_there_is_is_one_line():
    text = refusal(fit_all, toy_worker.FILLS)
    assert text == f"some at lmbda={toy_worker.FILLS}: not enough memory for this fit; {REMEDY}"
    assert not children()


def test_workers_end_with_whoever_waits_for_them():
    """As at Ctrl-C, which raises an error where the pictures are used."""
    with closing(pool.fit_all(jobs(QUICK[0], toy_worker.WAITS), workers=2, remedy=REMEDY)) as pictures:
        assert next(pictures).encode_seconds == QUICK[0]
        assert len(children()) == 2
    assert not children()


def test_a_line_says_where_the_fits_are(capsys):
    fit_all(0.001, 0.002)
    text = capsys.readouterr().err
    assert "0 of 2 fits:   0%" in text
    assert "2 of 2 fits: 100%" in text


def test_the_time_left_is_that_of_steps_that_are_to_be_done():
    """What an interrupted run had done, and what ends early, takes none."""
    line = pool._ProgressLine(jobs(0.001, 0.002))
    with line:
        step = 8 * 9
        line.show(0, FitProgress(step=2, skipped=2))
        assert (line._bar.n, line._bar.total) == (0, 6 * step)
        line.show(0, FitProgress(step=4, skipped=2, bpp=0.51234, psnr_db=30.123))
        assert (line._bar.n, line._bar.total) == (2 * step, 6 * step)
        assert line._bar.postfix == "some at 0.001: coding the weights, 0.512 bpp, 30.12 dB"
        line.close_job(0)
        line.close_job(1)
        assert (line._bar.n, line._bar.total, line._bar.desc) == (2 * step, 2 * step, "2 of 2 fits")


def test_errors_of_a_worker_can_be_sent():
    for error in (UserError("some"), OSError(28, "no space", "file"), RuntimeError("two\nlines"), MemoryError()):
        ours, theirs = multiprocessing.Pipe()
        theirs.send(error)
        received = ours.recv()
        assert (type(received), received.args, getattr(received, "filename", None)) == (
            type(error),
            error.args,
            getattr(error, "filename", None),
        )
        ours.close()
        theirs.close()
