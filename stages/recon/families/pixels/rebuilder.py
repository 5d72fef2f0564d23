"""pixels: the pixels themselves, trained from noise; sent as they are, 24 bits each."""

import numpy as np

from recon.training import runtime

# isort: split
from recon.families.pixels import method
from recon.families.pixels.fitting import fitted
from recon.families.pixels.params import points_of
from recon.families.shared.family import Dial, Family, scale
from recon.families.shared.scratch import scratch
from recon.settings.core import Runtime, lookup, parse

METHODS = {"pixels": (".rcn",)}
SETTINGS = {"tolerance": "pixels: RMSE in gray levels at which the descent ends"}
_VALUES = scale(80, 0.1, per_octave=4)


class Rebuilder(Family):
    """Gradient descent on the pixels, as at the first point of an entry's sweep."""

    usual_entry = "plane"

    def open(self) -> None:
        """Read how the pixels go from noise to the picture."""
        self._descent = points_of(self.params, self.entry)[0].settings
        self._runtime = parse(Runtime, lookup(self.params, "runtime"), "runtime")
        runtime.prepare(self._runtime)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return where the descent ends; that changes the picture, and no bytes."""

        def encode(tolerance: float) -> bytes:
            descent = self._descent.model_copy(update={"tolerance": tolerance, "shown_steps": []})
            with scratch() as folder:
                pictures, _ = fitted(pixels, descent, runtime=self._runtime, curve=folder / "curve.csv")
            return method.encode(pictures[descent.last])

        return Dial("tolerance", _VALUES, self._descent.tolerance or min(_VALUES), pixels, encode)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the pixels that a payload holds."""
        return method.decode(data)
