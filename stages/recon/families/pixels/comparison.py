"""The curves of trained pixels beside the closed form of gradient descent."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from recon.core import files
from recon.core.imageset import ImageSet
from recon.families.pixels.closed_form import share_left
from recon.families.pixels.params import FAMILY, Descent, PixelEntry

COMPARISON = Path("metrics/comparisons") / FAMILY
CURVES = COMPARISON / "rmse.csv"
COLUMNS = ["entry", "axis", "across", "image", "step", "rmse", "closed_form_rmse"]


def read_curves(entries: Sequence[PixelEntry]) -> pd.DataFrame:
    """Return the RMSE after every step of every fit, with the COLUMNS above.

    In gray levels, of pixels that are neither rounded nor clipped. Adam has no closed form.
    """
    curves = []
    for entry in entries:
        images = ImageSet.open(f"data/subjects/{entry.experiment.subject}").names()
        for run in entry.runs:
            for image in images:
                curve = files.read_csv(run.curve_path(entry.name, image))
                place = {"entry": entry.name, "axis": run.axis, "across": run.across, "image": image}
                curves.append(
                    curve.assign(**place, closed_form_rmse=_compute_closed_form(curve["rmse"], run.descent))
                )
    return pd.concat(curves)[COLUMNS]


def _compute_closed_form(rmse: pd.Series, descent: Descent) -> np.ndarray | float:
    if descent.optimizer != "sgd":
        return np.nan
    shares = share_left(step_size=descent.step_size, momentum=descent.momentum, steps=len(rmse) - 1)
    return rmse.iloc[0] * np.abs(shares)
