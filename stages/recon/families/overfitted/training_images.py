"""Which photographs the shared start is trained on."""

from collections.abc import Iterable

from recon.data.params import Subject


def choose(names: Iterable[str], plane: Subject, source: str) -> list[str]:
    """Return those of the training images `names` of the dataset `source` that are not in the plane."""
    if plane.source != source:
        return list(names)
    return [name for name in names if plane.images != "all" and name not in plane.images]
