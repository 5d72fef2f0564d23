"""latent_decoder: codes of patches, found for a decoder that was trained on the plane's photographs."""

from functools import cache
from pathlib import Path

import numpy as np

from recon.training import runtime

# isort: split
from recon.core import tiles
from recon.core.errors import UserError
from recon.core.images import to_color
from recon.families.latent_decoder import method
from recon.families.latent_decoder.analysis import LinearAnalysis
from recon.families.latent_decoder.checks import image_shape
from recon.families.latent_decoder.fitting import MODELS, find_codes
from recon.families.latent_decoder.params import FAMILY, DecoderEntry
from recon.families.shared import trained
from recon.families.shared.family import MACS_PER_SECOND, Dial, Family, middle, scale

METHODS = {"latent_decoder": (".rcn",)}
SETTINGS = {"q_step": "latent_decoder: of the codes"}
_VALUES = scale(16, 0.004, per_octave=12)


class Rebuilder(Family):
    """A decoder that was trained on patches of the plane's photographs, or of another entry's."""

    usual_entry = "plane"

    def open(self) -> None:
        """Read the entry; weights are loaded once, when a picture or a payload asks for them."""
        self._entry = self.group.entry(self.entry_name)
        self._decoder = cache(self._load)
        runtime.prepare(self.project.runtime)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the quantizer step; codes are found once for all steps, and the decoder stays as it is."""
        run = self._entry.runs[0]
        folder = MODELS / self._entry.name / run.folder
        decoder = self._decoder(folder / method.WEIGHTS)
        reference, images = self._cut(pixels, decoder.image_shape)

        @cache
        def codec() -> method.DecoderCodec:
            with trained.loading_weights(
                folder / method.ANALYSIS, key=self._entry.key, command=_command(self._entry.name)
            ) as path:
                start = LinearAnalysis.load(path).find_codes(images)
            search = {"training": run.training, "seed": self.project.runtime.seed}
            found = find_codes(decoder.network, images, start, **search)
            return method.DecoderCodec(decoder, found.codes, *reference.shape[:2])

        usual = middle(self._entry.experiment.points.values)
        return Dial("q_step", _VALUES, usual, reference, lambda q_step: codec().encode(q_step))

    def estimate_seconds(self, shape: tuple[int, ...], value: float) -> float:
        """Return the time of finding the codes, which are the same at any `value`."""
        run = self._entry.runs[0]
        network = self._decoder(MODELS / self._entry.name / run.folder / method.WEIGHTS).network
        passes = run.training.fit_epochs * shape[0] * shape[1]
        return passes * method.describe(network)["macs_per_pixel"] / MACS_PER_SECOND

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels that a payload describes; the weights are those of any entry on the disk."""
        weights, command = MODELS.rglob(method.WEIGHTS), _command(self.entry_name)
        path = trained.find_weights(payload, family=FAMILY, paths=weights, command=command)
        return self._decoder(path).decode(payload)

    def _cut(self, pixels: np.ndarray, shape: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Return pixels in the decoder's color, and the images of its `shape` that they are cut into."""
        reference = to_color(pixels, "rgb" if shape[-1] == 3 else "gray")
        side = self._entry.experiment.patch_size
        if side is None and reference.shape != shape:
            raise UserError(
                f"the decoders of {self._entry.key} are for whole pictures of {shape[0]} x {shape[1]} pixels; "
                "choose an --entry with a `patch_size`, such as plane"
            )
        return reference, tiles.cut(reference, side)

    def _load(self, path: Path) -> method.SharedDecoder:
        """Return the decoder whose weights are at `path`; UserError where params.yaml no longer has it."""
        name = path.relative_to(MODELS).parts[0]
        entry: DecoderEntry = self.group.entry(name)
        runs = [run for run in entry.runs if MODELS / name / run.folder == path.parent]
        if not runs:
            raise UserError(
                f"{path}: made this payload, but its entry is no longer in params.yaml; restore it there"
            )
        run = runs[0]
        with trained.loading_weights(path, key=entry.key, command=_command(name)):
            shape = image_shape(entry, self.project)
            network = method.build(run.net, run.net_settings, latents=run.latents, image_shape=shape)
            loaded = method.load(network, path.parent, value_range=run.training.value_range)
            trained.check_weights(network.get_weights())
            return loaded


def _command(entry: str) -> str:
    return f"dvc repro latent_decoder@{entry}"
