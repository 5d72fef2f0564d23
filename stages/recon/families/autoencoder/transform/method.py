"""Transform codec: quantized coefficients of a picture's blocks, and networks that all pictures share.

    pixels --analysis--> symbols --prior, range coder--> payload
    payload --prior, range coder--> symbols --synthesis--> pixels

Both directions take NumPy and the range coder only, and give the same bytes and pixels on every machine, except
when symbols are refined: see `recon.families.autoencoder.transform.refining`.
"""

from dataclasses import dataclass

import numpy as np

from recon.coding.payload import MOST_PIXELS
from recon.core import images
from recon.families.autoencoder.transform import codestream
from recon.families.autoencoder.transform.analysis import BlockAnalysis, pad
from recon.families.autoencoder.transform.architecture import PARTS, select_rate
from recon.families.autoencoder.transform.prior import Prior
from recon.families.autoencoder.transform.synthesis import BlockSynthesis
from recon.families.autoencoder.transform.weights import CodecWeights
from recon.families.shared.codec import Codec


def check_sums(weights: CodecWeights) -> None:
    """Raise ValueError where weights are too large for exact sums; those between two rates are no larger."""
    for place in range(0, weights.last_place + 1, PARTS):
        of_rate = select_rate(weights.arrays, place)
        for part in (BlockAnalysis, Prior, BlockSynthesis):
            part(of_rate)


@dataclass(frozen=True)
class TransformCodec(Codec):
    """One picture, which is coded as color, and the weights of all.

    Attributes:
        weights: of the codec.
        pixels: uint8 (rows, columns, 1 or 3).
        refine: steps of gradient descent on the picture's symbols, which take TensorFlow, prepared, and time.
        seed: of the noise in these steps.
        most_pixels: of a picture that is encoded or decoded.
    """

    weights: CodecWeights
    pixels: np.ndarray
    refine: int = 0
    seed: int = 0
    most_pixels: int = MOST_PIXELS

    def encode(self, setting: float) -> bytes:
        """Return the picture's payload at the rate whose lambda is nearest to `setting`."""
        place, pixels = self.weights.find_place(setting), pad(images.to_color(self.pixels, "rgb"))
        analysis = BlockAnalysis(select_rate(self.weights.arrays, place))
        if self.refine:
            from recon.families.autoencoder.transform.refining import Refiner

            given = pixels, analysis.find_levels(pixels), self.weights, place
            symbols = Refiner(*given, steps=self.refine, seed=self.seed).refine()
        else:
            symbols = analysis.analyze(pixels)
        options = {"weights": self.weights, "place": place, "most_pixels": self.most_pixels}
        return codestream.encode(symbols, self.pixels.shape, **options)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels that a payload of these weights describes; PayloadError where it is none."""
        return codestream.decode(payload, self.weights, most_pixels=self.most_pixels)
