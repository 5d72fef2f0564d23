"""Compare the autoencoders over the epochs of training: losses, snapshots and findings."""

from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.families.autoencoder import comparison, findings
from recon.families.autoencoder.params import FAMILY, Autoencoder
from recon.settings.core import section

TABLES, FIGURES = f"metrics/comparisons/{FAMILY}", f"plots/families/{FAMILY}"


def main() -> None:
    """Read the referee's scores, the saved pictures and the training losses."""
    experiments = section(Autoencoder, FAMILY).experiments
    rows = comparison.read_epochs()
    entries = [name for name, e in experiments.items() if e.subject == FAMILY and not e.across]
    losses = comparison.read_losses(entries)
    files.write_csv(f"{TABLES}/losses.csv", losses)
    files.write_text(f"{TABLES}/findings.md", findings.report())
    comparison.draw_snapshots(f"{FIGURES}/snapshots.png", rows, ImageSet.open(f"data/subjects/{FAMILY}"))
    comparison.draw_curves(f"{FIGURES}/curves.png", rows, losses)


if __name__ == "__main__":
    run(main)
