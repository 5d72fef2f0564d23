"""Draw the plane: plots/rate_distortion.png, and a mosaic of all methods for each of the plane's photographs."""

from recon.core import instructions  # before pandas

# isort: split
from functools import partial

import pandas as pd

from recon.core import parallel
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.data.params import Subject
from recon.referee import exchange, leaderboard, plane_figures
from recon.referee.params import Plot
from recon.settings.core import section

MOST_MOSAICS = 3  # the first by name


def main() -> None:
    """Read the leaderboard, the saved pictures, and published curves for the same photographs."""
    settings = section(Plot, "plot")
    points, note = leaderboard.split_off_chart(leaderboard.read())
    chosen = leaderboard.nearest_points(points, settings.mosaic_bpp)
    images = ImageSet.open("data/subjects/plane").names()[:MOST_MOSAICS]
    chart = partial(
        plane_figures.draw_rate_distortion,
        "plots/rate_distortion.png",
        points,
        bpp_scale=settings.bpp_scale,
        note=note,
        published=exchange.find_published(section(Subject, "subjects.plane")),
    )
    mosaics = [partial(_draw_mosaic, leaderboard.add_image_scores(chosen, image), image) for image in images]
    list(parallel.run_all([chart, *mosaics], by="processes"))


def _draw_mosaic(points: pd.DataFrame, image: str) -> None:
    original = ImageSet.open("data/subjects/plane").pixels(image)
    plane_figures.draw_mosaic(f"plots/mosaics/{image}.png", points, image=image, original=original)


if __name__ == "__main__":
    run(main)
