"""The pages' table of the data."""

from recon.core import files


def tabulate_splits() -> tuple[list[str], list[list[str]]]:
    """Return what the images of each split are, from metrics/data.json: header and rows."""
    header = ["split", "images", "sides (pixels)", "megapixels", "mean (gray levels)", "deviation (gray levels)"]
    rows = [
        [
            split,
            str(about["images"]),
            f"{about['smallest_side']} to {about['largest_side']}",
            f"{about['megapixels']:.2f}",
            f"{about['mean']:.1f}",
            f"{about['standard_deviation']:.1f}",
        ]
        for split, about in files.read_json("metrics/data.json").items()
    ]
    return header, rows


TABLES = {"data": tabulate_splits}
