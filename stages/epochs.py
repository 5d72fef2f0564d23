"""Show what more epochs bring the autoencoders: figures, loss curves and findings in plots/autoencoder/."""

from recon import epochs, files
from recon.errors import run
from recon.imageset import ImageSet
from recon.params.core import lookup, read_params


def main() -> None:
    """Read the referee's rows, the saved pictures and the loss curves."""
    experiments = lookup(read_params(), "autoencoder.experiments")
    losses = epochs.gather_losses([name for name, one in experiments.items() if one["subject"] == epochs.FAMILY])
    rows = epochs.select(files.read_csv("metrics/autoencoder.csv"))
    files.write_csv("plots/autoencoder/losses.csv", losses)
    files.write_text("plots/autoencoder/findings.md", epochs.findings(rows))
    epochs.draw_snapshots("plots/autoencoder/snapshots.png", rows, ImageSet.open("data/subjects/autoencoder"))
    epochs.draw_curves("plots/autoencoder/curves.png", rows, losses)


if __name__ == "__main__":
    run(main)
