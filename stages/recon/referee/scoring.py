"""The referee's scores: it reads saved pictures and payloads only, and scores them as a user would see them."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from recon.coding import rate
from recon.core import parallel
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
from recon.referee import distortion, fields, similarity, ssimulacra2

POINT = ["family", "entry", "subject", "variant"]
MEASURES = (
    distortion.mse,
    distortion.psnr_db,
    distortion.psnr_b_db,
    distortion.ssim,
    similarity.ms_ssim,
    ssimulacra2.ssimulacra2,
)
MASKED_MEASURES = {"known_psnr_db": KNOWN, "hidden_psnr_db": HIDDEN}  # PSNR of these pixels alone
_PLACE = ("family", "entry", "variant", "image")
_LABELS = {"method", "library", *POINT}


def find_subject(experiment: Mapping[str, Any]) -> str:
    """Return the set of images that an experiment of params.yaml is scored against: normally the set it rebuilds.

    A network that maps a photograph to its JPEG (`direction: degrade`) is scored against the JPEGs.
    """
    return "jpeg" if experiment.get("direction") == "degrade" else experiment["subject"]


def score_entry(*, family: str, entry: str, subject: str, references: ImageSet) -> pd.DataFrame:
    """Return one row for each reconstruction of an entry, with its settings and its scores as columns."""
    common = read_about(family=family, entry=entry) | {"family": family, "entry": entry, "subject": subject}
    index = read_index(family=family, entry=entry)
    described = [_describe(common | row, references) for row in index.to_dict("records")]
    measured = parallel.run_all(partial(_measure, *_read_pictures(row, references)) for row in described)
    rows = [row | scores for row, scores in zip(described, measured, strict=True)]
    absent_of_small = fields.list_averaged(fields.MEAN_OF_ALL)
    return pd.DataFrame(rows, columns=_list_columns(settings_columns(index))).astype(
        {"payload_bytes": "Int64", "bpp": float} | dict.fromkeys(absent_of_small, float)
    )


def gather(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of several entries; the settings of each are columns of all."""
    settings = list(dict.fromkeys(name for part in parts for name in settings_columns(part)))
    rows = pd.concat(parts)[_list_columns(settings)]
    whole = [name for name in settings if rows[name].dtype == float and (rows[name].dropna() % 1 == 0).all()]
    return rows.astype(dict.fromkeys(whole, "Int64"))  # not 10.0 where another entry lacks the setting


def _list_columns(settings: Sequence[str]) -> list[str]:
    names = fields.columns(fields.SCORES)
    return [*POINT, *settings, *names[names.index("image") :]]


def _describe(row: dict[str, Any], references: ImageSet) -> dict[str, Any]:
    """Return `row`, a reconstruction's settings, with its sides and its rate added."""
    height, width, _ = references.pixels(row["image"]).shape
    size = payload_bytes(**{key: row[key] for key in _PLACE})
    bpp = None if size is None else rate.bpp(payload_bytes=size, rows=height, columns=width)
    return row | {"rows": height, "columns": width, "payload_bytes": size, "bpp": bpp}


def _read_pictures(row: dict[str, Any], references: ImageSet) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return the reference, the reconstruction and its mask, if it has one."""
    place = {key: row[key] for key in _PLACE}
    return references.pixels(row["image"]), read_pixels(**place), read_mask(**place)


def _measure(reference: np.ndarray, reconstruction: np.ndarray, mask: np.ndarray | None) -> dict[str, float]:
    """Return the MEASURES, and with a mask the MASKED_MEASURES."""
    pair = {"reference": reference, "reconstruction": reconstruction}
    scores = {measure.__name__: measure(**pair) for measure in MEASURES}
    for name, kind in MASKED_MEASURES.items() if mask is not None else ():
        parts = {key: pixels[mask[..., 0] == kind][np.newaxis] for key, pixels in pair.items()}
        scores[name] = distortion.psnr_db(**parts)
    return scores


def average(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each point of each entry, in order of appearance, with its settings among the columns.

    `recon.referee.fields` declares how each value is averaged over the images.
    """
    groups = rows.groupby(POINT, sort=False)
    points = groups[fields.list_averaged(fields.MEAN)].mean()
    points["images"] = groups.size()
    for name in fields.list_averaged(fields.MEAN_OF_ALL):
        points[name] = groups[name].mean(skipna=False)
    points["psnr_of_mean_mse_db"] = groups["mse"].agg(distortion.psnr_of_mean_mse_db)
    points = points.join(groups[fields.list_averaged(fields.SAME) + settings_columns(rows)].first())
    pixels = (rows["rows"] * rows["columns"]).groupby([rows[key] for key in POINT], sort=False).sum()
    points["decoder_bpp"] = 8 * points["decoder_bytes"].astype(float) / pixels
    return points.reset_index()


def round_floats(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` with floats rounded to 5 decimals, and no negative zeros."""
    floats = rows.select_dtypes("float").columns
    return rows.assign(**{name: rows[name].round(5) + 0.0 for name in floats})


def nest_points(points: pd.DataFrame, *, by: str = "entry") -> dict[str, Any]:
    """Return entry, or the value in the column `by`, -> variant -> numbers; absent numbers are omitted."""
    summary: dict[str, Any] = {}
    names = [
        name for name in fields.columns(fields.SCORES, fields.BOARD) if name in points and name not in _LABELS
    ]
    for row in round_floats(points).to_dict("records"):
        numbers = {name: row[name] for name in names if pd.notna(row[name])}
        summary.setdefault(row[by], {})[row["variant"]] = numbers
    return summary


def index_by_name(rows: pd.DataFrame, column: str) -> dict[str, dict[str, Any]]:
    """Return the cells of each row by its name in `column`; empty cells are omitted."""
    records = rows.set_index(column).to_dict("index")
    return {name: {key: value for key, value in row.items() if pd.notna(value)} for name, row in records.items()}
