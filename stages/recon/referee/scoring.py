"""The referee: it reads saved pictures and payloads, knows no method, and scores what a user would see."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd

from recon.coding import rate
from recon.core.imageset import ImageSet
from recon.core.reconstruction import (
    payload_bytes,
    read_about,
    read_index,
    read_mask,
    read_pixels,
    settings_columns,
)
from recon.data.masks import HIDDEN, KNOWN
from recon.referee import distortion, fields, similarity

POINT = ["family", "entry", "subject", "variant"]
MEASURES = (distortion.mse, distortion.psnr_db, distortion.psnr_b_db, distortion.ssim, similarity.ms_ssim)
APART = {"known_psnr_db": KNOWN, "hidden_psnr_db": HIDDEN}  # PSNR of these pixels alone, where there is a mask
_LABELS = {"method", "library", *POINT}


def subject_of(experiment: Mapping[str, Any]) -> str:
    """Return the set of images that an experiment of params.yaml is held against: as a rule, what it rebuilds.

    A network that goes from the photograph to its JPEG (`direction: degrade`) is held against the JPEGs.
    """
    return "jpeg" if experiment.get("direction") == "degrade" else experiment["subject"]


def score_entry(*, family: str, entry: str, subject: str, references: ImageSet) -> pd.DataFrame:
    """Return one row for each reconstruction of an entry: the columns of its scores, its settings among them."""
    common = read_about(family=family, entry=entry) | {"family": family, "entry": entry, "subject": subject}
    listed = read_index(family=family, entry=entry)
    with ThreadPoolExecutor() as pool:  # NumPy and SciPy let others run where they compute
        rows = list(pool.map(lambda row: _score(common | row, references), listed.to_dict("records")))
    return pd.DataFrame(rows, columns=_columns(settings_columns(listed))).astype(
        {"payload_bytes": "Int64", "bpp": float, "ms_ssim": float}
    )


def gather(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all of a family's entries: the settings of any of them are columns of all."""
    settings = list(dict.fromkeys(name for part in parts for name in settings_columns(part)))
    rows = pd.concat(parts)[_columns(settings)]
    whole = [name for name in settings if rows[name].dtype == float and (rows[name].dropna() % 1 == 0).all()]
    return rows.astype(dict.fromkeys(whole, "Int64"))  # not 10.0 where others have no such setting


def _columns(settings: Sequence[str]) -> list[str]:
    names = fields.columns(fields.SCORES)
    return [*POINT, *settings, *names[names.index("image") :]]


def _score(row: dict[str, Any], references: ImageSet) -> dict[str, Any]:
    """Return `row`, what is known of a reconstruction, and its scores."""
    where = {key: row[key] for key in ("family", "entry", "variant", "image")}
    pair = {"reference": references.pixels(row["image"]), "reconstruction": read_pixels(**where)}
    height, width, _ = pair["reference"].shape
    size = payload_bytes(**where)
    bpp = None if size is None else rate.bpp(payload_bytes=size, rows=height, columns=width)
    row = row | {"rows": height, "columns": width, "payload_bytes": size, "bpp": bpp}
    return row | {measure.__name__: measure(**pair) for measure in MEASURES} | _apart(read_mask(**where), **pair)


def _apart(mask: np.ndarray | None, **pair: np.ndarray) -> dict[str, float]:
    """Return the measures of APART; none without a mask."""
    if mask is None:
        return {}
    parts = {name: mask[..., 0] == kind for name, kind in APART.items()}
    return {
        name: distortion.psnr_db(**{which: pixels[chosen][np.newaxis] for which, pixels in pair.items()})
        for name, chosen in parts.items()
    }


def average(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each point of each entry, in the order they come, with its settings among the columns.

    How a value comes from those of the point's images is said in `recon.referee.fields`.
    """
    groups = rows.groupby(POINT, sort=False)
    points = groups[fields.averaged(fields.MEAN)].mean()
    points["images"] = groups.size()
    for name in fields.averaged(fields.MEAN_OF_ALL):
        points[name] = groups[name].mean(skipna=False)
    points["psnr_of_mean_mse_db"] = groups["mse"].agg(distortion.psnr_of_mean_mse_db)
    points = points.join(groups[fields.averaged(fields.SAME) + settings_columns(rows)].first())
    pixels = (rows["rows"] * rows["columns"]).groupby([rows[key] for key in POINT], sort=False).sum()
    points["decoder_bpp"] = 8 * points["decoder_bytes"].astype(float) / pixels
    return points.reset_index()


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` with floats to 5 decimals, no zero with a minus: finer than can be seen, short to read."""
    floats = rows.select_dtypes("float").columns
    return rows.assign(**{name: rows[name].round(5) + 0.0 for name in floats})


def nested(points: pd.DataFrame, *, by: str = "entry") -> dict[str, Any]:
    """Return entry, or what stands in the column `by`, -> variant -> numbers; an absent one has no key."""
    summary: dict[str, Any] = {}
    names = [
        name for name in fields.columns(fields.SCORES, fields.BOARD) if name in points and name not in _LABELS
    ]
    for row in rounded(points).to_dict("records"):
        numbers = {name: row[name] for name in names if pd.notna(row[name])}
        summary.setdefault(row[by], {})[row["variant"]] = numbers
    return summary


def by_name(rows: pd.DataFrame, column: str) -> dict[str, dict[str, Any]]:
    """Return the cells of each row by the row's name in `column`; an empty cell has no key."""
    records = rows.set_index(column).to_dict("index")
    return {name: {key: value for key, value in row.items() if pd.notna(value)} for name, row in records.items()}
