"""The data of `fit`: whole photographs, batches of patches streamed from files, or places of one image."""

from collections.abc import Sequence
from functools import lru_cache

import keras
import numpy as np

from recon.core.images import ValueRange, to_float


class Batches(keras.utils.PyDataset):
    """Data for `fitting.fit`, which sets `epoch` (from 0) to that of the batch it takes next."""

    epoch = 0


class Endless(keras.utils.PyDataset):
    """The steps of `data`, one epoch after the other, from the epoch `first` on.

    For finite data Keras makes two iterators in each epoch. Each takes longer than a step of a small network.
    """

    num_batches = None  # Keras reads this instead of a length

    def __init__(self, data: Batches, *, first: int) -> None:
        super().__init__()
        self._data, self._first = data, first

    def __getitem__(self, step: int) -> tuple:
        """Return the batch of one step, counted from the beginning."""
        epochs, index = divmod(step, len(self._data))
        self._data.epoch = self._first + epochs
        return self._data[index]


class Photographs(Batches):
    """One whole photograph a step, as its own target: they may differ in size."""

    def __init__(self, photographs: Sequence[np.ndarray]) -> None:
        super().__init__()
        self._photographs = photographs

    def __len__(self) -> int:
        """Return the number of steps in an epoch."""
        return len(self._photographs)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return input and target of one step, both float32 (1, rows, columns, channels)."""
        batch = self._photographs[index][np.newaxis]
        return batch, batch


class Patches(Batches):
    """Pairs of patches in an endless shuffled order, read batch by batch from arrays that may be memory-mapped.

    The order is one permutation of the patches after the other, each drawn from the seed and its number; step s of
    epoch e takes batch e * steps + s of it. So an epoch may be less than a full pass, or more, and a run that
    is resumed at any epoch gets the same batches as an uninterrupted one.
    """

    def __init__(
        self,
        inputs: np.ndarray,
        targets: np.ndarray,
        *,
        batch_size: int,
        value_range: ValueRange,
        seed: int,
        steps: int | None = None,
        subset: np.ndarray | None = None,
        conditions: np.ndarray | None = None,
    ) -> None:
        """Serve pairs from `inputs` and `targets`, both uint8 (patches, patch_size, patch_size, channels).

        `steps` in an epoch: one pass, rounded down, by default. `subset`: the indices of the patches to use, all
        by default. `conditions`: float32 (patches, C), of a network whose input is the pair of both.
        """
        super().__init__()
        self._inputs, self._targets, self._conditions = inputs, targets, conditions
        self._batch_size, self._value_range, self._seed = batch_size, value_range, seed
        self._subset = np.arange(len(inputs)) if subset is None else np.asarray(subset)
        if not (len(inputs) == len(targets) and self._subset.size):
            raise ValueError(
                "needs patches, and as many inputs as targets. "
                f"Received: {len(inputs)} inputs, {len(targets)} targets, a subset of {self._subset.size}"
            )
        self._steps = steps or max(1, self._subset.size // batch_size)
        self._permutation = lru_cache(maxsize=2)(
            self._draw_permutation
        )  # a batch may reach from one into the next

    def __len__(self) -> int:
        """Return the number of steps in an epoch."""
        return self._steps

    def __getitem__(self, index: int) -> tuple[np.ndarray | tuple[np.ndarray, np.ndarray], np.ndarray]:
        """Return inputs and targets of one step, float32 (batch, patch_size, patch_size, channels) each."""
        patches = self._patches(self.epoch * self._steps + index)
        images = to_float(self._inputs[patches], self._value_range)
        targets = to_float(self._targets[patches], self._value_range)
        return (images if self._conditions is None else (images, self._conditions[patches])), targets

    def _patches(self, batch: int) -> np.ndarray:
        """Return the indices of the patches in a batch of the endless order."""
        first = batch * self._batch_size
        places = (divmod(place, self._subset.size) for place in range(first, first + self._batch_size))
        return np.array([self._permutation(number)[place] for number, place in places])

    def _draw_permutation(self, number: int) -> np.ndarray:
        return np.random.Generator(np.random.PCG64([self._seed, number])).permutation(self._subset)


class SampleBatches(Batches):
    """The known pixels of one image, a batch of places at a time, in one random order that is drawn once.

    So a batch is a slice of memory; gathering its rows would cost as much as a layer of the network. Where a batch
    reaches beyond the end of the order, it goes on from the beginning.
    """

    def __init__(
        self, features: np.ndarray, colors: np.ndarray, *, batch_size: int | None, steps: int, seed: int
    ) -> None:
        """Serve float32 `features` (places, F) with `colors` (places, channels), `steps` batches an epoch."""
        super().__init__()
        self._size = min(batch_size or len(features), len(features))
        self._steps, self._places = steps, len(features)
        order = np.random.Generator(np.random.PCG64(seed)).permutation(self._places)
        order = np.concatenate([order, order[: self._size]])
        self._features, self._colors = features[order], colors[order]

    @property
    def batch_size(self) -> int:
        """Return the number of places in a batch."""
        return self._size

    @property
    def colors(self) -> np.ndarray:
        """Return the colors of all places once, float32 (places, channels)."""
        return self._colors[: self._places]

    def __len__(self) -> int:
        """Return the number of steps in an epoch."""
        return self._steps

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return features (batch, F) and colors (batch, channels) of one step."""
        first = (self.epoch * self._steps + index) * self._size % self._places
        batch = slice(first, first + self._size)
        return self._features[batch], self._colors[batch]
