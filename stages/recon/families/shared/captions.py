"""A family's figures and their captions, for the page and for plots/README.md."""

from collections.abc import Mapping
from pathlib import Path

PLOTS = Path("plots/families")


def list_figures(family: str, captions: Mapping[str, str]) -> dict[Path, str]:
    """Return path -> caption: the FIGURES of the family's findings, then what else its stage has drawn, by name.

    A figure of a new entry, which FIGURES does not list yet, is named by its file.
    """
    folder = PLOTS / family
    listed = {folder / name: caption for name, caption in captions.items()}
    others = sorted(path for path in folder.rglob("*") if path.suffix in (".png", ".gif") and path not in listed)
    return listed | {path: f"The figure {path.relative_to(folder).as_posix()}." for path in others}
