"""The README's tables of coordinate networks: header and rows."""

from typing import Any

MAPPINGS = ("none", "basic", "positional", "gaussian")
# As printed (means over 16 test images) by Tancik et al.'s own notebook,
# github.com/tancik/fourier-feature-networks, Experiments/2d_image_regression.ipynb.
PUBLISHED = {
    "fourier_natural": {"none": 19.32, "basic": 21.72, "positional": 24.95, "gaussian": 25.57},
    "fourier_text": {"none": 18.40, "basic": 20.48, "positional": 27.57, "gaussian": 30.47},
}

Nested = dict[str, dict[str, dict[str, float]]]  # entry -> variant -> what was measured


def mappings(results: Nested) -> tuple[list[str], list[list[str]]]:
    """Return what each mapping reaches in the entries that compare them, from metrics/coordinates.json."""
    columns = {
        "32 x 32 (dB)": ("thumbnail", "mapping={}", "psnr_db"),
        "128 x 128, Adam (dB)": ("mappings", "base=base,mapping={}", "psnr_db"),
        "128 x 128, SGD (dB)": ("mappings", "optimizer=sgd,mapping={}", "psnr_db"),
        "256 x 256, hidden pixels (dB)": ("paper", "mapping={}", "hidden_psnr_db"),
    }
    rows = [
        [
            mapping,
            *(_cell(results, entry, variant.format(mapping), what) for entry, variant, what in columns.values()),
        ]
        for mapping in MAPPINGS
    ]
    return ["mapping", *columns], rows


def paper(record: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return hidden pixels' PSNR by mapping, interpolations below, beside the published ones."""
    entries = record["source"]
    header = ["PSNR (dB)"]
    for entry, name in entries.items():
        header += [f"{name.removeprefix('fourier_')}, {record['images'][entry]} images", "published, 16 others"]
    methods = dict.fromkeys(method for entry in entries for method in record["psnr_db"][entry])
    rows = []
    for method in methods:
        row = [method]
        for entry, name in entries.items():
            mean, deviation = record["psnr_db"][entry].get(method), record["std_db"][entry].get(method)
            row.append("" if mean is None else f"{mean:.2f} ± {deviation:.2f}")
            published = PUBLISHED.get(name, {}).get(method)
            row.append("" if published is None else f"{published:.2f}")
        rows.append(row)
    return header, rows


def protocol(record: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return what each mapping reaches on each set's image, by how often a fit looked at each known place.

    The last column of a set is the paper's whole protocol.
    """
    psnr_db, looks = record["psnr_db"], {entry: max(by.values()) for entry, by in record["passes"].items()}
    entries = sorted(psnr_db, key=lambda entry: (record["source"][entry], looks[entry]))
    names = [record["source"][entry].removeprefix("fourier_") for entry in entries]
    header = [f"{name}, {looks[entry]:,.0f} looks" for name, entry in zip(names, entries, strict=True)]
    rows = [
        [mapping, *(f"{psnr_db[entry][mapping]:.2f}" if mapping in psnr_db[entry] else "" for entry in entries)]
        for mapping in MAPPINGS
    ]
    return ["PSNR (dB)", *header], rows


def bfloat16(record: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the PSNR of fits with exact and with rounded factors, mean and each seed's."""
    seeds = len(next(iter(record["psnr_db"].values())))
    header = ["products of", "PSNR (dB)", *(f"seed {seed}" for seed in range(1, seeds + 1))]
    rows = [
        [math, f"{record['mean_db'][math]:.2f}", *(f"{psnr_db:.2f}" for psnr_db in found)]
        for math, found in record["psnr_db"].items()
    ]
    return header, rows


def _cell(results: Nested, entry: str, variant: str, what: str) -> str:
    """Return the number of the most bits a weight."""
    named = ((*name.rpartition(",bits=")[::2], point) for name, point in results.get(entry, {}).items())
    points = {int(bits): point for name, bits, point in named if name == variant}
    return f"{points[max(points)][what]:.2f}" if points else ""
