"""Rebuilding the pictures of an entry, several at once."""

from collections.abc import Iterable
from functools import partial

from recon.core import parallel
from recon.core.reconstruction import EntryWriter, Settings
from recon.families.shared.codec import Codec


def rebuild_all(writer: EntryWriter, setting: str, pieces: Iterable[tuple[Settings, str, Codec]]) -> None:
    """Rebuild pictures, several at once, and write them in their order.

    Args:
        writer: of the entry.
        setting: the one of a point that its codec takes.
        pieces: of each picture the point, the image's name, and the codec, which another process can be sent.
    """
    listed = list(pieces)
    rebuilt = parallel.run_all(partial(codec.rebuild, point[setting]) for point, _, codec in listed)
    for (point, image, _), picture in zip(listed, rebuilt, strict=True):
        writer.add(point, image, picture)
