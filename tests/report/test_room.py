"""The parts of the page: colors, curves, packing, and sentences."""

import re
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest

from invented_report import decoded, pixels_of
from recon.core import files, rooms
from recon.core.sources import ROOT
from recon.drawing import figures
from recon.drawing.animations import write_gif
from recon.referee import curves
from recon.report import chart, embedding, galleries, page, plane

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
    return curves.compare(pd.DataFrame(points))


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


def test_which_decoders_have_seen_their_photographs_follows_what_they_are_trained_on(tmp_path, monkeypatch):
    """An entry says so itself, or its family says it for all of them."""
    monkeypatch.chdir(tmp_path)
    shared = {"decoder_bytes": 10.0}
    table = board(
        point("jpeg", "quality=10", 0.5, 30),
        point("one", "q_step=1", 0.5, 30, family="autoencoder", **shared),
        point("two", "q_step=1", 0.5, 30, family="autoencoder", **shared),
        point("three", "q_step=1", 0.5, 30, family="latent_decoder", entry="plane", **shared),
        point("four", "quality=10", 0.5, 30, family="restoration", entry="plane", **shared),
    )
    entries = {"one": {"trained_on": "patches"}, "two": {"trained_on": "subjects/plane"}}
    files.write_json("data/params/autoencoder.json", {"experiments": entries})
    for family in ("latent_decoder", "restoration"):
        files.write_json(f"data/params/{family}.json", {"experiments": {"plane": {}}})
    first, second = plane.describe_decoders(table)
    assert first.endswith("tells: two and three.")
    assert second == "Trained on what params.yaml names for training instead: one and four."
    assert list(plane.describe_decoders(table[table["family"] == "classical"])) == []


@pytest.mark.parametrize("family", rooms.families("findings"))
def test_the_findings_of_a_family_have_what_the_page_shows(family):
    findings = rooms.load_part(family, "findings")
    assert all(len(words) > 5 for words in (findings.TITLE, findings.INTRODUCTION))
    assert {Path(name).suffix for name in findings.FIGURES} <= {".png", ".gif"}
    assert all(caption.endswith(".") for caption in findings.FIGURES.values())
    assert callable(findings.describe)


def test_each_marker_of_a_figure_has_a_path_on_the_page():
    assert set(chart.MARKERS) == set(figures.MARKERS)


@pytest.mark.parametrize(("name", "text"), [("jpeg2000", "JPEG 2000"), ("latent_decoder", "latent decoder")])
def test_a_name_is_written_as_people_do(name, text):
    assert plane.title(name) == text


def test_prose_is_escaped_and_code_is_marked():
    assert page._format_prose("a < b, `c<d`") == "a &lt; b, <code>c&lt;d</code>"


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
    center = galleries._crop(np.stack([rows, columns_, columns_], axis=-1))
    assert center.shape == (10, galleries.MOST_SIDE, 3)
    assert center[0, 0, 1] == 10


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (1.24, "1.2 dB above JPEG at that rate"),
        (-3.0, "3.0 dB below JPEG at that rate"),
        (0.04, "the PSNR of JPEG at that rate"),
        (np.nan, "a rate beyond the ends of JPEG's curve"),
    ],
)
def test_a_gain_is_put_in_words(gain, words):
    (row,) = pd.DataFrame({"gain_over_jpeg_db": [gain]}).itertuples()
    assert plane.compare_with_jpeg(row) == words


def test_a_front_is_that_of_one_photograph():
    """For `a` the second method beats the first, for `b` it is the other way round."""
    rows = [("one", "a", 1, 30), ("two", "a", 1, 31), ("one", "b", 1, 36), ("two", "b", 1, 35)]
    table = pd.DataFrame(rows, columns=["method", "image", "bpp", "psnr_db"]).assign(variant="x")
    fronts = {(record["method"], record["image"]): record["front"] for record in plane.records(table)}
    assert fronts == {("one", "a"): [], ("two", "a"): ["psnr_db"], ("one", "b"): ["psnr_db"], ("two", "b"): []}


def board_with_jpeg(*others):
    return board(point("jpeg", "quality=10", 0.25, 28), point("jpeg", "quality=30", 1, 32), *others)


def test_what_is_best_near_a_rate_has_the_largest_gain_and_not_the_most_bits():
    table = board_with_jpeg(point("avif", "quality=20", 0.5, 32), point("webp", "quality=20", 0.6, 32.2))
    assert plane.rank_near(table, 0.5)["method"].iloc[-1] == "avif"


def test_the_plane_says_what_is_best_near_the_rate_and_what_is_off_the_chart():
    table = board_with_jpeg(point("avif", "quality=20", 0.5, 31.5), point("pixels", "step=last", 24, 100))
    best, front, *_, beyond = plane.describe_plane(table, 0.5)
    assert best == "Near 0.5 bits per pixel AVIF is best: 31.5 dB at 0.50 bpp, 1.5 dB above JPEG at that rate."
    assert front == "On the Pareto front of PSNR: JPEG (2 points) and AVIF (1 point)."
    assert beyond == "Off the chart: pixels (24 bpp, 100 dB)."


def test_the_library_and_its_licenses_are_those_of_the_page_of_plots(monkeypatch):
    monkeypatch.chdir(ROOT)
    library = chart.read_library()
    assert library.versions.startswith("vega ")
    assert "Redistribution and use" in library.licenses
    assert len(library.packed) > 300_000


def test_a_still_of_a_picture_is_its_last_frame(tmp_path):
    frames = [np.full((8, 16, 1), value, np.uint8) for value in (0, 120, 250)]
    write_gif(tmp_path / "some.gif", frames, milliseconds=100, last_milliseconds=100)
    moving, still, size = embedding.animation(tmp_path / "some.gif")
    assert (size, decoded(moving).n_frames) == ((16, 8), 3)
    assert abs(int(pixels_of(still).mean()) - 250) <= 2  # as near as the quality of figures goes
