"""The fits of an entry: what each takes, how far it is, and where it is kept."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from recon.core.reconstruction import CHECKPOINTS, variant_name
from recon.families.overfitted import tiling
from recon.families.overfitted.method import MOST_PIXELS, OpenCheckpoint, OverfittedCodec
from recon.families.overfitted.params import FAMILY, FitEntry, FitRun
from recon.families.overfitted.starts import Start
from recon.settings.core import Runtime


@dataclass(frozen=True)
class FitJob:
    """One fit.

    Attributes:
        image: the name of the picture.
        pixels: uint8 (rows, columns, channels).
        run: networks and fit.
        lmbda: the price of a bit per pixel.
        start: the shared start; None: there is none.
        runtime: seed of the fit, unless the run has one, and instructions; its threads decide nothing.
        folder: where its state and, once it is done, its payload are kept, to resume an interrupted stage.
    """

    image: str
    pixels: np.ndarray
    run: FitRun
    lmbda: float
    start: Start | None
    runtime: Runtime
    folder: Path

    @property
    def settings(self) -> dict[str, object]:
        """The settings of its point, as columns."""
        return self.run.point(self.lmbda)

    @property
    def steps(self) -> int:
        """The number of steps, for all tiles together."""
        rows, columns, _ = self.pixels.shape
        return self.run.fit.steps * len(tiling.cut(rows, columns))

    def open_codec(self, open_checkpoint: OpenCheckpoint | None = None) -> OverfittedCodec:
        """Return the picture's codec, whose fits are resumed from the checkpoints."""
        return OverfittedCodec(
            self.pixels,
            self.run,
            seed=self.runtime.seed,
            start=self.start,
            open_checkpoint=open_checkpoint,
            most_pixels=MOST_PIXELS,
        )


class FitProgress(NamedTuple):
    """How far a fit is.

    Attributes:
        step: the number of steps that are done.
        skipped: those of them that an interrupted run had done.
        bpp: bits per pixel of the latents; None before the first measurement.
        psnr_db: of the picture; None before the first measurement.
    """

    step: int
    skipped: int
    bpp: float | None = None
    psnr_db: float | None = None


def list_jobs(
    entry: FitEntry, photographs: Iterable[tuple[str, np.ndarray]], *, start: Start | None, runtime: Runtime
) -> list[FitJob]:
    """Return the fits of an entry: for each run, picture and lambda, in this order."""
    pictures, kept = list(photographs), folder(entry.name)
    return [
        FitJob(image, pixels, run, lmbda, start, runtime, kept / variant_name(run.point(lmbda)) / image)
        for run in entry.runs
        for image, pixels in pictures
        for lmbda in entry.experiment.points.lmbda
    ]


def folder(entry: str) -> Path:
    """Return the folder in which an entry's fits are kept until its stage is done."""
    return CHECKPOINTS / FAMILY / entry


def forget(entry: str) -> None:
    """Remove the fits that were kept: the stage is done."""
    shutil.rmtree(folder(entry), ignore_errors=True)
