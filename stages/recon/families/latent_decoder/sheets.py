"""The figures of an entry of latent decoders, from the referee's scores and the saved pictures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recon.core import images
from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_pixels, variant_name
from recon.drawing import animations
from recon.drawing.figures import TitledPictures, draw_grid
from recon.families.latent_decoder import figures
from recon.families.latent_decoder.comparison import MODELS, read_curve, select_points
from recon.families.latent_decoder.params import FAMILY, DecoderEntry, DecoderRun
from recon.families.latent_decoder.pictures import Pictures
from recon.families.shared.project import PATTERNS
from recon.settings.sweeps import BASE

PLOTS, DECODED = Path("plots/families") / FAMILY, Path("plots/decoded")
_ZOOM = 2  # of an animation of small pictures
_GRAY_STEP = 4  # gray levels of the animation: finer ones enlarge the file without visible effect


def draw_patterns(entry: DecoderEntry, rows: pd.DataFrame, artifacts: pd.DataFrame) -> None:
    """Draw an entry of patterns: pictures, artifacts, training, and an animation between the codes.

    The pictures of its first training are also written to DECODED, as final_decoded_0.pgm etc. and as PNG.
    """
    originals = dict(ImageSet.open(f"data/subjects/{PATTERNS}"))
    columns = {}
    for run in entry.runs:
        points = select_points(rows, entry, run)
        columns[_name_training(run)] = {row.image: (_read_pixels(row), row.psnr_db) for row in points.itertuples()}
    heading = f"{entry.name}: one code for each pattern, one decoder for all"
    draw_grid(PLOTS / f"{entry.name}.png", list(_list_rows(originals, columns)), heading=heading)
    finest = min(entry.experiment.points.values)
    names = {variant_name(run.point(finest)): _name_training(run) for run in entry.runs}
    measured = artifacts[(artifacts["entry"] == entry.name) & artifacts["variant"].isin(list(names))]
    figures.draw_artifacts(PLOTS / f"{entry.name}_artifacts.png", measured, names)
    curves = {_name_training(run): read_curve(entry, run) for run in entry.runs}
    figures.draw_training(PLOTS / f"{entry.name}_training.png", curves, heading=f"{entry.name}: training")
    _write_decoded(originals, columns[_name_training(entry.runs[0])])
    _animate(PLOTS / f"{entry.name}_between.gif", entry, rows=next(iter(originals.values())).shape[0])


def draw_patches(entry: DecoderEntry, rows: pd.DataFrame, trainings: pd.DataFrame) -> None:
    """Draw an entry of photographs: a training and an unseen one, and quality over the code's length."""
    experiment = entry.experiment
    subject = ImageSet.open(f"data/subjects/{experiment.subject}")
    longest = [run for run in entry.runs if run.latents == max(run.latents for run in entry.runs)]
    parts = []
    for label, unseen in (("seen", False), ("unseen", True)):
        pictures = Pictures.of(subject, experiment.patch_size, unseen=unseen).pixels
        for image, pixels in list(pictures.items())[:1]:
            titled = [(image, pixels)]
            for run in longest:
                points = select_points(rows, entry, run, unseen=unseen)
                row = next(points[points["image"] == image].itertuples())
                titled.append((f"{_name_training(run)}\n{row.psnr_db:.2f} dB", _read_pixels(row)))
            parts.append((label, titled))
    names = {run.folder: _name_training(run) for run in entry.runs}
    table = trainings[trainings["entry"] == entry.name]
    table = table.assign(name=table["variant"].map(names))
    side = experiment.patch_size
    size = f"patches of {side} x {side}" if side else "whole photographs"
    heading = f"{entry.name}: {size}, {longest[0].latents} latents each"
    figures.draw_patches(PLOTS / f"{entry.name}.png", parts, table, heading=heading)


def _list_rows(
    originals: dict[str, np.ndarray], columns: dict[str, dict[str, tuple[np.ndarray, float]]]
) -> Iterator[tuple[str, TitledPictures]]:
    """Yield a row for each pattern: the original, and each training's picture and PSNR (dB) of `columns`."""
    for place, (image, original) in enumerate(originals.items()):
        pictures = [("original" if place == 0 else "", original)]
        for name, decoded in columns.items():
            pixels, psnr_db = decoded[image]
            pictures.append((f"{name}\n{psnr_db:.1f} dB" if place == 0 else f"{psnr_db:.1f} dB", pixels))
        yield image.replace("_", " "), pictures


def _name_training(run: DecoderRun) -> str:
    """Return a training's name in a figure: the network of the base, or the change."""
    if run.is_base:
        return run.net
    return run.value if run.factor == "net" else f"{run.factor}: {run.value}"


def _read_pixels(row: Any) -> np.ndarray:
    return read_pixels(family=FAMILY, entry=row.entry, variant=row.variant, image=row.image)


def _write_decoded(originals: dict[str, np.ndarray], decoded: dict[str, tuple[np.ndarray, float]]) -> None:
    for number, (image, original) in enumerate(originals.items()):
        for name, pixels in ((f"original_{number}", original), (f"final_decoded_{number}", decoded[image][0])):
            images.write_pgm(DECODED / f"{name}.pgm", pixels)
            images.write_png(DECODED / f"{name}.png", pixels)


def _animate(path: Path, entry: DecoderEntry, *, rows: int) -> None:
    """Write an animation of the pictures between the codes, with the different decoders side by side."""
    films = []
    for run in [run for run in entry.runs if run.factor in (None, BASE, "net")]:
        strip = images.read_image(MODELS / entry.name / run.folder / "between.png")
        film = strip.reshape(-1, rows, *strip.shape[1:]) // _GRAY_STEP * _GRAY_STEP
        films.append(np.pad(film, ((0, 0), (2, 2), (2, 2), (0, 0)), constant_values=255))
    frames = np.concatenate(films, axis=2).repeat(_ZOOM, axis=1).repeat(_ZOOM, axis=2)
    animations.write_gif(path, list(frames), milliseconds=120, last_milliseconds=120)
