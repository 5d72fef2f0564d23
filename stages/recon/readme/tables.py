"""The tables of README.md, made from the files under metrics/.

Each stands between `<!-- table: NAME -->` and `<!-- /table -->`, with what a reader has to know beside it. None
shows seconds of the last run, which differ from run to run; minutes come from metrics/benchmarks/.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd

from recon.core import files
from recon.core.errors import UserError
from recon.data import tables as tables_data
from recon.families.coordinates import tables as tables_coordinates
from recon.families.latent_decoder import tables as tables_latents
from recon.families.restoration import tables as tables_restoration
from recon.families.shared import tables_from_noise
from recon.readme import provenance, repro_tables
from recon.referee import tables as tables_leaderboard
from recon.referee.params import Plot
from recon.settings.core import section

BLOCK = re.compile(r"(?<=<!-- table: )(?P<name>[\w-]+) -->\n(?P<content>.*?)(?=<!-- /table -->)", re.DOTALL)
_NUMERIC = re.compile(r"[-+]?[\d.,]+( / [\d.,]+|: [\d.,]+)?|")

LIVE1_BASELINES = "metrics/benchmarks/deblocking-live1.json"

Nested = dict[str, dict[str, dict[str, float]]]  # entry -> variant -> what was measured


@dataclass(frozen=True)
class Table:
    """A table: the file it is made of, the command that writes this file, and how it is drawn from the content."""

    source: str
    command: str
    draw: Callable[[Any], str]

    def text(self) -> str:
        """Return the Markdown; UserError where the source is missing."""
        if not Path(self.source).is_file():
            raise UserError(f"{self.source}: not found; first run: {self.command}")
        return self.draw(
            files.read_csv(self.source) if self.source.endswith(".csv") else files.read_json(self.source)
        )


def rewritten(page: str) -> str:
    """Return `page` with all its tables made anew; UserError names an unknown table, or a missing source."""
    return BLOCK.sub(lambda block: f"{block['name']} -->\n{_named(block['name']).text()}", page)


def outdated(page: str) -> list[str]:
    """Return the names of the tables in `page` that are not what the files under metrics/ give."""
    return [block["name"] for block in BLOCK.finditer(page) if block["content"] != _named(block["name"]).text()]


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with its columns aligned; numbers to the right, words to the left."""
    columns = list(zip(header, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    numeric = [all(map(_NUMERIC.fullmatch, column[1:])) for column in columns]
    rule = ["-" * (width - right) + ":" * right for width, right in zip(widths, numeric, strict=True)]
    align = [str.rjust if right else str.ljust for right in numeric]
    lines = [[put(*cell) for put, *cell in zip(align, row, widths, strict=True)] for row in (header, *rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in (lines[0], rule, *lines[1:]))


def _drawn(columns: Callable[[Any], tuple[list[str], list[list[str]]]]) -> Callable[[Any], str]:
    """Return what draws the table whose header and rows `columns` makes."""
    return lambda content: markdown(*columns(content))


def _leaderboard(points: pd.DataFrame) -> str:
    target = section(Plot, "plot").mosaic_bpp
    table = markdown(*tables_leaderboard.points(points, target))
    images = int(points["images"].iloc[0])
    return f"{table}\nMeans over {images} photographs, each method at its point nearest to {target:g} bpp.\n"


def _autoencoders(points: pd.DataFrame) -> str:
    return markdown(*tables_leaderboard.curve(points.query("family == 'autoencoder'")))


def _epochs(results: Nested) -> str:
    rows = [
        [entry, variant.removeprefix("epoch="), *_quality(point), f"{point['bpp']:.3f}"]
        for entry, points in results.items()
        for variant, point in points.items()
        if variant.startswith("epoch=")
    ]
    return markdown(["entry", "epochs", "PSNR (dB)", "SSIM", "rate (bpp)"], rows)


def _benchmark_epochs(record: dict[str, Any]) -> str:
    curves = {
        entry: {v.removeprefix("epoch="): point for v, point in points.items() if v.startswith("epoch=")}
        for entry, points in record["results"].items()
    }
    epochs = sorted({epoch for curve in curves.values() for epoch in curve}, key=int)
    rows = [
        [entry, *(" / ".join(_quality(curve[epoch])) if epoch in curve else "" for epoch in epochs)]
        for entry, curve in curves.items()
        if curve
    ]
    header = ["PSNR (dB) / SSIM", *(f"{int(epoch):,} epochs" for epoch in epochs)]
    return f"{markdown(header, rows)}\n{provenance.told(record)}"


def _benchmark_rates(record: dict[str, Any]) -> str:
    columns = [
        [f"{point['bpp']:.3f}: {point['psnr_db']:.2f}" for point in sorted(points.values(), key=itemgetter("bpp"))]
        for points in record["results"].values()
    ]
    header = [f"{entry} (bpp: dB)" for entry in record["results"]]
    return f"{markdown(header, list(zip_longest(*columns, fillvalue='')))}\n{provenance.told(record)}"


def _restoration_live1(record: dict[str, Any]) -> str:
    baselines = files.read_json(LIVE1_BASELINES)
    table = markdown(*tables_restoration.live1(record, baselines))
    made = f"{provenance.told(record)}Those without a network: {provenance.told(baselines)}"
    return f"{table}\n{tables_restoration.costs(record)}{made}"


def _restoration_kodak(record: dict[str, Any]) -> str:
    tables = f"{markdown(*tables_restoration.kodak(record))}\n{markdown(*tables_restoration.kodak_curve(record))}"
    return f"{tables}\n{tables_restoration.costs(record)}{provenance.told(record)}"


def _fourier_paper(record: dict[str, Any]) -> str:
    return f"{markdown(*tables_coordinates.paper(record))}\n{provenance.told(record)}"


def _fourier_protocol(record: dict[str, Any]) -> str:
    return f"{markdown(*tables_coordinates.protocol(record))}\n{provenance.told(record)}"


def _patterns(compared: pd.DataFrame) -> str:
    artifacts = files.read_csv("metrics/latent_artifacts.csv")
    return markdown(*tables_latents.patterns(compared, artifacts))


def _fractal(passes: pd.DataFrame) -> str:
    return markdown(*tables_from_noise.fractal(passes, files.read_csv("metrics/fractal.csv")))


def _fractal_search(record: dict[str, Any]) -> str:
    note = (
        f"Seconds grow with side^{record['exponent']:.1f}, as the pairs do. `{record['command']}` on "
        f"{provenance.machines(record)}, the fastest of {record['turns']}."
    )
    return f"{markdown(*tables_from_noise.search(record))}\n{note}\n"


def _bfloat16(record: dict[str, Any]) -> str:
    note = f"`{record['command']}` on {provenance.machines(record)}."
    return f"{markdown(*tables_coordinates.bfloat16(record))}\n{note}\n"


def _repro_seconds(run: dict[str, Any]) -> str:
    change = files.read_json(repro_tables.CHANGE)
    commands = f"`{run['command']}` in a new clone on {provenance.machines(run)}, then `{change['command']}`"
    return f"{markdown(*repro_tables.stages(run, change))}\n{commands}.\n"


def _quality(point: dict[str, float]) -> list[str]:
    return [f"{point['psnr_db']:.2f}", f"{point['ssim']:.3f}"]


TABLES = {
    "leaderboard": Table("metrics/leaderboard.csv", "dvc repro leaderboard", _leaderboard),
    "methods": Table("metrics/methods.csv", "dvc repro leaderboard", _drawn(tables_leaderboard.methods)),
    "epochs": Table("metrics/autoencoder.json", "dvc repro evaluate@autoencoder", _epochs),
    "autoencoders": Table("metrics/leaderboard.csv", "dvc repro leaderboard", _autoencoders),
    "data": Table("metrics/data.json", "dvc repro inspect", _drawn(tables_data.splits)),
    "epochs-2000": Table(
        "metrics/benchmarks/autoencoder-epochs.json",
        "dvc exp run -S epochs=2000, then: python stages/record.py autoencoder-epochs --exp REV",
        _benchmark_epochs,
    ),
    "restoration": Table(
        "metrics/restoration_comparison.csv", "dvc repro comparison", _drawn(tables_restoration.comparison)
    ),
    "restoration-live1": Table(
        "metrics/benchmarks/restoration-live1.json",
        "the `command` in its last commit, then: python stages/record.py restoration-live1 --exp REV",
        _restoration_live1,
    ),
    "restoration-kodak": Table(
        "metrics/benchmarks/restoration-kodak.json",
        "the `command` in its last commit, then: python stages/record.py restoration-kodak --exp REV",
        _restoration_kodak,
    ),
    "mappings": Table(
        "metrics/coordinates.json", "dvc repro evaluate@coordinates", _drawn(tables_coordinates.mappings)
    ),
    "coordinates-fourier-paper": Table(
        "metrics/benchmarks/coordinates-fourier-paper.json",
        "the `command` in its last commit, then: python stages/record.py coordinates-fourier-paper --exp REV",
        _fourier_paper,
    ),
    "coordinates-fourier-protocol": Table(
        "metrics/benchmarks/coordinates-fourier-protocol.json",
        "the `command` in its last commit, then: python stages/record.py coordinates-fourier-protocol --exp REV",
        _fourier_protocol,
    ),
    "coordinates-bfloat16": Table(
        "metrics/benchmarks/coordinates-bfloat16.json",
        "python tests/benchmarks/bfloat16.py --out metrics/benchmarks/coordinates-bfloat16.json",
        _bfloat16,
    ),
    "latent-patterns": Table("metrics/latent_comparison.csv", "dvc repro latent_comparison", _patterns),
    "latent-patches": Table(
        "metrics/latent_comparison.csv", "dvc repro latent_comparison", _drawn(tables_latents.patches)
    ),
    "pixels": Table("metrics/pixels_rmse.csv", "dvc repro from_noise", _drawn(tables_from_noise.pixels)),
    "fractal": Table("metrics/fractal_rmse.csv", "dvc repro from_noise evaluate@fractal", _fractal),
    "fractal-search": Table(
        "metrics/benchmarks/fractal-search.json",
        "python tests/benchmarks/fractal_search.py --out metrics/benchmarks/fractal-search.json",
        _fractal_search,
    ),
    "repro-seconds": Table(
        "metrics/benchmarks/repro-seconds.json",
        "python tests/benchmarks/repro_seconds.py --out metrics/benchmarks/repro-seconds.json",
        _repro_seconds,
    ),
    "classical-kodak": Table(
        "metrics/benchmarks/classical-kodak.json",
        "dvc exp run -S plane.source=kodak -S plane.images=all -S plane.rows=null -S plane.columns=null "
        "evaluate@classical timings@classical, then: python stages/record.py classical-kodak --exp REV",
        _benchmark_rates,
    ),
}


def _named(name: str) -> Table:
    if name not in TABLES:
        raise UserError(f"README.md: unknown table `{name}`; known: {', '.join(TABLES)}")
    return TABLES[name]
