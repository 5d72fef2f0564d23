import numpy as np
import pytest

from recon.data import masks
from recon.data.masks import HIDDEN, KNOWN, UNUSED

SHARES = {"even": None, "random": 0.3, "block": 0.25, "scratch": None, "text": None}


def draw(kind, *, hidden=None, rows=40, columns=64, seed=1):
    mask = masks.draw(kind, hidden=hidden or SHARES[kind], rows=rows, columns=columns, seed=seed)
    assert (mask.dtype, mask.shape) == (np.uint8, (rows, columns, 1))
    return mask[..., 0]


@pytest.mark.parametrize("kind", SHARES)
def test_a_mask_hides_something_and_shows_something(kind):
    mask = draw(kind)
    assert set(np.unique(mask)) <= {KNOWN, UNUSED, HIDDEN}
    assert (mask == KNOWN).any()
    assert (mask == HIDDEN).any()


@pytest.mark.parametrize("kind", SHARES)
def test_a_mask_depends_on_nothing_but_its_seed(kind):
    np.testing.assert_array_equal(draw(kind), draw(kind))
    assert np.array_equal(draw(kind), draw(kind, seed=2)) == (kind not in ("random", "scratch"))


@pytest.mark.parametrize("hidden", [0.1, 0.5, 0.9])
def test_a_random_mask_hides_its_share_to_a_pixel(hidden):
    assert (draw("random", hidden=hidden) == HIDDEN).sum() == round(hidden * 40 * 64)


def test_an_even_mask_shows_a_quarter_and_scores_what_is_odd_in_both():
    mask = draw("even", rows=9, columns=12)
    assert (mask[::2, ::2] == KNOWN).all()
    assert (mask[1::2, 1::2] == HIDDEN).all()
    assert (mask == UNUSED).sum() == 9 * 12 - 5 * 6 - 4 * 6


def test_a_block_has_the_image_s_proportions_and_lies_in_its_middle():
    """A quarter of the area: half of each side."""
    rows, columns = np.nonzero(draw("block", hidden=0.25) == HIDDEN)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (10, 29, 16, 47)


def test_scratches_run_from_edge_to_edge():
    hidden = draw("scratch", rows=128, columns=128) == HIDDEN
    edges = np.concatenate([hidden[0], hidden[-1], hidden[:, 0], hidden[:, -1]])
    assert edges.sum() >= 12  # both ends of each of six lines
    assert 0.01 < hidden.mean() < 0.3


@pytest.mark.parametrize(
    ("kind", "share", "sides", "what"), [("random", 0.001, (8, 8), "none"), ("random", 0.999, (8, 8), "all")]
)
def test_a_mask_that_hides_all_or_nothing_is_refused(kind, share, sides, what):
    with pytest.raises(ValueError, match=f"hides {what} of the 8 x 8 pixels"):
        draw(kind, hidden=share, rows=sides[0], columns=sides[1])
