"""Tables of coordinate networks for the pages: header and rows, and the record of the numbers."""

from typing import Any

from recon.core import files
from recon.families.coordinates.comparison import read_scores, select_finest
from recon.referee.tables import Table
from recon.settings.sweeps import BASE

MAPPINGS = ("none", "basic", "positional", "gaussian")
# As printed (means over 16 test images) by Tancik et al.'s own notebook,
# github.com/tancik/fourier-feature-networks, Experiments/2d_image_regression.ipynb.
PUBLISHED = {
    "fourier_natural": {"none": 19.32, "basic": 21.72, "positional": 24.95, "gaussian": 25.57},
    "fourier_text": {"none": 18.40, "basic": 20.48, "positional": 27.57, "gaussian": 30.47},
}

RecordTable = tuple[list[str], list[list[str]], dict[str, Any]]  # and the record


def tabulate_mappings() -> Table:
    """Return the PSNR of each mapping in the entries that compare mappings."""
    columns = {
        "32 x 32 (dB)": ("thumbnail", BASE, "psnr_db"),
        "128 x 128, Adam (dB)": ("mappings", BASE, "psnr_db"),
        "128 x 128, SGD (dB)": ("mappings", "sgd", "psnr_db"),
        "256 x 256, hidden pixels (dB)": ("paper", BASE, "hidden_psnr_db"),
    }
    places = columns.values()
    fits = select_finest(read_scores())
    means = fits.groupby(["entry", "value", "across"])[["psnr_db", "hidden_psnr_db"]].mean()
    rows = [
        [mapping, *(_format_db(means[measure].get((entry, value, mapping))) for entry, value, measure in places)]
        for mapping in MAPPINGS
    ]
    return ["mapping", *columns], rows


def tabulate_paper() -> RecordTable:
    """Return the PSNR of hidden pixels by mapping, interpolations below, beside the published ones."""
    record = _read_record("coordinates-fourier-paper")
    entries = record["source"]
    header = ["PSNR (dB)"]
    rows = {method: [method] for entry in entries for method in record["psnr_db"][entry]}
    for entry, name in entries.items():
        header += [f"{name.removeprefix('fourier_')}, {record['images'][entry]} images", "published, 16 others"]
        means, deviations = record["psnr_db"][entry], record["std_db"][entry]
        for method, row in rows.items():
            row.append(f"{means[method]:.2f} ± {deviations[method]:.2f}" if method in means else "")
            row.append(_format_db(PUBLISHED.get(name, {}).get(method)))
    return header, list(rows.values()), record


def tabulate_protocol() -> RecordTable:
    """Return the PSNR of each mapping on each set's image, by passes of a fit over the visible pixels.

    The last column of a set follows the paper's protocol in full.
    """
    record = _read_record("coordinates-fourier-protocol")
    psnr_db = record["psnr_db"]
    passes = {entry: max(counts.values()) for entry, counts in record["passes"].items()}
    entries = sorted(psnr_db, key=lambda entry: (record["source"][entry], passes[entry]))
    names = [record["source"][entry].removeprefix("fourier_") for entry in entries]
    header = [f"{name}, {passes[entry]:,.0f} passes" for name, entry in zip(names, entries, strict=True)]
    rows = [[mapping, *(_format_db(psnr_db[entry].get(mapping)) for entry in entries)] for mapping in MAPPINGS]
    return ["PSNR (dB)", *header], rows, record


def tabulate_bfloat16() -> RecordTable:
    """Return the PSNR of fits with exact and with rounded factors: the mean, and that of each seed."""
    record = _read_record("coordinates-bfloat16")
    seeds = len(next(iter(record["psnr_db"].values())))
    header = ["products of", "PSNR (dB)", *(f"seed {seed}" for seed in range(1, seeds + 1))]
    rows = [
        [math, _format_db(record["mean_db"][math]), *map(_format_db, psnr_db)]
        for math, psnr_db in record["psnr_db"].items()
    ]
    return header, rows, record


def _read_record(name: str) -> dict[str, Any]:
    return files.read_json(f"metrics/benchmarks/{name}.json")


def _format_db(psnr_db: float | None) -> str:
    return "" if psnr_db is None else f"{psnr_db:.2f}"


TABLES = {
    "mappings": tabulate_mappings,
    "coordinates-fourier-paper": tabulate_paper,
    "coordinates-fourier-protocol": tabulate_protocol,
    "coordinates-bfloat16": tabulate_bfloat16,
}
