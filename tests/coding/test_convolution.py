import numpy as np
import pytest

from recon.coding.convolution import WEIGHT_BITS, Convolution

RNG = np.random.default_rng(0)


def convolve_integers(kernel, bias, values, units, outputs):
    """Return what a convolution gives, computed with Python's integers alone."""
    whole = np.rint(kernel * 2**WEIGHT_BITS).astype(int)
    shift = np.rint(bias * 2**WEIGHT_BITS).astype(int)
    down, across = (side // 2 for side in kernel.shape[:2])
    padded = np.pad(values.astype(int), ((0, 0), (down, down), (across, across)))
    _, rows, columns = values.shape
    result = np.empty((kernel.shape[3], rows, columns), int)
    for output, row, column in np.ndindex(result.shape):
        part = padded[:, row : row + kernel.shape[0], column : column + kernel.shape[1]]
        products = part.transpose(1, 2, 0) * whole[..., output]
        # In units of 2^-(WEIGHT_BITS + units).
        total = int(products.sum()) + (int(shift[output]) << units)
        result[output, row, column] = (total << outputs[output]) >> (WEIGHT_BITS + units)
    return result


@pytest.mark.parametrize("sides", [(1, 1), (3, 3), (3, 5)])
@pytest.mark.parametrize(("units", "outputs"), [(0, 12), (12, 12), (12, 4), (20, 16)])
def test_it_computes_what_integers_would(sides, units, outputs):
    kernel, bias = RNG.normal(0, 0.3, (*sides, 4, 5)), RNG.normal(0, 1, 5)
    largest = 2**units * 100
    values = RNG.integers(-largest, largest + 1, (4, 7, 9))
    layer = Convolution(kernel, bias, largest=largest, units=units, outputs=outputs)
    expected = convolve_integers(kernel, bias, values, units, [outputs] * 5)
    np.testing.assert_array_equal(layer(values), expected)


def test_outputs_may_have_units_of_their_own():
    kernel, bias, outputs = RNG.normal(0, 0.3, (1, 1, 4, 2)), RNG.normal(0, 1, 2), np.array([5, 4])
    values = RNG.integers(-1000, 1001, (4, 6, 6))
    layer = Convolution(kernel, bias, largest=1000, units=12, outputs=outputs)
    np.testing.assert_array_equal(layer(values), convolve_integers(kernel, bias, values, 12, outputs))


def test_the_size_of_the_picture_does_not_matter():
    """Libraries for matrices choose their kernels, and so the order of sums, by the sizes of these."""
    kernel = RNG.normal(0, 0.3, (3, 3, 6, 8))
    values = RNG.integers(-(2**18), 2**18, (6, 40, 3000))
    layer = Convolution(kernel, largest=2**18, units=12, outputs=12)
    part = layer(values[:, 10:20, 100:130])[:, 1:-1, 1:-1]
    np.testing.assert_array_equal(layer(values)[:, 11:19, 101:129], part)


def test_weights_that_are_too_large_are_refused():
    with pytest.raises(ValueError, match="rounded"):
        Convolution(np.full((3, 3, 8, 1), 2.0**12), largest=2**24, units=12, outputs=12)
