"""A multilayer perceptron in NumPy alone, float64: forward, backward, SGD with momentum and Adam.

An oracle for the Keras networks: written from the formulas, with nothing in common with what it is held against.
Weights are lists [kernel, bias, kernel, bias, ...], kernels (inputs, outputs), as Keras' `get_weights` has them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

Weights = list[np.ndarray]


class Function(NamedTuple):
    """A function of numbers and its derivative, which is given the argument and the value."""

    value: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray]


ACTIVATIONS = {
    "linear": Function(lambda z: z, lambda z, a: np.ones_like(z)),
    "relu": Function(lambda z: np.maximum(z, 0), lambda z, a: (z > 0).astype(float)),
    "sigmoid": Function(lambda z: 1 / (1 + np.exp(-z)), lambda z, a: a * (1 - a)),
    "tanh": Function(np.tanh, lambda z, a: 1 - a**2),
    "sine": Function(np.sin, lambda z, a: np.cos(z)),
}


class Loss(NamedTuple):
    """A mean over all numbers of what each error costs, and the derivative of that cost by the error."""

    cost: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]


LOSSES = {
    "mse": Loss(np.square, lambda e: 2 * e),
    "mae": Loss(np.abs, np.sign),
    "charbonnier": Loss(lambda e: np.sqrt(e**2 + 1e-6), lambda e: e / np.sqrt(e**2 + 1e-6)),
    "huber": Loss(
        lambda e: np.where(np.abs(e) <= 0.05, e**2 / 2, 0.05 * (np.abs(e) - 0.025)),
        lambda e: np.clip(e, -0.05, 0.05),
    ),
}


def forward(weights: Weights, x: np.ndarray, activations: list[str]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return (argument, value) of each layer's activation, from x (batch, inputs) on."""
    passed = []
    for kernel, bias, name in zip(weights[::2], weights[1::2], activations, strict=True):
        z = x @ kernel + bias
        x = ACTIVATIONS[name].value(z)
        passed.append((z, x))
    return passed


def loss(weights: Weights, x: np.ndarray, y: np.ndarray, activations: list[str], name: str) -> float:
    """Return the mean cost of the network's errors on x (batch, inputs) against y (batch, outputs)."""
    return float(LOSSES[name].cost(forward(weights, x, activations)[-1][1] - y).mean())


def gradient(weights: Weights, x: np.ndarray, y: np.ndarray, activations: list[str], name: str) -> Weights:
    """Return the loss's derivative by every weight, by the chain rule from the last layer back."""
    passed = forward(weights, x, activations)
    inputs = [x, *(value for _, value in passed[:-1])]
    error = LOSSES[name].slope(passed[-1][1] - y) / y.size
    found: Weights = []
    for layer in reversed(range(len(activations))):
        error = error * ACTIVATIONS[activations[layer]].slope(*passed[layer])
        found = [inputs[layer].T @ error, error.sum(axis=0), *found]
        error = error @ weights[2 * layer].T
    return found


@dataclass
class SGD:
    """Stochastic gradient descent with momentum, as Keras has it: v <- momentum v - rate g, w <- w + v."""

    rate: float
    momentum: float = 0.0
    velocity: Weights = field(default_factory=list)

    def step(self, weights: Weights, gradients: Weights) -> Weights:
        """Return the moved weights."""
        self.velocity = self.velocity or [np.zeros_like(w) for w in weights]
        self.velocity = [self.momentum * v - self.rate * g for v, g in zip(self.velocity, gradients, strict=True)]
        return [w + v for w, v in zip(weights, self.velocity, strict=True)]


@dataclass
class Adam:
    """Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, section 2's faster form."""

    rate: float
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7
    steps: int = 0
    first: Weights = field(default_factory=list)
    second: Weights = field(default_factory=list)

    def step(self, weights: Weights, gradients: Weights) -> Weights:
        """Return the moved weights."""
        self.steps += 1
        zeros = [np.zeros_like(w) for w in weights]
        pairs = zip(self.first or zeros, gradients, strict=True)
        self.first = [self.beta_1 * m + (1 - self.beta_1) * g for m, g in pairs]
        pairs = zip(self.second or zeros, gradients, strict=True)
        self.second = [self.beta_2 * v + (1 - self.beta_2) * g**2 for v, g in pairs]
        rate = self.rate * np.sqrt(1 - self.beta_2**self.steps) / (1 - self.beta_1**self.steps)
        moved = zip(weights, self.first, self.second, strict=True)
        return [w - rate * m / (np.sqrt(v) + self.epsilon) for w, m, v in moved]
