"""coordinates: a network fitted to the picture, whose weights are the file. Takes its time, and says how much."""

from dataclasses import replace

import numpy as np

from recon.training import runtime

# isort: split
from recon.core.errors import UserError
from recon.families.coordinates import method
from recon.families.coordinates.fitting import fitted
from recon.families.coordinates.params import experiment_of
from recon.families.coordinates.runs import Run, Shown, runs_of
from recon.families.shared.family import Dial, Family, middle, scale
from recon.families.shared.scratch import scratch
from recon.settings.core import Runtime, lookup, parse

METHODS = {"coordinates": (".rcn",)}
SETTINGS = {"width": "coordinates: units of each layer, 4 to 256"}
_VALUES = [round(width) for width in scale(4, 256, per_octave=6)]
_MOST_BYTES = 4e9  # of what the network is told of all places, twice


class Rebuilder(Family):
    """A network for one picture, trained as the first network of an entry is."""

    usual_entry = "plane"

    def open(self) -> None:
        """Read the entry; a mask or a reduction in it is left out: one's own picture is shown whole."""
        self._experiment = experiment_of(self.params, self.entry)
        self._runs = [replace(run, shown=Shown(mask=None, reduce=1)) for run in runs_of(self.params, self.entry)]
        self._runtime = parse(Runtime, lookup(self.params, "runtime"), "runtime")
        runtime.prepare(self._runtime, math=self._runs[0].training.math)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the width of the network; each has to be fitted anew."""
        self._check_memory(pixels.shape)
        rows, columns, _ = pixels.shape

        def encode(width: float) -> bytes:
            how = replace(self._runs[0], variant="", settings=self._runs[0].settings | {"width": width})
            with scratch():
                field, model, _ = fitted(
                    how, pixels, None, runtime=self._runtime, entry=f"width {width}", image="the picture"
                )
            return method.encode(field, model, bits=middle(self._experiment.bits), rows=rows, columns=columns)

        usual = middle([run.settings["width"] for run in self._runs])
        return Dial("width", _VALUES, usual, pixels, encode)

    def decode(self, data: bytes) -> np.ndarray:
        """Return what the network in a payload says of each place."""
        return method.decode(data)

    def _check_memory(self, shape: tuple[int, ...]) -> None:
        """Refuse a picture whose places, as the network is told them, are too much to hold."""
        rows, columns, channels = shape
        features = _field(self._runs[0], channels).features(np.zeros((1, 2))).shape[-1]
        if 2 * 4 * rows * columns * features > _MOST_BYTES:
            most = int((_MOST_BYTES / (2 * 4 * features)) ** 0.5)
            raise UserError(
                f"{rows} x {columns} places told in {features} numbers each are too much memory; scale the "
                f"picture (--longest {most}), or choose an --entry without a mapping, such as plane"
            )


def _field(how: Run, channels: int) -> method.Field:
    return method.Field(how.net, how.settings, how.mapping, 0, channels, how.training.value_range)
