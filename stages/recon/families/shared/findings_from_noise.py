"""What the curves of images out of noise say, in sentences made from the numbers."""

from collections.abc import Iterator

import pandas as pd

CLOSE = 1.0  # gray levels: below it no eye sees the difference
SETTLED = 0.1  # gray levels from the end


def pixel_report(curves: pd.DataFrame) -> str:
    """Return the findings on trained pixels as Markdown; `curves` are those of `from_noise.pixel_curves`."""
    lines = ["# Pixels from noise", "", "RMSE in gray levels, of pixels before they are rounded.", ""]
    groups = curves.groupby(["entry", "variant", "image"], sort=False)
    lines += [f"- {', '.join(_named(*name))}: {_pixel_sentence(curve)}" for name, curve in groups]
    known = curves.dropna(subset=["closed_form_rmse"])
    off = (known["rmse"] - known["closed_form_rmse"]).abs().max()
    lines += [
        "",
        f"The closed form is never off by more than {off:.1g} gray levels, in {len(known)} points of "
        f"{known.groupby(['entry', 'variant', 'image']).ngroups} curves: that is the rounding of float32.",
    ]
    return "\n".join(lines) + "\n"


def _named(entry: str, variant: str, image: str) -> list[str]:
    return [entry, *[variant.rpartition("=")[2]] * (variant != "base=base"), image]


def _pixel_sentence(curve: pd.DataFrame) -> str:
    rmse = curve["rmse"].to_numpy()
    close = next((step for step, error in enumerate(rmse) if error < CLOSE), None)
    told = f"below {CLOSE:g} after {close} steps" if close is not None else f"never below {CLOSE:g}"
    back = " It does not fall at every step." if (rmse[1:] > rmse[:-1]).any() and rmse[-1] > 1e-3 else ""
    return f"from {rmse[0]:.1f} to {rmse[-1]:.2g} in {len(rmse) - 1} steps, {told}.{back}"


def fractal_report(passes: pd.DataFrame, scores: pd.DataFrame) -> str:
    """Return the findings on fractals as Markdown.

    `passes` are the rows of `recon.families.shared.from_noise.fractal_passes`, `scores` those of the referee.
    """
    lines = ["# Fractals from noise", "", "RMSE in gray levels, of 8-bit pictures.", ""]
    lines += [f"- {text}" for text in _sentences(passes, scores)]
    return "\n".join(lines) + "\n"


def _sentences(passes: pd.DataFrame, scores: pd.DataFrame) -> Iterator[str]:
    where = ["entry", "variant", "image"]
    for name, curve in passes.groupby(where, sort=False):
        rmse = curve["rmse"].to_numpy()
        settled = next(number for number, error in enumerate(rmse) if error < rmse[-1] + SETTLED)
        (score,) = scores.set_index(where).loc[[name]].itertuples()
        walked = ", ".join(f"{error:.1f}" for error in rmse[: settled + 1])
        yield (
            f"{', '.join(_named(*name))}: {walked} after 0 to {settled} passes, {rmse[-1]:.2f} at the end "
            f"({len(rmse) - 1} passes), {score.psnr_db:.2f} dB at {score.bpp:.3f} bpp."
        )
    ends = passes.groupby(where, sort=False).last()
    yield (
        f"Two noises end in one picture: over {len(ends)} payloads their pixels differ by "
        f"{ends['largest_difference'].max():.2g} gray levels at most, and their RMSE by "
        f"{(ends['rmse'] - ends['other_rmse']).abs().max():.2g}."
    )
