"""Run classical codecs over their entries' photographs, at every point of their curves."""

from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.classical.method import FAMILY, ClassicalCodec, library_version
from recon.families.classical.params import Classical, ClassicalExperiment
from recon.settings.core import section
from recon.settings.entries import Entry
from recon.settings.sweeps import Run


def main() -> None:
    """Compress, decompress and save the photographs of each entry."""
    group = section(Classical, FAMILY)
    for name in group.experiments:
        write_entry(group.entry(name))


def write_entry(entry: Entry[ClassicalExperiment, Run]) -> None:
    """Write the pictures, payloads and seconds of one codec."""
    experiment = entry.experiment
    images = ImageSet.open(f"data/subjects/{experiment.subject}")
    about = {"library": library_version(experiment.codec)}
    with EntryWriter(family=FAMILY, entry=entry.name, about=about) as writer:
        for point in experiment.points.each():
            for name, pixels in images:
                codec = ClassicalCodec(pixels, experiment.codec)
                writer.add(point, name, codec.rebuild(point[experiment.points.setting]))


if __name__ == "__main__":
    run(main)
