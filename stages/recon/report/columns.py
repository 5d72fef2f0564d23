"""The columns of the page's leaderboard: how each is headed, rounded and explained."""

from dataclasses import dataclass

import pandas as pd

# Names that are written otherwise than their entry in params.yaml, which has no capitals and no blanks.
_NAMES = {"jpeg": "JPEG", "jpeg2000": "JPEG 2000", "webp": "WebP", "avif": "AVIF"}


@dataclass(frozen=True)
class Column:
    """A column: its name in the file, heading and unit, decimals of a number, and what it says."""

    name: str
    heading: str
    unit: str = ""
    decimals: int = 0
    meaning: str = ""


KNOWN = (
    Column("method", "method", meaning="A family's entry for the plane, or a classical codec."),
    Column("variant", "setting", meaning="The point of the method's curve, by the setting that made it."),
    Column(
        "bpp", "rate", "bpp", 3, "Bits per pixel: 8 × payload bytes / (rows × columns), mean over photographs."
    ),
    Column("psnr_db", "PSNR", "dB", 2, "Mean over the photographs of each one's PSNR."),
    Column(
        "psnr_of_mean_mse_db",
        "PSNR of mean MSE",
        "dB",
        2,
        "The errors are averaged first, then turned into dB: hard photographs count for more.",
    ),
    Column("ssim", "SSIM", "", 3, "Structural similarity, mean over the photographs; 1 is identical."),
    Column("num_params", "parameters", "", 0, "Weights of the whole network, or of one photograph's own."),
    Column(
        "macs_per_pixel", "work", "MACs/pixel", 0, "Multiply-adds of a pass through the network, for each pixel."
    ),
    Column("decoder_bytes", "shared decoder", "bytes", 0, "The decoder's weights, which all photographs share."),
    Column(
        "decoder_bpp", "decoder, spread", "bpp", 2, "The shared decoder's bits over the pixels of all photographs."
    ),
    Column("library", "library", meaning="The codec's library and its version."),
)
LEFT_OUT = ("family", "entry", "images")  # `method` tells the first two, and the page the number of photographs


def of(board: pd.DataFrame) -> list[Column]:
    """Return the columns of `board` in the order of the page: those known first, then any other by its own name.

    A column without any value is left out.
    """
    filled = [name for name in board.columns if name not in LEFT_OUT and board[name].notna().any()]
    known = {column.name: column for column in KNOWN}
    others = [Column(name, name.replace("_", " "), decimals=3) for name in filled if name not in known]
    return [column for column in KNOWN if column.name in filled] + others


def title(method: str) -> str:
    """Return a method's or a photograph's name as people write it."""
    return _NAMES.get(method, method.replace("_", " "))


def cell(value: object, column: Column) -> str:
    """Return a value as the page shows it: thousands apart, an empty cell for what has no meaning."""
    if pd.isna(value):
        return ""
    if column.name == "method":
        return title(str(value))
    if isinstance(value, str) or pd.api.types.is_bool(value):
        return str(value)
    return f"{value:,.{column.decimals}f}"
