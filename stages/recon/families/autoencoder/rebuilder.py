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
from recon.families.autoencoder.params import BEST, FAMILY, AutoencoderExperiment, AutoencoderRun
from recon.families.shared import trained
from recon.families.shared.family import Dial, Family, middle, scale
from recon.settings.entries import Entry

METHODS = {"autoencoder": (".rcn",)}
SETTINGS = {"q_step": "autoencoder: quantizer step of the latent"}
_VALUES = scale(16, 0.004, per_octave=12)


class Rebuilder(Family):
    """A trained network, the usual one trained on none of the plane's photographs."""

    usual_entry = "autoencoder_shared"

    def open(self) -> None:
        """Read the entry; weights are loaded once, when a picture or a payload asks for them."""
        self._entry = self._read_entry(self.entry_name)
        self._autoencoder = cache(self._load)
        runtime.prepare(self.project.runtime)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the quantizer step; the network is for color, and gray becomes that."""
        run = self._entry.runs[0]
        autoencoder = self._autoencoder(method.weights_path(method.MODELS / self._entry.name / run.folder, BEST))
        codec = method.AutoencoderCodec(autoencoder, to_color(pixels, "rgb"))
        usual = middle([point.q_step for point in run.points])
        return Dial("q_step", _VALUES, usual, codec.pixels, codec.encode)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels that a payload describes; the weights are those of any entry on the disk."""
        weights = method.MODELS.rglob(method.weights_path(Path(), "*").name)
        path = trained.made_with(payload, family=FAMILY, paths=weights, command=_command(self.entry_name))
        return self._autoencoder(path).decode(payload)

    def _read_entry(self, name: str) -> Entry[AutoencoderExperiment, AutoencoderRun]:
        return self.group.entry(name, epochs=self.project.epochs)

    def _load(self, path: Path) -> method.TrainedAutoencoder:
        entry = self._read_entry(path.relative_to(method.MODELS).parts[0])
        run = entry.runs[0]
        with trained.weights_at(path, key=entry.key, command=_command(entry.name)):
            model = method.build(entry.experiment.net, run.network, channels=3)
            return method.load(model, path, value_range=run.training.value_range)


def _command(entry: str) -> str:
    return f"dvc repro autoencoder@{entry}"
