"""The parts of the page: colors, columns, curves, packing, and sentences."""

import re

import matplotlib
import numpy as np
import pandas as pd
import pytest

from invented_report import decoded, pixels_of
from recon.core.sources import ROOT
from recon.drawing import figures
from recon.drawing.animations import write_gif
from recon.drawing.looks import HUES
from recon.referee import curves
from recon.report import chart, columns, decoders, embedding, galleries, page, plane, stories

CSS = (page.TEMPLATES / "page.css").read_text(encoding="utf-8")
COLORS = {
    name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", CSS)
}
TEXT_CONTRAST, SHAPE_CONTRAST = 4.5, 3  # WCAG 2.2, level AA
NOISE = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
WAVES = np.broadcast_to((127 + 90 * np.sin(np.arange(60) / 9)).astype(np.uint8)[None, :, None], (40, 60, 3))


def contrast(one, other):
    """Return the ratio of WCAG: of relative luminances, the lighter's first."""
    values = np.array([matplotlib.colors.to_rgb(color) for color in (one, other)])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    low, high = sorted(linear @ [0.2126, 0.7152, 0.0722] + 0.05)
    return high / low


def point(method, variant, bpp, psnr_db, **more):
    row = {"method": method, "family": "classical", "entry": method, "variant": variant, "images": 1}
    row |= {"bpp": bpp, "psnr_db": psnr_db, "ssim": 0.9, "decoder_bpp": np.nan, "decoder_bytes": np.nan}
    return row | more


def board(*points):
    return curves.compared(pd.DataFrame(points))


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *[("text", "page"), ("text", "panel"), ("muted", "page"), ("muted", "panel")],
        *[("accent", "page"), ("accent", "panel"), ("on-accent", "accent")],
    ],
)
def test_text_can_be_read(ink, paper, mode):
    assert contrast(COLORS[ink][mode], COLORS[paper][mode]) >= TEXT_CONTRAST


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("shape", ["edge", *(f"curve-{index}" for index in range(10))])
def test_curves_and_edges_of_controls_can_be_seen(shape, mode):
    assert contrast(COLORS[shape][mode], COLORS["panel"][mode]) >= SHAPE_CONTRAST


def test_which_decoders_have_seen_their_photographs_follows_what_each_entry_is_trained_on():
    shared = {"decoder_bytes": 10.0}
    table = board(
        point("jpeg", "quality=10", 0.5, 30),
        point("one", "q_step=1", 0.5, 30, family="autoencoder", **shared),
        point("two", "q_step=1", 0.5, 30, family="autoencoder", **shared),
        point("latent_decoder", "q_step=1", 0.5, 30, family="latent_decoder", entry="plane", **shared),
        point("restoration", "quality=10", 0.5, 30, family="restoration", entry="plane", **shared),
    )
    entries = {"one": {"trained_on": "patches"}, "two": {"trained_on": "subjects/plane"}}
    params = {"autoencoder": {"experiments": entries}}
    params |= {family: {"experiments": {"plane": {}}} for family in ("latent_decoder", "restoration")}
    first, second = decoders.told(table, params)
    assert first.endswith("tells: two and latent decoder.")
    assert second == "Trained on what params.yaml names for training instead: one and restoration."
    assert decoders.told(table[table["family"] == "classical"], params) == []


def test_each_marker_of_a_figure_has_a_path_on_the_page():
    assert set(chart.MARKERS) == set(figures.MARKERS)


def test_a_drawing_has_the_colors_of_the_page_and_no_name_of_its_own():
    table = board(point("jpeg", "quality=10", 0.5, 30), point("jpeg", "quality=30", 1, 33))
    drawing, again = (
        chart.drawing(table, chart.styles(table), measure="psnr_db", label="PSNR", bpp_scale="log")
        for _ in range(2)
    )
    assert drawing == again
    assert f"var(--curve-{HUES['classical']})" in drawing
    assert not re.findall(r"#[0-9a-f]{6}\b", drawing)
    assert not re.findall(r'id="[\w.]+_\d+"', drawing)


def test_columns_that_are_absent_or_empty_are_skipped_and_unknown_ones_come_last():
    table = pd.DataFrame({"magic_number": [0.5], "psnr_db": [30.0], "method": ["jpeg"], "ssim": [np.nan]})
    assert [column.heading for column in columns.of(table)] == ["method", "PSNR", "magic number"]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("method", "jpeg2000", "JPEG 2000"),
        ("method", "latent_decoder", "latent decoder"),
        ("decoder_bytes", 197120.0, "197,120"),
        ("decoder_bytes", np.nan, ""),
        ("gain_over_jpeg_db", 1.05, "+1.05"),
        ("gain_over_jpeg_db", -0.001, "0.00"),
        ("variant", "width=32,bits=8", "width=32,bits=8"),
    ],
)
def test_a_cell_is_written_as_its_column_says(name, value, text):
    (column,) = [column for column in columns.KNOWN if column.name == name]
    assert columns.cell(value, column) == text


def test_pictures_are_packed_without_loss_where_they_fit():
    sources, quality = embedding.pack([NOISE, WAVES])
    assert quality is None
    assert np.array_equal(pixels_of(sources[0]), NOISE)
    assert np.array_equal(pixels_of(sources[1]), WAVES)


def test_all_pictures_share_the_best_quality_at_which_they_fit():
    pictures = [embedding.to_pillow(pixels.copy()) for pixels in (NOISE, WAVES)]
    sizes = {q: sum(len(embedding.webp(picture, q)) for picture in pictures) for q in embedding.QUALITIES}
    for quality, size in sizes.items():
        assert embedding.pack([NOISE, WAVES], budget=size)[1] == quality
    assert embedding.pack([NOISE, WAVES], budget=1)[1] == embedding.QUALITIES[-1]


def test_gray_pictures_are_packed_too():
    (source,), _ = embedding.pack([NOISE[..., :1]])
    assert np.array_equal(pixels_of(source)[..., :1], NOISE[..., :1])


def test_the_page_fits_into_15_megabytes_with_its_library():
    """Base64 takes 4 bytes for 3; 3.6 MB are left for figures and text."""
    assert embedding.MOST_PHOTOGRAPH_BYTES * 4 / 3 + (ROOT / chart.LIBRARY).stat().st_size <= 11_400_000


def test_of_a_large_photograph_the_center_is_shown():
    rows, columns_ = np.mgrid[0:10, 0 : galleries.MOST_SIDE + 20].astype(np.uint8)
    center = galleries._center(np.stack([rows, columns_, columns_], axis=-1))
    assert center.shape == (10, galleries.MOST_SIDE, 3)
    assert center[0, 0, 1] == 10


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (1.24, "1.2 dB above JPEG at that rate"),
        (-3.0, "3.0 dB below JPEG at that rate"),
        (0.04, "as JPEG has at that rate"),
        (np.nan, "a rate to which JPEG's curve does not reach"),
    ],
)
def test_a_gain_is_told_in_words(gain, words):
    (row,) = pd.DataFrame({"gain_over_jpeg_db": [gain]}).itertuples()
    assert plane.against_jpeg(row) == words


def test_a_front_is_that_of_one_photograph():
    """For `a` the second method beats the first, for `b` it is the other way round."""
    rows = [("one", "a", 1, 30), ("two", "a", 1, 31), ("one", "b", 1, 36), ("two", "b", 1, 35)]
    table = pd.DataFrame(rows, columns=["method", "image", "bpp", "psnr_db"]).assign(variant="x")
    fronts = {(record["method"], record["image"]): record["front"] for record in plane.records(table)}
    assert fronts == {("one", "a"): [], ("two", "a"): ["psnr_db"], ("one", "b"): ["psnr_db"], ("two", "b"): []}


def test_the_plane_says_what_is_best_near_the_rate_and_what_is_off_the_chart():
    table = board(
        point("jpeg", "quality=10", 0.25, 28),
        point("jpeg", "quality=30", 1, 32),
        point("avif", "quality=20", 0.5, 31.5),
        point("pixels", "step=last", 24, 100),
    )
    best, front, *_, beyond = plane.said(table, 0.5)
    assert best == "Near 0.5 bits per pixel AVIF is best: 31.5 dB at 0.50 bpp, 1.5 dB above JPEG at that rate."
    assert front == "On the Pareto front of PSNR: JPEG (2 points) and AVIF (1 point)."
    assert beyond == "Off the chart: pixels (24 bpp, 100 dB)."


@pytest.mark.parametrize(
    ("parts", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_parts_are_listed_as_people_do(parts, text):
    assert plane.listed(parts) == text


def epochs(*psnrs):
    named = [{"entry": "deep", "variant": f"epoch={10**n}", "psnr_db": psnr} for n, psnr in enumerate(psnrs, 1)]
    return pd.DataFrame(named)


def test_a_story_says_which_way_the_numbers_go():
    assert "climbs from 12.0 dB after 10 epochs to 24.0 dB after 100" in stories._epochs(epochs(12, 24))[0]
    assert "falls from 24.0 dB" in stories._epochs(epochs(24, 12))[0]
    assert stories._epochs(epochs(12)) == []


@pytest.mark.parametrize(("gain", "verdict"), [(0.9, "gains less"), (0.41, "gains as much"), (0.1, "gains more")])
def test_a_restorer_is_held_against_the_best_without_a_network(gain, verdict):
    rows = [("jpeg", "deblocking", 0.0), ("average", "deblocking", 0.4), ("net", "restoration", gain)]
    table = pd.DataFrame(rows, columns=["method", "family", "gain_db"]).assign(quality=10)
    assert verdict in stories._without_a_network(table)[0]


def test_a_method_is_named_where_its_family_has_several():
    table = board(point("one", "x", 1, 30, family="coordinates"), point("two", "x", 1, 31, family="coordinates"))
    first, second = table.itertuples()
    assert stories._in_the_plane(table, second)[0].startswith("In the plane two reaches 31.0 dB")
    assert stories._in_the_plane(table.iloc[:1], first)[0].startswith("In the plane it reaches 30.0 dB")


def test_a_small_number_is_written_without_a_power_of_ten():
    assert [stories._small(number) for number in (6.2e-7, 0.0999, 2.0)] == ["0.0000006", "0.1", "2"]


def test_the_library_and_its_licenses_are_those_of_the_page_of_plots(monkeypatch):
    monkeypatch.chdir(ROOT)
    library = chart.library()
    assert library.versions.startswith("vega ")
    assert "Redistribution and use" in library.licenses
    assert len(library.packed) > 300_000


def test_a_still_of_a_picture_is_its_last_frame(tmp_path):
    frames = [np.full((8, 16, 1), value, np.uint8) for value in (0, 120, 250)]
    write_gif(tmp_path / "some.gif", frames, milliseconds=100, last_milliseconds=100)
    moving, still, size = embedding.animation(tmp_path / "some.gif")
    assert (size, decoded(moving).n_frames) == ((16, 8), 3)
    assert abs(int(pixels_of(still).mean()) - 250) <= 2  # as near as the quality of figures goes
