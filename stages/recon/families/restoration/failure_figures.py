"""A figure of failures: the original, what went in, what the network made of it, and what that changed."""

from pathlib import Path

import numpy as np
import pandas as pd

from recon.core.imageset import ImageSet
from recon.drawing import figures
from recon.families.restoration.comparison import format_db
from recon.families.restoration.failures import BLOCK, Read, block_sides
from recon.families.restoration.pictures import (
    COLUMN,
    DPI,
    FONT,
    choose_limit,
    compute_change,
    cut,
    draw_change,
    frame,
)

_CROP = 2 * BLOCK  # pixels: the block, and what is around it


def draw(path: str | Path, failures: pd.DataFrame, photographs: ImageSet, read: Read) -> None:
    """Draw a row for each row of `failures.find_failures`, with the block framed in its surroundings."""
    cases = list(failures.itertuples())
    figure = figures.new_figure(4 * COLUMN, 1.1 + (COLUMN + 0.45) * len(cases), dpi=DPI)
    figure.suptitle(
        f"Where the best network fails most: of all blocks of {BLOCK}x{BLOCK} pixels in the test photographs\n"
        "the one (framed) whose squared error it raises most over the picture to its left",
        fontsize=11,
    )
    if not cases:
        figure.text(0.5, 0.2, "No network to look at.", ha="center", fontsize=9)
        figures.save(path, figure)
        return
    crops = [_cut_crops(case, photographs, read) for case in cases]
    changes = [compute_change(*pixels) for _, pixels in crops]
    limit = choose_limit(changes)
    panels = figure.subplots(len(cases), 4, squeeze=False)
    for row, case, (place, pixels), change in zip(panels, cases, crops, changes, strict=True):
        titles = [
            f"{case.image}, quality {case.quality}\noriginal",
            f"{case.against}\nblock: {case.against_db:.2f} dB",
            f"{case.method}\nblock: {case.restored_db:.2f} dB",
        ]
        for panel, title, crop in zip(row, titles, pixels, strict=False):
            figures.draw_pixels(panel, crop, title, blocks=True)
        image = draw_change(row[3], change, limit)
        row[3].set_title(f"change of the error\nblock: {format_db(case.restored_db - case.against_db)}")
        for panel in row:
            panel.title.set(**FONT)
            frame(panel, place, block_sides(photographs.pixels(case.image)))
    bar = figure.colorbar(image, ax=panels[-1], location="bottom", extend="both", shrink=0.6, aspect=40)
    bar.ax.tick_params(labelsize=9)
    bar.set_label("gray levels farther from (orange) or nearer to the original (purple)", **FONT)
    figures.save(path, figure)


def _cut_crops(case: tuple, photographs: ImageSet, read: Read) -> tuple[tuple[int, int], list[np.ndarray]]:
    """Return the place of the block in its surroundings, and these in the original and by both methods."""
    original = photographs.pixels(case.image)
    block, sides = (case.row, case.column), original.shape[:2]
    corner = tuple(max(0, min(first - BLOCK // 2, side - _CROP)) for first, side in zip(block, sides, strict=True))
    pictures = [original, *(read(method, case.quality, case.image) for method in (case.against, case.method))]
    place = (block[0] - corner[0], block[1] - corner[1])
    return place, [cut(pixels, corner, (_CROP, _CROP)) for pixels in pictures]
