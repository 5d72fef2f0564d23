"""Show how images come out of noise: curves to metrics/, pictures and findings to plots/pixels/ and fractal/."""

from functools import partial
from pathlib import Path

from recon.core import files, processes
from recon.core.errors import run
from recon.families.shared import findings_from_noise, from_noise, sheets_from_noise
from recon.referee.scoring import rounded
from recon.settings.core import read_params

PLOTS = Path("plots")


def main() -> None:
    """Read the fits' curves, saved payloads and pictures, and the referee's rows; nothing here is a time."""
    params = read_params()
    curves = from_noise.pixel_curves(params)
    files.write_csv("metrics/pixels_rmse.csv", curves.round(8))  # so that the rounding of float32 can be seen
    files.write_text(PLOTS / "pixels/findings.md", findings_from_noise.pixel_report(curves))
    passes = from_noise.fractal_passes(params)
    scores = files.read_csv("metrics/fractal.csv")
    files.write_csv("metrics/fractal_rmse.csv", rounded(passes))
    files.write_text(PLOTS / "fractal/findings.md", findings_from_noise.fractal_report(passes, scores))
    of_pixels = partial(sheets_from_noise.draw_pixels, PLOTS / "pixels", params, curves)
    of_fractals = partial(sheets_from_noise.draw_fractal, PLOTS / "fractal", params, passes, scores)
    processes.at_once([of_pixels, of_fractals])


if __name__ == "__main__":
    run(main)
