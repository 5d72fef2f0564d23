"""The tables of classical codecs for the pages."""

from itertools import zip_longest
from operator import itemgetter
from pathlib import Path
from typing import Any

from recon.core import files
from recon.core.errors import UserError
from recon.families.classical.method import CODECS, FAMILY
from recon.families.shared.recorded_curves import say_missing
from recon.referee.bd_rate import Curve, bd_rate_percent

_JPEG_FILES = Path("metrics/benchmarks/jpeg-kodak.json")
_ANCHORS = ("jpeg", "webp", "avif")
_SECONDS = ("encode", "decode")


def tabulate_kodak() -> tuple[list[str], list[list[str]], dict[str, Any]]:
    """Return each codec's curve on the Kodak photographs, rate and PSNR, and the record of the numbers."""
    record = files.read_json("metrics/benchmarks/classical-kodak.json")
    curves = {entry: points for entry, points in record["results"].items() if entry in CODECS}
    columns = [
        [f"{point['bpp']:.3f}: {point['psnr_db']:.2f}" for point in sorted(points.values(), key=itemgetter("bpp"))]
        for points in curves.values()
    ]
    header = [f"{entry} (bpp: dB)" for entry in curves]
    return header, [list(row) for row in zip_longest(*columns, fillvalue="")], record


def tabulate_jpeg_files() -> tuple[list[str], list[list[str]], dict[str, Any]] | str:
    """Return the BD-rates of each kind of JPEG file and decoder without a network, on Kodak, and the record."""
    if not _JPEG_FILES.is_file():
        return say_missing(_JPEG_FILES.stem)
    record = files.read_json(_JPEG_FILES)
    anchors = [_read_curve(record["results"][FAMILY][anchor]) for anchor in _ANCHORS]
    rows = []
    for family, results in record["results"].items():
        experiments = record["params"][family]["experiments"]
        for entry in (name for name in results if experiments[name]["subject"] == "plane"):
            rates = [_format_bd_rate(anchor, _read_curve(results[entry])) for anchor in anchors]
            seconds = record["seconds"][family][entry]
            times = [f"{seconds[f'{action}_seconds_per_megapixel']:.2f}" for action in _SECONDS]
            rows.append([entry, *rates, *times])
    header = ["bits at equal PSNR (%)", *(f"against {anchor}" for anchor in _ANCHORS)]
    return [*header, *(f"{action} (s per megapixel)" for action in _SECONDS)], rows, record


def _read_curve(points: dict[str, dict[str, float]]) -> Curve:
    return [(point["bpp"], point["psnr_db"]) for point in points.values()]


def _format_bd_rate(anchor: Curve, test: Curve) -> str:
    try:
        return f"{bd_rate_percent(anchor=anchor, test=test).percent:+.1f}"
    except UserError:  # undefined: they share no PSNR, or one falls where its rate grows
        return ""


TABLES = {"classical-kodak": tabulate_kodak, "jpeg-kodak": tabulate_jpeg_files}
