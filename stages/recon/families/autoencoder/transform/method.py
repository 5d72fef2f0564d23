"""Transform codec: quantized coefficients of a picture's blocks, and networks that all pictures share.

    pixels --analysis--> symbols --prior, range coder--> payload
    payload --prior, range coder--> symbols --synthesis--> pixels

Both directions take NumPy and the range coder only, and give the same bytes and pixels on every machine.
"""

from dataclasses import dataclass

import numpy as np

from recon.coding.payload import MOST_PIXELS
from recon.core import images
from recon.families.autoencoder.transform import codestream
from recon.families.autoencoder.transform.analysis import Analysis
from recon.families.autoencoder.transform.architecture import select_rate
from recon.families.autoencoder.transform.weights import CodecWeights
from recon.families.shared.codec import Codec


@dataclass(frozen=True)
class TransformCodec(Codec):
    """One picture, uint8 (rows, columns, 1 or 3), which is coded as color, and the weights of all."""

    weights: CodecWeights
    pixels: np.ndarray
    most_pixels: int = MOST_PIXELS

    def encode(self, setting: float) -> bytes:
        """Return the picture's payload at the rate whose lambda is nearest to `setting`."""
        place = self.weights.find_place(setting)
        analysis = Analysis(select_rate(self.weights.arrays, place))
        symbols = analysis.analyze(images.to_color(self.pixels, "rgb"))
        options = {"weights": self.weights, "place": place, "most_pixels": self.most_pixels}
        return codestream.encode(symbols, self.pixels.shape, **options)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels that a payload of these weights describes; PayloadError where it is none."""
        return codestream.decode(payload, self.weights, most_pixels=self.most_pixels)
