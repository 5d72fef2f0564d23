"""Overfitted codec: the networks of one picture and their latents, fitted to it alone, are its payload.

    pixels --tiles--> gradient descent --> weights, latent grids --range coder--> payload
    payload --context model--> latents --upsampling, synthesis--> pixels

Cool-chic: Ladune et al., "COOL-CHIC: Coordinate-based Low Complexity Hierarchical Image Codec", ICCV 2023. Only
encoding imports TensorFlow, when it is called: decoding takes NumPy and the range coder.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from recon.coding import payload
from recon.core.images import MAX_SIDE
from recon.families.overfitted import codestream, starts, tiling
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.codestream import CodedImage
from recon.families.overfitted.params import FitRun
from recon.families.overfitted.starts import Start
from recon.families.shared.codec import Codec

if TYPE_CHECKING:
    from recon.training.checkpoints import Checkpoint

MOST_PIXELS = MAX_SIDE**2  # of the largest picture: tiles bound the memory
OpenCheckpoint = Callable[[int], "Checkpoint"]  # from the number of a tile


class OverfittedCodec(Codec):
    """One picture, fitted anew at each lambda."""

    def __init__(
        self,
        pixels: np.ndarray,
        run: FitRun,
        *,
        seed: int,
        start: Start | None = None,
        open_checkpoint: OpenCheckpoint | None = None,
        most_pixels: int = payload.MOST_PIXELS,
    ) -> None:
        """Take a picture, and how it is fitted.

        Args:
            pixels: uint8 (rows, columns, 1 or 3).
            run: networks and fit.
            seed: of the fit, unless it has one of its own.
            start: the shared start, whose networks take the place of the run's; ignored for a picture with a
                different number of channels.
            open_checkpoint: the state from which the interrupted fit of a tile is resumed.
            most_pixels: of a picture that is encoded or decoded, up to MOST_PIXELS.
        """
        self._pixels, self._most_pixels, self._open_checkpoint = pixels, most_pixels, open_checkpoint
        channels = pixels.shape[-1]
        self._start = start if start and start.parameters.architecture.channels == channels else None
        self._networks = run.networks
        self._fit, self._seed = run.fit, seed if run.fit.seed is None else run.fit.seed

    def encode(self, setting: float) -> bytes:
        """Return the payload of a fit at lambda `setting`; it takes minutes.

        `recon.training.runtime.prepare` has to be called before.

        Raises:
            UncodableError: the fit has ended in weights that no decoder takes.
        """
        from recon.families.overfitted.fitting import fit_image

        rows, columns, _ = self._pixels.shape
        architecture = self._architecture(setting)
        start = self._start and self._start.keep_levels(architecture.levels)
        images: list[CodedImage] = []
        for number, tile in enumerate(tiling.cut(rows, columns)):
            image = fit_image(
                self._pixels[tile.rows, tile.columns],
                fit=self._fit,
                architecture=architecture,
                lmbda=setting,
                seed=self._seed,
                start=codestream.next_start(images, start),
                checkpoint=self._open_checkpoint and self._open_checkpoint(number),
            )
            images.append(image)
        return codestream.encode(images, rows, columns, self._start, most_pixels=self._most_pixels)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels of a payload that was encoded with the same shared start; PayloadError as there."""
        return codestream.decode(payload, self._start, most_pixels=self._most_pixels)

    def describe(self, setting: float) -> dict[str, int | float]:
        """Return what `describe` does for the picture's networks at lambda `setting`."""
        return describe(self._architecture(setting), self._start)

    def _architecture(self, lmbda: float) -> Architecture:
        networks = self._networks
        architecture = (
            self._start.parameters.architecture if self._start else networks.architecture(self._pixels.shape[-1])
        )
        return architecture.keep_levels(networks.levels_at(lmbda, architecture.levels))


def describe(architecture: Architecture, start: Start | None = None) -> dict[str, int | float]:
    """Return num_params, macs_per_pixel (of decoding), latents_per_pixel and, of a shared start, decoder_bytes."""
    about = {
        "num_params": architecture.num_params,
        "macs_per_pixel": architecture.macs_per_pixel,
        "latents_per_pixel": sum(4.0**-level for level in architecture.levels),
    }
    if start is None:
        return about
    return about | {"decoder_bytes": len(starts.format_start(start.parameters, start.regression))}
