"""restoration: a JPEG file, its artifacts removed by a trained network, by default jpeg_color of models/zoo/.

--entry selects another: an entry of params.yaml or, where there is none of that name, a network of the zoo.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from recon.training import runtime

# isort: split
import keras

from recon.core.errors import UserError
from recon.core.images import MAX_SIDE, ValueRange
from recon.families.restoration import limits, method, pretrained
from recon.families.restoration.params import FAMILY, MODELS, WEIGHTS, Inference, RestorerEntry
from recon.families.restoration.zoo_settings import read_settings
from recon.families.shared import trained, zoo
from recon.families.shared.family import Dial, Family, middle
from recon.families.shared.jpegs import file_suffixes
from recon.families.shared.project import Project
from recon.families.shared.zoo import ZooNetwork
from recon.jpeg.files import PLAIN
from recon.jpeg.repacking import unpack
from recon.training import weights

METHODS = {"restoration": (".jpg", ".jpeg", ".jxl")}
SETTINGS = {"quality": "restoration: of the JPEG, 1 to 100"}
RESTORES = True
EXAMPLE = "photo.jpg --method restoration -o restored.png"
USUAL = "jpeg_color"  # of the zoo


@dataclass(frozen=True)
class _Source:
    """A network with its weights, how it is used, what its patches were drawn from, its file, and a remedy."""

    model: keras.Model
    value_range: ValueRange
    inference: Inference
    augment: Mapping[str, Any]
    path: Path
    remedy: str


class Rebuilder(Family):
    """A network of the zoo, or the first one of an entry, as decoder of JPEG files."""

    most_pixels = MAX_SIDE**2  # it restores large pictures part by part

    def open(self) -> None:
        """Load the network, and read how it is used."""
        project, name = self.project, self.entry_name  # None for the zoo's USUAL, whatever entry has its name
        runtime.prepare(project.runtime)
        self._usual, self._file = middle(project.degrade.qualities), PLAIN
        if name in self.group.experiments:
            entry = self.group.entry(name, degrade=project.degrade, augment=project.augment)
            _check_restores(entry)
            self._usual, self._file = middle(entry.runs[0].qualities), entry.experiment.file
            source = _load_entry(entry, project)
        else:
            source = _load_network(self._find_network(name or USUAL))
        self._source, self.suffixes = source, file_suffixes(self._file)
        drawn = {name: source.augment[name] for name in ("qualities", "encoders", "tables")}
        finest = limits.find_finest_steps(**drawn)
        self._restorer = method.Restorer(source.model, source.value_range, source.inference, finest)
        self._is_warned = False

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the quality of the JPEG file."""
        codec = method.RestorationCodec(self._restorer, pixels, self.project.degrade, self._file)
        return codec.dial(usual=self._usual)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the restored pixels of a JPEG file of any size; say once if its steps are finer than trained."""
        content = unpack(payload, most_pixels=self.most_pixels)
        if not self._is_warned and self._restorer.is_out_of_range(content):
            self._is_warned = True
            tqdm.write(
                "the quantization of this file and any like it is finer than that of quality "
                f"{max(self._source.augment['qualities'])}, the finest that the network was trained on: its "
                "corrections are held back (at most 0.05 dB worse than the file, where measured)",
                file=sys.stderr,
            )
        try:
            return self._restorer.decode(content, most_pixels=self.most_pixels)
        except FloatingPointError as error:
            raise UserError(f"{self._source.path}: {error}; make it again: {self._source.remedy}") from None

    def _find_network(self, name: str) -> ZooNetwork:
        """Return a network of the zoo; UserError where neither the zoo nor params.yaml has one of this name."""
        try:
            return zoo.find_network(name, family=FAMILY)
        except UserError as error:
            entries = ", ".join(self.group.experiments)
            raise UserError(f"{error}; --entry takes entries of params.yaml too: {entries}") from None


def _load_entry(entry: RestorerEntry, project: Project) -> _Source:
    """Return the first network of an entry, as its stage trained it, or from the zoo."""
    run, name = entry.runs[0], entry.experiment.weights
    if name:
        return _load_network(zoo.find_network(name, family=FAMILY), run.inference)
    path, command = MODELS / entry.name / run.folder / WEIGHTS, f"dvc repro restoration@{entry.name}"
    with trained.loading_weights(path, key=entry.key, command=command):
        channels = 3 if project.data.color == "rgb" else 1
        model = method.build(entry.experiment.net, run.network, channels=channels)
        weights.load_weights(model, path)
        trained.check_weights(model.get_weights())
    return _Source(model, run.training.value_range, run.inference, project.augment.model_dump(), path, command)


def _load_network(network: ZooNetwork, inference: Inference | None = None) -> _Source:
    """Return a network of the zoo, used as its row says unless `inference` is given."""
    model, listed = pretrained.load(network), read_settings(network)
    augment = listed.augment.model_dump()
    return _Source(model, network.value_range, inference or listed.inference, augment, network.path, zoo.RESTORE)


def _check_restores(entry: RestorerEntry) -> None:
    """Raise UserError where the entry has no network that restores files of any quality."""
    experiment = entry.experiment
    if experiment.direction != "restore" or not experiment.blind:
        reason = "goes from the photograph to its JPEG" if experiment.blind else "has a network for each quality"
        raise UserError(f"{entry.key} {reason}; choose another --entry, or none")
