"""Galleries: one photograph as it is and as the methods give it back, at a few rates or JPEG qualities."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from recon.core import rooms
from recon.core.images import fit_to
from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_pixels
from recon.drawing.looks import CODECS
from recon.referee import leaderboard
from recon.referee.distortion import worst_detail
from recon.report.plane import REFERENCE, points_near_rates, rate_label

MOST_PHOTOGRAPHS = 3  # of a set of many, the first few
MOST_SIDE = 768  # pixels; of a larger photograph the center is shown
ORIGINAL = "original"


@dataclass
class Shot:
    """A picture as one method gives it: uint8 pixels, the groups in which it is shown, and its caption.

    `source` is the picture as a data URI, once it is packed.
    """

    method: str
    groups: list[str]
    caption: str
    pixels: np.ndarray
    source: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height, in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


@dataclass(frozen=True)
class Photograph:
    """One photograph: its name, its caption, and its shots, the original first.

    The rest is what is seen at first: one of the `groups`, two methods, and `detail`, the row and column in the
    middle of the loupe.
    """

    name: str
    caption: str
    shots: list[Shot]
    groups: list[str]
    group: str
    left: str
    right: str
    detail: tuple[int, int]


@dataclass(frozen=True)
class Gallery:
    """Photographs of one subject, under a heading; `name` tells it from other galleries."""

    name: str
    heading: str
    photographs: list[Photograph]


def of_plane(board: pd.DataFrame, target: float) -> Gallery:
    """Return the photographs of the plane: every method on the chart at its points nearest to three rates."""
    board, _ = leaderboard.split_off_chart(board)
    near = points_near_rates(board, target)
    names = ImageSet.open(f"data/subjects/{leaderboard.SUBJECT}").names()[:MOST_PHOTOGRAPHS]
    parts = [
        leaderboard.add_image_scores(points, image).assign(group=group, image=image)
        for group, points in near.items()
        for image in names
    ]
    rows = pd.concat(parts)
    scores = zip(rows["variant"], rows["image_bpp"], rows["image_psnr_db"], strict=True)
    rows["caption"] = [f"{variant}: {bpp:.2f} bpp, {psnr_db:.2f} dB" for variant, bpp, psnr_db in scores]
    label = rate_label(target)
    first = {"group": label, "left": REFERENCE, "right": _best_learned(near[label])}
    photographs = _photographs(leaderboard.SUBJECT, rows, first)
    return Gallery("plane", "In the plane: every method near one rate", photographs)


def of_families(families: Sequence[str]) -> Iterator[Gallery]:
    """Yield the galleries of those families whose findings have one: a function `gallery`.

    It returns a heading, the name of a subject, and a table with a row for each picture and the columns image,
    group, method, family, entry, variant, caption. Shown first is the first group, its first method on the left
    and its last on the right.
    """
    for name in families:
        findings = rooms.load_part(name, "findings")
        if hasattr(findings, "gallery"):
            heading, subject, rows = findings.gallery()
            methods = rows.loc[rows["group"] == rows["group"].iloc[0], "method"]
            first = {"group": rows["group"].iloc[0], "left": methods.iloc[0], "right": methods.iloc[-1]}
            yield Gallery(name, heading, _photographs(subject, rows, first))


def _photographs(subject: str, rows: pd.DataFrame, first: dict[str, str]) -> list[Photograph]:
    """Return the first photographs of a subject, of the pictures in `rows`; `first` is what is shown at first."""
    originals = ImageSet.open(f"data/subjects/{subject}")
    names = [name for name in originals.names() if name in set(rows["image"])]
    return [
        _photograph(name, originals.pixels(name), rows[rows["image"] == name], first)
        for name in names[:MOST_PHOTOGRAPHS]
    ]


def _photograph(name: str, original: np.ndarray, rows: pd.DataFrame, first: dict[str, str]) -> Photograph:
    """Return one photograph; its detail is where the picture on the left errs most."""
    height, width, channels = original.shape
    groups = list(rows["group"].unique())
    shots = [Shot(ORIGINAL, groups, f"as it is, {8 * channels} bpp", _center(original)), *_shots(rows, name)]
    left = [shot for shot in shots if shot.method == first["left"] and first["group"] in shot.groups] or shots[:1]
    corner, sides = worst_detail(shots[0].pixels, left[0].pixels)
    middle = (corner[0] + sides[0] // 2, corner[1] + sides[1] // 2)
    caption = f"{width} x {height} pixels"
    if max(height, width) > MOST_SIDE:
        caption += ", of which the center is shown"
    return Photograph(name, caption, shots, groups, **(first | {"left": left[0].method}), detail=middle)


def _shots(rows: pd.DataFrame, image: str) -> list[Shot]:
    """Return a shot for each picture; one that is shown in several groups is there once."""
    shots: dict[tuple[Any, ...], Shot] = {}
    for row in rows.itertuples():
        place = {"family": row.family, "entry": row.entry, "variant": row.variant}
        key = (row.method, *place.values())
        if key in shots:
            shots[key].groups.append(row.group)
        else:
            shots[key] = Shot(row.method, [row.group], row.caption, _center(read_pixels(**place, image=image)))
    return list(shots.values())


def _best_learned(points: pd.DataFrame) -> str:
    """Return the method of the highest PSNR that is not a codec; of all methods, where all are codecs."""
    learned = points[points["family"] != CODECS]
    return str((points if learned.empty else learned).sort_values("psnr_db", kind="stable")["method"].iloc[-1])


def _center(pixels: np.ndarray) -> np.ndarray:
    rows, columns, _ = pixels.shape
    return fit_to(pixels, min(rows, MOST_SIDE), min(columns, MOST_SIDE), "crop")
