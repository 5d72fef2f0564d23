"""Gradient descent on the mean squared error in closed form.

With n values, the gradient at x is 2 (x - t) / n, so a step of rate eta takes away the share a = 2 eta / n of the
difference to the target t, and after k steps

    x_k = t + (1 - a)^k (x_0 - t)

With momentum m, x_{k+1} - x_k = m (x_k - x_{k-1}) - a (x_k - t), the share that is left obeys the same line in k:
f_{k+1} = (1 + m - a) f_k - m f_{k-1}, f_0 = 1, f_1 = 1 - a.
"""

import numpy as np


def share_left(*, step_size: float, momentum: float, steps: int) -> np.ndarray:
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
