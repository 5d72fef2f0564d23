"""Pictures as the images of a shared decoder: whole, or cut into patches; seen in training, or not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from recon.core import tiles
from recon.core.images import to_uint8
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.latent_decoder.method import Codec, answers, describe

FRAMES = 6  # of an animation, from one code to the next


@dataclass(frozen=True)
class Pictures:
    """Some pictures by name, uint8 (rows, columns, channels), and the side of their patches; None: not cut."""

    pixels: dict[str, np.ndarray]
    patch_size: int | None

    @classmethod
    def of(cls, images: ImageSet, patch_size: int | None, *, unseen: bool) -> "Pictures":
        """Return those of a subject that training is shown, or those that it is not."""
        names = [name for name in images.names() if (images.split(name) == "unseen") == unseen]
        return cls({name: images.pixels(name) for name in names}, patch_size)

    def images(self) -> np.ndarray:
        """Return all images, uint8 (images, rows, columns, channels)."""
        return np.concatenate([tiles.cut(pixels, self.patch_size) for pixels in self.pixels.values()])

    def each(self) -> Iterator["Pictures"]:
        """Yield the pictures one by one."""
        yield from (Pictures({name: pixels}, self.patch_size) for name, pixels in self.pixels.items())

    def shares(self, codes: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        """Yield each picture's name and the codes (images, latents) of its images, of those of all `images`."""
        first = 0
        for name, pixels in self.pixels.items():
            last = first + tiles.count(*pixels.shape[:2], self.patch_size)
            yield name, codes[first:last]
            first = last


def between(codec: Codec, codes: np.ndarray) -> np.ndarray:
    """Return the decoder's pictures on straight lines from each code to the next, and from the last to the first.

    uint8 (codes x FRAMES, rows, columns, channels).
    """
    ways = np.linspace(0, 1, FRAMES, endpoint=False, dtype=np.float32)[:, np.newaxis]
    lines = [(1 - ways) * one + ways * other for one, other in zip(codes, np.roll(codes, -1, axis=0), strict=True)]
    return to_uint8(answers(codec.decoder, np.concatenate(lines)), codec.value_range)


def write_codes(
    writer: EntryWriter, variants: Mapping[str, float], codec: Codec, pictures: Pictures, codes: np.ndarray
) -> None:
    """Write pictures as their codes give them, for each variant at its quantizer step."""
    about = describe(codec.decoder)
    for name, own in pictures.shares(codes):
        rows, columns, _ = pictures.pixels[name].shape
        for variant, q_step in variants.items():
            writer.add(variant, name, codec.rebuild(own, q_step=q_step, rows=rows, columns=columns), about)
