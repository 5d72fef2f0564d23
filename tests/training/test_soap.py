"""SOAP, held to its steps in NumPy."""

from recon.training import runtime

# isort: split
import keras
import numpy as np
import pytest

from recon.training.soap import Soap


def variable(values):
    return keras.Variable(np.asarray(values, np.float32))


def reference(values, gradients, *, rate, beta=0.95, refresh=10, epsilon=1e-8):
    """Return a matrix after steps with these gradients, as the paper has them."""
    values = values.astype(float)
    rows, columns = values.shape
    left, right, p, q = np.zeros((rows, rows)), np.zeros((columns, columns)), np.eye(rows), np.eye(columns)
    momentum, velocity = np.zeros_like(values), np.zeros_like(values)
    for step, gradient in enumerate(gradients, start=1):
        momentum = beta * momentum + (1 - beta) * gradient
        velocity = beta * velocity + (1 - beta) * (p.T @ gradient @ q) ** 2
        correction = np.sqrt(1 - beta**step) / (1 - beta**step)
        values = values - rate * correction * p @ (p.T @ momentum @ q / (np.sqrt(velocity) + epsilon)) @ q.T
        left = beta * left + (1 - beta) * gradient @ gradient.T
        right = beta * right + (1 - beta) * gradient.T @ gradient
        if step == 1:
            p, q = np.linalg.eigh(left)[1][:, ::-1], np.linalg.eigh(right)[1][:, ::-1]
        elif step % refresh == 0:
            rows, columns = (np.argsort(-np.diag(b.T @ a @ b)) for a, b in ((left, p), (right, q)))
            velocity = velocity[rows][:, columns]
            p, q = np.linalg.qr(left @ p[:, rows])[0], np.linalg.qr(right @ q[:, columns])[0]
    return values


def run(values, gradients, **options):
    moved = variable(values)
    optimizer = Soap(0.01, **options)
    optimizer.build([moved])
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient.astype(np.float32))])
    return np.array(moved)


def draw(*shape):
    """Return gradients of full rank, so that the first bases are not arbitrary."""
    rng = np.random.default_rng(0)
    return rng.normal(size=shape) * np.linspace(1, 3, shape[-1])


def test_a_matrix_moves_as_in_the_paper():
    gradients = draw(30, 4, 4)
    expected = reference(np.ones((4, 4)), gradients, rate=0.01)
    np.testing.assert_allclose(run(np.ones((4, 4)), gradients), expected, atol=2e-4)


def test_its_bases_turn_with_the_gradients():
    """Where another direction becomes the largest one, its column moves to the front, and its velocity with it."""
    gradients = draw(30, 4, 4)
    gradients[12:] *= np.linspace(5, 0.2, 4)
    expected = reference(np.ones((4, 4)), gradients, rate=0.01)
    np.testing.assert_allclose(run(np.ones((4, 4)), gradients), expected, atol=2e-4)


def test_a_kernel_is_a_matrix_of_its_outputs():
    gradients = draw(3, 2, 2, 1, 4)
    kernel = run(np.zeros((2, 2, 1, 4)), gradients)
    matrix = run(np.zeros((4, 4)), gradients.reshape(3, 4, 4))
    np.testing.assert_allclose(kernel.reshape(4, 4), matrix, atol=1e-6)


def test_the_first_step_is_adam_s():
    gradients = draw(1, 3, 5)
    np.testing.assert_allclose(run(np.zeros((3, 5)), gradients), -0.01 * np.sign(gradients[0]), rtol=1e-4)


@pytest.mark.parametrize("shape", [(7,), (1, 7), (7, 7), ()])
def test_sides_that_are_too_long_are_left_to_adam(shape):
    gradients = np.random.default_rng(0).normal(size=(25, *shape))
    adam = keras.optimizers.Adam(0.01, beta_1=0.95, beta_2=0.95, epsilon=1e-8)
    moved = variable(np.zeros(shape))
    adam.build([moved])
    for gradient in gradients:
        adam.apply([keras.ops.convert_to_tensor(gradient.astype(np.float32))])
    np.testing.assert_allclose(run(np.zeros(shape), gradients, longest=6), np.array(moved), atol=1e-6)


def test_its_state_and_settings_can_be_saved():
    optimizer = Soap(0.01, refresh=3, longest=20)
    assert Soap.from_config(optimizer.get_config()).get_config() == optimizer.get_config()
    optimizer.build([variable(np.zeros((3, 5)))])
    shapes = sorted(tuple(state.shape) for state in optimizer.variables if len(state.shape) == 2)
    assert shapes == [(3, 3), (3, 3), (3, 5), (3, 5), (5, 5), (5, 5)]


def test_it_runs_in_a_graph():
    import tensorflow as tf

    gradients = draw(12, 4, 4).astype(np.float32)
    moved, optimizer = variable(np.ones((4, 4))), Soap(0.01)
    optimizer.build([moved])

    @tf.function
    def step(gradient):
        optimizer.apply([gradient])

    for gradient in gradients:
        step(tf.constant(gradient))
    np.testing.assert_allclose(np.array(moved), run(np.ones((4, 4)), gradients), atol=1e-5)
