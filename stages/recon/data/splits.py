"""Which images are trained on: train, validation or test, as the manifest says or by hash of the name."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from recon.core.errors import UserError
from recon.data.manifest import pixels_sha256

SPLITS = ("train", "validation", "test")
PAIR_SUFFIXES = ("_left", "_right")


def assign_splits(
    images: Sequence[tuple[str, str | None]], *, validation_fraction: float, test_fraction: float
) -> dict[str, str]:
    """Return the split of every image: the given one, or one that depends on its own name alone.

    The SHA-256 of a name is a position in [0, 1): below `test_fraction` is test, the next
    `validation_fraction` is validation, the rest train. So adding an image moves no other, with one
    exception: a split that would be empty takes the image whose position is nearest to its interval. The
    pictures of a stereo pair (NAME_left, NAME_right) count as one image.

    Args:
        images: (name, split named by the manifest or None) pairs.
        validation_fraction: of the images whose split is not given, on average.
        test_fraction: likewise.

    Raises:
        UserError: no image can be spared for an empty split, or a pair is torn by the manifest.
    """
    bounds = {
        "test": (0.0, test_fraction),
        "validation": (test_fraction, test_fraction + validation_fraction),
        "train": (test_fraction + validation_fraction, 1.0),
    }
    given = _given_splits(images)
    positions = {pair_name(name): _position(pair_name(name)) for name, _ in images}
    by_hash = {
        name: next(split for split, (_, end) in bounds.items() if position < end)
        for name, position in positions.items()
    }
    splits = by_hash | given
    for split, (start, end) in bounds.items():
        if split not in splits.values():
            taken = list(splits.values())
            spare = [name for name in splits if name not in given and taken.count(splits[name]) > 1]
            if not spare:
                raise UserError(
                    f"{len(splits)} images (a stereo pair counts as one) leave none for {split}; "
                    f"use a dataset of at least three, or one whose manifest names no splits"
                )
            splits[min(spare, key=lambda name: abs(positions[name] - (start + end) / 2))] = split
    return {name: splits[pair_name(name)] for name, _ in images}


def keep_apart(images: Iterable[tuple[str, str, np.ndarray]]) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield (name, split, pixels) as given; UserError where one picture is in two splits under two names.

    A manifest refuses equal pixels, and those that become equal on the way, in gray for one, are refused here.
    """
    first: dict[str, tuple[str, str]] = {}
    for name, split, pixels in images:
        twin, twin_split = first.setdefault(pixels_sha256(pixels), (name, split))
        if split != twin_split:
            raise UserError(
                f"{twin} ({twin_split}) and {name} ({split}) are the same picture; "
                f"register the folder without one of them, or use `color: rgb`"
            )
        yield name, split, pixels


def pair_name(name: str) -> str:
    """Return the name without the suffix that tells the pictures of a stereo pair apart."""
    for suffix in PAIR_SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def _given_splits(images: Sequence[tuple[str, str | None]]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, split in images:
        if split is not None and given.setdefault(pair_name(name), split) != split:
            raise UserError(f"{name}: its stereo partner is in another split; name one split for both")
    return given


def _position(name: str) -> float:
    """Return the first 53 bits of the SHA-256 as a float in [0, 1), exactly."""
    return (int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) >> 11) / 2**53
