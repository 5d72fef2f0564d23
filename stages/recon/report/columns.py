"""The columns of the page's tables: how each is headed, rounded and explained."""

from dataclasses import dataclass

import pandas as pd

# Names that are written otherwise than their entry in params.yaml, which has no capitals and no blanks.
_NAMES = {"jpeg": "JPEG", "jpeg2000": "JPEG 2000", "webp": "WebP", "avif": "AVIF"}


@dataclass(frozen=True)
class Column:
    """A column: its name in the file, heading and unit, how a number is written, and what it says."""

    name: str
    heading: str
    unit: str = ""
    style: str = ",.0f"
    meaning: str = ""


KNOWN = (
    Column("method", "method", meaning="A family's entry for the plane, or a classical codec."),
    Column("variant", "setting", meaning="The point of the method's curve, by the setting that made it."),
    Column("bpp", "rate", "bpp", ".3f", "8 x payload bytes / (rows x columns), mean over the photographs."),
    Column("psnr_db", "PSNR", "dB", ".2f", "Mean of the photographs' own PSNRs."),
    Column(
        "psnr_of_mean_mse_db", "PSNR of mean MSE", "dB", ".2f", "The errors are averaged first, then put in dB."
    ),
    Column("ssim", "SSIM", "", ".3f", "Structural similarity, mean over the photographs; 1 is identical."),
    Column("ms_ssim", "MS-SSIM", "", ".3f", "The same over five scales, mean over the photographs."),
    Column(
        "gain_over_jpeg_db", "gain over JPEG", "dB", "+.2f", "PSNR less that of JPEG's curve at the same rate."
    ),
    Column("on_front", "Pareto front", meaning="Whether no method has fewer bits and a higher PSNR."),
    Column("on_front_with_decoder", "front, decoder counted", meaning="The same, shared decoders in the rate."),
    Column("num_params", "parameters", meaning="Weights of the whole network, or of one photograph's own."),
    Column("macs_per_pixel", "work", "MACs/pixel", meaning="Multiply-adds through the network, for each pixel."),
    Column("decoder_bytes", "shared decoder", "bytes", meaning="The weights that all photographs share."),
    Column("decoder_bpp", "decoder, spread", "bpp", ".2f", "Its bits over the pixels of all photographs."),
    Column("library", "library", meaning="The codec's library and its version."),
    Column("points", "points", meaning="Points of the method's curve."),
    Column("points_on_front", "points on the front", meaning="Those on the Pareto front of rate and PSNR."),
    Column(
        "points_on_front_with_decoder", "with decoders counted", meaning="Those on it, shared decoders counted."
    ),
    Column("lowest_bpp", "lowest rate", "bpp", ".2f", "Least rate of the method's points."),
    Column("highest_bpp", "highest rate", "bpp", ".2f", "Largest rate of the method's points."),
    Column(
        "bd_rate_jpeg_percent", "BD-rate, JPEG", "%", "+.1f", "Bits beyond JPEG's at equal PSNR; below 0, fewer."
    ),
    Column("bd_rate_jpeg_from_db", "shared from", "dB", ".2f", "Lowest PSNR that both curves reach."),
    Column("bd_rate_jpeg_to_db", "shared to", "dB", ".2f", "Highest PSNR that both curves reach."),
    Column(
        "bd_rate_webp_percent", "BD-rate, WebP", "%", "+.1f", "Bits beyond WebP's at equal PSNR; below 0, fewer."
    ),
    Column("bd_rate_webp_from_db", "shared from", "dB", ".2f", "Lowest PSNR that both curves reach."),
    Column("bd_rate_webp_to_db", "shared to", "dB", ".2f", "Highest PSNR that both curves reach."),
)
LEFT_OUT = ("family", "entry", "images")  # `method` tells the first two, and the page the number of photographs


def of(table: pd.DataFrame) -> list[Column]:
    """Return the columns of a table in the order of the page: those known first, then any other by its own name.

    A column without any value is left out.
    """
    filled = [name for name in table.columns if name not in LEFT_OUT and table[name].notna().any()]
    known = {column.name for column in KNOWN}
    others = [Column(name, name.replace("_", " "), style=",.3f") for name in filled if name not in known]
    return [column for column in KNOWN if column.name in filled] + others


def is_numeric(column: Column, table: pd.DataFrame) -> bool:
    """Return whether a column of a table holds numbers."""
    return pd.api.types.is_numeric_dtype(table[column.name]) and not pd.api.types.is_bool_dtype(table[column.name])


def title(name: str) -> str:
    """Return a method's or a photograph's name as people write it."""
    return _NAMES.get(name, name.replace("_", " "))


def cell(value: object, column: Column) -> str:
    """Return a value as the page shows it: thousands apart, an empty cell for what has no meaning."""
    if pd.isna(value):
        return ""
    if column.name == "method":
        return title(str(value))
    if isinstance(value, str) or pd.api.types.is_bool(value):
        return str(value)
    text = format(value, column.style)
    return text.lstrip("+-") if float(text.replace(",", "")) == 0 else text
