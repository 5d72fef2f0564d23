"""SOAP: Adam in the eigenvectors' basis of Shampoo's preconditioner.

Vyas et al., "SOAP: Improving and Stabilizing Shampoo using Adam", 2024, arXiv:2409.11321. For a matrix W and its
gradient G, L and R are moving averages of G G' and G' G, and the columns of P and Q are nearly their eigenvectors:

    rotated      g = P' G Q                   m = P' M Q, where M is the moving average of G
    Adam's step  u = m / sqrt(v)              v is the moving average of g^2
    back         W <- W - learning rate x P u Q'

P and Q are found by an eigendecomposition in the first step, and after every `refresh` steps they are improved by
one step of the power iteration, which is a QR decomposition. It converges to eigenvectors in descending order of
their eigenvalues: columns that have come out of order, and what v has of them, are put in order first. The first
step itself is Adam's.
"""

from collections.abc import Sequence
from itertools import chain
from math import prod
from typing import Any

import keras
from keras import ops

_SIDES = ("left", "right")


class Soap(keras.optimizers.Adam):
    """SOAP for all variables: kernels of convolutions as matrices (rows x columns x in, out), vectors as rows.

    A side longer than `longest` has no basis. So a variable whose sides are all too long, or 1, is left to Adam.
    """

    def __init__(
        self,
        learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 0.003,
        *,
        beta_1: float = 0.95,
        beta_2: float = 0.95,
        epsilon: float = 1e-8,
        shampoo_beta: float = 0.95,
        refresh: int = 10,
        longest: int = 512,
        **options: Any,
    ) -> None:
        """Take Adam's settings, the memory of L and R, and the steps between two refreshed bases."""
        super().__init__(learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon, **options)
        self.shampoo_beta, self.refresh, self.longest = shampoo_beta, refresh, longest

    def build(self, var_list: Sequence[keras.Variable]) -> None:
        """Make the state for these variables."""
        if self.built:
            return
        super().build(var_list)
        self._averages, self._bases = [], []
        for variable in var_list:
            sides = [side if 1 < side <= self.longest else None for side in _matrix_shape(variable.shape)]
            named = [(f"{variable.name}_{name}", side) for name, side in zip(_SIDES, sides, strict=True)]
            self._averages.append([side and self._add_square(f"{name}_average", side) for name, side in named])
            self._bases.append([side and self._add_square(f"{name}_basis", side) for name, side in named])

    def _add_square(self, name: str, side: int) -> keras.Variable:
        initializer = "identity" if name.endswith("basis") else "zeros"
        return self.add_variable((side, side), initializer=initializer, name=name)

    def apply(
        self, grads: Sequence[keras.KerasTensor], trainable_variables: Sequence[keras.Variable] | None = None
    ) -> None:
        """Move all variables, and then refresh their bases if it is time."""
        super().apply(grads, trainable_variables)
        is_due = ops.cast(ops.equal(self.iterations % self.refresh, 0), "int32")
        choice = ops.where(ops.equal(self.iterations, 1), 2, is_due)
        # One switch for all bases: a graph for each would take a second to trace.
        ops.switch(choice, [lambda: None, self._improve_bases, self._find_bases])

    def update_step(
        self, gradient: keras.KerasTensor, variable: keras.Variable, learning_rate: keras.KerasTensor
    ) -> None:
        """Move a variable, and add to the averages that its bases are made of."""
        index = self._get_variable_index(variable)
        shape = _matrix_shape(variable.shape)
        step = ops.cast(self.iterations + 1, variable.dtype)
        correction = ops.sqrt(1 - self.beta_2**step) / (1 - self.beta_1**step)
        bases, (momentum, velocity) = self._bases[index], (self._momentums[index], self._velocities[index])
        matrix = ops.reshape(gradient, shape)
        self.assign(momentum, self.beta_1 * momentum + (1 - self.beta_1) * gradient)
        rotated = ops.reshape(_rotate(matrix, bases), variable.shape)
        self.assign(velocity, self.beta_2 * velocity + (1 - self.beta_2) * ops.square(rotated))
        direction = _rotate(ops.reshape(momentum, shape), bases)
        direction = direction / (ops.sqrt(ops.reshape(velocity, shape)) + self.epsilon)
        moved = ops.reshape(_rotate(direction, bases, back=True), variable.shape)
        self.assign_sub(variable, ops.cast(learning_rate, variable.dtype) * correction * moved)
        turned = ops.transpose(matrix)
        for average, factors in zip(self._averages[index], [(matrix, turned), (turned, matrix)], strict=True):
            if average is not None:
                product = ops.matmul(*factors)
                self.assign(average, self.shampoo_beta * average + (1 - self.shampoo_beta) * product)

    def _find_bases(self) -> None:
        """Set all bases to the eigenvectors of their averages, in descending order."""
        for average, basis in zip(chain(*self._averages), chain(*self._bases), strict=True):
            if basis is not None:
                self.assign(basis, ops.flip(ops.eigh(ops.convert_to_tensor(average))[1], axis=1))

    def _improve_bases(self) -> None:
        """Improve all bases by a step of the power iteration, after their columns are put in descending order."""
        for averages, bases, velocity in zip(self._averages, self._bases, self._velocities, strict=True):
            matrix = ops.reshape(velocity, _matrix_shape(velocity.shape))
            for axis, (average, basis) in enumerate(zip(averages, bases, strict=True)):
                if basis is None:
                    continue
                average, columns = ops.convert_to_tensor(average), ops.convert_to_tensor(basis)
                sizes = ops.sum(columns * ops.matmul(average, columns), axis=0)
                order = ops.argsort(-sizes)
                columns, matrix = ops.take(columns, order, axis=1), ops.take(matrix, order, axis=axis)
                # What is added keeps columns apart where gradients were 0.
                self.assign(basis, ops.qr(ops.matmul(average, columns) + 1e-12 * columns)[0])
            self.assign(velocity, ops.reshape(matrix, velocity.shape))

    def get_config(self) -> dict[str, Any]:
        """Return all settings."""
        config = super().get_config()
        return config | {"shampoo_beta": self.shampoo_beta, "refresh": self.refresh, "longest": self.longest}


def _matrix_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the shape of a variable as a matrix."""
    return prod(shape[:-1]), (*shape, 1)[len(shape[:-1])]


def _rotate(
    matrix: keras.KerasTensor, bases: Sequence[keras.Variable | None], *, back: bool = False
) -> keras.KerasTensor:
    """Return a matrix in the bases of its two sides, or back from there; a side without one stays as it is."""
    left, right = bases
    if left is not None:
        matrix = ops.matmul(left if back else ops.transpose(left), matrix)
    if right is not None:
        matrix = ops.matmul(matrix, ops.transpose(right) if back else right)
    return matrix
