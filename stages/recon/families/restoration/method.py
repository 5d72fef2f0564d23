"""Restoration: a network turns a JPEG file, which is the payload, back into the photograph it was made of.

    pixels --JPEG--> payload --decode--> degraded --network, [ensemble], [projection]--> restored

The network is the decoder's, shared by all images, so its bytes are no part of the payload.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import keras
import numpy as np

from recon.coding.payload import MOST_PIXELS
from recon.core import images, rooms
from recon.core.reconstruction import Reconstruction, timed
from recon.data.params import Degrade
from recon.families.restoration import limits
from recon.families.restoration.params import Inference
from recon.families.shared.jpegs import JpegCodec
from recon.families.shared.parts import transform_by_parts
from recon.jpeg import projection, quantization
from recon.jpeg.conditions import read_conditions, turn_conditions
from recon.jpeg.files import PLAIN, JpegFile
from recon.jpeg.repacking import unpack
from recon.training import complexity

MARGIN = 16  # pixels repeated around an image: JPEG's grid stays where it was, that of halved chroma too
_MACS_SIDE = 256  # multiply-adds per pixel are counted on an image of this side


@dataclass(frozen=True)
class Restorer:
    """A trained network as decoder of JPEG files of any size.

    A network for one channel restores the luma of a color file and leaves its chroma alone; a network for color
    restores a gray file as a color file without chroma.

    The stage rebuilds photographs with the network as it was trained, and so scores what it was trained for;
    rebuild.py gives `finest_steps`, so that on files of any quality it is held back by `limits`.
    """

    model: keras.Model
    value_range: images.ValueRange
    inference: Inference = field(default_factory=Inference)
    finest_steps: np.ndarray | None = None  # where given, the network is held back

    def decode(self, payload: bytes, *, most_pixels: int = MOST_PIXELS) -> np.ndarray:
        """Return the restored pixels of a JPEG file, uint8 (rows, columns, channels of the file).

        Raises:
            PayloadError: no JPEG file, alone or in a JPEG XL file, that `jpeg.quantization` reads; or one of more
                than `most_pixels` pixels.
            FloatingPointError: see `transform`.
        """
        content = unpack(payload, most_pixels=most_pixels)
        quantization.check(content, most_pixels=most_pixels)
        decoded, conditions = quantization.decode(content), self.read_conditions(content)
        shown = images.to_color(decoded, "rgb") if decoded.shape[-1] < self.channels else decoded
        restored = transform_by_parts(shown, lambda part: self.transform(part, conditions))
        restored = restored if shown is decoded else images.to_color(restored, "gray")
        if self.inference.projection is not None:
            restored = projection.project(restored, content, width=self.inference.projection)
        if self.finest_steps is not None and limits.is_held(content, self.finest_steps):
            restored = limits.hold_back(restored, decoded, content, self.finest_steps, channels=self.channels)
        return restored

    @property
    def channels(self) -> int:
        """The channels of the network's images, 1 or 3."""
        return self.model.output_shape[-1]

    def read_conditions(self, content: bytes) -> np.ndarray:
        """Return what a conditioned network is told of a JPEG file."""
        return read_conditions(content, channels=self.channels)

    def is_out_of_range(self, content: bytes) -> bool:
        """Return whether a JPEG file has finer steps than those that the network was trained on."""
        return self.finest_steps is not None and limits.is_finer(content, self.finest_steps)

    def transform(self, pixels: np.ndarray, conditions: np.ndarray) -> np.ndarray:
        """Return the network's answer to uint8 `pixels`, given the result of `read_conditions`.

        Raises:
            FloatingPointError: the answer holds NaN or infinity, as after a training that has diverged.
        """
        if pixels.shape[-1] > self.channels:
            return images.with_luma(pixels, lambda luma: self.transform(luma, conditions))
        values = self._forms(images.to_float(pixels, self.value_range), conditions)
        if not np.isfinite(values).all():
            raise FloatingPointError("the network's answer holds values that are no numbers")
        return images.to_uint8(values, self.value_range)

    def _forms(self, values: np.ndarray, conditions: np.ndarray) -> np.ndarray:
        """Return the network's answer to `values`, or the mean of those to its eight forms (Timofte et al. 2016).

        The margin is added first, so that turning keeps whole blocks and JPEG's grid in its place. For an image on
        its side the conditions are turned too.
        """
        rows, columns, _ = values.shape
        padded = _padded(values)
        forms = [(quarters, mirrored) for quarters in range(4) for mirrored in (False, True)]
        both = (conditions, turn_conditions(conditions))
        answers = [
            _turned_back(self._apply(_turned(padded, *form), both[form[0] % 2]), *form)
            for form in (forms if self.inference.ensemble else forms[:1])
        ]
        return np.mean(answers, axis=0)[MARGIN : MARGIN + rows, MARGIN : MARGIN + columns]

    def _apply(self, values: np.ndarray, conditions: np.ndarray) -> np.ndarray:
        """Return the network's answer to (rows, columns, channels), in tiles where it takes one size only."""
        side = self.model.input_shape[1] if not self._conditioned else None
        if side is None:
            return self._batch(values[np.newaxis], conditions)[0]
        rows, columns, channels = values.shape
        grown = np.pad(values, ((0, -rows % side), (0, -columns % side), (0, 0)), mode="edge")
        grid = grown.reshape(grown.shape[0] // side, side, grown.shape[1] // side, side, channels)
        tiles = grid.transpose(0, 2, 1, 3, 4)
        answers = self._batch(tiles.reshape(-1, side, side, channels), conditions).reshape(tiles.shape)
        return answers.transpose(0, 2, 1, 3, 4).reshape(grown.shape)[:rows, :columns]

    def _batch(self, batch: np.ndarray, conditions: np.ndarray) -> np.ndarray:
        inputs = [batch, np.tile(conditions, (len(batch), 1))] if self._conditioned else batch
        return np.asarray(self.model(inputs, training=False))

    @property
    def _conditioned(self) -> bool:
        return len(self.model.inputs) == 2


class RestorationCodec(JpegCodec):
    """One picture, sent as a JPEG file, and the restorer that all pictures share."""

    def __init__(self, restorer: Restorer, pixels: np.ndarray, degrade: Degrade, file: JpegFile = PLAIN) -> None:
        """Take uint8 `pixels` (rows, columns, 1 or 3), and how their JPEG files are written."""
        super().__init__(pixels, degrade, file)
        self._restorer = restorer

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the restored pixels of a JPEG file."""
        return self._restorer.decode(payload)

    def imitate(self, quality: int) -> Reconstruction:
        """Return the imitated JPEG of a network for the other direction; it has no payload."""
        imitated = timed(
            lambda: self.encode(quality),
            lambda payload: self._restorer.transform(self.pixels, self._restorer.read_conditions(payload)),
        )
        return replace(imitated, payload=None, encode_seconds=0.0)


def build(net: str, settings: dict[str, Any], *, channels: int) -> keras.Model:
    """Return the untrained network `net` for images of `channels` channels, of any size unless it is patchwise."""
    return rooms.load("networks", net).build(image_shape=(None, None, channels), **settings)


def describe(
    net: str, settings: dict[str, Any], inference: Inference, *, channels: int, half_precision: bool = False
) -> dict[str, int | float]:
    """Return what `complexity.describe` gives, for all forms of an ensemble, and decoder_bytes, of its weights."""
    model = build(net, settings, channels=channels)
    if model.inputs[0].shape[1] is None:
        model = rooms.load("networks", net).build(image_shape=(_MACS_SIDE, _MACS_SIDE, channels), **settings)
    about = complexity.describe(model) | {"decoder_bytes": (2 if half_precision else 4) * model.count_params()}
    return about | {"macs_per_pixel": about["macs_per_pixel"] * (8 if inference.ensemble else 1)}


def _padded(values: np.ndarray) -> np.ndarray:
    """Repeat the edge of (rows, columns, channels) by the margin, and at the end up to whole blocks."""
    rows, columns, _ = values.shape
    after = (MARGIN + -rows % MARGIN, MARGIN + -columns % MARGIN)
    return np.pad(values, ((MARGIN, after[0]), (MARGIN, after[1]), (0, 0)), mode="edge")


def _turned(values: np.ndarray, quarters: int, mirrored: bool) -> np.ndarray:
    turned = np.rot90(values, quarters)
    return turned[:, ::-1] if mirrored else turned


def _turned_back(values: np.ndarray, quarters: int, mirrored: bool) -> np.ndarray:
    return np.rot90(values[:, ::-1] if mirrored else values, -quarters)
