from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recon.core.reconstruction import EntryWriter, Reconstruction
from recon.drawing import figures
from recon.drawing.looks import choose_looks
from recon.referee import plane_figures
from recon.referee.exchange import PublishedCurve

PIXELS = np.random.default_rng(0).integers(0, 256, (70, 80, 3), np.uint8)


@pytest.fixture
def points(tmp_path, monkeypatch):
    """The plane's points of one entry, with its pictures on disk."""
    monkeypatch.chdir(tmp_path)
    rates = {"quality=50": 2.0, "quality=10": 0.5}
    with EntryWriter(family="classical", entry="jpeg", about={}) as writer:
        for quality in (50, 10):
            writer.add({"quality": quality}, "a", Reconstruction(PIXELS, b"", 0, 0))
    same = {"method": "jpeg", "family": "classical", "entry": "jpeg", "images": 1, "psnr_db": 30.0, "ssim": 0.9}
    rows = [same | {"variant": v, "bpp": b, "image_bpp": b, "image_psnr_db": 30.0} for v, b in rates.items()]
    return pd.DataFrame(rows)


@pytest.mark.parametrize("bpp_scale", ["log", "linear"])
def test_the_plane_is_drawn_on_either_scale(points, bpp_scale):
    plane_figures.draw_rate_distortion("plane.png", points, bpp_scale=bpp_scale)
    assert Path("plane.png").stat().st_size > 10_000


def test_what_others_published_is_drawn_over_it_and_does_not_move_the_limits(points):
    panel = figures.new_figure(4, 3).subplots()
    panel.plot([1, 2], [30, 32])
    limits = panel.get_xlim(), panel.get_ylim()
    far, near = PublishedCurve("far", [5, 6], [50, 60]), PublishedCurve("near", [0.1, 1.5, 1.8], [20, 31, 31.5])
    plane_figures.draw_published(panel, [far, near])
    assert (panel.get_xlim(), panel.get_ylim()) == limits
    assert panel.get_legend_handles_labels()[1] == ["as published:", "1 far", "2 near"]
    assert [(mark.get_text(), mark.xy) for mark in panel.texts] == [("2", (1.5, 31)), ("2", (1.8, 31.5))]


def test_the_front_has_rings_in_both_panels(points):
    """Of two points with equal quality the one of fewer bits."""
    panel = figures.new_figure(4, 3).subplots()
    plane_figures.draw_front(panel, points, "psnr_db")
    assert panel.collections[0].get_offsets().tolist() == [[0.5, 30.0]]


def test_photographs_smaller_than_the_detail_are_drawn_whole(points):
    plane_figures.draw_mosaic("small.png", points, image="a", original=PIXELS[:16, :24])
    assert Path("small.png").stat().st_size > 10_000


def test_a_mosaic_of_the_plane_is_drawn(points):
    plane_figures.draw_mosaic("mosaic.png", points, image="a", original=PIXELS)
    assert Path("mosaic.png").stat().st_size > 10_000


def test_quality_is_drawn_against_time(tmp_path):
    seconds = {"encode_seconds_per_megapixel": [0.1, 0.2], "decode_seconds_per_megapixel": [0.01, 0.02]}
    table = pd.DataFrame({"method": ["jpeg", "plane"], "bpp": [1.0, 2.0], "psnr_db": [30.0, 35.0], **seconds})
    styles = choose_looks(table.assign(family=["classical", "autoencoder"]))
    plane_figures.draw_times(tmp_path / "quality.png", table, styles)
    assert (tmp_path / "quality.png").stat().st_size > 10_000


def test_a_mosaic_leaves_out_what_another_of_its_family_beats_and_equal_pictures(monkeypatch):
    """The first codec stays, as the one that all know; so does the best of a family, however bad.

    Of two methods that give one picture the one of fewer bits stays. `behind` has few bits less than a better one.
    """
    shown = []
    monkeypatch.setattr(plane_figures.figures, "draw_mosaic", lambda path, pictures, **_: shown.extend(pictures))
    values = {"jpeg": 1, "beaten": 2, "better": 3, "repacked": 3, "network": 4, "again": 4, "worse": 5}
    values |= {"behind": 6, "shared": 7}
    monkeypatch.setattr(
        plane_figures, "read_pixels", lambda entry, **_: np.full((8, 8, 3), values[entry], np.uint8)
    )
    rows = [
        ("classical", "jpeg", 1.0, 20.0),
        ("classical", "beaten", 0.9, 21.0),
        ("classical", "better", 0.5, 30.0),
        ("classical", "repacked", 0.4, 30.0),
        ("restoration", "network", 2.0, 10.0),
        ("restoration", "again", 2.0, 10.0),
        ("restoration", "worse", 2.1, 9.0),
        ("autoencoder", "behind", 0.43, 26.5),
        ("autoencoder", "shared", 0.44, 30.5),
    ]
    points = pd.DataFrame(rows, columns=["family", "entry", "image_bpp", "image_psnr_db"])
    points = points.assign(method=points["entry"], variant="v")
    plane_figures.draw_mosaic("x.png", points, image="a", original=np.zeros((8, 8, 3), np.uint8))
    assert [title.split("\n")[0] for title, _ in shown] == ["original", "jpeg", "repacked", "network", "shared"]
