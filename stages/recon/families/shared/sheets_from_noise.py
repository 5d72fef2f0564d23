"""What the figures and animations of images out of noise show: pictures gathered, with what stands above them."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_index, read_pixels
from recon.drawing.animations import write_gif
from recon.families.fractal import params as fractal
from recon.families.pixels import params as pixels
from recon.families.shared import figures_from_noise as draw
from recon.families.shared.from_noise import decoded, own_entry

MOST_STEPS = 9  # pictures in a row
_GAP = 4  # pixels between the pictures of a frame
_TIMES = {"milliseconds": 500, "last_milliseconds": 2000}


def draw_pixels(folder: Path, params: dict[str, Any], curves: pd.DataFrame) -> None:
    """Draw steps.png, rmse.png and steps.gif of the family's own entry, of its first photograph."""
    entry = own_entry(params, "pixels")
    points = pixels.points_of(params, entry)
    image = ImageSet.open("data/subjects/pixels").names()[0]
    own = curves[(curves["entry"] == entry) & (curves["image"] == image)]
    by_name = {variant.rpartition("=")[2]: curve for variant, curve in own.groupby("variant", sort=False)}
    kept = set(read_index(family="pixels", entry=entry)["variant"])
    rows = []
    for point, (name, curve) in zip(points, by_name.items(), strict=True):
        shown = [
            step for step in sorted(point.settings.shown_steps) if pixels.variant_at(point, f"{step}") in kept
        ]
        titled = []
        for step in (shown or [point.settings.last])[:MOST_STEPS]:
            variant = pixels.variant_at(point, f"{step}")
            picture = read_pixels(family="pixels", entry=entry, variant=variant, image=image)
            number = step if shown else len(curve) - 1
            titled.append((f"{number}: {curve['rmse'].iloc[number]:.1f}", picture))
        rows.append((name.replace("_", " "), titled))
    draw.draw_grid(folder / "steps.png", rows, heading="Pixels from noise, RMSE in gray levels after each step")
    named = {name.replace("_", " "): curve for name, curve in by_name.items()}
    draw.draw_pixel_curves(folder / "rmse.png", named, heading="RMSE of trained pixels, and the closed form")
    shortest = min(len(titled) for _, titled in rows)
    frames = [_side_by_side([titled[number][1] for _, titled in rows]) for number in range(shortest)]
    write_gif(folder / "steps.gif", frames, **_TIMES)


def draw_fractal(folder: Path, params: dict[str, Any], passes: pd.DataFrame, scores: pd.DataFrame) -> None:
    """Draw passes.png, rmse.png, blocks.png and passes.gif of the family's own entry, of its first photograph."""
    entry = own_entry(params, "fractal")
    points = fractal.points_of(params, entry)
    photographs = ImageSet.open("data/subjects/fractal")
    image = photographs.names()[0]
    own = passes[(passes["entry"] == entry) & (passes["image"] == image)]
    measured = scores[(scores["entry"] == entry) & (scores["image"] == image)].set_index("variant")
    rows, blocks, curves = [], [], {}
    for point in points:
        found = decoded(entry=entry, variant=point.variant, image=image)
        curve, score = own[own["variant"] == point.variant], measured.loc[point.variant]
        name = point.variant.rpartition("=")[2].replace("_", " ")
        pairs = list(zip(curve["rmse"], found.pictures, strict=True))[:MOST_STEPS]
        rows.append((name, [(f"{number}: {rmse:.1f}", picture) for number, (rmse, picture) in enumerate(pairs)]))
        title = f"{name}\n{score['bpp']:.2f} bpp, RMSE {curve['rmse'].iloc[-1]:.1f}"
        blocks.append((title, found.pictures[-1], found.leaves))
        curves[name] = curve
    draw.draw_grid(folder / "passes.png", rows, heading="Fractals from noise, RMSE in gray levels after each pass")
    draw.draw_passes(folder / "rmse.png", curves, heading="Decoding from noise")
    draw.draw_blocks(
        folder / "blocks.png", photographs.pixels(image), blocks, heading="Blocks, and what they give"
    )
    write_gif(folder / "passes.gif", [picture for _, picture in rows[-1][1]], **_TIMES)


def _side_by_side(pictures: list[np.ndarray]) -> np.ndarray:
    """Return pictures of one shape in a row, white between them."""
    rows, _, channels = pictures[0].shape
    gap = np.full((rows, _GAP, channels), 255, np.uint8)
    return np.concatenate([part for picture in pictures for part in (picture, gap)][:-1], axis=1)
