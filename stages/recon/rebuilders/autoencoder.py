"""autoencoder: the latent of a network that was trained on the plane's photographs; others come out worse.

Always a network from the disk: one that is fitted to the picture would have its decoder, hundreds of kilobytes,
sent with it.
"""

from functools import cache
from pathlib import Path

import numpy as np

from recon import runtime

# isort: split
from recon.images import to_color
from recon.methods import autoencoder
from recon.params.autoencoder import experiment_of, settings_of, training_of
from recon.params.core import Runtime, lookup, parse
from recon.rebuilding import trained
from recon.rebuilding.family import Dial, Family, middle, scale

METHODS = {"autoencoder": (".rcn",)}
SETTINGS = {"q_step": "autoencoder: quantizer step of the latent"}
MODELS = Path("models/autoencoder")
_VALUES = scale(16, 0.004, per_octave=12)
_SUFFIX = ".weights.h5"


class Rebuilder(Family):
    """A network that was trained on the photographs of the plane, or on another entry's."""

    usual_entry = "plane"

    def open(self) -> None:
        """Read the entry; weights are loaded when it is known which, and once."""
        self._experiment = experiment_of(self.params, self.entry)
        self._codec = cache(self._load)
        runtime.prepare(parse(Runtime, lookup(self.params, "runtime"), "runtime"))

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the quantizer step; the network is one of color, and takes gray as such."""
        codec, reference = self._codec(self.entry, autoencoder.BEST), to_color(pixels, "rgb")
        steps = self._experiment.sweep.q_step or [self._experiment.q_step]
        return Dial(
            "q_step", _VALUES, middle(steps), reference, lambda value: codec.encode(reference, q_step=value)
        )

    def decode(self, data: bytes) -> np.ndarray:
        """Return what the decoder makes of a payload: that of any entry whose weights are there."""
        path = trained.made_with(
            data, family=autoencoder.FAMILY, paths=MODELS.glob(f"*/*{_SUFFIX}"), command=_command(self.entry)
        )
        return self._codec(path.parent.name, path.name.removesuffix(_SUFFIX)).decode(data)

    def _load(self, entry: str, weights: str) -> autoencoder.Codec:
        settings, value_range = settings_of(self.params, entry), training_of(self.params, entry).value_range
        path = autoencoder.weights_path(MODELS / entry, weights)
        key = f"autoencoder.experiments.{entry}"
        with trained.weights_at(path, key=key, command=_command(entry)):
            model = autoencoder.build(experiment_of(self.params, entry).net, settings, channels=3)
            return autoencoder.load(model, path.parent, weights, value_range=value_range)


def _command(entry: str) -> str:
    return f"dvc repro autoencoder@{entry}"
