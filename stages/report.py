"""Make plots/report.html: one page to look at, that needs no other file and no network.

It reads no seconds, which no two runs share: equal inputs give an equal page.
"""

from itertools import chain
from pathlib import Path

from recon.core import files
from recon.core.errors import run
from recon.data.params import Subject
from recon.families.restoration import comparison
from recon.referee import exchange, leaderboard
from recon.referee.params import Plot
from recon.report import chart, decoders, embedding, families, galleries, page, plane
from recon.settings.core import PATH, read_params, section


def main() -> None:
    """Read what the referee and the figures' stages wrote, and the saved pictures."""
    settings = section(Plot, "plot")
    board = leaderboard.read()
    drawn, _ = leaderboard.drawn(board)
    shown = {
        "plane": galleries.of_plane(board, settings.mosaic_bpp),
        "test": galleries.of_test(comparison.read_scores(), files.read_csv("metrics/restoration_comparison.csv")),
    }
    shots = list(chain.from_iterable(gallery.shots for gallery in chain(*shown.values())))
    sources, quality = embedding.pack([shot.pixels for shot in shots])
    for shot, source in zip(shots, sources, strict=True):
        shot.source = source
    curves = chart.styles(drawn)
    labels = {name: plane.MEASURES[name] for name in plane.measures(board)}
    published = exchange.beside(section(Subject, "subjects.plane"))
    page.write(
        "plots/report.html",
        board=board,
        curves=curves,
        decoders=decoders.told(board, read_params()),
        drawings=chart.drawings(drawn, curves, labels, bpp_scale=settings.bpp_scale, published=published),
        families=families.gather(board, settings.mosaic_bpp),
        galleries=shown,
        labels=labels,
        library=chart.library(),
        near={name: set(points.index) for name, points in plane.near(board, settings.mosaic_bpp).items()},
        methods=files.read_csv("metrics/methods.csv"),
        params=Path(PATH).read_text(encoding="utf-8"),
        points=plane.records(plane.points(board)),
        published=chart.records(published),
        quality=quality,
        rate=plane.label(settings.mosaic_bpp),
        said=plane.said(board, settings.mosaic_bpp),
        settings=settings,
        sources=page.sources_digest(),
    )


if __name__ == "__main__":
    run(main)
