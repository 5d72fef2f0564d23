"""The curves of trained pixels beside the closed form of gradient descent.

With n values, the gradient of the mean squared error at x is 2 (x - t) / n, so a step of rate eta takes away the
share a = 2 eta / n of the difference to the target t, and after k steps

    x_k = t + (1 - a)^k (x_0 - t)

With momentum m, x_{k+1} - x_k = m (x_k - x_{k-1}) - a (x_k - t), the share that is left obeys the same line in k:
f_{k+1} = (1 + m - a) f_k - m f_{k-1}, f_0 = 1, f_1 = 1 - a.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from recon.core import files
from recon.core.imageset import ImageSet
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
                closed_form = _compute_closed_form(curve["rmse"], run.descent)
                curves.append(curve.assign(**place, closed_form_rmse=closed_form))
    return pd.concat(curves)[COLUMNS]


def _compute_closed_form(rmse: pd.Series, descent: Descent) -> np.ndarray | float:
    if descent.optimizer != "sgd":
        return np.nan
    shares = compute_share_left(step_size=descent.step_size, momentum=descent.momentum, steps=len(rmse) - 1)
    return rmse.iloc[0] * np.abs(shares)


def compute_share_left(*, step_size: float, momentum: float, steps: int) -> np.ndarray:
    """Return the share of the first difference that is left after 0, 1, ... `steps` steps, float64 (steps + 1,).

    `step_size` is a. Negative where the pixels have gone beyond the target.
    """
    if momentum == 0:
        return (1.0 - step_size) ** np.arange(steps + 1)
    left = np.ones(steps + 1)
    left[1:2] = 1 - step_size
    for step in range(2, steps + 1):
        left[step] = (1 + momentum - step_size) * left[step - 1] - momentum * left[step - 2]
    return left
