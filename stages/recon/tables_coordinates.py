"""The README's tables of coordinate networks: header and rows."""

from typing import Any

MAPPINGS = ("none", "basic", "positional", "gaussian")
# As printed (mean and standard deviation over 16 test images) by Tancik et al.'s own notebook,
# github.com/tancik/fourier-feature-networks, Experiments/2d_image_regression.ipynb.
PUBLISHED = {
    "fourier_natural": {"none": 19.32, "basic": 21.72, "positional": 24.95, "gaussian": 25.57},
    "fourier_text": {"none": 18.40, "basic": 20.48, "positional": 27.57, "gaussian": 30.47},
}

Nested = dict[str, dict[str, dict[str, float]]]  # entry -> variant -> what was measured


def mappings(results: Nested) -> tuple[list[str], list[list[str]]]:
    """Return what each mapping reaches in the entries that compare them, from metrics/coordinates.json."""
    columns = {
        "32 x 32 (dB)": ("thumbnail", "kind={}", "psnr_db"),
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
    sets = list(record["psnr_db"])
    header = ["PSNR (dB)"]
    for name in sets:
        header += [f"{name.removeprefix('fourier_')}, {record['images'][name]} images", "published, 16 others"]
    methods = dict.fromkeys(method for name in sets for method in record["psnr_db"][name])
    rows = []
    for method in methods:
        row = [method]
        for name in sets:
            mean, deviation = record["psnr_db"][name].get(method), record["std_db"][name].get(method)
            row.append("" if mean is None else f"{mean:.2f} ± {deviation:.2f}")
            published = PUBLISHED.get(name, {}).get(method)
            row.append("" if published is None else f"{published:.2f}")
        rows.append(row)
    return header, rows


def _cell(results: Nested, entry: str, variant: str, what: str) -> str:
    points = [point for name, point in results.get(entry, {}).items() if name.rpartition(",bits=")[0] == variant]
    return f"{points[-1][what]:.2f}" if points else ""
