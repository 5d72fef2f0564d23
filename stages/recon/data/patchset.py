"""The training patches that the stage `augment` wrote, left on disk until they are asked for."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from recon.core.errors import UserError
from recon.core.files import read_json
from recon.jpeg.degradation import Subsampling
from recon.jpeg.files import JpegFile

CLEAN, DEGRADED, QUALITY, CONDITIONS = "clean.npy", "degraded.npy", "quality.npy", "conditions.npy"
INDEX = "index.json"


@dataclass(frozen=True)
class PatchSet:
    """Pairs: `clean` and `degraded` are uint8 (patches, patch_size, patch_size, channels), mapped into memory.

    `quality` is uint8 (patches,), `conditions` float32 (patches, 64 or 130), see `recon.jpeg.conditions`;
    `files` is all that they are read from, the index last.
    """

    clean: np.ndarray
    degraded: np.ndarray
    quality: np.ndarray
    conditions: np.ndarray
    files: tuple[Path, ...]

    @classmethod
    def open(cls, folder: str | Path) -> "PatchSet":
        """Map the patches in `folder`, read-only; UserError if there are none."""
        *arrays, index = files = [Path(folder, name) for name in (CLEAN, DEGRADED, QUALITY, CONDITIONS, INDEX)]
        if not index.exists():
            raise UserError(f"{folder}: holds no patches yet; run `dvc repro augment`, which makes them first")
        return cls(*(np.load(path, mmap_mode="r") for path in arrays), tuple(files))

    @property
    def channels(self) -> int:
        """Return 1 or 3."""
        return self.clean.shape[-1]

    def drawn_files(self) -> tuple[list[int], list[tuple[JpegFile, Subsampling]]]:
        """Return the qualities of the JPEG files that were drawn from, and their kinds."""
        drawn = read_json(self.files[-1])["drawn"]
        pairs = product(drawn["encoders"], drawn["tables"])
        files = [JpegFile(encoder=encoder, tables=tables) for encoder, tables in pairs]
        return drawn["qualities"], list(product(files, drawn["subsamplings"]))

    def of_quality(self, quality: int | None) -> np.ndarray:
        """Return the indices of the patches of one quality, of all for None; UserError if there are none."""
        if quality is None:
            return np.arange(len(self.quality))
        indices = np.flatnonzero(self.quality == quality)
        if not len(indices):
            raise UserError(
                f"no training patch was drawn at quality {quality}; raise augment.patches_per_image in params.yaml"
            )
        return indices
