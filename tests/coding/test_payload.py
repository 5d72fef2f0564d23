import struct
import zlib

import numpy as np
import pytest

from recon.coding.payload import MOST_PIXELS, PayloadError, check_values, model_id, pack, unpack
from recon.core.errors import UserError

BODY = b"the coded body"
WEIGHTS = model_id(b"some weights")


def example(**changes):
    fields = {"family": "autoencoder", "rows": 256, "columns": 384, "channels": 3, "body": BODY}
    return pack(**(fields | changes))


def with_true_checksum(payload):
    """What a forger, or a program with a fault, would write."""
    head, rest = payload[:13], payload[17:]
    return head + struct.pack("<I", zlib.crc32(rest, zlib.crc32(head))) + rest


def test_the_header_costs_17_bytes_and_8_more_with_a_shared_model():
    assert len(example(body=b"")) == 17
    assert len(example(body=b"", model_id=WEIGHTS)) == 25


def test_the_shape_and_the_body_come_back():
    payload = unpack(example(model_id=WEIGHTS), family="autoencoder", model_id=WEIGHTS)
    assert payload == (256, 384, 3, BODY)
    assert payload.rows == 256


def test_an_empty_body_is_a_body():
    assert unpack(example(body=b""), family="autoencoder").body == b""


def test_the_layout_is_written_down():
    """Bytes on disk outlive the code: a change here needs a new version."""
    payload = example(family="fractal", rows=8, columns=9, channels=1, body=b"!")
    assert payload[:13] == b"RCN\x01frac\x08\x00\x09\x00\x01"
    assert payload[17:] == b"!"


def test_a_model_is_named_by_the_sha256_of_its_weights():
    assert model_id(b"abc").hex() == "ba7816bf8f01cfea"


def test_a_payload_error_is_a_users_mistake():
    assert issubclass(PayloadError, UserError)


@pytest.mark.parametrize("other", [b"", b"RC", b"\xff\xd8\xff\xe0" + bytes(40)])
def test_other_bytes_are_no_payload(other):
    with pytest.raises(PayloadError, match="not a payload"):
        unpack(other, family="autoencoder")


def test_a_cut_header_is_named():
    with pytest.raises(PayloadError, match="cut: the header alone has 17"):
        unpack(example()[:16], family="autoencoder")


def test_a_cut_body_is_named():
    with pytest.raises(PayloadError, match="cut or damaged"):
        unpack(example()[:-1], family="autoencoder")


def test_a_payload_that_goes_on_is_refused():
    with pytest.raises(PayloadError, match="cut or damaged"):
        unpack(example() + b"\0", family="autoencoder")


def test_another_version_is_named():
    payload = example()
    with pytest.raises(PayloadError, match="version 2, this decoder reads 1"):
        unpack(with_true_checksum(payload[:3] + b"\x02" + payload[4:]), family="autoencoder")


def test_another_family_is_named():
    with pytest.raises(PayloadError, match=r"family 'auto'\.\.\., not 'fractal'"):
        unpack(example(), family="fractal")


@pytest.mark.parametrize(
    ("needed", "given_id", "words"),
    [
        (WEIGHTS, model_id(b"other"), f"needs model {WEIGHTS.hex()}, given is {model_id(b'other').hex()}"),
        (WEIGHTS, b"", "given is none"),
        (b"", WEIGHTS, "needs model none"),
    ],
)
def test_another_model_is_named(needed, given_id, words):
    with pytest.raises(PayloadError, match=words):
        unpack(example(model_id=needed), family="autoencoder", model_id=given_id)


def claiming(rows=8, columns=8, channels=1):
    payload = example()
    return with_true_checksum(payload[:8] + struct.pack("<HHB", rows, columns, channels) + payload[13:])


@pytest.mark.parametrize(
    "shape",
    [
        {"rows": 7},
        {"columns": 8193},
        {"rows": 65535, "columns": 65535},
        {"channels": 2},
        {"rows": 4096, "columns": 4097},
        {"rows": 8192, "columns": 8192},
    ],
)
def test_an_impossible_shape_is_refused_before_anything_is_allocated(shape):
    with pytest.raises(PayloadError, match="payload claims"):
        unpack(claiming(**shape), family="autoencoder")
    with pytest.raises(PayloadError, match="payload claims"):
        example(**shape)


def test_as_many_pixels_as_there_may_be_are_no_fault():
    assert MOST_PIXELS == 4096**2
    assert unpack(claiming(rows=4096, columns=4096), family="autoencoder").rows == 4096
    assert unpack(claiming(rows=2048, columns=8192), family="autoencoder").rows == 2048


def test_where_pixels_cost_little_there_may_be_more():
    whole = unpack(claiming(rows=8192, columns=8192), family="autoencoder", most_pixels=8192**2)
    assert (whole.rows, whole.columns) == (8192, 8192)


def test_an_error_is_one_line_whatever_it_quotes():
    """Nor can it be ever so long, or have codes that a terminal obeys."""
    assert str(PayloadError("unknown net `a\nb\x1b[31m\u202e`")) == "unknown net `a b [31m `"
    assert len(str(PayloadError("x" * 10_000))) == 303


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_no_pixel_can_show_are_refused(value):
    with pytest.raises(PayloadError, match="no numbers"):
        check_values(np.array([0.5, value], np.float32))
    np.testing.assert_array_equal(check_values(np.array([0.5, -3e38])), [0.5, -3e38])
