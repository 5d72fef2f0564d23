"""Axes and legends of the family's figures; `test_comparison` draws them all."""

import pandas as pd
import pytest

from recon.drawing import figures as drawing
from recon.families.overfitted import figures, sheets


def draw_rates(*rates):
    """Return the panel of a curve with these rates."""
    points = pd.DataFrame({"method": "some", "family": "overfitted", "bpp": rates, "psnr_db": 30.0})
    panel = drawing.new_figure(6, 4).subplots()
    figures.draw_rates(panel, points, limits=(min(rates) / 1.3, max(rates) * 1.3))
    return panel


@pytest.mark.parametrize("rates", [(0.3,), (1.4,), (0.003, 0.004), (0.1, 0.9), (6.0, 8.0)])
def test_there_are_two_rates_at_least_to_read_the_axis_by(rates):
    panel = draw_rates(*rates)
    left, right = panel.get_xlim()
    shown = [tick for tick in panel.get_xticks() if left <= tick <= right]
    assert len(shown) >= 2
    assert [float(label.get_text()) for label in panel.get_xticklabels()] == pytest.approx(shown)


def test_one_photograph_is_no_plural():
    assert [figures.count_photographs(number) for number in (1, 2)] == ["1 photograph", "2 photographs"]


def test_entries_with_other_grids_share_one_legend():
    """An entry without a grid of a level takes no bits for it; no part of a bar is without a name."""
    payloads = pd.DataFrame(
        {"entry": ["deep", "flat"], "lmbda": 0.01, "image": "a", "bpp": 8.0, "payload_bytes": 100}
    ).assign(latent_bits=[600.0, 400.0])
    levels = pd.DataFrame(
        {"entry": ["deep", "deep", "flat"], "lmbda": 0.01, "image": "a", "level": [0, 7, 0]}
    ).assign(level_bits=[500.0, 100.0, 400.0])
    shares = sheets.share_bits(payloads, levels)
    parts = [sheets.NETWORKS, "grid of level 7", "grid of level 0"]
    assert [list(table) for table in shares.values()] == [parts, parts]
    assert shares["deep"].loc["0.01"].tolist() == [2.0, 1.0, 5.0]
    assert shares["flat"].loc["0.01"].tolist() == [4.0, 0.0, 4.0]
