"""Copy the weights of the restorer that `restoration.export` names to where its users look for them."""

from pathlib import Path

from recon.core import files
from recon.core.errors import run
from recon.settings.core import lookup, read_params

PLACE = Path("models/image_compression_model.weights.h5")


def main() -> None:
    """Write models/image_compression_model.weights.h5."""
    entry = lookup(read_params(), "restoration.export")
    files.write_bytes(PLACE, Path(f"models/restoration/{entry}/best.weights.h5").read_bytes())


if __name__ == "__main__":
    run(main)
