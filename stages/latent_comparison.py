"""Compare the latent decoders: metrics/latent_comparison.csv, latent_artifacts.csv, and plots/latent_decoder/."""

from recon import blas

# isort: split
from recon import files, latent_comparison, latent_sheets
from recon.errors import run
from recon.findings_latents import report
from recon.params.core import read_params
from recon.scoring import rounded


def main() -> None:
    """Read the referee's rows, the saved pictures and the curves of training; nothing here is a time."""
    params = read_params()
    rows = latent_comparison.read_scores(params)
    compared = latent_comparison.compare(params, rows)
    artifacts = latent_comparison.measure_artifacts(params, rows)
    files.write_csv("metrics/latent_comparison.csv", rounded(compared))
    files.write_csv("metrics/latent_artifacts.csv", rounded(artifacts))
    files.write_text(latent_sheets.PLOTS / "findings.md", report(compared, artifacts))
    files.write_csv(latent_sheets.PLOTS / "losses.csv", latent_sheets.losses(params))
    for entry in latent_comparison.entries_on(params, latent_comparison.PATTERNS):
        latent_sheets.draw_patterns(params, entry, rows, artifacts)
    for entry in latent_comparison.entries_on(params, "latent_decoder"):
        latent_sheets.draw_patches(params, entry, rows, compared)


if __name__ == "__main__":
    run(main)
