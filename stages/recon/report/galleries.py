"""Galleries: a photograph beside its reconstructions by the methods, at a few rates or JPEG qualities."""

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

MOST_PHOTOGRAPHS = 3  # the first in the set
MOST_SIDE = 768  # pixels; larger photographs are cropped to their center
ORIGINAL = "original"


@dataclass
class Shot:
    """A picture by one method: uint8 pixels, the groups that show it, its caption, its data URI once packed."""

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

    The rest is the initial view: one of the `groups`, two methods, and `detail`, the row and column at the center
    of the loupe.
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
    """Photographs of one subject, under a heading; `name` is unique on the page."""

    name: str
    heading: str
    photographs: list[Photograph]


def build_plane_gallery(board: pd.DataFrame, target: float) -> Gallery:
    """Return the gallery of the plane: every method on the chart at its points nearest to three rates."""
    board, _ = leaderboard.split_off_chart(board)
    near = points_near_rates(board, target)
    names = ImageSet.open(f"data/subjects/{leaderboard.SUBJECT}").names()[:MOST_PHOTOGRAPHS]
    rows = pd.concat(
        leaderboard.add_image_scores(points, image).assign(group=group, image=image)
        for group, points in near.items()
        for image in names
    )
    scores = zip(rows["variant"], rows["image_bpp"], rows["image_psnr_db"], strict=True)
    rows["caption"] = [f"{variant}: {bpp:.2f} bpp, {psnr_db:.2f} dB" for variant, bpp, psnr_db in scores]
    label = rate_label(target)
    view = {"group": label, "left": REFERENCE, "right": _find_best_learned(near[label])}
    photographs = _read_photographs(leaderboard.SUBJECT, rows, view)
    return Gallery("plane", "In the plane: every method near one rate", photographs)


def build_family_galleries(families: Sequence[str]) -> Iterator[Gallery]:
    """Yield the gallery of each family whose findings define a function `gallery`.

    It returns a heading, the name of a subject, and a table with a row for each picture and the columns image,
    group, method, family, entry, variant, caption. The initial view is the first group, with its first method on
    the left and its last on the right.
    """
    for name in families:
        findings = rooms.load_part(name, "findings")
        if hasattr(findings, "gallery"):
            heading, subject, rows = findings.gallery()
            methods = rows.loc[rows["group"] == rows["group"].iloc[0], "method"]
            view = {"group": rows["group"].iloc[0], "left": methods.iloc[0], "right": methods.iloc[-1]}
            yield Gallery(name, heading, _read_photographs(subject, rows, view))


def _read_photographs(subject: str, rows: pd.DataFrame, view: dict[str, str]) -> list[Photograph]:
    """Return the first photographs of a subject that `rows` have pictures of; `view` is the initial view."""
    originals = ImageSet.open(f"data/subjects/{subject}")
    names = [name for name in originals.names() if name in set(rows["image"])]
    return [
        _read_photograph(name, originals.pixels(name), rows[rows["image"] == name], view)
        for name in names[:MOST_PHOTOGRAPHS]
    ]


def _read_photograph(name: str, original: np.ndarray, rows: pd.DataFrame, view: dict[str, str]) -> Photograph:
    """Return one photograph; its detail is where the picture on the left has the largest errors."""
    height, width, channels = original.shape
    groups = list(rows["group"].unique())
    shots = [Shot(ORIGINAL, groups, f"as it is, {8 * channels} bpp", _crop(original)), *_read_shots(rows, name)]
    left = [shot for shot in shots if shot.method == view["left"] and view["group"] in shot.groups] or shots[:1]
    corner, sides = worst_detail(shots[0].pixels, left[0].pixels)
    center = (corner[0] + sides[0] // 2, corner[1] + sides[1] // 2)
    caption = f"{width} x {height} pixels"
    if max(height, width) > MOST_SIDE:
        caption += ", of which the center is shown"
    return Photograph(name, caption, shots, groups, **(view | {"left": left[0].method}), detail=center)


def _read_shots(rows: pd.DataFrame, image: str) -> list[Shot]:
    """Return one shot for each picture, even if several groups show it."""
    shots: dict[tuple[Any, ...], Shot] = {}
    for row in rows.itertuples():
        place = {"family": row.family, "entry": row.entry, "variant": row.variant}
        key = (row.method, *place.values())
        if key in shots:
            shots[key].groups.append(row.group)
        else:
            shots[key] = Shot(row.method, [row.group], row.caption, _crop(read_pixels(**place, image=image)))
    return list(shots.values())


def _find_best_learned(points: pd.DataFrame) -> str:
    """Return the method with the highest PSNR that is not a codec; the best codec where all are codecs."""
    learned = points[points["family"] != CODECS]
    return str((points if learned.empty else learned).sort_values("psnr_db", kind="stable")["method"].iloc[-1])


def _crop(pixels: np.ndarray) -> np.ndarray:
    rows, columns, _ = pixels.shape
    return fit_to(pixels, min(rows, MOST_SIDE), min(columns, MOST_SIDE), "crop")
