"""The `plot` group of params.yaml."""

from typing import Literal

from pydantic import Field

from recon.settings.core import Section


class Plot(Section):
    """How the plane is drawn."""

    bpp_scale: Literal["log", "linear"]
    mosaic_bpp: float = Field(gt=0, le=24)
