"""What the figures of an entry of latent decoders show, from the referee's rows and the saved pictures."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recon.core import images
from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_pixels
from recon.drawing import animations
from recon.families.latent_decoder import figures
from recon.families.latent_decoder.comparison import MODELS, curve
from recon.families.latent_decoder.params import FAMILY, PATTERNS, Run, experiment_of, runs_of
from recon.settings.axes import BASE

PLOTS = Path("plots/latent_decoder")
_ZOOM = 2  # of an animation of small pictures
_GRAY_STEP = 4  # gray levels in it: finer ones make the file large, and nobody sees them move


def name_of(run: Run) -> str:
    """Return what a training is called in figures: what is changed, or the decoder as it stands."""
    return f"{run.net}, {run.latents} latents" if run.factor == BASE else f"{run.factor} {run.value}"


def losses(params: dict[str, Any]) -> pd.DataFrame:
    """Return the training losses in long form: model, epoch, loss."""
    curves = []
    for entry in params[FAMILY]["experiments"]:
        for run in runs_of(params, entry):
            name = " ".join(filter(None, (entry, run.variant)))
            curves.append(curve(entry, run)[["epoch", "loss"]].assign(model=name))
    return pd.concat(curves)[["model", "epoch", "loss"]]


def draw_patterns(params: dict[str, Any], entry: str, rows: pd.DataFrame, artifacts: pd.DataFrame) -> None:
    """Draw an entry about the patterns: pictures, artifacts, training, and the ways between the codes.

    The pictures of the entry as it stands also go to PLOTS as final_decoded_0.pgm and so on, and as PNG.
    """
    patterns = ImageSet.open(f"data/subjects/{PATTERNS}")
    finest = min(experiment_of(params, entry).q_step)
    runs = runs_of(params, entry)
    columns = {}
    for run in runs:
        own = rows[(rows["entry"] == entry) & (rows["variant"] == run.variant_at(finest))]
        columns[_short(run)] = {row.image: (_pixels(row), row.psnr_db) for row in own.itertuples()}
    originals = dict(patterns)
    heading = f"{entry}: one code for each pattern, one decoder for all"
    figures.draw_patterns(PLOTS / f"sheets/{entry}.png", originals, columns, heading=heading)
    names = {run.variant_at(finest): name_of(run) for run in runs}
    measured = artifacts[(artifacts["entry"] == entry) & artifacts["variant"].isin(list(names))]
    figures.draw_artifacts(PLOTS / f"sheets/{entry}_artifacts.png", measured, names)
    curves = {name_of(run): curve(entry, run) for run in runs}
    figures.draw_training(PLOTS / f"sheets/{entry}_training.png", curves, heading=f"{entry}: training")
    _write_decoded(originals, columns[_short(runs[0])])
    _animate(PLOTS / f"sheets/{entry}_between.gif", entry, runs, originals)


def draw_patches(params: dict[str, Any], entry: str, rows: pd.DataFrame, compared: pd.DataFrame) -> None:
    """Draw an entry about patches of photographs: a seen and an unseen one, and quality over the code's length."""
    experiment, runs = experiment_of(params, entry), runs_of(params, entry)
    subject = ImageSet.open(f"data/subjects/{experiment.subject}")
    own = rows[(rows["entry"] == entry) & (rows["q_step"] == min(experiment.q_step))]
    longest = [run for run in runs if run.latents == max(run.latents for run in runs)]
    parts = []
    for label, seen in (("seen", True), ("unseen", False)):
        names = [name for name in subject.names() if (subject.split(name) != "unseen") == seen]
        if not names:
            continue
        tiles = [(f"{names[0]}", subject.pixels(names[0]))]
        for run in longest:
            row = own[(own["run"] == run.variant) & (own["seen"] == seen) & (own["image"] == names[0])].iloc[0]
            tiles.append((f"{_short(run)}\n{row.psnr_db:.2f} dB", _pixels(row)))
        parts.append((label, tiles))
    named = {run.variant: _short(run) for run in runs}
    table = compared[compared["entry"] == entry].assign(name=lambda found: found["variant"].map(named))
    side = experiment.patch_size
    what = f"patches of {side} x {side}" if side else "whole photographs"
    heading = f"{entry}: {what}, {longest[0].latents} latents each"
    figures.draw_patches(PLOTS / f"sheets/{entry}.png", parts, table, heading=heading)


def _short(run: Run) -> str:
    """Return a name that fits above a small picture."""
    return run.net if run.factor == BASE else (run.value if run.factor == "net" else f"{run.factor}: {run.value}")


def _pixels(row: Any) -> np.ndarray:
    return read_pixels(family=FAMILY, entry=row.entry, variant=row.variant, image=row.image)


def _write_decoded(originals: dict[str, np.ndarray], decoded: dict[str, tuple[np.ndarray, float]]) -> None:
    for number, (image, pixels) in enumerate(originals.items()):
        for name, picture in ((f"original_{number}", pixels), (f"final_decoded_{number}", decoded[image][0])):
            images.write_pgm(PLOTS / f"decoded/{name}.pgm", picture)
            images.write_png(PLOTS / f"decoded/{name}.png", picture)


def _animate(path: Path, entry: str, runs: list[Run], originals: dict[str, np.ndarray]) -> None:
    """Show the ways from code to code, the trainings with another decoder side by side."""
    shown = [run for run in runs if run.factor in (BASE, "net")]
    rows = next(iter(originals.values())).shape[0]
    films = []
    for run in shown:
        strip = images.read_image(MODELS / entry / run.variant / "between.png")
        film = strip.reshape(-1, rows, *strip.shape[1:]) // _GRAY_STEP * _GRAY_STEP
        films.append(np.pad(film, ((0, 0), (2, 2), (2, 2), (0, 0)), constant_values=255))
    frames = np.concatenate(films, axis=2).repeat(_ZOOM, axis=1).repeat(_ZOOM, axis=2)
    animations.write_gif(path, list(frames), milliseconds=120, last_milliseconds=120)
