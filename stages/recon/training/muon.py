"""Muon for convolutions: the step of a kernel is its momentum with all singular values made about equal."""

from collections.abc import Callable, Sequence

import keras
from keras import ops


class KernelMuon(keras.optimizers.Muon):
    """Keras' Muon, which takes matrices only, for the kernels (rows, columns, in, out) of convolutions.

    A kernel is taken as the matrix (rows x columns x in, out); that of a transposed convolution, which Keras holds
    as (rows, columns, out, in), as (rows x columns x out, in). A network's first and last kernel, which in a chain
    of layers see the image and make it, and whatever else is no kernel of a convolution are left to Adam. Steps of
    both are about as long, so there is one learning rate (Liu et al. 2025, arXiv:2502.16982).
    """

    def build(self, var_list: Sequence[keras.Variable]) -> None:
        """Make the state for these variables, which are in the order of the network's layers."""
        kernels = [index for index, variable in enumerate(var_list) if len(variable.shape) == 4]
        self._orthogonalized = frozenset(kernels[1:-1])
        super().build(var_list)

    def _should_use_adamw(self, variable: keras.Variable) -> bool:
        return self._get_variable_index(variable) not in self._orthogonalized

    def zeropower_via_newtonschulz5(self, x: keras.KerasTensor, steps: int) -> keras.KerasTensor:
        """Return the kernel `x` with singular values of about 1."""
        return _as_matrix(lambda matrix: super(KernelMuon, self).zeropower_via_newtonschulz5(matrix, steps), x)

    def lr_adjust(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Return the step `x`, such a kernel times the learning rate, scaled to the length of Adam's steps."""
        return _as_matrix(super().lr_adjust, x)


def _as_matrix(
    function: Callable[[keras.KerasTensor], keras.KerasTensor], kernel: keras.KerasTensor
) -> keras.KerasTensor:
    return ops.reshape(function(ops.reshape(kernel, (-1, kernel.shape[-1]))), kernel.shape)
