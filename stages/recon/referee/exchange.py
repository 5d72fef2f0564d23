"""Curves in the JSON format of CompressAI's plots: ours for others to plot, and published ones for our plane.

A file holds one codec: `name`, `description`, and in `results` lists of one length, in the order of the rate:
`bpp`, `psnr-rgb` (dB) and, if available, `ms-ssim-rgb`; each the mean over the images. A published file may also
have such lists for each image by its name, as `images`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from recon.core import files
from recon.core.errors import UserError
from recon.data.params import Subject

FIELDS = {"bpp": "bpp", "psnr-rgb": "psnr_db", "ms-ssim-rgb": "ms_ssim"}  # key -> column of the leaderboard
PUBLISHED = Path("data/published")


class PublishedCurve(NamedTuple):
    """Published rates in bits per pixel and mean PSNRs in dB, in the order of the rate."""

    name: str
    bpp: list[float]
    psnr_db: list[float]


def write(folder: str | Path, points: pd.DataFrame, *, images: str) -> None:
    """Write METHOD.json for each method of the leaderboard; `images` describes the images averaged over."""
    for method, curve in points.groupby("method", sort=False):
        files.write_json(Path(folder) / f"{method}.json", codec_document(method, curve, images=images))


def codec_document(method: str, curve: pd.DataFrame, *, images: str) -> dict[str, Any]:
    """Return the content of one method's file; measures that a point lacks are omitted."""
    measures = {key: column for key, column in FIELDS.items() if curve[column].notna().all()}
    columns = curve.sort_values("bpp").round(5)
    libraries = curve["library"].dropna().unique()
    return {
        "name": method,
        "description": "; ".join([f"means over {images}", *libraries]),
        "results": {key: columns[column].tolist() for key, column in measures.items()},
    }


def find_published(subject: Subject) -> list[PublishedCurve]:
    """Return the published curves for a subject's photographs; none if these are cropped or of another size."""
    if subject.rows is not None:
        return []
    return read_published(subject.source, None if subject.images == "all" else subject.images)


def read_published(source: str, images: Sequence[str] | None = None) -> list[PublishedCurve]:
    """Return the curves in data/published/SOURCE/, in the order of their file names; none without that folder.

    Of some `images`, those that are published image by image, as means over these.

    Raises:
        UserError: a file is not a curve in this format.
    """
    curves = [_read(path, images) for path in sorted((PUBLISHED / source).glob("*.json"))]
    return [curve for curve in curves if curve is not None]


def _read(path: Path, images: Sequence[str] | None) -> PublishedCurve | None:
    try:
        content = files.read_json(path)
        results = content["results"]
        if images is not None:
            points = content.get("images", {})
            if not set(images) <= points.keys():
                return None
            results = {key: np.mean([points[image][key] for image in images], axis=0).tolist() for key in results}
        values = results["psnr-rgb"] if "psnr-rgb" in results else results["psnr"]  # the key of older files
        points = sorted(zip(results["bpp"], values, strict=True))
        rates, values = ([float(number) for number in column] for column in zip(*points, strict=True))
        return PublishedCurve(str(content.get("name", path.stem)), rates, values)
    except (ValueError, TypeError, LookupError) as error:
        raise UserError(
            f"{path}: not a curve: expected `results` with lists `bpp` and `psnr-rgb` of one length, as "
            f"CompressAI writes them ({type(error).__name__}: {error}); correct or remove it"
        ) from None
