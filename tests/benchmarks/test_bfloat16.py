"""The benchmark's own arithmetic: what is rounded, and what is not."""

from recon.training import runtime

# isort: split
import keras
import numpy as np
import tensorflow as tf

from bfloat16 import in_bfloat16, product, rounded

RNG = np.random.default_rng(5)


def test_the_nearest_of_eight_bits():
    """Between 1 and 2 they are 1/128 apart; halves go to the even one."""
    values = tf.constant([1.0, 1 + 1 / 128, 1 + 1 / 256, 1 + 3 / 256, 1 + 1 / 500])
    np.testing.assert_array_equal(rounded(values), [1, 1 + 1 / 128, 1, 1 + 2 / 128, 1])


def test_small_whole_numbers_are_multiplied_exactly_and_so_are_their_gradients():
    x, kernel, upstream = (tf.constant(RNG.integers(-9, 9, (4, 4)), tf.float32) for _ in range(3))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, kernel])
        ours, theirs = (tf.reduce_sum(upstream * multiply(x, kernel)) for multiply in (product, tf.matmul))
    assert float(ours) == float(theirs)
    for one, other in zip(tape.gradient(ours, [x, kernel]), tape.gradient(theirs, [x, kernel]), strict=True):
        np.testing.assert_array_equal(one, other)


def test_dense_layers_round_their_factors_only_where_they_are_told_to():
    layer = keras.layers.Dense(2, kernel_initializer=keras.initializers.Constant(1 + 1 / 256))
    x = np.ones((1, 1), np.float32)
    exact = np.asarray(layer(x))
    with in_bfloat16():
        np.testing.assert_array_equal(layer(x), [[1, 1]])
    np.testing.assert_array_equal(layer(x), exact)
    assert exact[0, 0] == 1 + 1 / 256
