"""restoration: a JPEG file, its artifacts taken away by the trained network that `restoration.export` names."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from recon.training import runtime

# isort: split
from recon.core.errors import UserError
from recon.core.images import to_color
from recon.families.restoration import method
from recon.families.restoration.fitting import MODELS, WEIGHTS
from recon.families.restoration.params import Run, experiment_of, qualities_of, runs_of
from recon.families.shared import jpegs, trained
from recon.families.shared.family import Dial, Family, middle
from recon.families.shared.parts import by_parts
from recon.jpeg import projection, quantization
from recon.settings.core import Runtime, lookup, parse

METHODS = {"restoration": (".jpg", ".jpeg")}
SETTINGS = {"quality": "restoration: of the JPEG, 1 to 100"}
RESTORES = True
EXPORTED = Path("models/image_compression_model.weights.h5")  # what the stage `export` makes


class Rebuilder(Family):
    """The exported network, or the first one of another entry, as decoder of JPEG files."""

    def open(self) -> None:
        """Read the entry, and load its network."""
        self._entry = self.entry or lookup(self.params, "restoration.export")
        how = _run(self.params, self._entry)
        runtime.prepare(parse(Runtime, lookup(self.params, "runtime"), "runtime"))
        channels = 3 if lookup(self.params, "data.color") == "rgb" else 1
        key = f"restoration.experiments.{self._entry}"
        path = MODELS / self._entry / how.variant / WEIGHTS if self.entry else EXPORTED
        command = f"dvc repro restoration@{self._entry}" if self.entry else "dvc repro export"
        with trained.weights_at(path, key=key, command=command):
            net = experiment_of(self.params, self._entry).net
            model = method.build(net, how.settings, channels=channels)
            model.load_weights(path)
        self._restorer = method.Restorer(model, how.training.value_range, how.inference)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the quality of the JPEG."""
        usual = middle(qualities_of(self.params, self._entry))
        return jpegs.dial(pixels, self.params, usual=usual)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the pixels that a JPEG file stands for, restored; gray ones by a network of color too."""
        pixels, told, restorer = quantization.decode(data), data, self._restorer
        gray = pixels.shape[-1] == 1
        if gray and restorer.model.output_shape[-1] == 3:
            pixels, told = to_color(pixels, "rgb"), _colored(data)
        restored = by_parts(pixels, lambda part: restorer.transform(part, told))
        restored = to_color(restored, "gray") if gray else restored
        width = restorer.inference.projection
        return restored if width is None else projection.project(restored, data, width=width)


def _run(params: dict, entry: str) -> Run:
    """Return the first network of an entry; UserError where it restores no file of any quality."""
    experiment = experiment_of(params, entry)
    if experiment.direction != "restore" or not experiment.blind:
        why = "goes from the photograph to its JPEG" if experiment.blind else "has a network for each quality"
        raise UserError(f"restoration.experiments.{entry} {why}; choose another --entry, or none")
    return runs_of(params, entry)[0]


def _colored(data: bytes) -> bytes:
    """Return a JPEG file of color that is quantized as a gray one is: what networks are told of it."""
    table = quantization.quantization_tables(data)[0].ravel().tolist()
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, format="JPEG", qtables=[table, table])
    return file.getvalue()
