"""Compare the latent decoders: tables in metrics/comparisons/, figures in plots/families/, and plots/decoded/."""

from recon.core import files
from recon.core.errors import run
from recon.data.params import Synthesize
from recon.families.latent_decoder import comparison, findings, sheets
from recon.families.latent_decoder.params import FAMILY, LatentDecoder
from recon.families.shared.project import PATTERNS
from recon.referee.scoring import round_floats
from recon.settings.core import section


def main() -> None:
    """Read the referee's scores, the saved pictures and the training curves; no result contains a time."""
    entries, rows = section(LatentDecoder, FAMILY).entries(), comparison.read_scores()
    trainings = comparison.compare_trainings(entries, rows)
    artifacts = comparison.measure_artifacts(rows, section(Synthesize, "synthesize"))
    files.write_csv(comparison.TRAININGS, round_floats(trainings))
    files.write_csv(comparison.ARTIFACTS, round_floats(artifacts))
    files.write_csv(comparison.LOSSES, comparison.read_losses(entries))
    files.write_text(comparison.TABLES / "findings.md", findings.report())
    for entry in entries:
        if entry.experiment.subject == PATTERNS:
            sheets.draw_patterns(entry, rows, artifacts)
        elif entry.experiment.subject == FAMILY:
            sheets.draw_patches(entry, rows, trainings)


if __name__ == "__main__":
    run(main)
