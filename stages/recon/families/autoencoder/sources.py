"""The trained networks of all entries, for payloads that name one of them."""

from functools import cache
from pathlib import Path

import keras
import numpy as np

from recon.families.autoencoder import method
from recon.families.autoencoder.params import FAMILY, MODELS, Autoencoder, AutoencoderRun
from recon.families.shared import trained


class NetworkSource:
    """Networks of Keras as the stages have trained them; weights are loaded once, and only when needed."""

    def __init__(self, group: Autoencoder, *, epochs: int) -> None:
        """Take the entries of params.yaml."""
        entries = [group.entry(name, epochs=epochs) for name in group.networks]
        self._runs = {MODELS / entry.name / run.folder: (entry, run) for entry in entries for run in entry.runs}
        self._load = cache(self._load_file)

    def load(self, run: AutoencoderRun, entry: str, weights: str) -> method.TrainedAutoencoder:
        """Return a run's network with the weights of that name; UserError where its stage has not run."""
        return self._load(method.weights_path(MODELS / entry / run.folder, weights))

    def decode(self, payload: bytes, *, command: str) -> np.ndarray:
        """Return the pixels of a payload of any of them; PayloadError names `command` where it is of none."""
        paths = [path for folder in self._runs for path in folder.glob("*.weights.h5")]
        path = trained.find_weights(payload, family=FAMILY, paths=paths, command=command)
        return self._load(path).decode(payload)

    def _load_file(self, path: Path) -> method.TrainedAutoencoder:
        entry, run = self._runs[path.parent]
        with trained.loading_weights(path, key=entry.key, command=f"dvc repro {entry.family}@{entry.name}"):
            model: keras.Model = method.build(entry.experiment.net, run.network, channels=3)
            loaded = method.load(model, path, value_range=run.training.value_range)
            trained.check_weights(model.get_weights())
            return loaded
