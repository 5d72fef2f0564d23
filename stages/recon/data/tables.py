"""The README's table of the data: header and rows."""


def splits(about_splits: dict[str, dict[str, float]]) -> tuple[list[str], list[list[str]]]:
    """Return what the images of each split are, from metrics/data.json."""
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
        for split, about in about_splits.items()
    ]
    return header, rows
