"""The figure and table of what each step from the 64/32/16 network to a codec brings."""

import copy

import pytest

from recon.core import files
from recon.core.sources import ROOT
from recon.families.autoencoder import ladder
from recon.records import recipes
from recon.settings.core import read_params

RATES, VALUES = [0.1, 0.2, 0.4], [28.0, 31.0, 34.0]
CURVE = list(zip(RATES, VALUES, strict=True))
ANCHORS = {codec: {"bpp": RATES, "psnr_db": VALUES} for codec in ladder.ANCHORS}
BD_RATES = {"pooled": {}, "strided": {"jpeg": 150.0, "webp": 300.0}, "prior": {"jpeg": -50.0, "webp": -10.4}}
RECORD = {
    "name": ladder.NAME,
    "points": {
        name: {f"{rate}": {"bpp": rate, "psnr_db": value, "images": 6} for rate, value in CURVE}
        for name in BD_RATES
    },
    "anchors": dict.fromkeys(BD_RATES, ANCHORS),
    "bd_rate_percent": BD_RATES,
    "seconds": {"autoencoder": {name: {"train_seconds": 297.0} for name in BD_RATES}},
}


def test_each_rung_has_a_row_with_what_it_adds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert ladder.tabulate() == "Not recorded yet: `make record NAME=autoencoder-ladder`."
    files.write_json("metrics/benchmarks/autoencoder-ladder.json", RECORD)
    header, rows, record = ladder.tabulate()
    assert header[-2:] == ["bits against jpeg", "bits against webp"]
    assert rows[0] == ["pooled", ladder.RUNGS["pooled"], "5.0", "", ""]
    assert rows[2] == ["prior", ladder.RUNGS["prior"], "5.0", "-50 %", "-10 %"]
    assert record == RECORD


def test_the_recipe_s_entries_are_the_rungs_in_their_order(monkeypatch):
    monkeypatch.chdir(ROOT)
    params = recipes.apply(recipes.read(ladder.NAME), copy.deepcopy(read_params()))
    names = list(params["autoencoder"]["experiments"])
    assert [name for name in names if name in ladder.RUNGS] == list(ladder.RUNGS)


def test_a_rung_without_a_psnr_in_common_has_words_instead_of_a_bar(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(ladder.figures, "save", lambda path, figure: drawn.append(figure))
    ladder.draw(tmp_path / "figure.png", RECORD)
    (figure,) = drawn
    bars = figure.axes[1]
    assert [bar.get_width() for bar in bars.patches] == pytest.approx([1.5, -0.5])
    assert [text.get_text().strip() for text in bars.texts] == ["no PSNR in common", "+150 %", "-50 %"]


def test_equal_records_give_equal_figures(tmp_path):
    for name in ("one", "two"):
        ladder.draw(tmp_path / f"{name}.png", RECORD)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
