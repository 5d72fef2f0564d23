"""Figures of pixels optimized from noise: pictures by step, and curves of the RMSE."""

from pathlib import Path

import pandas as pd

from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_index, read_pixels, variant_name
from recon.drawing import figures
from recon.drawing.animations import side_by_side, write_gif
from recon.families.pixels.params import PixelEntry, PixelRun, Step

MOST_STEPS = 9  # pictures in a row


def draw_figures(folder: Path, entry: PixelEntry, curves: pd.DataFrame) -> None:
    """Draw steps.png, rmse.png and steps.gif of an entry's first photograph, with the `curves` of all entries."""
    image = ImageSet.open(f"data/subjects/{entry.experiment.subject}").names()[0]
    curves = curves[(curves["entry"] == entry.name) & (curves["image"] == image)]
    names = [(run.across or entry.name).replace("_", " ") for run in entry.runs]
    by_run = [curves[curves["across"] == run.across] if run.across else curves for run in entry.runs]
    rows = []
    for run, name, curve in zip(entry.runs, names, by_run, strict=True):
        pictures = []
        for step in _list_steps(entry, run):
            number = step if isinstance(step, int) else len(curve) - 1
            variant = variant_name(run.point(step))
            pixels = read_pixels(family=entry.family, entry=entry.name, variant=variant, image=image)
            pictures.append((f"{number}: {curve['rmse'].iloc[number]:.1f}", pixels))
        rows.append((name, pictures))
    heading = "Pixels from noise, RMSE in gray levels after each step"
    figures.draw_grid(folder / "steps.png", rows, heading=heading)
    draw_curves(folder / "rmse.png", dict(zip(names, by_run, strict=True)))
    steps = zip(*(pictures for _, pictures in rows), strict=False)
    write_gif(folder / "steps.gif", [side_by_side([pixels for _, pixels in step]) for step in steps])


def _list_steps(entry: PixelEntry, run: PixelRun) -> list[Step]:
    """Return the steps whose pictures are drawn; a descent may end before some of its `shown_steps`."""
    variants = set(read_index(family=entry.family, entry=entry.name)["variant"])
    steps = [step for step in sorted(run.descent.shown_steps) if variant_name(run.point(step)) in variants]
    return (steps or [run.descent.last_step])[:MOST_STEPS]


def draw_curves(path: Path, curves: dict[str, pd.DataFrame]) -> None:
    """Draw the RMSE of each optimizer over its steps, with the closed form as a line through the points."""
    figure = figures.new_figure(8.5, 4.6)
    panel = figure.subplots()
    for index, (name, curve) in enumerate(curves.items()):
        color = figures.COLORS[index % len(figures.COLORS)]
        marker = figures.MARKERS[index % len(figures.MARKERS)]
        panel.plot(curve["step"], curve["rmse"], marker, color=color, markersize=4.5, label=name)
        if curve["closed_form_rmse"].notna().all():
            label = f"{name}, closed form"
            panel.plot(curve["step"], curve["closed_form_rmse"], color=color, linewidth=1.2, label=label)
    heading = "RMSE of trained pixels, and the closed form"
    panel.set(xlabel="step", ylabel="RMSE (gray levels)", yscale="log", title=heading)
    panel.yaxis.set_major_formatter("{x:g}")
    panel.grid(alpha=0.25)
    panel.legend(frameon=False, fontsize=9)
    figures.save(path, figure)
