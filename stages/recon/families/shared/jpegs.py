"""What families share whose payload is a JPEG file."""

from typing import Any

import numpy as np

from recon.data.params import Degrade
from recon.families.shared.family import Dial
from recon.jpeg.degradation import jpeg_encode
from recon.settings.core import lookup, parse


def degrade_of(params: dict[str, Any]) -> Degrade:
    """Return how params.yaml has JPEG files written."""
    return parse(Degrade, lookup(params, "degrade"), "degrade")


def dial(pixels: np.ndarray, params: dict[str, Any], *, usual: int) -> Dial:
    """Return the quality of the JPEG files that such pixels are sent as."""
    options = degrade_of(params).options
    return Dial(
        "quality", range(1, 101), usual, pixels, lambda value: jpeg_encode(pixels, quality=value, **options)
    )
