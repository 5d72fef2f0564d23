"""The registry of fields: every column of the referee's tables, its meaning and its format.

The column orders of the CSV files, the tables of the pages, the report page and the list of fields in
metrics/README.md come from here. A field without meaning for a method is an empty cell, never a zero.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

# The tables: a family's scores by image; the points of the plane; its curves; their seconds.
SCORES, BOARD, METHODS, TIMINGS = "scores", "leaderboard", "methods", "timings"
# The averages that give the value of a point from its images.
MEAN, MEAN_OF_ALL, SAME = "mean over the images", "mean, absent if an image has none", "the same for all images"
ANCHORS = {"jpeg": "JPEG", "webp": "WebP"}  # entries of `classical` that BD-rates compare with -> their names


@dataclass(frozen=True)
class Field:
    """A column: its name in the files, its heading, the tables it is in, and its meaning.

    average  the average of several images' or points' values; "" where there is none
    style    the format specification of a number; "" for text
    """

    name: str
    heading: str
    tables: str
    average: str
    unit: str = ""
    style: str = ""
    meaning: str = ""

    @property
    def title(self) -> str:
        """The heading with the unit: `rate (bpp)`."""
        return f"{self.heading} ({self.unit})" if self.unit else self.heading

    def text(self, value: object) -> str:
        """Return a value as printed in tables: nothing for an absent one, no sign before a zero."""
        if pd.isna(value):
            return ""
        if isinstance(value, str) or not self.style:
            return str(value)
        text = format(value, self.style)
        return text.lstrip("+-") if float(text.replace(",", "")) == 0 else text


# A field: name | heading | tables | average | unit | style, and below it its meaning; in the order of the columns.
_FIELDS = """\
method | method | leaderboard methods timings
    The name of a curve of the plane: the family's for its entry `plane`, the entry's for any other.
family | family | scores leaderboard methods
    The folder of stages/recon/families/ that made it.
entry | entry | scores leaderboard
    The experiment of the family's group in params.yaml.
subject | subject | scores
    The set of photographs, a folder of data/subjects/.
variant | setting | scores leaderboard
    The point of the entry's curve, by the settings that made it; in the scores each setting also has a column
    of its own, between this one and `image`.
image | image | scores
    The photograph, by its name in the set.
images | images | leaderboard | | | d
    The number of photographs that the means are over.
rows | rows | scores | | pixels | ,.0f
    The height of the photograph.
columns | columns | scores | | pixels | ,.0f
    The width of the photograph.
payload_bytes | payload | scores | | bytes | ,.0f
    The size of all that is sent for one photograph, header included: a codec's file, a restorer's JPEG, a
    network's quantized weights, an entropy-coded latent, a fractal's transforms.
bpp | rate | scores leaderboard timings | mean over the images | bpp | .3f
    Bits per pixel: 8 x payload bytes / (rows x columns), for any number of color channels. A decoder that
    photographs share is not in it.
mse | MSE | scores | | | .2f
    Mean squared error of the 8-bit picture over all pixels and channels, in squared gray levels.
psnr_db | PSNR | scores leaderboard timings | mean over the images | dB | .2f
    Peak signal-to-noise ratio: 10 log10(255^2 / MSE) of the 8-bit picture, one MSE over all pixels and
    channels (RGB for color); 100 dB for identical pictures.
psnr_of_mean_mse_db | PSNR of mean MSE | leaderboard | of the means | dB | .2f
    The photographs' MSEs are averaged first and turned into dB then; never larger than the mean of the PSNRs.
psnr_b_db | PSNR-B | scores | mean over the images | dB | .2f
    PSNR with the blocking effect factor of 8x8 blocks added to the MSE (Yim and Bovik 2011): the MSE over RGB,
    the factor of studio-range luma.
ssim | SSIM | scores leaderboard | mean over the images | | .3f
    Structural similarity (Wang et al. 2004) of the 8-bit pictures: Gaussian window of 11x11 taps and sigma
    1.5, population covariance, K = (0.01, 0.03), data range 255; the mean over the positions where the whole
    window lies inside the picture, then over the channels; 1 for identical pictures.
ms_ssim | MS-SSIM | scores leaderboard | mean, absent if an image has none | | .3f
    Multi-scale structural similarity (Wang et al. 2003): the same window over five scales, each half the size
    of the one before, with the published weights; absent where a side is below 161 pixels.
ssimulacra2 | SSIMULACRA 2 | scores leaderboard | mean, absent if an image has none | | .1f
    Perceptual quality (Sneyers 2023, version 2.1): errors of structure, added edges and lost edges at six scales
    of opponent colors, with weights fitted to people's opinions; 100 for identical pictures, about 90 where no
    difference is seen, 70 where none annoys, 50 where it annoys a little, below 30 much, and negative for the
    worst; absent where a side is below 113 pixels.
known_psnr_db | PSNR, known pixels | scores | mean over the images | dB | .2f
    PSNR of the pixels that the method was shown, where an entry hides the others.
hidden_psnr_db | PSNR, hidden pixels | scores | mean over the images | dB | .2f
    PSNR of the pixels that were hidden from the method.
gain_over_jpeg_db | gain over JPEG | leaderboard | of the means | dB | +.2f
    PSNR less that of JPEG's curve (optimized, progressive) at the same rate, interpolated after Akima over the
    logarithm of the rate; absent beyond the ends of that curve.
on_front | Pareto front | leaderboard | of the means
    yes, unless a method has as few bits and as high a PSNR (one of the two better), at one of its points or on
    the line between two, straight over the logarithm of the rate.
on_front_with_decoder | front, decoder counted | leaderboard | of the means
    The same with `decoder_bpp` added to the rate.
num_params | parameters | scores leaderboard | the same for all images | | ,.0f
    Weights of the whole network; of a network that is fitted to one photograph, its own.
macs_per_pixel | multiply-adds | scores leaderboard | the same for all images | per pixel | ,.0f
    Multiply-adds of one pass through the whole network for each pixel of a 256x256 picture; of a coordinate
    network, of one place; of a codec that decodes in whole numbers, of its decoder.
latents_per_pixel | latents | scores | the same for all images | per pixel | .4g
    Values of the latent for each pixel.
decoder_bytes | shared decoder | scores leaderboard | the same for all images | bytes | ,.0f
    Bytes of the weights that all photographs share, which are not in the rate.
decoder_bpp | decoder, spread | leaderboard | the same for all images | bpp | .2f
    The bits of the shared decoder over the pixels of all photographs of the subject.
library | library | scores leaderboard | the same for all images
    The codec's library and its version.
points | points | methods | over the curve's points | | d
    Points of the method's curve.
points_on_front | on the front | methods | over the curve's points | | d
    Points with `on_front`.
points_on_front_with_decoder | on it, decoder counted | methods | over the curve's points | | d
    Points with `on_front_with_decoder`.
lowest_bpp | lowest rate | methods | over the curve's points | bpp | .2f
    The least `bpp` of the points.
highest_bpp | highest rate | methods | over the curve's points | bpp | .2f
    The largest `bpp` of the points.
encode_seconds_per_megapixel | encode time | timings | mean over the images | s/megapixel | .3g
    Seconds to make a payload, over the photograph's megapixels; a fit to the photograph included.
decode_seconds_per_megapixel | decode time | timings | mean over the images | s/megapixel | .3g
    Seconds to make pixels of a payload, over the photograph's megapixels.
train_seconds | training | timings | sum over the entry | s | ,.0f
    Seconds of training the weights that photographs share.
total_seconds | in all | timings | sum over the entry | s | ,.0f
    All seconds noted for the entry: of training, fitting, encoding and decoding.
"""
_BD_RATES = """\
bd_rate_{anchor}_percent | BD-rate, {name} | methods | over the curve's points | % | +.1f
    Bjøntegaard's delta rate: how many percent more bits than {name} the method needs for equal PSNR, the mean
    over the PSNRs that both curves reach; negative: fewer. Shared decoders are not counted.
bd_rate_{anchor}_from_db | shared from | methods | over the curve's points | dB | .2f
    The lowest PSNR that both the method's curve and {name}'s reach.
bd_rate_{anchor}_to_db | shared to | methods | over the curve's points | dB | .2f
    The highest PSNR that both the method's curve and {name}'s reach.
"""


def _parse(text: str) -> Iterator[Field]:
    for block in re.split(r"\n(?=\S)", text.rstrip()):
        row, *meaning = block.splitlines()
        values = [value.strip() for value in row.split("|")]
        yield Field(*values, *[""] * (6 - len(values)), meaning=" ".join(map(str.strip, meaning)))


_TEXTS = [_FIELDS, *(_BD_RATES.format(anchor=anchor, name=name) for anchor, name in ANCHORS.items())]
FIELDS = {field.name: field for text in _TEXTS for field in _parse(text)}


def columns(*tables: str) -> list[str]:
    """Return the names of the columns of one or more of SCORES, BOARD, METHODS and TIMINGS, in order."""
    return [name for name, field in FIELDS.items() if not set(tables).isdisjoint(field.tables.split())]


def list_averaged(average: str) -> list[str]:
    """Return the names of the columns of SCORES with this `average`."""
    return [name for name in columns(SCORES) if FIELDS[name].average == average]


def find_field(name: str) -> Field:
    """Return a field by its name; one that is not in the registry has its name as heading."""
    return FIELDS.get(name) or Field(name, name.replace("_", " "), "", "", style=",.3f")


def list_filled(table: pd.DataFrame) -> list[Field]:
    """Return the fields of a table's non-empty columns, in the order of the registry, others last."""
    names = [name for name in table.columns if table[name].notna().any()]
    order = list(FIELDS)
    return sorted(map(find_field, names), key=lambda f: order.index(f.name) if f.name in FIELDS else len(order))


def select(table: pd.DataFrame, names: list[str]) -> tuple[list[str], list[list[str]]]:
    """Return the header and rows of a page's table with the columns `names` of `table`."""
    fields = [find_field(name) for name in names]
    rows = [[field.text(row[field.name]) for field in fields] for row in table.to_dict("records")]
    return [field.title for field in fields], rows


def tabulate_fields() -> tuple[list[str], list[list[str]]]:
    """Return the header and rows of the list of all fields."""
    header = ["field", "heading", "unit", "meaning", "for several images"]
    return header, [[f"`{f.name}`", f.heading, f.unit, f.meaning, f.average] for f in FIELDS.values()]
