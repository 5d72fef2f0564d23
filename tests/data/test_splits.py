from collections import Counter

import pytest

from recon.core.errors import UserError
from recon.data.splits import assign_splits

FRACTIONS = {"validation_fraction": 0.2, "test_fraction": 0.3}


def unnamed(count):
    return [(f"image{i}", None) for i in range(count)]


def test_the_fractions_are_met_on_average():
    """Binomial: the standard deviation of a count of 5000 is at most sqrt(5000 / 4) = 36; five of them."""
    counts = Counter(assign_splits(unnamed(5000), **FRACTIONS).values())
    assert abs(counts["test"] - 1500) < 180
    assert abs(counts["validation"] - 1000) < 180


def test_the_order_does_not_matter():
    assert assign_splits(unnamed(20)[::-1], **FRACTIONS) == assign_splits(unnamed(20), **FRACTIONS)


def test_adding_images_moves_no_other():
    before, after = assign_splits(unnamed(50), **FRACTIONS), assign_splits(unnamed(80), **FRACTIONS)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("count", [3, 4, 5, 6, 7])
def test_every_split_has_an_image_even_at_tiny_fractions(count):
    splits = assign_splits(unnamed(count), validation_fraction=1e-9, test_fraction=1e-9)
    counts = Counter(splits.values())
    assert (counts["validation"], counts["test"]) == (1, 1)


def test_training_gets_an_image_even_if_the_fractions_leave_nothing():
    splits = assign_splits(unnamed(3), validation_fraction=1e-9, test_fraction=1 - 1e-8)
    assert sorted(splits.values()) == ["test", "train", "validation"]


def test_both_pictures_of_a_stereo_pair_share_their_split():
    pairs = [(f"scene{i}_{side}", None) for i in range(50) for side in ("left", "right")]
    splits = assign_splits(pairs, **FRACTIONS)
    assert all(splits[f"scene{i}_left"] == splits[f"scene{i}_right"] for i in range(50))
    assert set(splits.values()) == {"train", "validation", "test"}


def test_a_split_that_the_manifest_names_is_kept_and_does_not_move_others():
    free = assign_splits(unnamed(50), **FRACTIONS)
    other = next(split for split in ("train", "test") if split != free["image7"])
    bound = assign_splits([(name, other if name == "image7" else None) for name, _ in unnamed(50)], **FRACTIONS)
    assert bound == free | {"image7": other}


def test_an_image_with_a_named_split_is_not_taken_for_an_empty_one():
    named = [("a", "train"), ("b", "train"), ("c", "train"), ("d", None), ("e", None)]
    splits = assign_splits(named, validation_fraction=1e-9, test_fraction=1e-9)
    assert [splits[name] for name in "abc"] == ["train"] * 3
    assert {splits["d"], splits["e"]} == {"validation", "test"}


@pytest.mark.parametrize(
    "images",
    [
        unnamed(2),
        [("scene_left", None), ("scene_right", None), ("other", None)],
        [("a", "test"), ("b", "test"), ("c", "test")],
    ],
)
def test_images_that_cannot_fill_three_splits_are_refused(images):
    with pytest.raises(UserError, match=r"leave none for .* at least three"):
        assign_splits(images, **FRACTIONS)


def test_a_manifest_that_tears_a_pair_is_refused():
    with pytest.raises(UserError, match="scene_right: its stereo partner is in another split"):
        assign_splits([("scene_left", "train"), ("scene_right", "test"), ("a", None)], **FRACTIONS)
