import hashlib
import itertools
import tracemalloc

import numpy as np
import pytest

from recon.core.errors import UserError
from recon.core.imageset import ImageSet, write_set
from recon.data.augmentation import draw_patches, write_patches
from recon.data.params import Augment
from recon.data.patchset import PatchSet
from recon.jpeg.conditions import read_conditions
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.jpeg.files import JpegFile, encode_file
from recon.jpeg.quantization import read_layout

SETTINGS = Augment(
    patch_size=16,
    patches_per_image=12,
    qualities=[10, 40],
    subsamplings=["4:2:0"],
    encoders=["libjpeg"],
    tables=["standard"],
    aligned_fraction=0.5,
    flips=True,
    rotations=True,
)
PIXELS = np.random.default_rng(0).integers(0, 256, (40, 56, 3), dtype=np.uint8)


def drawn(pixels=PIXELS, *, name="image", seed=1, **changes):
    return list(draw_patches(name, pixels, settings=SETTINGS.model_copy(update=changes), seed=seed))


def places(patch, pixels):
    """Where the patch, as it is, lies in the image (found by its first channel: the pixels are noise)."""
    windows = np.lib.stride_tricks.sliding_window_view(pixels[..., 0], patch.shape[:2])
    return np.argwhere((windows == patch[..., 0]).all(axis=(2, 3)))


def turns(patch):
    """The eight ways of laying a square."""
    return [np.rot90(side, k) for side in (patch, patch[:, ::-1]) for k in range(4)]


def test_an_aligned_patch_is_degraded_by_the_jpeg_of_itself():
    for patch in drawn(aligned_fraction=1):
        expected = jpeg_decode(jpeg_encode(patch.clean, quality=patch.quality))
        np.testing.assert_array_equal(patch.degraded, expected)
        assert (patch.row_offset, patch.column_offset) == (0, 0)


def test_a_patch_off_the_grid_is_cut_from_the_jpeg_of_a_larger_one():
    """Without turning, the larger patch can be found in the image, and the whole way repeated."""
    for patch in drawn(aligned_fraction=0, flips=False, rotations=False):
        (place,) = places(patch.clean, PIXELS)
        top, left = place - (patch.row_offset, patch.column_offset)
        larger = jpeg_decode(jpeg_encode(PIXELS[top : top + 24, left : left + 24], quality=patch.quality))
        window = np.s_[patch.row_offset : patch.row_offset + 16, patch.column_offset : patch.column_offset + 16]
        np.testing.assert_array_equal(patch.degraded, larger[window])


def test_all_63_offsets_off_the_grid_occur_and_the_one_on_it_does_not():
    """A given offset is missing among 1000 with probability (62/63)^1000 < 2e-7."""
    patches = drawn(aligned_fraction=0, patches_per_image=1000)
    offsets = {(patch.row_offset, patch.column_offset) for patch in patches}
    assert offsets == {(row, column) for row in range(8) for column in range(8)} - {(0, 0)}


def test_about_the_asked_fraction_is_aligned():
    """Binomial with n = 400, p = 1/4: standard deviation 8.7; five of them."""
    patches = drawn(aligned_fraction=0.25, patches_per_image=400)
    assert abs(sum((patch.row_offset, patch.column_offset) == (0, 0) for patch in patches) - 100) < 44


def test_clean_patches_are_in_the_image_in_one_of_eight_positions_and_all_eight_occur():
    seen = set()
    for patch in drawn(aligned_fraction=1, patches_per_image=60):
        found = [i for i, turned in enumerate(turns(patch.clean)) if len(places(turned, PIXELS))]
        assert len(found) == 1
        seen.update(found)
    assert seen == set(range(8))


@pytest.mark.parametrize(("flips", "rotations", "ways"), [(False, False, 1), (True, False, 2), (False, True, 4)])
def test_only_the_asked_turns_occur(flips, rotations, ways):
    patches = drawn(flips=flips, rotations=rotations, aligned_fraction=1, patches_per_image=30)
    seen = {i for patch in patches for i, turned in enumerate(turns(patch.clean)) if len(places(turned, PIXELS))}
    assert len(seen) == ways


def test_all_qualities_of_the_list_and_no_others_are_drawn():
    assert {patch.quality for patch in drawn(qualities=[5, 50, 95], patches_per_image=60)} == {5, 50, 95}


def test_every_combination_of_subsampling_encoder_and_tables_is_drawn():
    """Eighteen; one is missing among 400 with probability 18 (17/18)^400 < 3e-9."""
    choices = {
        "subsamplings": ["4:4:4", "4:2:2", "4:2:0"],
        "encoders": ["libjpeg", "mozjpeg"],
        "tables": ["standard", "flat", "psnr"],
    }
    black, layouts = np.zeros((16, 16, 3), np.uint8), set()
    for subsampling, encoder, tables in itertools.product(*choices.values()):
        file = JpegFile(encoder=encoder, tables=tables)
        layouts.add(layout(encode_file(black, quality=30, file=file, subsampling=subsampling)))
    patches = drawn(qualities=[30], patches_per_image=400, **choices)
    assert len(layouts) == 18
    assert {layout(patch.content) for patch in patches} == layouts


def layout(content):
    """Return what tells the kinds of files apart: sampling, tables, and whether progressive."""
    read = read_layout(content)
    return (*read.factors, read.tables.tobytes(), b"\xff\xc2" in content)


def test_an_image_without_room_for_the_margin_gives_aligned_patches():
    patches = drawn(PIXELS[:20, :20], aligned_fraction=0)
    assert {(patch.row_offset, patch.column_offset) for patch in patches} == {(0, 0)}


def test_an_image_of_exactly_one_patch_gives_that_patch():
    (patch,) = drawn(PIXELS[:16, :16], patches_per_image=1, flips=False, rotations=False)
    np.testing.assert_array_equal(patch.clean, PIXELS[:16, :16])


def test_seed_and_name_decide_the_patches():
    first, again, other_seed, other_name = drawn(), drawn(), drawn(seed=2), drawn(name="other")
    assert all(
        (a.clean == b.clean).all() and (a.degraded == b.degraded).all() for a, b in zip(first, again, strict=True)
    )
    assert any((a.clean != b.clean).any() for a, b in zip(first, other_seed, strict=True))
    assert any((a.clean != b.clean).any() for a, b in zip(first, other_name, strict=True))


def packed(folder, names):
    images = {name: np.random.default_rng(ord(name)).integers(0, 256, (24, 32, 1), np.uint8) for name in names}
    write_set(folder, ((name, "train", pixels) for name, pixels in images.items()), source="some", color="gray")
    return ImageSet.open(folder)


def patches_of(folder):
    return {name: np.load(folder / f"{name}.npy") for name in ("clean", "degraded", "quality", "conditions")}


def test_the_order_of_the_images_changes_only_the_order_of_the_patches(tmp_path):
    for names in ("abc", "cab"):
        write_patches(tmp_path / names, packed(tmp_path / "set", names), settings=SETTINGS, seed=1)
    forward, turned = patches_of(tmp_path / "abc"), patches_of(tmp_path / "cab")
    for name, patches in forward.items():
        np.testing.assert_array_equal(np.roll(patches, 12, axis=0), turned[name])


def test_each_patch_has_the_conditions_of_its_file(tmp_path):
    images = packed(tmp_path / "set", "ab")
    settings = SETTINGS.model_copy(update={"tables": ["flat", "standard"]})
    write_patches(tmp_path / "patches", images, settings=settings, seed=1)
    patches = [p for name in "ab" for p in draw_patches(name, images.pixels(name), settings=settings, seed=1)]
    wanted = [read_conditions(patch.content, channels=1) for patch in patches]
    np.testing.assert_array_equal(PatchSet.open(tmp_path / "patches").conditions, wanted)


def test_what_was_drawn_from_is_written_down(tmp_path):
    settings = SETTINGS.model_copy(update={"encoders": ["libjpeg", "mozjpeg"], "subsamplings": ["4:4:4", "4:2:0"]})
    write_patches(tmp_path / "patches", packed(tmp_path / "set", "a"), settings=settings, seed=1)
    qualities, kinds = PatchSet.open(tmp_path / "patches").drawn_files()
    assert qualities == [10, 40]
    assert [(file.encoder, file.tables, subsampling) for file, subsampling in kinds] == [
        ("libjpeg", "standard", "4:4:4"),
        ("libjpeg", "standard", "4:2:0"),
        ("mozjpeg", "standard", "4:4:4"),
        ("mozjpeg", "standard", "4:2:0"),
    ]


def test_equal_runs_write_equal_bytes(tmp_path):
    images = packed(tmp_path / "set", "ab")
    for run in ("first", "second"):
        write_patches(tmp_path / run, images, settings=SETTINGS, seed=1)
    for file in sorted((tmp_path / "first").iterdir()):
        assert file.read_bytes() == (tmp_path / "second" / file.name).read_bytes()


def test_an_image_smaller_than_a_patch_is_refused_before_anything_is_written(tmp_path):
    settings = SETTINGS.model_copy(update={"patch_size": 32})
    with pytest.raises(
        UserError, match=r"a: 24 rows x 32 columns hold no patch of 32 x 32; lower augment.patch_size"
    ):
        write_patches(tmp_path / "patches", packed(tmp_path / "set", "ab"), settings=settings, seed=1)
    assert not (tmp_path / "patches").exists()


def test_memory_does_not_grow_with_the_number_of_patches(tmp_path):
    """1000 pairs of 64 x 64 are 8 MB on disk."""
    write_set(tmp_path / "set", [("a", "train", np.zeros((64, 64, 1), np.uint8))], source="s", color="gray")
    settings = SETTINGS.model_copy(update={"patch_size": 64, "patches_per_image": 1000})
    tracemalloc.start()
    write_patches(tmp_path / "patches", ImageSet.open(tmp_path / "set"), settings=settings, seed=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "patches" / "clean.npy").stat().st_size > 4e6
    assert peak < 1e6


def test_a_single_choice_draws_nothing_so_the_patches_are_those_of_before_there_was_one():
    """The hash was made when there were qualities only."""
    digest = hashlib.sha256()
    for patch in drawn():
        digest.update(patch.clean.tobytes() + bytes([patch.quality, patch.row_offset, patch.column_offset]))
    assert digest.hexdigest() == "136b70d94eb9e243cef8f7ec82ae55bec2d5020cf121ab0ceb560e75b90a1506"
