"""restoration: a JPEG file, its artifacts removed by the trained network that `restoration.export` names."""

import sys

import numpy as np
from tqdm import tqdm

from recon.training import runtime

# isort: split
from recon.core.errors import UserError
from recon.core.images import MAX_SIDE
from recon.families.restoration import limits, method
from recon.families.restoration.params import EXPORTED, MODELS, WEIGHTS, RestorerEntry
from recon.families.shared import trained
from recon.families.shared.family import Dial, Family, middle
from recon.training import weights

METHODS = {"restoration": (".jpg", ".jpeg")}
SETTINGS = {"quality": "restoration: of the JPEG, 1 to 100"}
RESTORES = True
EXAMPLE = "photo.jpg --method restoration -o restored.png"


class Rebuilder(Family):
    """The exported network, or the first one of another entry, as decoder of JPEG files."""

    most_pixels = MAX_SIDE**2  # it restores large pictures part by part

    def open(self) -> None:
        """Read the entry, and load its network."""
        project, name = self.project, self.entry_name or self.group.export
        entry = self.group.entry(name, degrade=project.degrade, augment=project.augment)
        _check_restores(entry)
        run = self._run = entry.runs[0]
        runtime.prepare(project.runtime)
        path = self._path = MODELS / name / run.folder / WEIGHTS if self.entry_name else EXPORTED
        command = self._command = f"dvc repro restoration@{name}" if self.entry_name else "dvc repro export"
        with trained.loading_weights(path, key=entry.key, command=command):
            channels = 3 if project.data.color == "rgb" else 1
            model = method.build(entry.experiment.net, run.network, channels=channels)
            weights.load_weights(model, path)
            trained.check_weights(model.get_weights())
        finest = limits.find_finest_steps(project.augment.qualities)
        self._restorer = method.Restorer(model, run.training.value_range, run.inference, finest)
        self._is_warned = False

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the quality of the JPEG file."""
        codec = method.RestorationCodec(self._restorer, pixels, self.project.degrade)
        return codec.dial(usual=middle(self._run.qualities))

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the restored pixels of a JPEG file of any size; say once if its steps are finer than trained."""
        if not self._is_warned and self._restorer.is_out_of_range(payload):
            self._is_warned = True
            tqdm.write(
                "the quantization of this file and any like it is finer than that of quality "
                f"{max(self.project.augment.qualities)}, the finest that the network was trained on: it corrects "
                "only as much as does no harm",
                file=sys.stderr,
            )
        try:
            return self._restorer.decode(payload, most_pixels=self.most_pixels)
        except FloatingPointError as error:
            raise UserError(f"{self._path}: {error}; train it again: {self._command}") from None


def _check_restores(entry: RestorerEntry) -> None:
    """Raise UserError where the entry has no network that restores files of any quality."""
    experiment = entry.experiment
    if experiment.direction != "restore" or not experiment.blind:
        reason = "goes from the photograph to its JPEG" if experiment.blind else "has a network for each quality"
        raise UserError(f"{entry.key} {reason}; choose another --entry, or none")
