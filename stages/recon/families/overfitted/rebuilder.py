"""overfitted: networks and latents fitted to the picture alone, as --preset or the first entry says, in minutes.

Networks begin with a shared start, unless the entry has none: that of models/zoo/ in place of the trained one,
which others do not have. Decoders need it too.
"""

from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tqdm import tqdm

from recon.families.overfitted import codestream, method, pool, starts
from recon.families.overfitted.jobs import FitJob
from recon.families.overfitted.params import FAMILY, TRAINED, FitSettings
from recon.families.overfitted.starts import Start
from recon.families.shared.family import Dial, Family, middle, scale

METHODS = {"overfitted": (".rcn",)}
SETTINGS = {"lmbda": "overfitted: of a bit per pixel in squared error of colors in [0, 1]; larger: fewer bytes"}
PRESETS = "overfitted: how long, such as fast, medium or slow: `presets` in params.yaml"
EXAMPLE = "photo.png --method overfitted --preset fast --bpp 0.3 -o photo.rcn"
_VALUES = scale(1, 1e-5, per_octave=24)
_RATE_POWER = -0.55  # measured: -0.45 to -0.6
_STEP_SECONDS, _REFINING_SECONDS = 4.8e-7, 1.5e-4  # a pixel, on one core with AVX-512
_STRUCTURE_STEPS = 2  # steps that one with MS-SSIM takes the time of
_BAR_DELAY = 1.0  # seconds of decoding without a bar
_REMEDY = "end other programs, or scale the picture with --longest N"


class Rebuilder(Family):
    """Networks and latents that are fitted to one picture as an entry's are."""

    most_pixels = method.MOST_PIXELS

    @property
    def presets(self) -> Collection[str]:
        """The names of the presets in params.yaml."""
        return self.group.presets

    def open(self) -> None:
        """Read the entry; the shared start is read once, when a picture asks for it."""
        self._entry = self.group.entry(self.entry_name or next(iter(self.group.experiments)))
        self._run = self._entry.runs[0]
        if self.preset:
            preset = self.group.preset(self.preset, f"{FAMILY}.presets").model_dump(exclude_unset=True)
            self._run = replace(self._run, fit=FitSettings(**self._entry.experiment.training | preset))
        self._start = cache(self._open_start)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return lambda; each value is a fit of its own, in a process of its own."""
        start = self._start()

        def encode(lmbda: float) -> bytes:
            with TemporaryDirectory(prefix="rebuild-") as folder:
                job = FitJob("picture", pixels, self._run, lmbda, start, self.project.runtime, Path(folder))
                (fitted,) = pool.fit_all([job], workers=1, remedy=_REMEDY)
            return fitted.payload

        usual = middle(self._entry.experiment.points.values)
        return Dial("lmbda", _VALUES, usual, pixels, encode, rate_power=_RATE_POWER)

    def estimate_seconds(self, shape: tuple[int, ...], value: float) -> float:
        """Return the time of a fit, which is the same at any `value`: a fit runs on one core."""
        fit, pixels = self._run.fit, shape[0] * shape[1]
        steps = fit.steps * (_STRUCTURE_STEPS if fit.ms_ssim else 1)
        return pixels * (steps * _STEP_SECONDS + fit.refine * _REFINING_SECONDS)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels that a payload describes; a bar shows the time left of a large picture."""
        start, most_pixels = starts.find_start(payload), self.most_pixels
        total = codestream.count_latents(payload, start, most_pixels=most_pixels)
        options = {"desc": "decoding", "unit": "latent", "unit_scale": True, "ascii": True}
        with tqdm(total=total, delay=_BAR_DELAY, **options) as bar:
            return codestream.decode(payload, start, most_pixels=most_pixels, report=bar.update)

    def _open_start(self) -> Start | None:
        """Return the start that the entry's pictures begin with; UserError where it is missing."""
        name = self._entry.experiment.shared_start
        return starts.open_start(starts.USUAL if name == TRAINED else name)
