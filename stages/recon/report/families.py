"""What the page says and shows of each family: its findings, and its figures."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recon.core import rooms
from recon.referee import leaderboard
from recon.report import embedding
from recon.report.plane import compare_with_jpeg, title
from recon.settings import groups

PLOTS = Path("plots/families")


@dataclass(frozen=True)
class Figure:
    """A figure of the page: data URIs of it and, where it moves, of a still; its size, and its caption."""

    source: str
    still: str
    width: int
    height: int
    caption: str


@dataclass(frozen=True)
class FamilySection:
    """A family: its name and title, what the method is, what its experiments show, and its figures."""

    name: str
    title: str
    introduction: list[str]
    sentences: list[str]
    figures: list[Figure]


def with_findings() -> list[str]:
    """Return the families of params.yaml that have findings, in its order."""
    return [family for family in groups.family_names() if family in rooms.families("findings")]


def gather(board: pd.DataFrame, target: float) -> list[FamilySection]:
    """Return the families, each with the place of its best point near the rate `target` of the plane."""
    families = []
    for name in with_findings():
        findings = rooms.load_part(name, "findings")
        introduction = [findings.INTRODUCTION, *_place_in_plane(board[board["family"] == name], target)]
        shown = {PLOTS / name / path: caption for path, caption in findings.FIGURES.items()}
        shown = {path: caption for path, caption in shown.items() if path.is_file()}
        with ThreadPoolExecutor() as pool:  # packing is Pillow's work, which lets other threads go on
            figures = list(pool.map(_figure, shown, shown.values()))
        families.append(FamilySection(name, findings.TITLE, introduction, findings.describe(), figures))
    return families


def _place_in_plane(points: pd.DataFrame, target: float) -> Iterator[str]:
    """Yield a sentence on the best of a family's points near a rate, if the plane has any."""
    ranked = leaderboard.nearest_points(points, target).sort_values("psnr_db", kind="stable")
    for best in ranked.tail(1).itertuples():
        name = title(best.method) if points["method"].nunique() > 1 else "it"
        point = f"{best.psnr_db:.1f} dB at {best.bpp:.2f} bpp"
        yield f"In the plane {name} reaches {point}, {compare_with_jpeg(best)}."


def _figure(path: Path, caption: str) -> Figure:
    if path.suffix == ".gif":
        source, still, (width, height) = embedding.animation(path)
    else:
        (source, (width, height)), still = embedding.figure(path), ""
    return Figure(source, still, width, height, caption)
