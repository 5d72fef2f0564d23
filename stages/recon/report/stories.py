"""Each family in three sentences, made from the numbers: its idea, its place in the plane, what it teaches."""

import re
from typing import Any

import numpy as np
import pandas as pd

from recon.core import files
from recon.families.restoration import comparison
from recon.referee import leaderboard
from recon.report.columns import title
from recon.report.plane import against_jpeg

_MAPPING = re.compile(r"^(?:base=base,)?mapping=(?P<mapping>\w+),bits=(?P<bits>\d+)$")


def autoencoder(board: pd.DataFrame, target: float) -> list[str]:
    """Return the story of the autoencoders."""
    best = _nearest(board, "autoencoder", target)
    return [
        "An encoder turns a photograph into a small latent, which is rounded, entropy-coded and sent, and one "
        f"decoder{_size(best)} turns the latents of all photographs back.",
        *_in_the_plane(board, best),
        *_epochs(files.read_csv("metrics/autoencoder.csv")),
    ]


def restoration(board: pd.DataFrame, target: float) -> list[str]:
    """Return the story of the restorers."""
    return [
        "A network is shown the decoded JPEG and gives the photograph back, so what is sent is the JPEG file and "
        "nothing else.",
        *_in_the_plane(board, _nearest(board, "restoration", target)),
        *_without_a_network(files.read_csv("metrics/restoration_comparison.csv")),
    ]


def coordinates(board: pd.DataFrame, target: float) -> list[str]:
    """Return the story of the coordinate networks."""
    best = _nearest(board, "coordinates", target)
    count = f"{best.num_params:,.0f} weights" if best is not None else "weights"
    return [
        "A small network learns one photograph by heart: it is told a place and says the color there, and its "
        f"{count}, quantized, are all that is sent.",
        *_in_the_plane(board, best),
        *_mappings(files.read_csv("metrics/coordinates.csv")),
    ]


def latent_decoder(board: pd.DataFrame, target: float) -> list[str]:
    """Return the story of the latent decoders."""
    best = _nearest(board, "latent_decoder", target)
    return [
        "There is no encoder: each patch of a photograph has a code, a short row of numbers, and all codes are "
        f"optimized together with the one decoder{_size(best)} that all patches share, on these very photographs.",
        *_in_the_plane(board, best),
        *_components(files.read_csv("metrics/latent_comparison.csv")),
    ]


def noise(board: pd.DataFrame, target: float) -> list[str]:
    """Return the story of what comes out of noise: trained pixels, and fractals."""
    pixels, fractal = (_nearest(board, family, target) for family in ("pixels", "fractal"))
    story = _descent(files.read_csv("metrics/pixels_rmse.csv"))
    if pixels is not None:
        story.append(
            f"To send a picture so made is to send its pixels, {pixels.bpp:.0f} bits for each, and there its "
            "point lies, far off the chart."
        )
    if fractal is not None:
        story.append(
            "A fractal sends no pixel, but for each block which larger part of the same picture it resembles: "
            f"decoded from any noise it gives {fractal.psnr_db:.1f} dB at {fractal.bpp:.2f} bpp, "
            f"{against_jpeg(fractal)}."
        )
    return story


def _nearest(board: pd.DataFrame, family: str, target: float) -> Any:
    """Return the family's best point near the target rate, None where the plane has none of it."""
    own = leaderboard.mosaic_points(board[board["family"] == family], target)
    return next(own.sort_values("psnr_db", ascending=False, kind="stable").itertuples(), None)


def _size(point: Any) -> str:
    """Return how large the decoder is that all photographs share, in brackets; nothing without a point."""
    return "" if point is None else f" ({point.decoder_bytes:,.0f} bytes, not in the rate)"


def _in_the_plane(board: pd.DataFrame, point: Any) -> list[str]:
    """Return where a point lies, its method named where the family has several."""
    if point is None:
        return []
    several = board[board["family"] == point.family]["method"].nunique() > 1
    who = title(point.method) if several else "it"
    return [f"In the plane {who} reaches {point.psnr_db:.1f} dB at {point.bpp:.2f} bpp, {against_jpeg(point)}."]


def _epochs(rows: pd.DataFrame) -> list[str]:
    """Return what more epochs bring the entry that ends highest; nothing where there is but one snapshot."""
    epoch = pd.to_numeric(rows["variant"].str.extract(r"^epoch=(\d+)$")[0])
    points = rows.assign(epoch=epoch).dropna(subset=["epoch"]).groupby(["entry", "epoch"])["psnr_db"].mean()
    curves = {entry: curve.droplevel("entry") for entry, curve in points.groupby("entry") if len(curve) > 1}
    if not curves:
        return []
    entry = max(curves, key=lambda name: curves[name].iloc[-1])
    (first, low), *_, (last, high) = curves[entry].items()
    moved = "climbs" if high > low else "falls"
    return [
        f"Trained on one photograph alone, {title(entry)} {moved} from {low:.1f} dB after {first:,.0f} epochs to "
        f"{high:.1f} dB after {last:,.0f}."
    ]


def _without_a_network(methods: pd.DataFrame) -> list[str]:
    """Return how the best network stands beside the best method without one, at the common quality."""
    points = comparison.at_common_quality(methods).sort_values("gain_db", kind="stable")
    networks, others = comparison.networks(points), comparison.baselines(points)
    others = others[others["method"] != comparison.JPEG]
    if networks.empty or others.empty:
        return []
    best, other = networks.iloc[-1], others.iloc[-1]
    ahead = best["gain_db"] - other["gain_db"]
    verdict = "as much" if not comparison.noticeable(ahead) else "less" if ahead > 0 else "more"
    return [
        f"On whole test photographs of JPEG quality {best['quality']:g} the best network, "
        f"{title(best['method'])}, gains {best['gain_db']:.2f} dB on the file, and the best method without one, "
        f"{title(other['method'])}, gains {verdict}: {other['gain_db']:.2f} dB."
    ]


def _mappings(rows: pd.DataFrame) -> list[str]:
    """Return what the mapping of the place decides, from the entry that compares them at most pixels a weight."""
    said = rows["variant"].str.extract(_MAPPING)
    known = rows.assign(mapping=said["mapping"], bits=pd.to_numeric(said["bits"])).dropna(subset=["mapping"])
    for entry in ("mappings", "paper", "thumbnail"):
        own = known[known["entry"] == entry]
        means = own[own["bits"] == own["bits"].max()].groupby("mapping")["psnr_db"].mean()
        others = means.drop("none", errors="ignore")
        if "none" in means and len(others):
            side = int(own["rows"].iloc[0])
            return [
                f"What it is told of the place decides: fitted to a photograph of {side} rows it has "
                f"{means['none']:.1f} dB when told row and column, and {others.max():.1f} dB when told them as "
                f"waves ({others.idxmax()})."
            ]
    return []


def _components(compared: pd.DataFrame) -> list[str]:
    """Return how the decoder that gains most in training stands beside principal components, seen and unseen."""
    known = compared.dropna(subset=["fit_psnr_db", "pca_psnr_db", "found_psnr_db", "found_pca_psnr_db"])
    if known.empty:
        return []
    seen, unseen = known["fit_psnr_db"] - known["pca_psnr_db"], known["found_psnr_db"] - known["found_pca_psnr_db"]
    best = seen.idxmax()
    row = known.loc[best]
    return [
        f"With {row['latents']:g} latents for a patch the {row['net']} decoder is {_above(seen[best])} principal "
        f"components, the best that a linear one can be, in training, and {_above(unseen[best])} them on a "
        "photograph that it has not seen."
    ]


def _above(difference_db: float) -> str:
    return f"{abs(difference_db):.1f} dB {'above' if difference_db >= 0 else 'below'}"


def _descent(curves: pd.DataFrame) -> list[str]:
    """Return how the first of the curves that have a closed form goes, and how close all are to theirs."""
    known = curves.dropna(subset=["closed_form_rmse"])
    if known.empty:
        return []
    _, curve = next(iter(known.groupby(["entry", "variant", "image"], sort=False)))
    first, last = curve["rmse"].iloc[0], curve["rmse"].iloc[-1]
    off = (known["rmse"] - known["closed_form_rmse"]).abs().max()
    return [
        f"The pixels themselves are the parameters: {len(curve) - 1} steps of gradient descent take them from "
        f"noise, {first:.0f} gray levels off, to {_small(last)} gray levels off the photograph, and what training "
        f"does is never more than {_small(off)} gray levels from its closed form."
    ]


def _small(number: float) -> str:
    """Return a number by its first digit that counts, and without a power of ten."""
    return np.format_float_positional(number, precision=1, fractional=False, trim="-")
