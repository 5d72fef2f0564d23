"""A payload taken apart: its bits add up, and its pictures are those of the decoder."""

import numpy as np
import pytest

from overfitted_images import draw_image, draw_parameters, draw_tiles
from recon.core import files
from recon.families.overfitted import codestream, tiling
from recon.families.overfitted.anatomy import take_apart
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.params import STARTS
from recon.families.overfitted.starts import Start, file_name, format_start

ROWS, COLUMNS = 40, 56
LEVELS = 7


@pytest.fixture(scope="module")
def data():
    return codestream.encode([draw_image(ROWS, COLUMNS)], ROWS, COLUMNS)


@pytest.fixture(scope="module")
def anatomy(data):
    return take_apart(data, ROWS, COLUMNS)


def count_bits(anatomy):
    return anatomy.network_bits + sum(map(anatomy.level_bits, anatomy.levels))


def test_networks_and_latents_take_all_bits_but_those_of_the_header(data, anatomy):
    """Which are 17 bytes, 4 of the architecture, each grid's reach, and two words of the coder at most."""
    rest = 8 * len(data) - count_bits(anatomy)
    assert 0 <= rest - 8 * (17 + 4) - LEVELS * np.log2(15) <= 2 * 32 + 0.001 * count_bits(anatomy)


def test_the_bits_of_pixels_are_those_of_the_latents():
    """Where each cell lies inside the picture as a whole."""
    anatomy = take_apart(codestream.encode([draw_image(64, 128)], 64, 128), 64, 128)
    total = sum(map(anatomy.level_bits, anatomy.levels))
    assert anatomy.map_bits().sum() == pytest.approx(total)


def test_all_grids_give_the_decoded_picture_and_one_a_smooth_one(data, anatomy):
    np.testing.assert_array_equal(anatomy.render(LEVELS), codestream.decode(data))
    fine, coarse = (np.diff(anatomy.render(count).astype(int), axis=1) for count in (LEVELS, 1))
    assert np.abs(coarse).mean() < np.abs(fine).mean()


def test_each_latent_is_drawn_on_the_pixels_of_its_cell(anatomy):
    latents = anatomy.map_latents(3)
    assert latents.shape == (ROWS, COLUMNS)
    np.testing.assert_array_equal(latents[8:16, 16:24], latents[8, 16])
    np.testing.assert_array_equal(latents[::8, ::8], anatomy.parts[0].latents[3])


def test_the_share_of_latents_that_are_not_0_is_a_percentage(anatomy):
    grid = anatomy.parts[0].latents[0]
    assert anatomy.nonzero_percent(0) == pytest.approx(100 * (grid != 0).mean())


@pytest.mark.parametrize("levels", [tuple(range(7)), tuple(range(1, 7))])
def test_a_picture_with_a_shared_start_may_lack_the_finest_grids(levels, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files.write_text("models/zoo/index.json", "{}\n")
    parameters = draw_parameters(Architecture(), seed=5)
    start = Start.of(parameters)
    files.write_bytes(STARTS / file_name(start.model_id), format_start(parameters))
    image = draw_image(ROWS, COLUMNS, start=start.keep_levels(levels), architecture=Architecture(levels=levels))
    data = codestream.encode([image], ROWS, COLUMNS, start)
    anatomy = take_apart(data, ROWS, COLUMNS)
    assert tuple(anatomy.levels) == levels
    np.testing.assert_array_equal(anatomy.render(len(levels)), codestream.decode(data, start))


def test_a_picture_of_several_tiles_is_put_together(monkeypatch):
    monkeypatch.setattr(tiling, "MOST_PIXELS", 24 * 24)
    monkeypatch.setattr(tiling, "MOST_SIDE", 24)
    data = codestream.encode(draw_tiles(ROWS, COLUMNS), ROWS, COLUMNS)
    anatomy = take_apart(data, ROWS, COLUMNS)
    assert len(anatomy.parts) == len(tiling.cut(ROWS, COLUMNS)) > 1
    np.testing.assert_array_equal(anatomy.render(LEVELS), codestream.decode(data))
    assert count_bits(anatomy) == pytest.approx(8 * len(data), rel=0.05)


def test_grids_of_zeros_cost_nothing():
    image = draw_image(16, 16)
    for grid in image.latents:
        grid[:] = 0
    anatomy = take_apart(codestream.encode([image], 16, 16), 16, 16)
    assert anatomy.map_bits().max() == 0
    assert anatomy.nonzero_percent(0) == 0
