"""Axes of figures of rate and distortion."""

import pandas as pd
import pytest

from recon.drawing import figures as drawing
from recon.families.shared import curve_figures


def draw_rates(*rates):
    """Return the panel of a curve with these rates."""
    points = pd.DataFrame({"method": "some", "family": "overfitted", "bpp": rates, "psnr_db": 30.0})
    panel = drawing.new_figure(6, 4).subplots()
    curve_figures.draw_rates(panel, points, limits=(min(rates) / 1.3, max(rates) * 1.3))
    return panel


@pytest.mark.parametrize("rates", [(0.3,), (1.4,), (0.003, 0.004), (0.1, 0.9), (6.0, 8.0)])
def test_there_are_two_rates_at_least_to_read_the_axis_by(rates):
    panel = draw_rates(*rates)
    left, right = panel.get_xlim()
    shown = [tick for tick in panel.get_xticks() if left <= tick <= right]
    assert len(shown) >= 2
    assert [float(label.get_text()) for label in panel.get_xticklabels()] == pytest.approx(shown)


def test_one_photograph_is_no_plural():
    assert [curve_figures.count_photographs(number) for number in (1, 2)] == ["1 photograph", "2 photographs"]
