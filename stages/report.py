"""Make plots/report.html: one page that needs no other file and no network.

It reads no seconds, which differ from run to run: equal inputs give an equal page.
"""

from pathlib import Path

from recon.core import files
from recon.core.errors import run
from recon.data.params import Subject
from recon.referee import exchange, leaderboard
from recon.referee.params import Plot
from recon.report import chart, embedding, families, galleries, page, plane
from recon.settings.core import PATH, section


def main() -> None:
    """Read the results of the referee and the comparisons, and the saved pictures."""
    settings = section(Plot, "plot")
    target = settings.mosaic_bpp
    board = leaderboard.read()
    family_galleries = galleries.build_family_galleries(families.list_families())
    all_galleries = [galleries.build_plane_gallery(board, target), *family_galleries]
    shots = [shot for gallery in all_galleries for photograph in gallery.photographs for shot in photograph.shots]
    sources, quality = embedding.pack([shot.pixels for shot in shots])
    for shot, source in zip(shots, sources, strict=True):
        shot.source = source
    picture, (width, height) = embedding.figure("plots/rate_distortion.png")
    page.write(
        "plots/report.html",
        board=board,
        curves=chart.styles(leaderboard.split_off_chart(board)[0]),
        decoders=list(plane.describe_decoders(board)),
        families=families.gather(board, target),
        galleries=all_galleries,
        labels={name: plane.MEASURES[name] for name in plane.measures(board)},
        library=chart.read_library(),
        near={label: set(points.index) for label, points in plane.points_near_rates(board, target).items()},
        methods=files.read_csv("metrics/methods.csv"),
        params=Path(PATH).read_text(encoding="utf-8"),
        picture={"source": picture, "width": width, "height": height},
        points=plane.records(plane.chart_points(board)),
        published=chart.records(exchange.find_published(section(Subject, "subjects.plane"))),
        quality=quality,
        rate=plane.rate_label(target),
        sentences=plane.describe_plane(board, target),
        settings=settings,
        sources=page.sources_digest(),
        specification=chart.read_specification(),
    )


if __name__ == "__main__":
    run(main)
