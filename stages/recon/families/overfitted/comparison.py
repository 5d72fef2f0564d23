"""The comparison of overfitted codecs: what each file is made of, and the curves beside those of other codecs."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recon.core import files
from recon.core.errors import UserError
from recon.core.reconstruction import RECONSTRUCTIONS, SCORES, settings_columns
from recon.drawing.looks import CODECS
from recon.families.overfitted.anatomy import Anatomy, take_apart
from recon.families.overfitted.params import FAMILY, FitEntry
from recon.referee import leaderboard
from recon.referee.bd_rate import Curve, bd_rate_percent

TABLES = Path("metrics/comparisons") / FAMILY
FILES, LEVELS, CURVES = TABLES / "files.csv", TABLES / "levels.csv", TABLES / "curves.csv"
CODEC, START, STRUCTURE = "codec", "shared_start", "ms_ssim"  # what two curves that are compared differ in
CODEC_NAMES = {"webp": "WebP", "avif": "AVIF"}  # entries of CODECS that curves are held against -> their names


def read_scores() -> pd.DataFrame:
    """Return the referee's scores of the family."""
    return files.read_csv(SCORES / f"{FAMILY}.csv")


def read_anatomy(row: Any) -> Anatomy:
    """Return the anatomy of the payload that a row of the scores is about."""
    path = RECONSTRUCTIONS / FAMILY / row.entry / row.variant / f"{row.image}.bin"
    return take_apart(path.read_bytes(), int(row.rows), int(row.columns))


def measure_files(scores: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return where the bits of each payload go: a row for each payload, and one for each of its levels.

    Both have entry, subject, variant, the settings, and image; the first then has

    bpp, psnr_db, payload_bytes   the referee's
    network_bits, latent_bits     bits of the networks' weights and of all latents; a payload has a header besides
    network_percent               share of the networks in the payload

    and the second, for each level of the grids, level_bits and nonzero_percent.
    """
    key = ["entry", "subject", "variant", *settings_columns(scores), "image"]
    payloads, levels = [], []
    for row in scores.itertuples():
        anatomy, place = read_anatomy(row), {name: getattr(row, name) for name in key}
        bits = {level: anatomy.level_bits(level) for level in anatomy.levels}
        payloads.append(
            place
            | {"bpp": row.bpp, "psnr_db": row.psnr_db, "payload_bytes": row.payload_bytes}
            | {"network_bits": anatomy.network_bits, "latent_bits": sum(bits.values())}
            | {"network_percent": 100 * anatomy.network_bits / (8 * row.payload_bytes)}
        )
        for level in anatomy.levels:
            measures = {"level_bits": bits[level], "nonzero_percent": anatomy.nonzero_percent(level)}
            levels.append(place | {"level": level} | measures)
    return pd.DataFrame(payloads), pd.DataFrame(levels)


def read_plane() -> pd.DataFrame:
    """Return the points of the family and of the CODEC_NAMES in the plane, as `leaderboard.gather` does."""
    points = leaderboard.gather([family for family in (CODECS, FAMILY) if (SCORES / f"{family}.csv").is_file()])
    return points[(points["family"] == FAMILY) | points["entry"].isin(list(CODEC_NAMES))]


def compare_curves(points: pd.DataFrame, entries: Sequence[FitEntry]) -> pd.DataFrame:
    """Return how many bits the entries in the plane take at equal PSNR, and at equal MS-SSIM, beside others.

    Args:
        points: the result of `read_plane`.
        entries: of the family.

    Returns:
        entry, against (another), differs_in (CODEC, or the only setting in which the other differs: START where it
        has no shared start, STRUCTURE where it is fitted to the squared error alone), bd_rate_percent and
        ms_ssim_bd_rate_percent; empty where undefined.
    """
    curves = dict(iter(points.groupby("entry")))
    codecs, fits = (points[points["family"] == family] for family in (CODECS, FAMILY))
    begun = set(fits.loc[fits["decoder_bytes"].notna(), "entry"])  # a gray picture does without a start for color
    rows = []
    for entry in fits["entry"].unique():
        others = {
            CODEC: codecs["entry"].unique(),
            START: _find_without_start(entries, entry) if entry in begun else (),
            STRUCTURE: _find_without_structure(entries, entry),
        }
        for kind, name in ((kind, name) for kind, names in others.items() for name in names if name in curves):
            rates = _compute(curves[name], curves[entry])
            rows.append({"entry": entry, "against": name, "differs_in": kind, **rates})
    return pd.DataFrame(rows, columns=["entry", "against", "differs_in", *_RATES])


def _find_without_start(entries: Sequence[FitEntry], name: str) -> Iterator[str]:
    """Yield the entries that differ from one with a shared start only in having none."""
    experiments = {entry.name: entry.experiment for entry in entries}
    if experiments[name].shared_start is not None:
        alone = experiments[name].model_copy(update={"shared_start": None})
        yield from (other for other, experiment in experiments.items() if experiment == alone)


def _find_without_structure(entries: Sequence[FitEntry], name: str) -> Iterator[str]:
    """Yield the entries that differ from one fitted to MS-SSIM only in being fitted to the squared error alone."""
    fits = {entry.name: (entry.runs[0], entry.experiment.shared_start) for entry in entries}
    run, start = fits[name]
    if run.fit.ms_ssim:
        alone = replace(run, fit=run.fit.model_copy(update={"ms_ssim": 0.0}))
        yield from (other for other, fit in fits.items() if fit == (alone, start))


def _compute(anchor: pd.DataFrame, test: pd.DataFrame) -> dict[str, float]:
    """Return the rates of _RATES; one that is undefined is left out, and an empty cell of the table."""
    rates = {}
    for name, read_curve in _RATES.items():
        with suppress(UserError):
            rates[name] = bd_rate_percent(anchor=read_curve(anchor), test=read_curve(test)).percent
    return rates


def _read_psnr(points: pd.DataFrame) -> Curve:
    return list(zip(points["bpp"], points["psnr_db"], strict=True))


def _read_ms_ssim(points: pd.DataFrame) -> Curve:
    """Return MS-SSIM in decibels, -10 log10(1 - MS-SSIM), of the points that have it, as is usual for codecs."""
    measured = points.dropna(subset=["ms_ssim"])
    return list(zip(measured["bpp"], -10 * np.log10(1 - measured["ms_ssim"]), strict=True))


_RATES = {"bd_rate_percent": _read_psnr, "ms_ssim_bd_rate_percent": _read_ms_ssim}
