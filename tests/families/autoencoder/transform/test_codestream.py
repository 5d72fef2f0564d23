"""The files of the transform codec and of its weights."""

import numpy as np
import pytest

from recon.coding.payload import PayloadError
from recon.coding.symbols import SymbolWriter
from recon.families.autoencoder.transform import codestream
from recon.families.autoencoder.transform.architecture import COEFFICIENTS, PARTS, CodecArchitecture, select_rate
from recon.families.autoencoder.transform.method import check_sums
from recon.families.autoencoder.transform.prior import Prior
from recon.families.autoencoder.transform.synthesis import BlockSynthesis
from recon.families.autoencoder.transform.weights import CodecWeights, format_weights, read_weights

ARCHITECTURE = CodecArchitecture(2, width=8, blocks=1, hidden=8, sharpening=4, prior=8, contexts=6)
RNG = np.random.default_rng(0)
ARRAYS = {name: RNG.normal(0, 0.03, shape) for name, shape in ARCHITECTURE.shapes.items()}
CONTENT = format_weights(ARCHITECTURE, (0.001, 0.01), ARRAYS)
WEIGHTS = read_weights(CONTENT)
SYMBOLS = np.rint(RNG.laplace(0, 1.5, (COEFFICIENTS, 3, 5))).astype(np.int16)


def test_a_file_holds_the_weights_in_half_precision():
    assert WEIGHTS.architecture == ARCHITECTURE
    assert WEIGHTS.lambdas == pytest.approx((0.001, 0.01))
    for name, values in ARRAYS.items():
        np.testing.assert_array_equal(WEIGHTS.arrays[name], values.astype(np.float16).astype(np.float32))
    assert len(CONTENT) == 12 + 2 * 4 + 2 * ARCHITECTURE.num_params
    assert ARCHITECTURE.describe()["decoder_bytes"] == len(CONTENT) - 12 - 2 * 4


def write_lambdas(*lambdas):
    return CONTENT[:12] + np.array(lambdas, "<f4").tobytes() + CONTENT[20:]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "not the file of a transform codec"),
        (CONTENT[:11], "not the file of a transform codec"),
        (b"RCS\x01" + CONTENT[4:], "not the file of a transform codec"),
        (CONTENT[:-2], "bytes of weights"),
        (CONTENT + b"\0\0", "bytes of weights"),
        (CONTENT[:4] + bytes(8), "no architecture"),
        (CONTENT[:-2] + np.float16(np.nan).tobytes(), "weights that are no numbers"),
        (CONTENT[:-2] + np.float16(np.inf).tobytes(), "weights that are no numbers"),
        (write_lambdas(0.01, 0.001), "lambdas that do not ascend from above 0"),
        (write_lambdas(0, 0.01), "lambdas that do not ascend from above 0"),
        (write_lambdas(0.001, np.inf), "lambdas that do not ascend from above 0"),
        (write_lambdas(0.001, np.nan), "lambdas that do not ascend from above 0"),
    ],
)
def test_what_is_no_file_of_weights_is_refused(content, complaint):
    with pytest.raises(ValueError, match=complaint):
        read_weights(content)


def test_weights_beyond_half_precision_are_refused():
    with pytest.raises(ValueError, match="float16"):
        format_weights(ARCHITECTURE, (0.001, 0.01), ARRAYS | {"synthesis_matrix_bias": np.full(192, 1e5)})


@pytest.mark.parametrize(("lmbda", "place"), [(1e-9, 0), (0.001, 0), (10**-2.5, 8), (0.01, 16), (1, 16)])
def test_a_lambda_takes_the_nearest_place_by_ratio(lmbda, place):
    assert WEIGHTS.find_place(lmbda) == place
    assert WEIGHTS.lambda_at(place) == pytest.approx(np.clip(lmbda, 0.001, 0.01))


def test_between_two_rates_weights_are_means():
    first, last = (select_rate(WEIGHTS.arrays, place) for place in (0, PARTS))
    between = select_rate(WEIGHTS.arrays, 4)
    for name, values in WEIGHTS.arrays.items():
        np.testing.assert_array_equal(between[name], 0.75 * first[name] + 0.25 * last[name])
        assert between[name].shape == values.shape[values.ndim - between[name].ndim :]


@pytest.mark.parametrize("place", [0, 7, 16])
@pytest.mark.parametrize("sides", [(24, 40), (17, 33), (20, 40)])
def test_a_payload_gives_the_picture_of_its_symbols(place, sides):
    data = codestream.encode(SYMBOLS, (*sides, 3), WEIGHTS, place)
    of_rate = select_rate(WEIGHTS.arrays, place)
    written = Prior(of_rate).write(SymbolWriter(), SYMBOLS)
    expected = BlockSynthesis(of_rate).render(written)[: sides[0], : sides[1]]
    np.testing.assert_array_equal(codestream.decode(data, WEIGHTS), expected)


def test_weights_that_are_too_large_for_exact_sums_are_one_line():
    data = codestream.encode(SYMBOLS, (24, 40, 3), WEIGHTS, 0)
    huge = CodecWeights(
        ARCHITECTURE,
        WEIGHTS.lambdas,
        WEIGHTS.arrays | {"prior_mix_3": np.full((1, 1, 8, 8), 60000.0, np.float32)},
        WEIGHTS.model_id,
    )
    with pytest.raises(PayloadError, match=r"^payload needs model \w+, which has weights so large"):
        codestream.decode(data, huge)
    with pytest.raises(ValueError, match="rounded"):
        check_sums(huge)
    check_sums(WEIGHTS)


def test_other_weights_and_another_rate_are_refused():
    data = codestream.encode(SYMBOLS, (24, 40, 3), WEIGHTS, 0)
    other = CodecWeights(ARCHITECTURE, WEIGHTS.lambdas, WEIGHTS.arrays, bytes(8))
    one = CodecWeights(CodecArchitecture(1), (0.001,), {}, WEIGHTS.model_id)
    for weights, payload in ((other, data), (one, codestream.encode(SYMBOLS, (24, 40, 3), WEIGHTS, 1))):
        with pytest.raises(PayloadError):
            codestream.decode(payload, weights)
