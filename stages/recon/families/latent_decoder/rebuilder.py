"""latent_decoder: codes of patches, found for a decoder that was trained on the plane's photographs."""

from functools import cache

import numpy as np

from recon.training import runtime

# isort: split
from recon.core import tiles
from recon.core.errors import UserError
from recon.core.images import to_color
from recon.data.params import Synthesize
from recon.data.subjects import PartlySeen
from recon.families.latent_decoder import method
from recon.families.latent_decoder.fitting import MODELS, codes_of_unseen
from recon.families.latent_decoder.params import FAMILY, PATTERNS, experiment_of, runs_of
from recon.families.shared import trained
from recon.families.shared.family import Dial, Family, middle, scale
from recon.settings.core import Runtime, lookup, parse

METHODS = {"latent_decoder": (".rcn",)}
SETTINGS = {"q_step": "latent_decoder: of the codes"}
_VALUES = scale(16, 0.004, per_octave=12)
_REACH = 60  # of a code, in all steps together: twice what the schedule, and ten times what codes, need


class Rebuilder(Family):
    """A decoder that was trained on patches of the plane's photographs, or of another entry's."""

    usual_entry = "plane"

    def open(self) -> None:
        """Read the entry; weights are loaded when it is known which, and once."""
        self._experiment = experiment_of(self.params, self.entry)
        self._runs = cache(lambda entry: {run.variant: run for run in runs_of(self.params, entry)})
        self._codec = cache(self._load)
        self._runtime = parse(Runtime, lookup(self.params, "runtime"), "runtime")
        runtime.prepare(self._runtime)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the quantizer step; codes are found once for all steps, and the decoder stays as it is.

        They begin at 0, about which those of training lie.
        """
        how = next(iter(self._runs(self.entry).values()))
        codec = self._codec(self.entry, how.variant)
        reference, patches = self._cut(pixels, codec.decoder.output_shape[1:])
        rows, columns, _ = reference.shape

        @cache
        def codes() -> np.ndarray:
            start, training = np.zeros(how.latents, np.float32), how.training
            rate = max(training.fit_learning_rate, min(10, _REACH / training.fit_epochs))
            settings = training.model_copy(update={"fit_learning_rate": rate})
            return codes_of_unseen(codec.decoder, patches, start, settings=settings, seed=self._runtime.seed)[0]

        return Dial(
            "q_step",
            _VALUES,
            middle(self._experiment.q_step),
            reference,
            lambda value: codec.encode(codes(), q_step=value, rows=rows, columns=columns),
        )

    def decode(self, data: bytes) -> np.ndarray:
        """Return what the decoder makes of a payload: that of any entry whose weights are there."""
        path = trained.made_with(
            data, family=FAMILY, paths=MODELS.rglob(method.WEIGHTS), command=_command(self.entry)
        )
        entry, *variant = path.parent.relative_to(MODELS).parts
        if (name := "/".join(variant)) not in self._runs(entry):
            raise UserError(
                f"{path}: made this file, but params.yaml has no such entry any more; restore it there"
            )
        return self._codec(entry, name).decode(data)

    def _cut(self, pixels: np.ndarray, shape: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Return pixels in the decoder's color, and the images of this shape that they are for it."""
        reference, side = to_color(pixels, "rgb" if shape[-1] == 3 else "gray"), self._experiment.patch_size
        if side is None and reference.shape != shape:
            raise UserError(
                f"the decoders of latent_decoder.experiments.{self.entry} are for whole pictures of {shape[0]} x "
                f"{shape[1]} pixels; choose an --entry with a `patch_size`, such as plane"
            )
        return reference, tiles.cut(reference, side)

    def _load(self, entry: str, variant: str) -> method.Codec:
        folder, how = MODELS / entry / variant, self._runs(entry)[variant]
        key = f"latent_decoder.experiments.{entry}"
        with trained.weights_at(folder / method.WEIGHTS, key=key, command=_command(entry)):
            shape = _image_shape(self.params, entry)
            decoder = method.build(how.net, how.settings, latents=how.latents, image_shape=shape)
            return method.load(decoder, folder, value_range=how.training.value_range)


def _image_shape(params: dict, entry: str) -> tuple[int, int, int]:
    """Return rows, columns and channels of the images that an entry's decoders give."""
    experiment = experiment_of(params, entry)
    if experiment.subject == PATTERNS:
        side = experiment.patch_size or parse(Synthesize, lookup(params, "synthesize"), "synthesize").side
        return side, side, 1
    key = "plane" if experiment.subject == "plane" else "latent_decoder.subject"
    subject = parse(PartlySeen, lookup(params, key), key)
    sides = (experiment.patch_size,) * 2 if experiment.patch_size else (subject.rows, subject.columns)
    return *sides, 3 if subject.color == "rgb" else 1


def _command(entry: str) -> str:
    return f"dvc repro latent_decoder@{entry}"
