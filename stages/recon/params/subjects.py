"""Photographs of a family that may want them in gray."""

from typing import Literal

from recon.params.data import Subject


class ColoredSubject(Subject):
    """A subject in color, or its luma of the full range."""

    color: Literal["rgb", "gray"] = "rgb"
