import numpy as np
import pytest

from recon.families.overfitted.architecture import Architecture, Parameters

WRONG = {
    "two channels": {"channels": 2},
    "no level": {"levels": ()},
    "levels out of order": {"levels": (1, 0)},
    "a level twice": {"levels": (1, 1)},
    "a level too coarse": {"levels": (0, 8)},
    "no context": {"contexts": 0},
    "too many contexts": {"contexts": 41},
    "no layer": {"context_layers": 0},
    "too many layers": {"context_layers": 5},
    "no hidden unit": {"width": 0},
    "too many hidden units": {"width": 65},
    "too many convolutions": {"residuals": 5},
}


def test_the_default_has_840_weights():
    """As many as the recipe that it was measured with."""
    assert Architecture().num_params == 840


def test_macs_are_those_of_all_layers():
    """Counted by hand: two 14 x 14 layers and two outputs from 28, at 4/3 of the pixels; 7 x 16, 16 x 3, 7 x 3 and
    two kernels of 81; three products for each new value of upsampling."""
    context = (2 * 14 * 14 + 2 * 28) * sum(4.0**-level for level in range(7))
    upsampling = 3 * sum(4.0**-step for level in range(7) for step in range(level))
    assert Architecture().macs_per_pixel == pytest.approx(context + upsampling + 112 + 48 + 21 + 162)


@pytest.mark.parametrize(
    "architecture",
    [
        Architecture(),
        Architecture(channels=1, levels=(1, 3, 7), contexts=40, context_layers=4, width=64, residuals=0),
        Architecture(levels=(0,), contexts=1, context_layers=1, width=1, residuals=4),
    ],
)
def test_packing_and_unpacking_are_inverse(architecture):
    packed = architecture.pack()
    assert len(packed) == 4
    assert Architecture.unpack(packed + b"rest", architecture.channels) == (architecture, b"rest")


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_no_decoder_takes_is_refused(wrong):
    with pytest.raises(ValueError, match=r"possible"):
        Architecture(**wrong)


def test_a_flat_vector_holds_all_weights_in_order():
    architecture = Architecture()
    flat = np.arange(float(architecture.num_params))
    parameters = Parameters.from_flat(architecture, flat)
    assert parameters["context_0"][0, 1] == 1
    np.testing.assert_array_equal(parameters.flat(), flat)


def test_weights_of_another_shape_or_that_are_no_numbers_are_refused():
    arrays = Parameters.zeros(Architecture()).arrays
    with pytest.raises(ValueError, match="not the weights"):
        Parameters(Architecture(contexts=10), arrays)
    with pytest.raises(ValueError, match="no numbers"):
        Parameters(Architecture(), arrays | {"pixel_out_bias": np.full(3, np.nan)})


def test_residual_kernels_of_0_are_the_identity():
    kernels = list(Parameters.zeros(Architecture()).residual_kernels())
    assert len(kernels) == 2
    for kernel in kernels:
        np.testing.assert_array_equal(kernel[1, 1], np.eye(3))
        assert kernel.sum() == 3
