"""The page's section on each family: its findings and its figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from recon.core import parallel, rooms
from recon.families.shared.captions import list_figures
from recon.report import embedding
from recon.report.plane import compare_with_jpeg, rank_near, title
from recon.settings import groups


@dataclass(frozen=True)
class Figure:
    """A figure: its data URI and, for an animation, that of a still; its size; its caption."""

    source: str
    still: str
    width: int
    height: int
    caption: str


@dataclass(frozen=True)
class FamilySection:
    """A family: its name and title, its introduction, the sentences of its findings, and its figures."""

    name: str
    title: str
    introduction: list[str]
    sentences: list[str]
    figures: list[Figure]


def list_families() -> list[str]:
    """Return the families of params.yaml that have findings, in the order of params.yaml."""
    return [family for family in groups.family_names() if family in rooms.families("findings")]


def gather(board: pd.DataFrame, target: float) -> list[FamilySection]:
    """Return the families' sections, each with a sentence on its best point near the rate `target`."""
    families = []
    for name in list_families():
        findings = rooms.load_part(name, "findings")
        introduction = [findings.INTRODUCTION, *_describe_place(board[board["family"] == name], target)]
        captions = list_figures(name, findings.FIGURES)
        readings = (partial(_read_figure, *figure) for figure in captions.items())
        figures = list(parallel.run_all(readings, by="threads"))  # Pillow packs without the interpreter's lock
        families.append(FamilySection(name, findings.TITLE, introduction, findings.describe(), figures))
    return families


def _describe_place(points: pd.DataFrame, target: float) -> Iterator[str]:
    """Yield a sentence on the best of a family's points near a rate, if it has points in the plane."""
    for best in rank_near(points, target).tail(1).itertuples():
        name = title(best.method) if points["method"].nunique() > 1 else "it"
        point = f"{best.psnr_db:.1f} dB at {best.bpp:.2f} bpp"
        yield f"In the plane {name} reaches {point}, {compare_with_jpeg(best)}."


def _read_figure(path: Path, caption: str) -> Figure:
    if path.suffix == ".gif":
        source, still, (width, height) = embedding.animation(path)
    else:
        (source, (width, height)), still = embedding.figure(path), ""
    return Figure(source, still, width, height, caption)
