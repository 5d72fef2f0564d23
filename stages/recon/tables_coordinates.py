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
    """Return the PSNR of each image's short fits beside that of whole ones: of entries ENTRY and ENTRY_full.

    Columns say how often the fits looked at each known place.
    """
    psnr_db, passes = record["psnr_db"], record["passes"]
    pairs = [(entry, f"{entry}_full") for entry in psnr_db if f"{entry}_full" in psnr_db]
    header, rows = ["PSNR (dB)"], [[mapping] for mapping in MAPPINGS]
    for short, whole in pairs:
        set_name = record["source"][short].removeprefix("fourier_")
        header += [
            *(f"{set_name}, {max(passes[entry].values()):,.0f} looks" for entry in (short, whole)),
            "difference",
        ]
        for row, mapping in zip(rows, MAPPINGS, strict=True):
            few, many = psnr_db[short][mapping], psnr_db[whole][mapping]
            row += [f"{few:.2f}", f"{many:.2f}", f"{few - many:+.2f}"]
    return header, rows


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
