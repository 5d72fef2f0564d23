import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from recon.coding.payload import PayloadError, model_id, pack, unpack
from recon.coding.rate import decode_symbols, dequantize, encode_symbols, quantize

shapes = arrays.array_shapes(min_dims=2, max_dims=2, max_side=40)
bodies = st.binary(max_size=64)


@given(arrays.arrays(np.int32, shapes, elements=st.integers(-(2**15), 2**15 - 1)))
def test_symbols_survive_coding(symbols):
    groups, count = symbols.shape
    decoded = decode_symbols(encode_symbols(symbols), groups=groups, count=count)
    assert decoded.dtype == np.int32
    np.testing.assert_array_equal(decoded, symbols)


@given(arrays.arrays(np.int32, shapes, elements=st.integers(-3, 3)))
def test_small_symbols_survive_coding(symbols):
    groups, count = symbols.shape
    np.testing.assert_array_equal(decode_symbols(encode_symbols(symbols), groups=groups, count=count), symbols)


@given(st.binary(max_size=200), st.integers(1, 5), st.integers(1, 50))
@settings(max_examples=200)
def test_any_bytes_decode_to_symbols_of_the_asked_shape_or_are_refused(data, groups, count):
    try:
        symbols = decode_symbols(data, groups=groups, count=count)
    except PayloadError:
        return
    assert symbols.shape == (groups, count)


@given(
    arrays.arrays(np.float32, st.integers(1, 50), elements=st.floats(-100, 100, width=32)),
    st.floats(0.01, 10),
)
def test_quantization_errs_by_half_a_step_at_most(values, q_step):
    """Beside the rounding of float32 values up to 100: 2**-24 x 100 in the quotient and in the product."""
    error = np.abs(dequantize(quantize(values, q_step), q_step) - values)
    assert error.max() <= q_step / 2 + 3e-5


@given(
    rows=st.integers(8, 4096),
    columns=st.integers(8, 4096),
    channels=st.sampled_from([1, 3]),
    name=st.sampled_from([b"", model_id(b"weights")]),
    body=bodies,
)
def test_payloads_come_apart_as_they_were_put_together(rows, columns, channels, name, body):
    shape = {"rows": rows, "columns": columns, "channels": channels}
    payload = pack(family="autoencoder", **shape, body=body, model_id=name)
    assert unpack(payload, family="autoencoder", model_id=name) == (rows, columns, channels, body)


@given(bodies, st.booleans(), st.data())
def test_any_flipped_bit_is_noticed(body, shared, data):
    name = model_id(b"weights") if shared else b""
    payload = bytearray(pack(family="fractal", rows=8, columns=9, channels=3, body=body, model_id=name))
    bit = data.draw(st.integers(0, 8 * len(payload) - 1))
    payload[bit // 8] ^= 1 << bit % 8
    with pytest.raises(PayloadError):
        unpack(bytes(payload), family="fractal", model_id=name)


@given(bodies, st.data())
def test_any_cut_is_noticed(body, data):
    payload = pack(family="fractal", rows=8, columns=9, channels=3, body=body)
    with pytest.raises(PayloadError):
        unpack(payload[: data.draw(st.integers(0, len(payload) - 1))], family="fractal")


@given(st.binary(max_size=100))
def test_no_bytes_break_the_reader(data):
    with pytest.raises(PayloadError):
        unpack(data, family="fractal")
