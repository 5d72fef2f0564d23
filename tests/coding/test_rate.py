import tracemalloc

import numpy as np
import pytest

from recon.coding.payload import PayloadError
from recon.coding.rate import (
    bpp,
    decode_groups,
    decode_symbols,
    dequantize,
    encode_groups,
    encode_symbols,
    quantize,
)
from recon.core.errors import UserError

COUNT = 16384


def generator():
    return np.random.default_rng(0)


def code_bits(symbols):
    return 8 * len(encode_symbols(symbols))


def ideal_bits(symbols, probability):
    """Bits by the distribution that the symbols were drawn from: no code is shorter on average."""
    return -np.log2(probability(symbols)).sum()


def test_bpp_counts_bits_per_pixel_and_not_per_channel():
    assert bpp(payload_bytes=3 * 8 * 16, rows=8, columns=16) == 24


def test_bpp_arguments_have_names():
    with pytest.raises(TypeError):
        bpp(1, 2, 3)


def test_quantize_rounds_to_the_nearest_multiple_and_halves_to_even():
    symbols = quantize(np.array([-0.26, 0.24, 0.25, 0.75, 1.0], np.float32), 0.5)
    assert symbols.dtype == np.int32
    np.testing.assert_array_equal(symbols, [-1, 0, 0, 2, 2])


def test_dequantize_gives_float32_multiples_of_the_step():
    values = dequantize(np.array([-2, 0, 3], np.int32), 0.25)
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, [-0.5, 0, 0.75])


def test_a_step_too_small_for_16_bits_is_a_users_mistake():
    with pytest.raises(UserError, match=r"q_step 0\.0001 is too small"):
        quantize(np.array([4.0], np.float32), 0.0001)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(value):
    with pytest.raises(ValueError, match="finite"):
        quantize(np.array([1, value], np.float32), 1.0)


def test_laplace_symbols_cost_within_1_percent_of_their_ideal_length():
    scale = 20.0
    symbols = np.rint(generator().laplace(3, scale, (1, COUNT))).astype(np.int32)

    def probability(s):
        bin_mass = np.exp(-np.abs(s - 3) / scale) * np.sinh(0.5 / scale)
        return np.where(s == 3, 1 - np.exp(-0.5 / scale), bin_mass)

    assert code_bits(symbols) < 1.01 * ideal_bits(symbols, probability)


def test_symbols_of_any_small_table_cost_within_1_percent_of_their_ideal_length():
    """A spike at zero with a ragged tail, as quantized activations after a ReLU."""
    table = np.array([0.6, 0.13, 0.1, 0.02, 0.08, 0.05, 0.02])
    symbols = generator().choice(len(table), (1, COUNT), p=table).astype(np.int32)
    assert code_bits(symbols) < 1.01 * ideal_bits(symbols, lambda s: table[s])


def test_a_spike_at_zero_is_not_coded_as_a_laplace_distribution():
    """Half zeros, half uniform over 1..32: 1 + 5 / 2 bits a symbol; the best Laplace fit needs 4 and more."""
    rng = generator()
    symbols = (rng.integers(0, 2, (1, COUNT)) * rng.integers(1, 33, (1, COUNT))).astype(np.int32)
    assert code_bits(symbols) < 1.01 * 3.5 * COUNT


def test_few_symbols_of_a_wide_distribution_are_not_coded_as_a_histogram():
    """A histogram of 500 values among thousands costs more than the values; Laplace on Laplace within 5 %."""
    scale = 900.0
    symbols = np.rint(generator().laplace(0, scale, (1, 500))).astype(np.int32)
    assert code_bits(symbols) < 1.05 * ideal_bits(symbols, lambda s: np.exp(-np.abs(s) / scale) / (2 * scale))


def test_a_constant_group_costs_its_value_only():
    """4.1 bits each for the lengths of the value and of the range; the coder ends in words of 32 bits."""
    assert code_bits(np.zeros((64, 1024), np.int32)) <= 64 * 2 * np.log2(17) + 32


def test_groups_have_tables_of_their_own():
    """Zeros beside a fair bit: together 16,384 bits of news."""
    bits = generator().integers(0, 2, COUNT, dtype=np.int32)
    assert code_bits(np.stack([np.zeros_like(bits), bits])) < 1.01 * COUNT


def test_all_channels_cost_little_beside_their_entropy():
    """16 channels of 32 x 32 latents: the description of 16 tables stays under 6 % of their entropy."""
    symbols = np.rint(np.maximum(0, generator().normal(-0.5, 1, (16, 1024))) * 8).astype(np.int32)
    entropy = 0.0
    for group in symbols:
        counts = np.unique(group, return_counts=True)[1]
        entropy -= (counts * np.log2(counts / counts.sum())).sum()
    assert code_bits(symbols) < 1.06 * entropy


def test_the_code_is_equal_to_the_byte_wherever_it_is_made():
    """Written down once: bytes that change break every saved payload (then raise the container's version)."""
    symbols = np.array([[0, 0, 3, 0, 1, 0, 0, -2], [7] * 8, np.arange(-4, 4) * 900], np.int32)
    assert encode_symbols(symbols).hex() == "604e1b2735f90544b81285ce71b811fe1f930b85521b7394dd449e58"


@pytest.mark.parametrize(
    "symbols", [np.zeros((2, 3)), np.zeros(3, int), np.zeros((0, 3), int), np.zeros((3, 0), int)]
)
def test_symbols_of_another_kind_are_refused(symbols):
    with pytest.raises(ValueError, match="Received"):
        encode_symbols(symbols)


@pytest.mark.parametrize("symbol", [-(2**15) - 1, 2**15])
def test_symbols_of_more_than_16_bits_are_refused(symbol):
    with pytest.raises(ValueError, match="Received"):
        encode_symbols(np.array([[symbol]]))


def test_the_extreme_symbols_survive():
    symbols = np.array([[-(2**15), 2**15 - 1]])
    np.testing.assert_array_equal(decode_symbols(encode_symbols(symbols), groups=1, count=2), symbols)


def test_bytes_that_are_no_words_are_refused():
    with pytest.raises(PayloadError, match="words of 4 bytes"):
        decode_symbols(b"12345", groups=1, count=1)


def test_groups_of_other_lengths_survive():
    groups = [np.arange(-3, 4), np.array([500]), generator().integers(-9, 9, 300)]
    decoded = decode_groups(encode_groups(groups), counts=[7, 1, 300])
    assert all(np.array_equal(*pair) for pair in zip(groups, decoded, strict=True))


@pytest.mark.parametrize("lost", [3, 10, 100])
def test_missing_bytes_are_noticed(lost):
    """Zeros are read in their place."""
    symbols = generator().integers(-50, 50, (4, 500))
    with pytest.raises(PayloadError, match="coded symbols"):
        decode_symbols(encode_symbols(symbols)[: -4 * lost], groups=4, count=500)


def test_more_symbols_than_bytes_can_hold_are_refused_before_there_is_memory_for_them():
    data = encode_symbols(generator().integers(-50, 50, (1, 500)))
    tracemalloc.start()
    with pytest.raises(PayloadError, match="cut"):
        decode_symbols(data, groups=1, count=2**40)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


def test_more_groups_than_bytes_can_hold_are_refused():
    """Each takes 8 bits at least, though all its symbols are equal."""
    with pytest.raises(PayloadError, match="cut"):
        decode_groups(encode_symbols(np.zeros((20, 4), int)), counts=[4] * 100_000)


def test_the_likeliest_symbols_may_be_as_many_as_one_likes():
    """2^20 zeros but one take 7 words, and no bound refuses them."""
    symbols = np.zeros((1, 2**20), np.int32)
    symbols[0, 5] = 1
    data = encode_symbols(symbols)
    assert len(data) <= 4 * 7
    np.testing.assert_array_equal(decode_symbols(data, groups=1, count=2**20), symbols)


@pytest.mark.parametrize("q_step", [0.0, -0.0, -0.1, np.nan, np.inf, -np.inf, np.float32(3e38)])
def test_a_step_that_no_encoder_has_is_refused(q_step):
    with pytest.raises(PayloadError, match="impossible quantizer step"):
        dequantize(np.array([[-2, 0, 3]], np.int32), q_step)


def test_the_largest_step_is_that_whose_values_are_finite():
    assert np.isfinite(dequantize(np.array([-2, 0], np.int32), np.float32(1.7e38))).all()


def test_bytes_left_over_are_refused():
    data = encode_symbols(generator().integers(0, 9, (4, 100)))
    with pytest.raises(PayloadError, match="go on"):
        decode_symbols(data, groups=2, count=100)
