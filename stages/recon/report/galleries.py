"""Galleries: one photograph as it is and as the methods give it back, at a few rates or JPEG qualities."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from recon.core.images import fit_to
from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_pixels
from recon.drawing.looks import CODECS
from recon.families.restoration import comparison
from recon.families.restoration.pictures import worst_detail
from recon.referee import leaderboard
from recon.report.plane import REFERENCE, label, near

MOST_PHOTOGRAPHS = 3  # of a set of many, the first few
MOST_SIDE = 768  # pixels; of a larger photograph the center is shown
ORIGINAL = "original"


@dataclass
class Shot:
    """A picture as one method gives it: uint8 pixels, the groups in which it is shown, and what is said of it.

    `source` is the picture as a data URI, once it is packed.
    """

    method: str
    groups: list[str]
    said: str
    pixels: np.ndarray
    source: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height, in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


@dataclass(frozen=True)
class Gallery:
    """One photograph: its name, what is said of it, and its shots, the original first.

    The rest is what is seen before anything is moved: one of the `groups`, two methods, and `detail`, the row and
    column in the middle of the loupe.
    """

    name: str
    said: str
    shots: list[Shot]
    groups: list[str]
    group: str
    left: str
    right: str
    detail: tuple[int, int]


def of_plane(board: pd.DataFrame, target: float) -> list[Gallery]:
    """Return a gallery of each photograph of the plane: every method at its points nearest to three rates.

    Methods that are far beyond all rates, and off the chart, are left out.
    """
    drawn, _ = leaderboard.drawn(board)
    chosen = near(drawn, target)
    shown = {"group": label(target), "right": _best_learned(chosen[label(target)])}
    photographs = ImageSet.open("data/subjects/plane")
    galleries = []
    for image in photographs.names()[:MOST_PHOTOGRAPHS]:
        shots: list[Shot] = []
        for group, points in chosen.items():
            for row in leaderboard.with_own_scores(points, image).itertuples():
                said = f"{row.variant}: {row.image_bpp:.2f} bpp, {row.image_psnr_db:.2f} dB"
                _add(shots, group, row, image, method=row.method, said=said)
        galleries.append(_gallery(image, photographs.pixels(image), shots, chosen, **shown))
    return galleries


def of_test(rows: pd.DataFrame, methods: pd.DataFrame) -> list[Gallery]:
    """Return a gallery of each test photograph: JPEG, and the best with and without a network, by quality.

    `rows` and `methods` are those of restoration's comparison; the lowest and the highest quality are shown.
    """
    ends = sorted({int(methods["quality"].min()), int(methods["quality"].max())})
    chosen = {quality: _best(methods[methods["quality"] == quality]) for quality in ends}
    photographs = ImageSet.open("data/subjects/test")
    galleries = []
    for image in sorted(photographs.names())[:MOST_PHOTOGRAPHS]:
        shots: list[Shot] = []
        for quality, names in chosen.items():
            own = rows[(rows["image"] == image) & (rows["variant"] == f"quality={quality}")]
            for row in own.set_index("entry", drop=False).loc[names].itertuples():
                said = f"{row.psnr_db:.2f} dB, SSIM {row.ssim:.3f}"
                _add(shots, f"quality {quality}", row, image, method=row.entry, said=said)
        groups = [f"quality {quality}" for quality in ends]
        shown = {"group": groups[0], "right": chosen[ends[0]][-1]}
        galleries.append(_gallery(image, photographs.pixels(image), shots, groups, **shown))
    return galleries


def _add(shots: list[Shot], group: str, row: Any, image: str, *, method: str, said: str) -> None:
    """Add the shot of a row, or the group to the shot that shows the same point already."""
    for shot in shots:
        if (shot.method, shot.said) == (method, said):
            shot.groups.append(group)
            return
    pixels = read_pixels(family=row.family, entry=row.entry, variant=row.variant, image=image)
    shots.append(Shot(method, [group], said, _center(pixels)))


def _gallery(
    image: str, original: np.ndarray, shots: list[Shot], groups: Iterable[str], *, group: str, right: str
) -> Gallery:
    """Return the gallery of one photograph; its detail is where JPEG, as it is shown first, errs most."""
    rows, columns, channels = original.shape
    first = Shot(ORIGINAL, list(groups), f"as it is, {8 * channels} bpp", _center(original))
    references = [shot for shot in shots if shot.method == REFERENCE and group in shot.groups] or [first]
    corner, sides = worst_detail(first.pixels, references[0].pixels)
    middle = (corner[0] + sides[0] // 2, corner[1] + sides[1] // 2)
    said = f"{columns} x {rows} pixels"
    if max(rows, columns) > MOST_SIDE:
        said += ", of which the center is shown"
    return Gallery(image, said, [first, *shots], list(groups), group, references[0].method, right, middle)


def _best_learned(points: pd.DataFrame) -> str:
    """Return the method of the highest PSNR that is no codec; any, where all are."""
    learned = points[points["family"] != CODECS]
    return str((points if learned.empty else learned).sort_values("psnr_db", kind="stable")["method"].iloc[-1])


def _best(methods: pd.DataFrame) -> list[str]:
    """Return of one quality's methods JPEG, the best other without a network, and the best network."""
    ranked = methods.sort_values("gain_db", kind="stable")
    without = comparison.baselines(ranked)["method"]
    networks = comparison.networks(ranked)["method"]
    return [comparison.JPEG, *without[without != comparison.JPEG][-1:], *networks[-1:]]


def _center(pixels: np.ndarray) -> np.ndarray:
    rows, columns, _ = pixels.shape
    return fit_to(pixels, min(rows, MOST_SIDE), min(columns, MOST_SIDE), "crop")
