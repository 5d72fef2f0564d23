import numpy as np
import pytest
from scipy.ndimage import uniform_filter

from recon.families.shared import parts
from recon.families.shared.parts import MARGIN


def average(pixels, radius):
    """Return the mean over the square that reaches `radius` pixels around each."""
    return uniform_filter(pixels.astype(float), (2 * radius + 1, 2 * radius + 1, 0)).round().astype(np.uint8)


def test_parts_are_put_where_they_were(monkeypatch):
    monkeypatch.setattr(parts, "SIDE", 16)
    pixels, shapes = np.random.default_rng(0).integers(0, 256, (37, 90, 3), np.uint8), []

    def invert(part):
        shapes.append(part.shape)
        return 255 - part

    np.testing.assert_array_equal(parts.transform_by_parts(pixels, invert), 255 - pixels)
    assert len(shapes) == 3 * 6 + 2  # and two of noise


@pytest.mark.parametrize("radius", [1, MARGIN - 1, MARGIN])
def test_within_the_margin_there_are_no_seams(radius):
    assert parts.measure_seams(lambda pixels: average(pixels, radius), 1) == 0


def test_a_pixel_beyond_the_margin_a_mean_shows_them():
    assert parts.measure_seams(lambda pixels: average(pixels, MARGIN + 2), 3) > 1


def test_a_line_says_so_where_the_picture_has_parts(monkeypatch, capsys):
    monkeypatch.setattr(parts, "SIDE", 32)

    def darken(pixels):
        return pixels // 2 + np.uint8(pixels.mean() / 2)

    for sides in ((64, 64), (40, 65)):
        assert capsys.readouterr().err == ""
        pixels = np.random.default_rng(1).integers(0, 256, (*sides, 3), np.uint8)
        parts.transform_by_parts(pixels, darken)
    printed = capsys.readouterr().err
    assert "where parts of this picture meet, they may differ by up to" in printed
    assert "since the network looks farther than 64 pixels\n" in printed
