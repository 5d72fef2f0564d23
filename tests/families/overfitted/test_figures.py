"""Axes and legends of the family's figures; `test_comparison` draws them all."""

import pandas as pd

from recon.families.overfitted import sheets


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
