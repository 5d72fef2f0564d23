"""The files of each kind are what they are called, and a gain is what restoring adds to decoding."""

from types import SimpleNamespace

import numpy as np
import pytest

import any_jpeg
from any_jpeg import FEW, KINDS, Score, scale_tables, score, summarize
from rebuild_project import picture
from recon.core import files, images
from recon.core.segments import walk
from recon.core.sources import ROOT
from recon.families.restoration.tables import TABLES
from recon.families.shared import zoo
from recon.jpeg.degradation import jpeg_encode
from recon.jpeg.quantization import decode, quantization_tables, read_layout
from recon.rebuilding import methods
from recon.rebuilding.pictures import finish
from recon.referee.distortion import psnr_db
from refusals import refusal

PIXELS = picture(48, 72)
FACTORS = {  # rows and columns of pixels that a chroma sample covers
    **{"4:2:2": (1, 2), "4:4:4": (1, 1), "4:4:0": (2, 1), "4:1:1": (1, 4), "R, G and B": (1, 1)},
    **{"Photoshop's tables, 4:4:4": (1, 1), "three tables, 4:2:2": (1, 2)},
}
RESTARTS, PROGRESSIVE, REMARKS = 0xDD, 0xC2, 0xE1  # segments


class Decoder:
    """A restorer that adds `brightness` to what a plain decoder shows."""

    def __init__(self, brightness=0):
        self.brightness = brightness

    def decode(self, content):
        return decode(content) + np.uint8(self.brightness)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_the_layout_that_it_is_called_by(kind):
    content = KINDS[kind](PIXELS, 40)
    layout, codes = read_layout(content), {code for code, *_ in walk(content)}
    assert layout.factors[1:] == ([] if kind == "gray" else 2 * [FACTORS.get(kind, (2, 2))])
    assert layout.is_rgb == (kind == "R, G and B")
    assert (RESTARTS in codes) == (kind == "restart markers")
    assert (PROGRESSIVE in codes) == (kind == "progressive" or "mozjpeg" in kind)
    assert (REMARKS in codes) == (kind == "turned by EXIF")
    assert (len(np.unique(layout.tables)) == 1) == (kind == "flat tables")
    assert (len(np.unique(layout.tables, axis=0)) == 3) == ("three" in kind)


@pytest.mark.parametrize("kind", KINDS)
def test_each_file_shows_the_photograph_upright(kind):
    """At quality 95, and however it is sampled: a turned or displaced one has 12 dB at most."""
    content = KINDS[kind](PIXELS, 95)
    shown = images.to_color(finish(decode(content), content), "gray")
    rows, columns, _ = shown.shape
    reference = images.to_color(PIXELS[:rows, :columns], "gray")
    assert psnr_db(reference=reference, reconstruction=shown) > 35


@pytest.mark.parametrize("kind", KINDS)
def test_what_changes_nothing_gains_nothing(kind):
    content = KINDS[kind](PIXELS, 40)
    assert score(Decoder(), PIXELS, content) == (0, 0)
    worse = score(Decoder(100), PIXELS, content)
    assert worse.gain_db < -5
    assert worse.ssim_gain < 0


@pytest.mark.parametrize("quality", [40, 60, 90])
def test_tables_of_a_quality_have_the_standard_s_mean_step_and_their_own_shape(quality):
    shape = np.stack([np.full((8, 8), 3), np.full((8, 8), 6)])
    luma, chroma = scale_tables(shape, quality)
    standard, *_ = quantization_tables(jpeg_encode(PIXELS, quality=quality))
    assert abs(np.log2(luma[0, 0]) - np.log2(standard).mean()) < 0.1
    assert abs(int(chroma[0, 0]) - 2 * int(luma[0, 0])) <= 1


def test_a_row_holds_the_mean_gain_and_the_worst():
    row = summarize("gray", 40, [Score(0.5, 0.01), Score(-0.1, 0.03)])
    assert row == {
        **{"kind": "gray", "quality": 40, "photographs": 2},
        **{"gain_db": 0.2, "worst_gain_db": -0.1, "ssim_gain": 0.02},
    }


def test_the_table_has_a_row_for_each_kind_and_a_column_for_each_quality(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [summarize("4:2:0", quality, [Score(0.5, 0.01)] * 24) for quality in (5, 10)]
    rows.append(summarize("gray", 10, [Score(-0.25, 0), Score(0.75, -0.008)]))
    files.write_json(any_jpeg.RECORD, {"network": "NAME", "results": rows})
    header, (first, second), network, _ = TABLES["any-jpeg"]()
    assert header[1:] == ["photographs", "quality 5", "quality 10"]
    assert first == ["4:2:0", "24", "+0.50 / +0.50 / +0.010", "+0.50 / +0.50 / +0.010"]
    assert second == ["gray", "2", "", "+0.25 / -0.25 / -0.004"]
    assert "NAME" in network


def test_the_record_names_the_network_and_has_a_row_for_each_quality(tmp_path, monkeypatch, capsys):
    """Of one photograph of those inside scikit-image."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(any_jpeg, "DATASET", "embedded")
    monkeypatch.setattr(methods, "load_family", lambda *_: Decoder())
    monkeypatch.setattr(zoo, "find_network", lambda *_, **__: SimpleNamespace(file="NAME"))
    any_jpeg.main("--only", "gray", "--every", "9", "--out", str(tmp_path / "x.json"))
    record = files.read_json(tmp_path / "x.json")
    assert (record["network"], record["dataset"]) == ("NAME", "embedded")
    assert record["results"] == [summarize("gray", quality, [Score(0, 0)]) for quality in FEW]
    assert len(capsys.readouterr().out.splitlines()) == len(FEW)


def test_every_kind_is_measured_at_the_quality_that_is_asked_for_first():
    """Of quality 90 a gain of 0.1 dB is expected, and none below 0 at 95."""
    assert {90, 95} <= set(FEW) <= set(any_jpeg.QUALITIES)


@pytest.mark.parametrize("every", ["0", "-1"])
def test_of_no_photographs_nothing_is_measured(every):
    assert f"--every {every}: choose 1" in refusal(any_jpeg.main, "--every", every)


def test_a_kind_that_is_none_is_refused_beside_the_known():
    assert "--only 4:2:1: no such kind; known: 4:2:0, 4:2:2" in refusal(any_jpeg.main, "--only", "4:2:1")
