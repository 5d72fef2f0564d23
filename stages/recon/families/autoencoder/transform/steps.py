"""The quantizer's steps in exact arithmetic."""

from decimal import Context, Decimal

import numpy as np

STEP_BITS = 20
_CONTEXT = Context(prec=40)


def make_steps(log_steps: np.ndarray) -> np.ndarray:
    """Return exp(log_steps) in units of 2^-STEP_BITS: whole numbers, (n, 1, 1).

    `decimal` defines the last digit of an exponential function, in which math libraries differ.
    """
    steps = np.array([float(_CONTEXT.exp(Decimal(float(value)))) for value in log_steps])
    return np.maximum(np.rint(np.ldexp(steps, STEP_BITS)), 1)[:, np.newaxis, np.newaxis]
