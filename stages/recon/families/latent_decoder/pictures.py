"""Pictures as the images of a shared decoder: whole, or cut into patches; trained on, or not."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recon.core import tiles
from recon.core.imageset import ImageSet


@dataclass(frozen=True)
class Pictures:
    """Some pictures by name, uint8 (rows, columns, channels), and the side of their patches; None: not cut."""

    pixels: dict[str, np.ndarray]
    patch_size: int | None

    @classmethod
    def of(cls, images: ImageSet, patch_size: int | None, *, unseen: bool) -> "Pictures":
        """Return the pictures of a subject that decoders are trained on, or the `unseen` ones."""
        names = [name for name in images.names() if (images.split(name) == "unseen") == unseen]
        return cls({name: images.pixels(name) for name in names}, patch_size)

    def images(self) -> np.ndarray:
        """Return all images, uint8 (images, rows, columns, channels)."""
        return np.concatenate([tiles.cut(pixels, self.patch_size) for pixels in self.pixels.values()])

    def each(self) -> Iterator["Pictures"]:
        """Yield the pictures one by one."""
        yield from (Pictures({name: pixels}, self.patch_size) for name, pixels in self.pixels.items())

    def split_codes(self, codes: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        """Yield each picture's name and the codes of its images, given those of all `images` (images, latents)."""
        first = 0
        for name, pixels in self.pixels.items():
            last = first + tiles.count(*pixels.shape[:2], self.patch_size)
            yield name, codes[first:last]
            first = last
