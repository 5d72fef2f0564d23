"""A family's figures and their captions, for the page and for plots/README.md."""

from collections.abc import Mapping
from pathlib import Path

PLOTS = Path("plots/families")


def list_figures(family: str, captions: Mapping[str, str]) -> dict[Path, str]:
    """Return path -> caption of all figures that the family's stage has drawn, those of `captions` first.

    `captions` are the FIGURES of its findings: names or patterns such as `pictures/*.png`. A figure of a new entry
    that they do not cover yet is named by its file.
    """
    folder = PLOTS / family
    figures = {path: caption for name, caption in captions.items() for path in sorted(folder.glob(name))}
    others = sorted(path for path in folder.rglob("*") if path.suffix in (".png", ".gif") and path not in figures)
    return figures | {path: f"The figure {path.relative_to(folder).as_posix()}." for path in others}
