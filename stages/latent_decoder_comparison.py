"""Compare the latent decoders: metrics/latent_comparison.csv, latent_artifacts.csv, and plots/latent_decoder/."""

# isort: split
from recon.core import files
from recon.core.errors import run
from recon.families.latent_decoder import comparison, sheets
from recon.families.latent_decoder.findings import report
from recon.referee.scoring import rounded
from recon.settings.core import read_params


def main() -> None:
    """Read the referee's rows, the saved pictures and the curves of training; nothing here is a time."""
    params = read_params()
    rows = comparison.read_scores(params)
    compared = comparison.compare(params, rows)
    artifacts = comparison.measure_artifacts(params, rows)
    files.write_csv("metrics/latent_comparison.csv", rounded(compared))
    files.write_csv("metrics/latent_artifacts.csv", rounded(artifacts))
    files.write_text(sheets.PLOTS / "findings.md", report(compared, artifacts))
    files.write_csv(sheets.PLOTS / "losses.csv", sheets.losses(params))
    for entry in comparison.entries_on(params, comparison.PATTERNS):
        sheets.draw_patterns(params, entry, rows, artifacts)
    for entry in comparison.entries_on(params, "latent_decoder"):
        sheets.draw_patches(params, entry, rows, compared)


if __name__ == "__main__":
    run(main)
