"""The findings on pixels optimized from noise, from metrics/comparisons/pixels/."""

from collections.abc import Iterator

from recon.core.words import join_words
from recon.families.pixels.tables import read_named_curves, tabulate_curves
from recon.referee.tables import format_table

TITLE = "Pixels from noise"
INTRODUCTION = (
    "No network and no code: the pixels themselves are the parameters. They start as uniform noise, and each step "
    "takes away a share of their difference to the photograph. They are sent as they are, 24 bits each."
)
FIGURES = {
    "steps.png": "From noise to the photograph, step by step, for each optimizer.",
    "rmse.png": "RMSE over steps, with the closed form of gradient descent as a line.",
    "steps.gif": "The same steps in motion, the optimizers side by side.",
}
CLOSE = 1.0  # gray levels; smaller differences are invisible
_ROUNDING = 1e-3  # gray levels; a rise that ends below is an effect of float32


def describe() -> list[str]:
    """Return sentences on the steps to a small error, rises of the curves, and the distance to the closed form."""
    return list(_describe_curves())


def _describe_curves() -> Iterator[str]:
    curves = {name: curve["rmse"].to_numpy() for name, curve in read_named_curves()}
    close = {name: int((rmse < CLOSE).argmax()) for name, rmse in curves.items() if (rmse < CLOSE).any()}
    if close:
        fastest, slowest = min(close, key=close.get), max(close, key=close.get)
        yield (
            f"The RMSE falls below {CLOSE:g} gray level after {close[fastest]} steps at the soonest ({fastest}) "
            f"and after {close[slowest]} at the latest ({slowest})."
        )
    for name in [name for name in curves if name not in close]:
        yield f"It stays above {CLOSE:g} for {name}: {curves[name].min():.1f} at best."
    steps = {name: rmse[1:][rmse[1:] > rmse[:-1]] for name, rmse in curves.items()}  # errors after steps upward
    if rising := [name for name, rmse in steps.items() if (rmse > _ROUNDING).any()]:
        yield f"It does not fall at every step for {join_words(rising)}."
    closed = [curve for _, curve in read_named_curves() if curve["closed_form_rmse"].notna().all()]
    if closed:
        distance = max((curve["rmse"] - curve["closed_form_rmse"]).abs().max() for curve in closed)
        yield (
            f"Gradient descent stays within {distance:.1g} gray levels of its closed form, in "
            f"{sum(map(len, closed))} points of {len(closed)} curves: that is the rounding of float32."
        )


def report() -> str:
    """Return the findings as Markdown."""
    return "\n\n".join([f"# {TITLE}", INTRODUCTION, format_table(*tabulate_curves()), *describe()]) + "\n"
