"""Copy the weights of the restorer that `restoration.export` names to where its users look for them."""

from recon.core import files
from recon.core.errors import run
from recon.families.restoration.params import EXPORTED, MODELS, WEIGHTS
from recon.settings.core import lookup, read_params


def main() -> None:
    """Write models/image_compression_model.weights.h5."""
    entry = lookup(read_params(), "restoration.export")
    files.write_bytes(EXPORTED, (MODELS / entry / WEIGHTS).read_bytes())


if __name__ == "__main__":
    run(main)
