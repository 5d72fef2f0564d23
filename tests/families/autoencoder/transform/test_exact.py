"""What decoders of the transform codec compute exactly, held to the networks in floating point."""

from recon.training import runtime

# isort: split
import tracemalloc
from typing import get_args

import numpy as np
import pytest
import tensorflow as tf
from scipy.fft import dctn

import drawn_codec
from pictures import picture
from recon.coding.payload import PayloadError
from recon.coding.symbols import SymbolReader, SymbolWriter
from recon.families.autoencoder.transform import synthesis
from recon.families.autoencoder.transform.analysis import BlockAnalysis
from recon.families.autoencoder.transform.architecture import (
    COEFFICIENTS,
    GROUPS,
    PARTS,
    SLICES,
    CodecArchitecture,
    make_transform,
    select_rate,
)
from recon.families.autoencoder.transform.network import CodecNetwork, draw_weights
from recon.families.autoencoder.transform.params import Lmbda, TransformTraining
from recon.families.autoencoder.transform.prior import Prior
from recon.families.autoencoder.transform.synthesis import BlockSynthesis
from recon.training.laplace import laplace_bits

PIXELS = picture(64, 96, 3)


@pytest.fixture(scope="module")
def weights():
    return drawn_codec.draw_weights().arrays


@pytest.fixture(scope="module")
def network(weights):
    network = CodecNetwork(drawn_codec.ARCHITECTURE)
    network.set_arrays(weights)
    return network


@pytest.fixture(scope="module", params=[0, 5, PARTS])
def rate(request):
    """The places of both rates, and one between them."""
    return request.param


@pytest.fixture(scope="module")
def symbols(network, rate):
    """Those of a picture, (192, rows, columns)."""
    pixels = tf.constant(PIXELS[np.newaxis] / np.float32(255))
    return (
        np.rint(network.analyze(pixels, tf.constant([rate / PARTS], tf.float32))[0])
        .transpose(2, 0, 1)
        .astype(np.int16)
    )


def as_batch(symbols):
    return tf.constant(symbols.transpose(1, 2, 0)[np.newaxis].astype(np.float32))


def write(prior, symbols):
    writer = SymbolWriter()
    return prior.write(writer, symbols), writer.finish()


def test_the_transform_is_that_of_cosines_and_the_first_color_is_gray():
    matrix, block = make_transform(), np.random.default_rng(0).random((8, 8, 3))
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(COEFFICIENTS), atol=1e-14)
    coefficients, expected = matrix @ block.ravel(), dctn(block.sum(axis=2) / np.sqrt(3), norm="ortho")
    np.testing.assert_allclose(coefficients[[0, 3, 4]], [expected[0, 0], expected[0, 1], expected[1, 0]])
    gray = matrix @ np.full(COEFFICIENTS, 0.7)
    np.testing.assert_allclose(gray[1:], 0, atol=1e-13)


def test_what_is_read_is_what_was_written(weights, symbols, rate):
    prior = Prior(select_rate(weights, rate))
    written, code = write(prior, symbols)
    reader = SymbolReader(code)
    np.testing.assert_array_equal(prior.read(reader, *symbols.shape[1:]), written)
    reader.finish()
    assert not written[written != symbols].any()  # those predicted to be 0 have become 0


def test_the_symbols_are_those_of_the_network_but_where_it_nearly_rounds_the_other_way(weights, symbols, rate):
    exact = BlockAnalysis(select_rate(weights, rate)).analyze(PIXELS)
    assert exact.shape == symbols.shape
    assert np.abs(exact - symbols).max() <= 1
    assert (exact != symbols).mean() < 0.005


def test_the_code_takes_the_bits_that_the_network_says(weights, network, rate, symbols):
    """Up to 1 % more and two words in which the coder ends, and fewer: tables end at a group's largest symbol.

    Symbols that are sure take none, nor do groups in which all are 0.
    """
    written, code = write(Prior(select_rate(weights, rate)), symbols)
    batch = as_batch(written)
    means, log_scales = network.predict_symbols(batch, tf.constant([rate / PARTS], tf.float32))
    log_scales = np.clip(log_scales, -5, 5)
    bits = np.array(laplace_bits(batch, means, np.exp(log_scales)))
    is_open = (log_scales >= -2.5) | (np.abs(means) > 0.5)
    expected = sum((bits * is_open)[..., place].sum() for place in SLICES if written[place].any())
    assert 0.9 * expected <= 8 * len(code) <= 1.01 * expected + 64 + 4 * len(GROUPS)


def test_the_picture_is_that_of_the_network_to_one_gray_level(weights, network, rate, symbols):
    picture = BlockSynthesis(select_rate(weights, rate)).render(symbols)
    colors = network.synthesize(as_batch(symbols), tf.constant([rate / PARTS], tf.float32))[0]
    expected = np.clip(np.rint(np.array(colors) * 255), 0, 255)
    assert picture.shape == (64, 96, 3)
    assert np.abs(picture - expected).max() <= 1
    assert (picture != expected).mean() < 0.01


@pytest.mark.parametrize("at_once", [1, 24, 40])
def test_a_picture_made_in_strips_is_that_made_at_once(weights, symbols, rate, at_once, monkeypatch):
    """Of 12 blocks side by side there are 8 rows: strips of 1, 2 and 3 rows."""
    codec = BlockSynthesis(select_rate(weights, rate))
    whole = codec.render(symbols)
    monkeypatch.setattr(synthesis, "_AT_ONCE", at_once)
    np.testing.assert_array_equal(codec.render(symbols), whole)


@pytest.mark.slow
def test_the_largest_picture_takes_a_few_times_its_pixels_of_memory():
    """Symbols of 4096 x 4096 pixels; a strip of 16 rows of blocks, with 6 around it, has 2 % of their values."""
    drawn = draw_weights(CodecArchitecture(2), np.array([0.001, 0.01]), seed=0)
    codec, symbols = BlockSynthesis(select_rate(drawn, 0)), np.zeros((COEFFICIENTS, 512, 512), np.int16)
    tracemalloc.start()
    try:
        pixels = codec.render(symbols)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 6 * pixels.nbytes


def test_kernels_of_one_shape_begin_different():
    drawn = draw_weights(CodecArchitecture(2), np.array([0.001, 0.01]), seed=0)
    kernels = {name: values for name, values in drawn.items() if values.ndim == 4 and values.any()}
    assert kernels["analysis_0_a"].shape == kernels["analysis_1_a"].shape
    assert len({values.tobytes() for values in kernels.values()}) == len(kernels)


@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("lowest", ["default", "least"])
def test_black_and_white_are_within_the_reach_of_symbols_at_the_finest_rate(level, lowest):
    """Where a color is a constant, one coefficient holds all of it: within half a step, a few gray levels."""
    least = get_args(Lmbda)[1].metadata[0].ge
    finest = {"default": TransformTraining.model_fields["lambdas"].default, "least": (least, 1.0)}[lowest]
    drawn = draw_weights(CodecArchitecture(len(finest)), np.array(finest), seed=0)
    of_rate = select_rate(drawn, 0)
    symbols = BlockAnalysis(of_rate).analyze(np.full((16, 16, 3), level, np.uint8))
    assert np.abs(BlockSynthesis(of_rate).render(symbols).astype(int) - level).max() <= 1


@pytest.mark.parametrize("cut", [1, 4, 400])
def test_a_code_that_is_cut_is_noticed(weights, symbols, rate, cut):
    prior = Prior(select_rate(weights, rate))
    _, code = write(prior, symbols)

    def read():
        reader = SymbolReader(code[:-cut])
        prior.read(reader, *symbols.shape[1:])
        reader.finish()

    with pytest.raises(PayloadError):
        read()


def test_weights_that_are_too_large_are_refused(weights):
    broken = select_rate(weights, 0) | {"prior_mix_3": np.full((1, 1, 8, 8), 2.0**14)}
    with pytest.raises(ValueError, match="rounded"):
        Prior(broken)
    broken = select_rate(weights, 0) | {"synthesis_out": np.full((3, 3, 8, COEFFICIENTS), 2.0**14)}
    with pytest.raises(ValueError, match="rounded"):
        BlockSynthesis(broken)
