import numpy as np
import pytest

import overfitted_images
from recon.families.overfitted import contexts, laplace
from recon.families.overfitted.architecture import Architecture, Parameters
from recon.families.overfitted.context_model import ContextModel

REACH, TABLES = 12, laplace.make_tables(12)
ARCHITECTURES = [Architecture(), Architecture(contexts=1, context_layers=1), Architecture(contexts=40)]


def neighbors_of(model, rng, count):
    """Fill the model's inputs with random neighbors as large as there may be."""
    model.inputs[:, :count] = rng.integers(-128, 129, (len(model.inputs), count))
    return model.inputs[:, :count].astype(np.int64)


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
    model = ContextModel(parameters)
    neighbors = neighbors_of(model, np.random.default_rng(0), 5000)
    np.testing.assert_array_equal(model.predict(5000), integer_prediction(parameters, neighbors))


def test_the_number_of_latents_at_once_does_not_matter():
    """Libraries for matrices choose their kernels, and so the order of sums, by the sizes of these."""
    parameters = overfitted_images.draw_parameters(Architecture())
    model = ContextModel(parameters)
    neighbors_of(model, np.random.default_rng(1), 300)
    inputs = model.inputs[:, :300].copy()
    together = model.predict(300)
    for number in range(300):
        model.inputs[:, 0] = inputs[:, number]
        np.testing.assert_array_equal(model.predict(1)[:, 0], together[:, number])


def test_it_is_the_network_in_floating_point_to_the_nearest_step():
    parameters = overfitted_images.draw_parameters(Architecture())
    grid = overfitted_images.draw_latents(40, 50, (2,))[0]
    mean, log_scale = overfitted_images.predict(parameters, grid)
    rounded = np.stack([mean * laplace.FRACTIONS, (log_scale + 1) * laplace.STEPS]) + 0.5
    nearest = TABLES.locate(np.floor(rounded).reshape(2, -1))
    assert (ContextModel(parameters).locate(grid, TABLES).ravel() == nearest).mean() > 0.97


@pytest.mark.parametrize("most", [7, 50, 64, 2000])
def test_a_grid_may_be_taken_in_parts(most):
    parameters = overfitted_images.draw_parameters(Architecture())
    grid = overfitted_images.draw_latents(21, 50, (0,))[0]
    expected = ContextModel(parameters).locate(grid, TABLES)
    np.testing.assert_array_equal(ContextModel(parameters, most).locate(grid, TABLES), expected)


def test_weights_beyond_exact_sums_are_refused():
    parameters = Parameters.zeros(Architecture())
    parameters["context_1"][0, 0] = 2.0**30
    with pytest.raises(ValueError, match="would be rounded"):
        ContextModel(parameters)
