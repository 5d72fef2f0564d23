"""autoencoder: the latent of a network that was trained on patches of other photographs.

Always a network from the disk: for one that is fitted to the picture, hundreds of kilobytes of its decoder would
have to be sent too.
"""

from functools import cache
from pathlib import Path

import numpy as np

from recon.training import runtime

# isort: split
from recon.core.images import to_color
from recon.families.autoencoder import method
from recon.families.autoencoder.params import BEST, FAMILY
from recon.families.shared import trained
from recon.families.shared.family import Dial, Family, middle, scale

METHODS = {"autoencoder": (".rcn",)}
SETTINGS = {"q_step": "autoencoder: quantizer step of the latent"}
_VALUES = scale(16, 0.004, per_octave=12)


class Rebuilder(Family):
    """A trained network, the usual one trained on none of the plane's photographs."""

    usual_entry = "autoencoder_shared"

    def open(self) -> None:
        """Read all entries, whose payloads can be decoded; weights are loaded once, and only when needed."""
        entries = [self.group.entry(name, epochs=self.project.epochs) for name in self.group.experiments]
        self._runs = {
            method.MODELS / entry.name / run.folder: (entry, run) for entry in entries for run in entry.runs
        }
        self._entry = self.group.entry(self.entry_name, epochs=self.project.epochs)
        self._autoencoder = cache(self._load)
        runtime.prepare(self.project.runtime)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the quantizer step; the network is for color, to which gray is converted."""
        run = self._entry.runs[0]
        autoencoder = self._autoencoder(method.weights_path(method.MODELS / self.entry_name / run.folder, BEST))
        codec = method.AutoencoderCodec(autoencoder, to_color(pixels, "rgb"))
        usual = middle([point.q_step for point in run.points])
        return Dial("q_step", _VALUES, usual, codec.pixels, codec.encode)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels that a payload describes; the weights are those of any entry on the disk."""
        weights = [path for folder in self._runs for path in folder.glob("*.weights.h5")]
        path = trained.find_weights(payload, family=FAMILY, paths=weights, command=_command(self.entry_name))
        return self._autoencoder(path).decode(payload)

    def _load(self, path: Path) -> method.TrainedAutoencoder:
        entry, run = self._runs[path.parent]
        with trained.loading_weights(path, key=entry.key, command=_command(entry.name)):
            model = method.build(entry.experiment.net, run.network, channels=3)
            loaded = method.load(model, path, value_range=run.training.value_range)
            trained.check_weights(model.get_weights())
            return loaded


def _command(entry: str) -> str:
    return f"dvc repro autoencoder@{entry}"
