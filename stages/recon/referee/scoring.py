"""The referee: reads saved pictures and payloads, knows nothing of methods, and scores what a user would see."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd

from recon.coding import rate
from recon.core.imageset import ImageSet
from recon.core.reconstruction import ABOUT, payload_bytes, read_about, read_index, read_mask, read_pixels, settings_columns
from recon.data.masks import HIDDEN, KNOWN
from recon.referee import distortion, similarity

POINT = ["family", "entry", "subject", "variant"]
MEASURES = (distortion.mse, distortion.psnr_db, distortion.psnr_b_db, distortion.ssim, similarity.ms_ssim)
APART = {"known_psnr_db": KNOWN, "hidden_psnr_db": HIDDEN}  # PSNR of these pixels alone, where there is a mask
# The columns of a family's scores, but for the settings of its points, which come after POINT. What has no meaning
# for a family is an empty cell, never a zero.
COLUMNS = [
    *[*POINT, "image", "rows", "columns", "payload_bytes", "bpp"],
    *[measure.__name__ for measure in MEASURES],
    *APART,
    *ABOUT,
]


def subject_of(experiment: Mapping[str, Any]) -> str:
    """Return the set of images that an experiment of params.yaml is held against: as a rule, what it rebuilds.

    A network that goes from the photograph to its JPEG (`direction: degrade`) is held against the JPEGs.
    """
    return "jpeg" if experiment.get("direction") == "degrade" else experiment["subject"]


def score_entry(*, family: str, entry: str, subject: str, references: ImageSet) -> pd.DataFrame:
    """Return one row for each reconstruction of an entry, with its settings among the COLUMNS above."""
    common = read_about(family=family, entry=entry) | {"family": family, "entry": entry, "subject": subject}
    listed = read_index(family=family, entry=entry)
    columns = [*POINT, *settings_columns(listed), *COLUMNS[len(POINT) :]]
    index = listed.to_dict("records")
    with ThreadPoolExecutor() as pool:  # NumPy and SciPy let others run where they compute
        rows = list(pool.map(lambda listed: _score(common | listed, references), index))
    return pd.DataFrame(rows, columns=columns).astype({"payload_bytes": "Int64", "bpp": float, "ms_ssim": float})


def gather(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all of a family's entries: the settings of any of them are columns of all."""
    settings = list(dict.fromkeys(name for part in parts for name in settings_columns(part)))
    rows = pd.concat(parts)[[*POINT, *settings, *COLUMNS[len(POINT) :]]]
    whole = [name for name in settings if rows[name].dtype == float and (rows[name].dropna() % 1 == 0).all()]
    return rows.astype(dict.fromkeys(whole, "Int64"))  # not 10.0 where others have no such setting


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
    """Return one row for each variant of each entry, in the order they come: means over its images.

    `bpp`, `psnr_db`, `psnr_b_db`, `ssim` and those of APART are means of the images' own, and so is `ms_ssim`
    where all have one; `psnr_of_mean_mse_db` is the PSNR of the mean MSE; `decoder_bpp` is the shared decoder's
    bytes over all the images' pixels, in bits per pixel.
    """
    groups = rows.groupby(POINT, sort=False)
    means = groups[["bpp", "psnr_db", "psnr_b_db", "ssim", "ms_ssim", *APART]].mean()
    means.insert(0, "images", groups.size())
    means["ms_ssim"] = groups["ms_ssim"].mean(skipna=False)  # none of some is none of all
    means["psnr_of_mean_mse_db"] = groups["mse"].agg(distortion.psnr_of_mean_mse_db)
    about = groups[list(ABOUT)].first()
    pixels = (rows["rows"] * rows["columns"]).groupby([rows[key] for key in POINT], sort=False).sum()
    means["decoder_bpp"] = 8 * about["decoder_bytes"].astype(float) / pixels
    return means.join(about).reset_index()


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` with floats to 5 decimals, no zero with a minus: finer than can be seen, short to read."""
    floats = rows.select_dtypes("float").columns
    return rows.assign(**{name: rows[name].round(5) + 0.0 for name in floats})


def nested(averages: pd.DataFrame) -> dict[str, Any]:
    """Return entry -> variant -> what was measured; what has no meaning for an entry is absent."""
    summary: dict[str, Any] = {}
    for row in rounded(averages).drop(columns=["family", "subject", "library"]).to_dict("records"):
        known = {key: value for key, value in row.items() if pd.notna(value)}
        summary.setdefault(known.pop("entry"), {})[known.pop("variant")] = known
    return summary


def by_name(rows: pd.DataFrame, column: str) -> dict[str, dict[str, Any]]:
    """Return what stands in each row, by its name in `column`; empty cells are absent."""
    records = rows.set_index(column).to_dict("index")
    return {name: {key: value for key, value in row.items() if pd.notna(value)} for name, row in records.items()}
