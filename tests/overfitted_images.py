"""Networks and latents of overfitted images without any fitting, and the same networks in floating point."""

import numpy as np

from recon.coding import contexts
from recon.families.overfitted import codestream, grids, starts, tiling
from recon.families.overfitted.architecture import Architecture, Parameters
from recon.families.overfitted.codestream import CodedImage
from recon.families.overfitted.weights import QuantizedParameters
from recon.families.shared import zoo

STEP = 14  # 2^-7


def draw_parameters(architecture, seed=0):
    """Return networks that have use of their inputs: means near the neighbors, gray pictures with some color."""
    rng = np.random.default_rng(seed)
    parameters = Parameters.from_flat(architecture, rng.normal(0, 0.02, architecture.num_params))
    parameters["context_linear"][0, : min(3, architecture.contexts)] += 0.25
    parameters["context_out_bias"][:] = 0, 4
    parameters["context_out"][1] += 0.05
    parameters["pixel_out_bias"][:] += 0.5
    return parameters


def draw_latents(rows, columns, levels, seed=0):
    """Return smooth grids with noise, larger from level to level."""
    rng = np.random.default_rng(seed)
    latents = []
    for level, shape in zip(levels, grids.list_shapes(rows, columns, levels), strict=True):
        row, column = np.indices(shape)
        waves = 3 * np.sin(row / 5 + level) * np.cos(column / 7)
        latents.append(np.rint(waves + rng.laplace(0, 0.4 + 0.3 * level, shape)).astype(np.int16))
    return latents


def draw_image(rows, columns, architecture=None, *, seed=0, start=None):
    """Return a coded image of random networks and latents."""
    architecture = architecture or Architecture()
    parameters = draw_parameters(architecture, seed)
    steps = dict.fromkeys(architecture.shapes, STEP)
    weights = QuantizedParameters.quantize(parameters, steps, start and start.parameters)
    return CodedImage(rows, columns, weights, draw_latents(rows, columns, architecture.levels, seed))


def draw_tiles(rows, columns, architecture=None, *, start=None):
    """Return the coded tiles of a picture, each of other networks and latents."""
    tiles = []
    for number, tile in enumerate(tiling.cut(rows, columns)):
        start = codestream.next_start(tiles[-1:], start)
        tiles.append(draw_image(*tile.shape, architecture, seed=number, start=start))
    return tiles


def encode(image, start=None):
    """Return the payload of a picture of one tile."""
    return codestream.encode([image], image.rows, image.columns, start)


def predict(parameters, grid):
    """Return mean and log-scale of each latent, computed in floating point: (2, rows, columns)."""
    count = parameters.architecture.contexts
    rows, columns = grid.shape
    padded = np.pad(grid, contexts.REACH).astype(float)
    neighbors = np.stack(
        [
            padded[contexts.REACH + row :, contexts.REACH + column :][:rows, :columns].ravel()
            for row, column in contexts.list_offsets(count)
        ]
    )
    hidden = neighbors
    for number in range(parameters.architecture.context_layers):
        bias = parameters[f"context_{number}_bias"][:, np.newaxis]
        hidden = np.maximum(hidden + parameters[f"context_{number}"] @ hidden + bias, 0)
    out = parameters["context_out"] @ hidden + parameters["context_linear"] @ neighbors
    return (out + parameters["context_out_bias"][:, np.newaxis]).reshape(2, rows, columns)


def count_bits(parameters, grid, reach=None):
    """Return the entropy of a grid by the model in floating point, of values up to `reach` if that is given."""
    mean, log_scale = predict(parameters, grid)
    scale = np.exp(np.clip(log_scale - 4, -5, 5))
    within = 1.0 if reach is None else sum(_mass(value - mean, scale) for value in range(-reach, reach + 1))
    return -np.log2(_mass(grid - mean, scale) / within).sum()


def _mass(distance, scale):
    far, near = (0.5 * np.exp(-np.abs(np.abs(distance) + half) / scale) for half in (0.5, -0.5))
    return np.where(np.abs(distance) < 0.5, 1 - near - far, near - far)


def render(parameters, latents, rows, columns):
    """Return colors, computed in floating point and not rounded: (rows, columns, channels)."""
    architecture = parameters.architecture
    pairs = zip(latents, architecture.levels, strict=True)
    dense = np.stack([_enlarge(grid, level, rows, columns).ravel() for grid, level in pairs])
    hidden = np.maximum(parameters["pixel_hidden"] @ dense + parameters["pixel_hidden_bias"][:, np.newaxis], 0)
    colors = parameters["pixel_out"] @ hidden + parameters["pixel_linear"] @ dense
    colors = (colors + parameters["pixel_out_bias"][:, np.newaxis]).reshape(-1, rows, columns)
    for number, kernel in enumerate(parameters.residual_kernels(), start=1):
        padded = np.pad(colors, ((0, 0), (1, 1), (1, 1)), mode="edge")
        parts = [
            np.einsum("io,irc->orc", kernel[down, right], padded[:, down:, right:][:, :rows, :columns])
            for down in range(3)
            for right in range(3)
        ]
        colors = np.maximum(sum(parts), 0 if number < architecture.residuals else -np.inf)
    return colors.transpose(1, 2, 0)


def _enlarge(grid, level, rows, columns):
    """Return a grid at the size of the image, by one matrix for each axis and level."""
    values = grid.astype(float)
    for below in range(level - 1, -1, -1):
        shape = -(-rows >> below), -(-columns >> below)
        down, across = (_bilinear(new, old) for new, old in zip(shape, values.shape, strict=True))
        values = down @ values @ across.T
    return values


def _bilinear(new, old):
    matrix = np.zeros((new, old))
    for number in range(new):
        nearest, other = number // 2, number // 2 + (1 if number % 2 else -1)
        matrix[number, nearest] += 0.75
        matrix[number, min(max(other, 0), old - 1)] += 0.25
    return matrix


def add_to_zoo(content, name=starts.USUAL):
    """Add the file of a start to the zoo in the working folder."""
    row = {
        **{"purpose": "Begins.", "family": "overfitted", "settings": {}, "channels": 3, "scores": {}},
        **{"recipe": "overfitted-start", "data": "bsds500", "license": "none"},
    }
    return zoo.add(content, **row, name=name)
