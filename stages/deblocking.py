"""Compress photographs as JPEG, and reduce the artifacts without a network: all entries of `deblocking`."""

from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.data.params import Degrade
from recon.families.deblocking.method import DeblockingCodec, library_version
from recon.families.deblocking.params import FAMILY, Deblocking
from recon.settings.core import section


def main() -> None:
    """Write each entry's pictures, payloads and seconds."""
    degrade, group = section(Degrade, "degrade"), section(Deblocking, FAMILY)
    for name in group.experiments:
        entry = group.entry(name, degrade=degrade)
        with EntryWriter(family=FAMILY, entry=name, about={"library": library_version()}) as writer:
            for quality in entry.runs[0].qualities:
                for image, pixels in ImageSet.open(f"data/subjects/{entry.experiment.subject}"):
                    codec = DeblockingCodec(entry.experiment.filter, pixels, degrade)
                    writer.add({"quality": quality}, image, codec.rebuild(quality))


if __name__ == "__main__":
    run(main)
