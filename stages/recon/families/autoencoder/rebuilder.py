"""autoencoder: networks that were trained on other photographs, by default transform_codec of models/zoo/.

--entry selects another: an entry of params.yaml. Always a network from the disk: for one that is fitted to the
picture, hundreds of kilobytes of its decoder would have to be sent too.
"""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from recon.core.errors import UserError
from recon.core.images import to_color
from recon.families.autoencoder import pretrained
from recon.families.autoencoder.params import BEST, FAMILY, AutoencoderEntry
from recon.families.autoencoder.transform import codestream
from recon.families.autoencoder.transform.method import TransformCodec
from recon.families.autoencoder.transform.params import TransformExperiment
from recon.families.autoencoder.transform.weights import CodecWeights
from recon.families.shared.family import Dial, Family, middle, scale

if TYPE_CHECKING:
    from recon.families.autoencoder.sources import NetworkSource

METHODS = {"autoencoder": (".rcn",)}
SETTINGS = {
    "lmbda": "autoencoder: price of a bit per pixel, on the same scale as for overfitted",
    "q_step": "autoencoder, --entry of a network without rates: quantizer step of the latent",
}
REFINE = "autoencoder: steps of gradient descent on its symbols, half a second each for 768 x 512"
EXAMPLE = "photo.png --method autoencoder --bpp 0.3 -o photo.rcn"
_Q_STEPS = scale(16, 0.004, per_octave=12)
_RATE_POWER = -0.6  # of lambda
_STEP_SECONDS = 1.2e-6  # a pixel, on two cores


class Rebuilder(Family):
    """The transform codec, or the network of an entry."""

    refines = True

    def open(self) -> None:
        """Read the entry; weights are loaded once, and only when needed."""
        self._entry: AutoencoderEntry | None = None
        if self.entry_name:
            self._entry = self.group.entry(self.entry_name, epochs=self.project.epochs)
        self._weights, self._networks = cache(self._open_weights), cache(self._open_networks)
        if self.refine and not self._is_transform:
            raise UserError(f"--refine {self.refine}: {self._entry.key} has no symbols to refine; omit it")
        if self._refine:
            self._prepare()

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return lambda, or the quantizer step of a network, for which gray becomes color."""
        if self._is_transform:
            weights = self._weights()
            values = [float(f"{weights.lambda_at(place):.3g}") for place in range(weights.last_place, -1, -1)]
            usual = middle(self._entry.experiment.points.lmbda if self._entry else values)
            refine = self._refine
            codec = TransformCodec(weights, pixels, refine=refine, seed=self.project.runtime.seed)
            power = _RATE_POWER if refine else None
            return Dial("lmbda", values, usual, pixels, codec.encode, rate_power=power)
        from recon.families.autoencoder.method import AutoencoderCodec

        run, color = self._entry.runs[0], to_color(pixels, "rgb")
        codec = AutoencoderCodec(self._networks().load(run, self._entry.name, BEST), color)
        return Dial("q_step", _Q_STEPS, middle([point.q_step for point in run.points]), color, codec.encode)

    def estimate_seconds(self, shape: tuple[int, ...], value: float) -> float | None:
        """Return the time of refining, which is the same at any `value`."""
        return self._refine * shape[0] * shape[1] * _STEP_SECONDS if self._refine else None

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels that a payload describes; the weights are those of the zoo or of any entry."""
        if weights := pretrained.find_weights(payload):
            return codestream.decode(payload, weights)
        command = f"dvc repro {FAMILY}@{self.entry_name or next(iter(self.group.experiments))}"
        return self._networks().decode(payload, command=command)

    @property
    def _refine(self) -> int:
        """The number of refining steps: as asked for, or those of the entry."""
        own = self._entry.runs[0].refine if self._entry and self._is_transform else 0
        return self.refine or own

    @property
    def _is_transform(self) -> bool:
        return self._entry is None or isinstance(self._entry.experiment, TransformExperiment)

    def _open_weights(self) -> CodecWeights:
        if self._entry is None:
            return pretrained.open_zoo()
        name = self._entry.experiment.weights
        return pretrained.open_zoo(name) if name else pretrained.open_entry(self._entry.name)

    def _open_networks(self) -> "NetworkSource":
        self._prepare()
        from recon.families.autoencoder.sources import NetworkSource

        return NetworkSource(self.group, epochs=self.project.epochs)

    def _prepare(self) -> None:
        """Import TensorFlow, which takes seconds."""
        from recon.training import runtime

        runtime.prepare(self.project.runtime)
