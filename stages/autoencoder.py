"""Train the networks of one entry, and rebuild its photographs at each of its points: `autoencoder.py ENTRY`.

An entry with `weights` takes them from the zoo instead.
"""

from recon.training import runtime

# isort: split
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.families.autoencoder import rebuilding
from recon.families.autoencoder.params import FAMILY, Autoencoder
from recon.settings.core import Runtime, lookup, read_params, section
from recon.training import checkpoints


def main(name: str) -> None:
    """Write the entry's weights, reconstructions, payloads and seconds."""
    entry = section(Autoencoder, FAMILY).entry(name, epochs=lookup(read_params(), "epochs"))
    settings = section(Runtime, "runtime")
    runtime.prepare(settings)
    photographs = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
    rebuilding.rebuild(entry, photographs, settings)
    checkpoints.remove(family=FAMILY, entry=name)


if __name__ == "__main__":
    run(main)
