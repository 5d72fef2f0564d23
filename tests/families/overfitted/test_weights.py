import numpy as np
import pytest

import overfitted_images
from recon.coding.payload import PayloadError
from recon.coding.symbols import SymbolReader, SymbolWriter
from recon.families.overfitted import weights
from recon.families.overfitted.architecture import Architecture, Parameters
from recon.families.overfitted.weights import QuantizedParameters, step_of

ARCHITECTURE = Architecture()
STEPS = dict.fromkeys(ARCHITECTURE.shapes, 14)


def code(quantized):
    writer = SymbolWriter()
    quantized.write(writer)
    return writer.finish()


def test_steps_are_half_powers_of_two():
    np.testing.assert_allclose([step_of(n) for n in range(weights.STEPS)], 2.0 ** (-np.arange(weights.STEPS) / 2))


def test_weights_are_within_half_a_step():
    parameters = overfitted_images.draw_parameters(ARCHITECTURE)
    decoded = QuantizedParameters.quantize(parameters, STEPS).dequantize()
    assert np.abs(decoded.flat() - parameters.flat()).max() <= 2**-8


@pytest.mark.parametrize("spread", [0.0, 0.001, 0.1, 3])
def test_a_code_gives_the_weights_back(spread):
    flat = np.random.default_rng(0).laplace(0, spread, ARCHITECTURE.num_params)
    quantized = QuantizedParameters.quantize(Parameters.from_flat(ARCHITECTURE, flat), STEPS)
    decoded = QuantizedParameters.read(SymbolReader(code(quantized)), ARCHITECTURE)
    assert decoded.steps == quantized.steps
    for name, symbols in quantized.symbols.items():
        np.testing.assert_array_equal(decoded.symbols[name], symbols)


def test_the_counted_bits_are_those_of_the_code():
    quantized = QuantizedParameters.quantize(overfitted_images.draw_parameters(ARCHITECTURE), STEPS)
    assert 0 <= 8 * len(code(quantized)) - quantized.count_bits() <= 68


def test_weights_near_the_start_take_few_bits():
    start = overfitted_images.draw_parameters(ARCHITECTURE)
    moved = start.flat() + np.random.default_rng(1).laplace(0, 2**-7, ARCHITECTURE.num_params)
    parameters = Parameters.from_flat(ARCHITECTURE, moved)
    with_start = QuantizedParameters.quantize(parameters, STEPS, start)
    assert with_start.count_bits() < 0.8 * QuantizedParameters.quantize(parameters, STEPS).count_bits()
    assert np.abs(with_start.dequantize(start).flat() - moved).max() <= 2**-8


def test_the_start_itself_takes_the_bits_of_steps_alone():
    start = overfitted_images.draw_parameters(ARCHITECTURE)
    assert len(code(QuantizedParameters.quantize(start, STEPS, start))) <= 20


def test_a_step_too_small_for_its_array_is_refused():
    parameters = Parameters.zeros(ARCHITECTURE)
    parameters["pixel_out"][0, 0] = 100
    with pytest.raises(ValueError, match="too small for a difference of 100"):
        QuantizedParameters.quantize(parameters, STEPS | {"pixel_out": 20})


def test_no_bytes_are_no_weights():
    with pytest.raises(PayloadError, match="fewer bytes"):
        QuantizedParameters.read(SymbolReader(b""), ARCHITECTURE)


def test_no_code_stands_for_weights_that_are_no_numbers():
    """Not even with the largest symbols and steps, which a forger may choose."""
    largest = {name: np.full(shape, weights._REACHES[-1], np.int32) for name, shape in ARCHITECTURE.shapes.items()}
    forged = QuantizedParameters(ARCHITECTURE, dict.fromkeys(largest, 0), largest)
    decoded = QuantizedParameters.read(SymbolReader(code(forged)), ARCHITECTURE)
    assert (decoded.dequantize().flat() == weights._REACHES[-1]).all()
