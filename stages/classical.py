"""Run one classical codec over a subject's photographs at every setting of its sweep.

`classical.py ENTRY` reads `classical.experiments.ENTRY` and writes data/reconstructions/classical/ENTRY/ and
metrics/timings/classical/ENTRY.csv.
"""

from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.classical.method import library_version, rebuild
from recon.families.classical.params import Experiment
from recon.settings.core import section


def main(entry: str) -> None:
    """Compress, decompress and save the photographs of `entry`."""
    experiment = section(Experiment, f"classical.experiments.{entry}")
    images = ImageSet.open(f"data/subjects/{experiment.subject}")
    about = {"library": library_version(experiment.codec)}
    with EntryWriter(family="classical", entry=entry, about=about) as writer:
        for setting in experiment.settings:
            for name, pixels in images:
                reconstruction = rebuild(pixels, codec=experiment.codec, setting=setting)
                writer.add(f"{experiment.parameter}={setting}", name, reconstruction)


if __name__ == "__main__":
    run(main)
