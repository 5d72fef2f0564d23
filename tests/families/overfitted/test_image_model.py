"""What is trained is what is coded: the model in TensorFlow against the exact one."""

from recon.training import runtime

# isort: split
import keras
import numpy as np
import pytest
import tensorflow as tf

import overfitted_images
from pictures import picture
from recon.coding import contexts
from recon.families.overfitted import grids
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.atlas import Atlas
from recon.families.overfitted.fused_operations import convolve, laplace_bits, soft_round_twice
from recon.families.overfitted.image_model import GAIN, ImageModel, Schedule
from recon.families.overfitted.structure import compute_ms_ssim
from recon.families.overfitted.synthesis import Synthesis
from recon.referee import similarity

SIDES = (37, 53)
_CONVOLUTION = (3, 9, 12), (3, 3, 3, 2), (2, 7, 10)  # planes, kernel, what weighs the result
ARCHITECTURES = {
    "default": Architecture(),
    "gray": Architecture(channels=1),
    "coarse": Architecture(levels=(1, 3), contexts=20, residuals=1),
    "finest alone": Architecture(levels=(0,), contexts=1, context_layers=1, residuals=0),
}


def build(architecture, *, sides=SIDES, lmbda=1e-3, steps=20, ms_ssim=0.0):
    parameters = overfitted_images.draw_parameters(architecture)
    latents = overfitted_images.draw_latents(*sides, architecture.levels)
    pixels = picture(*sides, architecture.channels)
    model = ImageModel(*sides, architecture, schedule=Schedule(steps), ms_ssim=ms_ssim)
    model.begin(pixels, lmbda=lmbda, seed=1, start=parameters, latents=latents)
    return model, parameters, latents, pixels


def cost(model):
    _, distortion, bpp = model.measure_rounded()
    return float(distortion) + 1e-3 * float(bpp)


def numeric(function, values, step=1e-2):
    """Return the derivatives of a sum of values of their own, by differences."""
    return (function(values + step) - function(values - step)) / (2 * step)


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
def test_the_rate_is_the_entropy_and_the_distortion_that_of_the_picture(architecture):
    model, parameters, latents, pixels = build(architecture)
    error, distortion, bpp = model.measure_rounded()
    bits = sum(overfitted_images.count_bits(parameters, grid) for grid in latents)
    assert float(bpp) * np.prod(SIDES) == pytest.approx(bits, rel=1e-4)
    coded = Synthesis(parameters).render(latents, *SIDES)
    assert float(error) == pytest.approx(np.square((coded.astype(float) - pixels) / 255).mean(), rel=1e-3)
    assert float(distortion) == float(error)


@pytest.mark.parametrize("sides", [(161, 170), (180, 201)])
def test_its_ms_ssim_is_that_of_the_referee(sides):
    """A few of the colors in float32 are rounded to another gray level than the exact ones."""
    model, parameters, latents, pixels = build(Architecture(), sides=sides, ms_ssim=0.5)
    error, distortion, _ = model.measure_rounded()
    coded = Synthesis(parameters).render(latents, *sides)
    expected = similarity.ms_ssim(reference=pixels, reconstruction=coded)
    assert 1 - (float(distortion) - float(error)) / 0.5 == pytest.approx(expected, rel=1e-3)


def test_a_picture_smaller_than_one_window_has_no_ms_ssim():
    model, *_ = build(Architecture(), sides=(10, 40), ms_ssim=0.5)
    error, distortion, _ = model.measure_rounded()
    assert float(distortion) == float(error)


def test_pictures_with_nothing_in_common_have_a_gradient():
    """Their structure at a scale is negative: a power of 0 has none."""
    target = tf.constant(np.random.default_rng(0).random((3, 40, 50)), tf.float32)
    colors = 1 - target
    with tf.GradientTape() as tape:
        tape.watch(colors)
        value = compute_ms_ssim(colors, target)
    assert 0 < float(value) < 0.1
    assert np.isfinite(np.array(tape.gradient(value, colors))).all()


@pytest.mark.parametrize("sides", [(64, 64), (161, 177)])
def test_ms_ssim_is_tensorflow_s_where_that_has_all_scales(sides):
    """And with the weights of its first scales where a picture is smaller."""
    random = np.random.default_rng(0)
    target = random.random((3, *sides)).astype(np.float32)
    colors = np.clip(target + random.normal(0, 0.1, target.shape), 0, 1).astype(np.float32)
    weights = np.array(similarity.WEIGHTS[: 5 if min(sides) > 160 else 3])
    pictures = (tf.constant(picture.transpose(1, 2, 0)[np.newaxis]) for picture in (colors, target))
    expected = tf.image.ssim_multiscale(*pictures, max_val=1.0, power_factors=weights / weights.sum())[0]
    assert float(compute_ms_ssim(tf.constant(colors), tf.constant(target))) == pytest.approx(
        float(expected), abs=1e-4
    )


@pytest.mark.parametrize("sides", [(11, 11), SIDES])
def test_ms_ssim_of_a_small_picture_can_be_trained(sides):
    model, *_ = build(Architecture(), sides=sides, ms_ssim=0.1)
    model.compile(optimizer=keras.optimizers.Adam(0.01), jit_compile=False)
    before = cost(model)
    nothing = tf.data.Dataset.from_tensors(0).repeat()
    model.fit(nothing, epochs=1, steps_per_epoch=10, verbose=0, shuffle=False)
    assert cost(model) < before


def test_weights_and_latents_come_back():
    model, parameters, latents, _ = build(Architecture())
    np.testing.assert_allclose(model.get_parameters().flat(), parameters.flat(), atol=1e-6)
    for found, grid in zip(model.get_latents(), latents, strict=True):
        np.testing.assert_array_equal(found, grid)


def test_training_lowers_the_cost():
    model, *_ = build(Architecture(), steps=30)
    model.compile(optimizer=keras.optimizers.Adam(0.01), jit_compile=False)
    before = cost(model)
    nothing = tf.data.Dataset.from_tensors(0).repeat()
    model.fit(nothing, epochs=1, steps_per_epoch=30, verbose=0, shuffle=False)
    assert cost(model) < 0.7 * before


@pytest.mark.parametrize("count", [1, 6, 14, 40])
@pytest.mark.parametrize("sides", [(8, 8), (37, 53), (130, 9)])
def test_the_atlas_holds_every_neighbor_and_zeros_beside_the_grids(count, sides):
    shapes, offsets = grids.list_shapes(*sides, range(7)), contexts.list_offsets(count)
    atlas = Atlas(shapes, offsets)
    plane = np.zeros(atlas.shape)
    latents = overfitted_images.draw_latents(*sides, range(7))
    for grid, (row, column) in zip(latents, atlas.corners, strict=True):
        plane[row : row + grid.shape[0], column : column + grid.shape[1]] = grid
    vector, length = plane.ravel(), len(atlas.mask)
    assert atlas.mask.sum() == grids.count_latents(shapes)
    for shift, offset in zip(atlas.shifts, offsets, strict=True):
        neighbors = vector[atlas.start + shift :][:length]
        for grid, (row, column) in zip(latents, atlas.corners, strict=True):
            padded = np.pad(grid, contexts.REACH)
            top, left = contexts.REACH + offset.row, contexts.REACH + offset.column
            expected = padded[top : top + grid.shape[0], left : left + grid.shape[1]]
            place = row * atlas.shape[1] + column - atlas.start
            view = np.lib.stride_tricks.as_strided(
                neighbors[place:], grid.shape, (atlas.shape[1] * neighbors.itemsize, neighbors.itemsize)
            )
            np.testing.assert_array_equal(view, expected)


def test_the_derivatives_of_bits_are_those_of_differences():
    rng = np.random.default_rng(0)
    values, means = rng.normal(0, 2, (2, 400)).astype(np.float32)
    log_scales = rng.uniform(-1.5, 2.5, 400).astype(np.float32)
    weights = rng.uniform(0, 1, 400).astype(np.float32)
    inputs = [tf.constant(array) for array in (values, means, log_scales)]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        total = 3 * laplace_bits(*inputs, tf.constant(weights))
    gradients = tape.gradient(total, inputs)

    def bits(value, mean, log_scale):
        scale = np.exp(log_scale)
        distance = np.abs(value - mean)
        far, near = (0.5 * np.exp(-np.abs(distance + half) / scale) for half in (0.5, -0.5))
        return -3 * weights * np.log2(np.where(distance < 0.5, 1 - near - far, near - far))

    arrays = [array.astype(float) for array in (values, means, log_scales)]
    assert float(total) == pytest.approx(bits(*arrays).sum(), rel=1e-4)
    for number, gradient in enumerate(gradients):
        others = list(arrays)

        def along(array, number=number, others=others):
            return bits(*[*others[:number], array, *others[number + 1 :]])

        np.testing.assert_allclose(gradient, numeric(along, arrays[number], 1e-4), atol=2e-2)


def test_log_scales_beyond_the_limits_are_not_pushed_farther():
    log_scale = tf.constant([-9.0, 9.0])
    with tf.GradientTape() as tape:
        tape.watch(log_scale)
        bits = laplace_bits(tf.zeros(2), tf.zeros(2), log_scale, tf.ones(2))
    np.testing.assert_array_equal(tape.gradient(bits, log_scale), [0, 0])


def test_soft_rounding_turns_into_rounding_and_its_derivative_is_that_of_differences():
    latents = tf.constant(np.linspace(-0.2, 0.2, 301, dtype=np.float32))
    noise, soft = tf.zeros_like(latents), tf.constant(0.3)
    hard = soft_round_twice(latents, noise, tf.constant(0.01), GAIN).numpy()
    away = np.abs(latents * GAIN - np.floor(latents * GAIN) - 0.5) > 0.05
    np.testing.assert_allclose(hard[away], np.rint(latents * GAIN)[away], atol=1e-3)
    with tf.GradientTape() as tape:
        tape.watch(latents)
        rounded = soft_round_twice(latents, noise, soft, GAIN)
    found = tape.gradient(rounded, latents)
    step = 1e-4
    ends = [soft_round_twice(latents + sign * step, noise, soft, GAIN).numpy() for sign in (1, -1)]
    np.testing.assert_allclose(found, (ends[0] - ends[1]) / (2 * step), atol=0.5)


def test_a_convolution_and_its_derivatives_are_those_of_tensorflow():
    rng = np.random.default_rng(0)
    planes, kernel, weights = (tf.constant(rng.normal(size=shape), tf.float32) for shape in _CONVOLUTION)

    def by_tensorflow(planes, kernel):
        images = tf.transpose(planes, (1, 2, 0))[tf.newaxis]
        return tf.transpose(tf.nn.conv2d(images, kernel, 1, "VALID")[0], (2, 0, 1))

    results = []
    for function in (by_tensorflow, convolve):
        with tf.GradientTape() as tape:
            tape.watch([planes, kernel])
            total = tf.reduce_sum(weights * function(planes, kernel))
        results.append([total, *tape.gradient(total, [planes, kernel])])
    for expected, found in zip(*results, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_equal_seeds_train_to_equal_bits():
    trained = []
    for _ in range(2):
        model, *_ = build(Architecture(levels=(0, 2), contexts=4), sides=(16, 16), steps=5)
        model.compile(optimizer=keras.optimizers.Adam(0.01), jit_compile=False)
        nothing = tf.data.Dataset.from_tensors(0).repeat()
        model.fit(nothing, epochs=1, steps_per_epoch=5, verbose=0, shuffle=False)
        trained.append(np.array(model.latents))
    np.testing.assert_array_equal(*trained)
