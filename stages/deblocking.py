"""Compress photographs as JPEG, and reduce the artifacts without a network: all entries of `deblocking`."""

from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.data.params import Degrade
from recon.families.deblocking.method import DeblockingCodec
from recon.families.deblocking.params import FAMILY, Deblocking
from recon.families.shared.rebuilding import rebuild_all
from recon.jpeg.files import name_libraries
from recon.settings.core import section


def main() -> None:
    """Write each entry's pictures, payloads and seconds."""
    degrade, group = section(Degrade, "degrade"), section(Deblocking, FAMILY)
    for name in group.experiments:
        entry = group.entry(name, degrade=degrade)
        experiment = entry.experiment
        with EntryWriter(family=FAMILY, entry=name, about={"library": name_libraries(experiment.file)}) as writer:
            pieces = (
                ({"quality": quality}, image, DeblockingCodec(experiment.filter, pixels, degrade, experiment.file))
                for quality in entry.runs[0].qualities
                for image, pixels in ImageSet.open(f"data/subjects/{experiment.subject}")
            )
            rebuild_all(writer, "quality", pieces)


if __name__ == "__main__":
    run(main)
