import numpy as np
import pytest

import overfitted_images
from recon.coding import contexts, laplace
from recon.coding.context_model import ContextModel
from recon.families.overfitted.architecture import Architecture, Parameters

REACH, TABLES = 12, laplace.make_tables(12)
ARCHITECTURES = [Architecture(), Architecture(contexts=1, context_layers=1), Architecture(contexts=40)]


def predict(model, neighbors):
    """Return what the model gives for neighbors (contexts, n)."""
    inputs = model.make_inputs(neighbors.shape[1])
    inputs[: len(neighbors)] = neighbors
    return model.predict(inputs)


def draw_neighbors(contexts, count):
    """Return random neighbors as large as there may be."""
    return np.random.default_rng(0).integers(-128, 129, (contexts, count))


def integer_prediction(parameters, neighbors):
    """Return what the model gives, computed with int64 alone: weights in 2^-16, hidden values in 2^-12."""
    architecture = parameters.architecture
    whole = {name: np.rint(values * 2**16).astype(np.int64) for name, values in parameters.arrays.items()}
    offsets = contexts.list_offsets(architecture.contexts)
    places = [sorted(offsets).index(offset) for offset in offsets]
    inputs = neighbors[places]
    hidden = inputs << 12
    for number in range(architecture.context_layers):
        weights = whole[f"context_{number}"] + (np.eye(architecture.contexts, dtype=np.int64) << 16)
        bias = whole[f"context_{number}_bias"][:, np.newaxis] << 12
        hidden = np.maximum((weights @ hidden + bias) >> 16, 0)
    out = whole["context_out"] @ hidden + ((whole["context_linear"] @ inputs) << 12)
    out += (whole["context_out_bias"][:, np.newaxis] << 12) + (np.array([[0], [1]]) << 28)  # -4, from -5 on
    units = np.array([[laplace.FRACTIONS], [laplace.STEPS]])
    return (out * units + (1 << 27)) >> 28


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda one: f"{one.contexts}")
def test_it_computes_what_integers_would(architecture):
    parameters = overfitted_images.draw_parameters(architecture)
    neighbors = draw_neighbors(architecture.contexts, 5000)
    expected = integer_prediction(parameters, neighbors)
    np.testing.assert_array_equal(predict(ContextModel(parameters.arrays), neighbors), expected)


def test_the_number_of_latents_at_once_does_not_matter():
    """Libraries for matrices choose their kernels, and so the order of sums, by the sizes of these."""
    model = ContextModel(overfitted_images.draw_parameters(Architecture()).arrays)
    neighbors = draw_neighbors(14, 300)
    one_by_one = [predict(model, neighbors[:, number : number + 1]) for number in range(300)]
    np.testing.assert_array_equal(np.concatenate(one_by_one, axis=1), predict(model, neighbors))


def test_it_is_the_network_in_floating_point_to_the_nearest_step():
    parameters = overfitted_images.draw_parameters(Architecture())
    grid = overfitted_images.draw_latents(40, 50, (2,))[0]
    mean, log_scale = overfitted_images.predict(parameters, grid)
    rounded = np.stack([mean * laplace.FRACTIONS, (log_scale + 1) * laplace.STEPS]) + 0.5
    nearest = TABLES.locate(np.floor(rounded).reshape(2, -1))
    assert (ContextModel(parameters.arrays).locate(grid, TABLES).ravel() == nearest).mean() > 0.97


@pytest.mark.parametrize("at_once", [7, 50, 130])
def test_a_grid_may_be_taken_in_parts(monkeypatch, at_once):
    model = ContextModel(overfitted_images.draw_parameters(Architecture()).arrays)
    grid = overfitted_images.draw_latents(21, 50, (0,))[0]
    expected = model.locate(grid, TABLES)
    monkeypatch.setattr("recon.coding.context_model._AT_ONCE", at_once)
    np.testing.assert_array_equal(model.locate(grid, TABLES), expected)


def test_weights_beyond_exact_sums_are_refused():
    parameters = Parameters.zeros(Architecture())
    parameters["context_1"][0, 0] = 2.0**30
    with pytest.raises(ValueError, match="would be rounded"):
        ContextModel(parameters.arrays)
