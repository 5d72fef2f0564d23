"""Run classical codecs over their entries' photographs, at every point of their curves."""

from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.classical.method import FAMILY, ClassicalCodec, library_version
from recon.families.classical.params import Classical
from recon.families.shared.rebuilding import rebuild_all
from recon.settings.core import section


def main() -> None:
    """Compress, decompress and save each entry's photographs; write the payloads and seconds."""
    group = section(Classical, FAMILY)
    for name in group.experiments:
        experiment = group.entry(name).experiment
        images = ImageSet.open(f"data/subjects/{experiment.subject}")
        about = {"library": library_version(experiment.codec, experiment.file)}
        with EntryWriter(family=FAMILY, entry=name, about=about) as writer:
            pieces = (
                (point, image, ClassicalCodec(pixels, experiment.codec, experiment.file))
                for point in experiment.points.each()
                for image, pixels in images
            )
            rebuild_all(writer, experiment.points.setting, pieces)


if __name__ == "__main__":
    run(main)
