"""Training pairs for restoration: clean patches and what JPEG makes of them.

    image --cut--> patch --flip, rotate--> clean --JPEG of a drawn kind--> degraded

Turning comes before compressing, since JPEG's quantization tables are not symmetric: a turned JPEG patch
shows artifacts that no JPEG file has.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from recon.core.errors import UserError
from recon.core.files import atomic_path, write_json
from recon.core.imageset import ImageSet
from recon.data.params import Augment
from recon.data.patchset import CLEAN, CONDITIONS, DEGRADED, INDEX, QUALITY
from recon.jpeg.conditions import COUNTS, read_conditions
from recon.jpeg.degradation import jpeg_decode
from recon.jpeg.files import JpegFile, encode_file
from recon.jpeg.quantization import BLOCK


@dataclass(frozen=True)
class Patch:
    """A training pair: uint8 (patch_size, patch_size, channels) twice, and the JPEG file between them.

    `content` is the file, which may reach beyond the patch, and `quality` what it was encoded with.
    `row_offset` and `column_offset` (0..7) say where in its JPEG block the first pixel lay.
    """

    clean: np.ndarray
    degraded: np.ndarray
    quality: int
    content: bytes
    row_offset: int
    column_offset: int


def write_patches(folder: Path, images: ImageSet, *, settings: Augment, seed: int) -> None:
    """Write patches of the training images of a set, in memory that does not grow with their number.

    `clean.npy` and `degraded.npy` are uint8 (patches, patch_size, patch_size, channels), `quality.npy` is
    uint8 (patches,), `conditions.npy` is float32 (patches, 64 or 130), see `recon.jpeg.conditions`, and
    `index.json` says which patches are of which image, and what they were drawn from; it is written last.

    Raises:
        UserError: an image is smaller than a patch.
    """
    names = images.names("train")
    per_image, patch_size = settings.patches_per_image, settings.patch_size
    for name in names:
        rows, columns, _ = images.pixels(name).shape
        if min(rows, columns) < patch_size:
            raise UserError(
                f"{name}: {rows} rows x {columns} columns hold no patch of {patch_size} x {patch_size}; "
                f"lower augment.patch_size or leave the image out"
            )
    count, channels = len(names) * per_image, 3 if images.color == "rgb" else 1
    shape = (count, patch_size, patch_size, channels)
    with (
        _npy_file(folder / CLEAN, shape) as clean,
        _npy_file(folder / DEGRADED, shape) as degraded,
        _npy_file(folder / QUALITY, (count,)) as quality,
        _npy_file(folder / CONDITIONS, (count, COUNTS[channels]), dtype="<f4") as conditions,
    ):
        for name in names:
            for patch in draw_patches(name, images.pixels(name), settings=settings, seed=seed):
                clean.write(patch.clean.tobytes())
                degraded.write(patch.degraded.tobytes())
                quality.write(bytes([patch.quality]))
                conditions.write(read_conditions(patch.content, channels=channels).astype("<f4").tobytes())
    index = [{"name": name, "first": i * per_image, "patches": per_image} for i, name in enumerate(names)]
    drawn = settings.model_dump(include={"qualities", "subsamplings", "encoders", "tables"})
    write_json(folder / INDEX, {"source": images.source, "color": images.color, "drawn": drawn, "images": index})


def draw_patches(name: str, pixels: np.ndarray, *, settings: Augment, seed: int) -> Iterator[Patch]:
    """Yield `settings.patches_per_image` patches of one image (rows, columns, channels).

    They depend on the name, the pixels, the settings and the seed alone, not on other images or their order.
    """
    rng = image_generator(name, seed)
    for _ in range(settings.patches_per_image):
        yield _draw_patch(pixels, settings, rng)


def image_generator(name: str, seed: int) -> np.random.Generator:
    """Return the random generator of one image: PCG64 seeded by `seed` and the SHA-256 of the name."""
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.Generator(np.random.PCG64([seed, int.from_bytes(digest)]))


@contextmanager
def _npy_file(path: Path, shape: tuple[int, ...], *, dtype: str = "|u1") -> Iterator[BinaryIO]:
    """Open a .npy file for writing its values one after the other; whole or not at all."""
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        header = {"descr": dtype, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        yield file


def _draw_patch(pixels: np.ndarray, settings: Augment, rng: np.random.Generator) -> Patch:
    """Cut, turn and compress one patch.

    A patch off the block grid is cut with 8 rows and columns to spare, compressed, and only then cut to its
    place. An image without room for them gives patches on the grid only. The offsets are within luma's block, 0 to
    7; of halved chroma, whose blocks cover 16 pixels, only those in the first half of a block occur.
    """
    patch_size = settings.patch_size
    has_room = min(pixels.shape[:2]) >= patch_size + BLOCK
    if rng.random() < settings.aligned_fraction or not has_room:
        cut_size, row_offset, column_offset = patch_size, 0, 0
    else:
        cut_size = patch_size + BLOCK
        row_offset, column_offset = divmod(int(rng.integers(1, BLOCK**2)), BLOCK)  # all offsets but (0, 0)
    quality = int(rng.choice(settings.qualities))
    subsampling = _draw(settings.subsamplings, rng)
    file = JpegFile(encoder=_draw(settings.encoders, rng), tables=_draw(settings.tables, rng))
    clean = _turn(_cut(pixels, cut_size, rng), settings, rng)
    content = encode_file(clean, quality=quality, file=file, subsampling=subsampling)
    window = np.s_[row_offset : row_offset + patch_size, column_offset : column_offset + patch_size]
    return Patch(clean[window], jpeg_decode(content)[window], quality, content, row_offset, column_offset)


def _draw(choices: Sequence[str], rng: np.random.Generator) -> str:
    """Return one of `choices`; one alone draws nothing, so that the patches do not depend on it."""
    return choices[rng.integers(len(choices))] if len(choices) > 1 else choices[0]


def _cut(pixels: np.ndarray, cut_size: int, rng: np.random.Generator) -> np.ndarray:
    top = rng.integers(pixels.shape[0] - cut_size + 1)
    left = rng.integers(pixels.shape[1] - cut_size + 1)
    return pixels[top : top + cut_size, left : left + cut_size]


def _turn(patch: np.ndarray, settings: Augment, rng: np.random.Generator) -> np.ndarray:
    """Mirror with probability 1/2 and rotate by a drawn multiple of 90 degrees, where the settings say so."""
    if settings.flips and rng.random() < 0.5:
        patch = patch[:, ::-1]
    if settings.rotations:
        patch = np.rot90(patch, rng.integers(4))
    return np.ascontiguousarray(patch)
