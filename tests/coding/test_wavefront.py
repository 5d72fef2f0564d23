import numpy as np
import pytest

import overfitted_images
from recon.coding import wavefront
from recon.coding.context_model import ContextModel
from recon.coding.payload import PayloadError
from recon.coding.symbols import SymbolReader, SymbolWriter
from recon.families.overfitted.architecture import Architecture

SHAPES = [(1, 1), (1, 30), (30, 1), (2, 3), (3, 2), (5, 70), (200, 3), (67, 41)]


def model_of(contexts=14):
    return ContextModel(overfitted_images.draw_parameters(Architecture(contexts=contexts)).arrays)


def code(model, *grids):
    writer = SymbolWriter()
    for grid in grids:
        wavefront.encode(writer, model, grid)
    return writer.finish()


def decode(data, model, *shapes):
    reader = SymbolReader(data)
    grids = [wavefront.decode(reader, model, shape) for shape in shapes]
    reader.finish()
    return grids


@pytest.mark.parametrize("contexts", [1, 10, 14, 40])
@pytest.mark.parametrize("shape", SHAPES)
def test_grids_of_any_shape_come_back(contexts, shape):
    model = model_of(contexts)
    grid = overfitted_images.draw_latents(*shape, (0,))[0]
    np.testing.assert_array_equal(decode(code(model, grid), model, shape)[0], grid)


def test_several_grids_come_back_from_one_code():
    model = model_of()
    grids = overfitted_images.draw_latents(50, 61, range(7))
    shapes = [grid.shape for grid in grids]
    for grid, decoded in zip(grids, decode(code(model, *grids), model, *shapes), strict=True):
        np.testing.assert_array_equal(decoded, grid)


@pytest.mark.parametrize("value", [0, 1, -1, 5, -128, 128])
def test_a_grid_of_one_value_comes_back(value):
    model = model_of()
    grid = np.full((9, 11), value)
    np.testing.assert_array_equal(decode(code(model, grid), model, grid.shape)[0], grid)


def test_a_grid_of_zeros_takes_four_bits():
    assert len(code(model_of(), *[np.zeros((200, 300), int)] * 8)) == 4


def test_latents_beyond_the_largest_are_refused():
    with pytest.raises(ValueError, match="from -128 to 128"):
        code(model_of(), np.array([[129]]))


def test_the_code_is_within_a_hundredth_of_the_model_s_entropy():
    """Fixed point, tables and the range coder together, against the network in floating point."""
    parameters = overfitted_images.draw_parameters(Architecture())
    model, grid = ContextModel(parameters.arrays), overfitted_images.draw_latents(128, 192, (1,))[0]
    reach = min(reach for reach in wavefront.REACHES if reach >= np.abs(grid).max())
    entropy = overfitted_images.count_bits(parameters, grid, reach)
    assert 8 * len(code(model, grid)) == pytest.approx(entropy, rel=0.005)
    assert 8 * len(code(model, grid)) < 1.01 * overfitted_images.count_bits(parameters, grid)


def test_the_counted_bits_are_those_of_the_code():
    model, grid = model_of(), overfitted_images.draw_latents(64, 64, (0,))[0]
    assert 0 <= 8 * len(code(model, grid)) - wavefront.count_bits(model, grid) <= 68


@pytest.mark.parametrize("missing", [4, 8, 400])
def test_a_code_cut_short_is_refused(missing):
    model, grid = model_of(), overfitted_images.draw_latents(64, 64, (0,))[0]
    data = code(model, grid)[:-missing]
    try:
        decoded = decode(data, model, grid.shape)[0]
    except PayloadError:
        return
    assert missing == 4  # the last word may be zeros' own
    np.testing.assert_array_equal(decoded, grid)


def test_no_more_symbols_are_decoded_than_there_are_bits_for():
    """A grid of 2^24 latents ends after some tens of thousands of them."""
    model = ContextModel(overfitted_images.draw_parameters(Architecture()).arrays)
    data = np.random.default_rng(0).bytes(4000)
    with pytest.raises(PayloadError, match=r"fewer bytes|damaged"):
        decode(code(model, np.array([[8]])) + data, model, (4096, 4096))
