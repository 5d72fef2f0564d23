"""Draw the plane: plots/rate_distortion.png, and a mosaic of all methods for each of the plane's photographs."""

from recon import exchange, figures_plane, leaderboard
from recon.errors import run
from recon.imageset import ImageSet
from recon.params.core import section
from recon.params.data import Subject
from recon.params.plot import Plot

MOST_MOSAICS = 3  # of a plane of many images, the first few


def main() -> None:
    """Read the leaderboard, the saved pictures, and what others printed of the same photographs."""
    settings = section(Plot, "plot")
    points, note = leaderboard.drawn(leaderboard.read())
    figures_plane.draw_rate_distortion(
        "plots/rate_distortion.png",
        points,
        bpp_scale=settings.bpp_scale,
        note=note,
        published=exchange.beside(section(Subject, "plane")),
    )
    chosen = leaderboard.mosaic_points(points, settings.mosaic_bpp)
    photographs = ImageSet.open("data/subjects/plane")
    for image in photographs.names()[:MOST_MOSAICS]:
        own = leaderboard.with_own_scores(chosen, image)
        path = f"plots/mosaics/{image}.png"
        figures_plane.draw_mosaic(path, own, image=image, original=photographs.pixels(image))


if __name__ == "__main__":
    run(main)
