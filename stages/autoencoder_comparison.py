"""Show what more epochs bring the autoencoders: figures, loss curves and findings in plots/autoencoder/."""

from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.families.autoencoder import comparison
from recon.settings.core import lookup, read_params


def main() -> None:
    """Read the referee's rows, the saved pictures and the loss curves."""
    experiments = lookup(read_params(), "autoencoder.experiments")
    losses = comparison.gather_losses(
        [name for name, one in experiments.items() if one["subject"] == comparison.FAMILY]
    )
    rows = comparison.select(files.read_csv("metrics/autoencoder.csv"))
    files.write_csv("plots/autoencoder/losses.csv", losses)
    files.write_text("plots/autoencoder/findings.md", comparison.findings(rows))
    comparison.draw_snapshots("plots/autoencoder/snapshots.png", rows, ImageSet.open("data/subjects/autoencoder"))
    comparison.draw_curves("plots/autoencoder/curves.png", rows, losses)


if __name__ == "__main__":
    run(main)
