"""Train the networks of one entry, and rebuild its photographs at each JPEG quality: `restoration.py ENTRY`.

An entry with `weights` takes its network from the zoo instead.
"""

from recon.training import runtime

# isort: split
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.data.params import Augment, Degrade
from recon.families.restoration.params import FAMILY, Restoration
from recon.families.restoration.rebuilding import rebuild
from recon.families.restoration.sources import open_source
from recon.settings.core import Runtime, section
from recon.training import checkpoints


def main(name: str) -> None:
    """Write the entry's weights, curves, pictures, payloads and seconds; no curves where nothing is trained."""
    degrade = section(Degrade, "degrade")
    entry = section(Restoration, FAMILY).entry(name, degrade=degrade, augment=section(Augment, "augment"))
    settings = section(Runtime, "runtime")
    runtime.prepare(settings)
    source = open_source(entry, degrade=degrade, runtime=settings)
    subject = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
    with EntryWriter(family=FAMILY, entry=name, about=source.about) as writer:
        for fit in entry.runs:
            about = source.describe(fit)
            restorer, seconds = source.obtain(fit)
            if seconds is not None:
                writer.add_seconds("train", seconds, settings=fit.settings)
            for rebuilt in rebuild(entry, fit, restorer, subject, degrade):
                writer.add(*rebuilt, about)
    checkpoints.remove(family=FAMILY, entry=name)


if __name__ == "__main__":
    run(main)
