"""Rebuild the photographs of all entries from their first singular triples."""

from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.svd.method import FAMILY, Svd, SvdCodec
from recon.settings.core import section


def main() -> None:
    """Write data/reconstructions/svd/."""
    group = section(Svd, FAMILY)
    for name in group.experiments:
        experiment = group.entry(name).experiment
        with EntryWriter(family=FAMILY, entry=name, about={}) as writer:
            for image, pixels in ImageSet.open(f"data/subjects/{experiment.subject}"):
                for point in experiment.points.each():
                    writer.add(point, image, SvdCodec(pixels).rebuild(point["rank"]))


if __name__ == "__main__":
    run(main)
