"""Compress a subject's photographs as JPEG, and reduce the artifacts by one filter that learns nothing.

`deblocking.py ENTRY` reads `degrade` and `deblocking.experiments.ENTRY`, and writes
data/reconstructions/deblocking/ENTRY/ and metrics/timings/deblocking/ENTRY.json.
"""

from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.data.params import Degrade
from recon.families.deblocking.method import FAMILY, library_version, rebuild
from recon.families.deblocking.params import Experiment
from recon.settings.core import section


def main(entry: str) -> None:
    """Compress, filter and save the photographs of `entry`."""
    degrade = section(Degrade, "degrade")
    experiment = section(Experiment, f"deblocking.experiments.{entry}")
    images = ImageSet.open(f"data/subjects/{experiment.subject}")
    with EntryWriter(family=FAMILY, entry=entry, about={"library": library_version()}) as writer:
        for quality in experiment.qualities(degrade):
            for name, pixels in images:
                rebuilt = rebuild(pixels, filter=experiment.filter, quality=quality, **degrade.options)
                writer.add(f"quality={quality}", name, rebuilt)


if __name__ == "__main__":
    run(main)
