"""The tables of classical codecs for the pages."""

from itertools import zip_longest
from operator import itemgetter
from typing import Any

from recon.core import files


def tabulate_kodak() -> tuple[list[str], list[list[str]], dict[str, Any]]:
    """Return each codec's curve on the Kodak photographs, rate and PSNR, and the record of the numbers."""
    record = files.read_json("metrics/benchmarks/classical-kodak.json")
    columns = [
        [f"{point['bpp']:.3f}: {point['psnr_db']:.2f}" for point in sorted(points.values(), key=itemgetter("bpp"))]
        for points in record["results"].values()
    ]
    header = [f"{entry} (bpp: dB)" for entry in record["results"]]
    return header, [list(row) for row in zip_longest(*columns, fillvalue="")], record


TABLES = {"classical-kodak": tabulate_kodak}
