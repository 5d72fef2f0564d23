"""Keras' layers as PyTorch modules on images (batch, channels, rows, columns): those that our networks have.

Each builder takes the layer's config and its own weights, in Keras' axes: kernels (rows, columns, in, out).
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import torch
from torch import nn

Config = dict[str, Any]
Weights = dict[str, np.ndarray]

_ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "linear": nn.Identity,
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(0.2),  # Keras' slope; PyTorch's own is 0.01
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
}


class Apply(nn.Module):
    """A function of tensors as a layer without weights."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self._function = function

    def forward(self, *inputs: torch.Tensor) -> Any:
        return self._function(*inputs)


def _convolution(config: Config, weights: Weights) -> nn.Module:
    taken, given = weights["kernel"].shape[2:]
    return _with_weights(nn.Conv2d(taken, given, **_geometry(config, weights)), config, weights)


def _transposed_convolution(config: Config, weights: Weights) -> nn.Module:
    given, taken = weights["kernel"].shape[2:]
    return _with_weights(nn.ConvTranspose2d(taken, given, **_geometry(config, weights)), config, weights)


def _geometry(config: Config, weights: Weights) -> dict[str, Any]:
    sides, strides = config["kernel_size"], config["strides"]
    padding = _padding(config, sides)
    return {"kernel_size": sides, "stride": strides, "padding": padding, "bias": "bias" in weights}


def _padding(config: Config, sides: list[int]) -> list[int]:
    """Return the rows and columns of zeros on each side, for images whose sides are multiples of the strides."""
    if config["padding"] == "valid":
        return [0, 0]
    both = [size - stride for size, stride in zip(sides, config["strides"], strict=True)]
    if any(total < 0 or total % 2 for total in both):
        raise ValueError(f"no twin for padding by {both} in all, which is not the same on both sides")
    return [total // 2 for total in both]


def _dense(config: Config, weights: Weights) -> nn.Module:
    """Return a linear layer, or on images a 1x1 convolution."""
    taken, given = weights["kernel"].shape
    if len(config["input_shape"]) == 2:
        return _with_weights(nn.Linear(taken, given), config, weights)
    pointwise = weights | {"kernel": weights["kernel"].reshape(1, 1, taken, given)}
    return _with_weights(nn.Conv2d(taken, given, 1), config, pointwise)


def _with_weights(module: nn.Module, config: Config, weights: Weights) -> nn.Module:
    """Return `module` with Keras' weights, their axes in PyTorch's order, and with the layer's activation."""
    kernel = weights["kernel"]
    _copy(module.weight, kernel.transpose((3, 2, 0, 1) if kernel.ndim == 4 else (1, 0)))
    if "bias" in weights:
        _copy(module.bias, weights["bias"])
    if config["activation"] == "linear":
        return module
    return nn.Sequential(module, _activation(config, {}))


def _copy(parameter: torch.Tensor, values: np.ndarray) -> None:
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(values.copy()))


def _activation(config: Config, weights: Weights) -> nn.Module:
    if config["activation"] not in _ACTIVATIONS:
        raise ValueError(f"no twin for the activation {config['activation']}; add it to torch_layers.py")
    return _ACTIVATIONS[config["activation"]]()


def _normalization(config: Config, weights: Weights) -> nn.Module:
    module = nn.BatchNorm2d(len(weights["gamma"]), config["epsilon"], 1 - config["momentum"])
    names = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
    for theirs, ours in names.items():
        _copy(getattr(module, theirs), weights[ours])
    return module


def _max_pooling(config: Config, weights: Weights) -> nn.Module:
    return nn.MaxPool2d(config["pool_size"], config["strides"], _padding(config, config["pool_size"]))


def _flatten(config: Config, weights: Weights) -> nn.Module:
    """Return what flattens images in Keras' order, with the channels last; vectors as they are."""
    return Apply(lambda x: (x.permute(0, 2, 3, 1) if x.ndim == 4 else x).flatten(1))


def _reshape(config: Config, weights: Weights) -> nn.Module:
    """Return what makes images of vectors that are in Keras' order."""
    return Apply(lambda x: x.reshape(-1, *config["target_shape"]).permute(0, 3, 1, 2).contiguous())


def _space_to_depth(config: Config, weights: Weights) -> nn.Module:
    """Return PyTorch's pixel-unshuffle, its channels in Keras' order: first the place in the square."""
    area = config["block_size"] ** 2
    return nn.Sequential(nn.PixelUnshuffle(config["block_size"]), Apply(lambda x: _swapped(x, x.shape[1] // area)))


def _depth_to_space(config: Config, weights: Weights) -> nn.Module:
    area = config["block_size"] ** 2
    return nn.Sequential(Apply(lambda x: _swapped(x, area)), nn.PixelShuffle(config["block_size"]))


def _swapped(x: torch.Tensor, outer: int) -> torch.Tensor:
    """Return `x` with its channels, numbered by an outer and an inner index, numbered the other way round."""
    return x.unflatten(1, (outer, -1)).transpose(1, 2).flatten(1, 2)


def _mean(config: Config, weights: Weights) -> nn.Module:
    return Apply(lambda x: x.mean(_channels(config), keepdim=config["keepdims"]))


def _largest(config: Config, weights: Weights) -> nn.Module:
    return Apply(lambda x: x.amax(_channels(config), keepdim=config["keepdims"]))


def _concatenation(config: Config, weights: Weights) -> nn.Module:
    return Apply(lambda *xs: torch.cat(xs, _channels(config)))


def _split(config: Config, weights: Weights) -> nn.Module:
    return Apply(lambda x: x.tensor_split(config["indices_or_sections"], _channels(config)))


def _channels(config: Config) -> int:
    if config["axis"] not in (-1, 3):
        raise ValueError(f"no twin for an operation along axis {config['axis']}, which is not the channels")
    return 1


LAYERS: dict[str, Callable[[Config, Weights], nn.Module]] = {
    "Activation": _activation,
    "Add": lambda config, weights: Apply(lambda *xs: reduce(torch.add, xs)),
    "BatchNormalization": _normalization,
    "Concatenate": _concatenation,
    "Conv2D": _convolution,
    "Conv2DTranspose": _transposed_convolution,
    "Dense": _dense,
    "DepthToSpace": _depth_to_space,
    "Flatten": _flatten,
    "GlobalAveragePooling2D": lambda config, weights: nn.AdaptiveAvgPool2d(1),
    "Max": _largest,
    "MaxPooling2D": _max_pooling,
    "Mean": _mean,
    "Multiply": lambda config, weights: Apply(lambda *xs: reduce(torch.mul, xs)),
    "Reshape": _reshape,
    "SpaceToDepth": _space_to_depth,
    "SpatialDropout2D": lambda config, weights: nn.Dropout2d(config["rate"]),
    "Split": _split,
    "UpSampling2D": lambda config, weights: nn.Upsample(scale_factor=tuple(config["size"])),
}
