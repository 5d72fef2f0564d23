"""autoencoder: the latent of a network that was trained on patches of other photographs.

Always a network from the disk: one that is fitted to the picture would have its decoder, hundreds of kilobytes,
sent with it.
"""

from functools import cache
from pathlib import Path

import numpy as np

from recon.training import runtime

# isort: split
from recon.core.images import to_color
from recon.families.autoencoder import method
from recon.families.autoencoder.params import BEST, experiment_of, runs_of, settings_of
from recon.families.shared import trained
from recon.families.shared.family import Dial, Family, middle, scale
from recon.settings.core import Runtime, lookup, parse

METHODS = {"autoencoder": (".rcn",)}
SETTINGS = {"q_step": "autoencoder: quantizer step of the latent"}
MODELS = Path("models/autoencoder")
_VALUES = scale(16, 0.004, per_octave=12)
_SUFFIX = ".weights.h5"


class Rebuilder(Family):
    """A network that was trained on what its entry names; the usual one on no photograph of the plane."""

    usual_entry = "autoencoder_shared"

    def open(self) -> None:
        """Read the entry; weights are loaded when it is known which, and once."""
        self._experiment = experiment_of(self.params, self.entry)
        self._codec = cache(self._load)
        runtime.prepare(parse(Runtime, lookup(self.params, "runtime"), "runtime"))

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the quantizer step; the network is one of color, and takes gray as such."""
        folder = MODELS / self.entry / runs_of(self.params, self.entry)[0].variant
        codec, reference = self._codec(method.weights_path(folder, BEST)), to_color(pixels, "rgb")
        steps = self._experiment.sweep.q_step or [self._experiment.q_step]
        return Dial(
            "q_step", _VALUES, middle(steps), reference, lambda value: codec.encode(reference, q_step=value)
        )

    def decode(self, data: bytes) -> np.ndarray:
        """Return what the decoder makes of a payload: that of any entry whose weights are there."""
        path = trained.made_with(
            data, family=method.FAMILY, paths=MODELS.rglob(f"*{_SUFFIX}"), command=_command(self.entry)
        )
        return self._codec(path).decode(data)

    def _load(self, path: Path) -> method.Codec:
        entry = path.relative_to(MODELS).parts[0]
        settings, training = settings_of(self.params, entry), runs_of(self.params, entry)[0].training
        key = f"autoencoder.experiments.{entry}"
        with trained.weights_at(path, key=key, command=_command(entry)):
            model = method.build(experiment_of(self.params, entry).net, settings, channels=3)
            weights = path.name.removesuffix(_SUFFIX)
            return method.load(model, path.parent, weights, value_range=training.value_range)


def _command(entry: str) -> str:
    return f"dvc repro autoencoder@{entry}"
