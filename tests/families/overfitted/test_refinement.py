import numpy as np
import pytest

import overfitted_images
from recon.coding import wavefront
from recon.coding.context_model import ContextModel
from recon.families.overfitted.architecture import Architecture, Parameters
from recon.families.overfitted.refinement import ImageCost, UncodableError, refine_symbols, search_steps
from recon.families.overfitted.synthesis import Synthesis

ARCHITECTURE = Architecture(levels=(0, 2, 4), contexts=6, width=4)
SIDES = (24, 32)


@pytest.fixture(scope="module")
def parameters():
    return overfitted_images.draw_parameters(ARCHITECTURE)


@pytest.fixture(scope="module")
def latents():
    return overfitted_images.draw_latents(*SIDES, ARCHITECTURE.levels)


def test_the_cost_is_that_of_bits_and_of_the_picture(parameters, latents):
    picture = Synthesis(parameters).render(latents, *SIDES)
    target = np.clip(picture.astype(int) + 3, 0, 255).astype(np.uint8)
    bits = sum(wavefront.count_bits(ContextModel(parameters.arrays), grid) for grid in latents)
    distortion = np.square((target.astype(float) - picture) / 255).mean() * np.prod(SIDES) / 1e-3
    assert ImageCost(target, latents, 1e-3)(parameters) == pytest.approx(bits + distortion)


def test_what_is_remembered_changes_no_cost(parameters, latents):
    target = Synthesis(parameters).render(latents, *SIDES)
    remembering = ImageCost(target, latents, 1e-3)
    for name in ("context_out", "pixel_out", "context_out"):
        changed = Parameters(ARCHITECTURE, parameters.arrays | {name: parameters[name] + 0.1})
        assert remembering(changed) == ImageCost(target, latents, 1e-3)(changed)


def test_steps_are_near_the_best_for_a_known_cost(parameters):
    """Where an error costs as its square, the best step is fine where errors are dear."""

    def cost(dearness):
        return lambda changed: dearness * float(np.square(changed.flat() - parameters.flat()).sum())

    dear, cheap = (search_steps(parameters, cost(dearness)) for dearness in (1e6, 1e3))
    assert all(dear.steps[name] >= cheap.steps[name] for name in dear.steps)
    assert dear.count_bits() > 2 * cheap.count_bits()


def test_quantizing_costs_less_than_any_step_for_all(parameters, latents):
    cost = ImageCost(Synthesis(parameters).render(latents, *SIDES), latents, 1e-3)
    chosen = search_steps(parameters, cost)
    total = chosen.count_bits() + cost(chosen.dequantize())
    for step in (8, 14, 20):
        same = type(chosen).quantize(parameters, dict.fromkeys(chosen.steps, step))
        assert total < same.count_bits() + cost(same.dequantize())


def test_refining_symbols_costs_less_and_moves_each_by_one_at_most(parameters, latents):
    cost = ImageCost(Synthesis(parameters).render(latents, *SIDES), latents, 1e-3)
    rounded = search_steps(parameters, cost)
    refined = refine_symbols(rounded, cost)
    costs = [weights.count_bits() + cost(weights.dequantize()) for weights in (rounded, refined)]
    assert costs[1] < costs[0]
    assert refined.steps == rounded.steps
    for name, symbols in refined.symbols.items():
        assert np.abs(symbols - rounded.symbols[name]).max() <= 1


def test_symbols_that_cost_nothing_elsewhere_go_toward_0(parameters):
    rounded = search_steps(parameters, lambda changed: 1e5 * float(np.square(changed.flat()).sum()))
    refined = refine_symbols(rounded, lambda changed: 0.0)
    assert all(np.abs(s).sum() < np.abs(rounded.symbols[n]).sum() for n, s in refined.symbols.items() if s.any())


def test_weights_that_no_decoder_takes_are_refused(parameters, latents):
    diverged = Parameters(ARCHITECTURE, parameters.arrays | {"context_0": np.full((6, 6), 1e12)})
    with pytest.raises(UncodableError, match="context_0: weights that no decoder takes"):
        search_steps(diverged, lambda changed: 0.0)
