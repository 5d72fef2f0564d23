"""What an encoder chooses by the true cost: the steps of the networks' weights, and their symbols.

The true cost of an image, in bits, is that of its file and of its picture: bits + pixels x distortion / lambda,
where the distortion is the mean squared error of colors in [0, 1].
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from recon.coding import wavefront
from recon.coding.context_model import ContextModel
from recon.families.overfitted.architecture import Parameters
from recon.families.overfitted.synthesis import Synthesis
from recon.families.overfitted.weights import STEPS, QuantizedParameters, count_bits, quantize_array, step_of

_FIRST_STEP, _STRIDE = 14, 4  # of a search, in half powers of two
_PEAK = 255

Cost = Callable[[Parameters], float]


class UncodableError(ValueError):
    """Weights that no decoder takes, with whatever steps: too large, or no numbers."""


class ImageCost:
    """The true cost of an image's latents and picture: all but the bits of the weights, which it is a function of.

    What a change of weights leaves as it was, latents' bits or picture, is not computed again.
    """

    def __init__(self, pixels: np.ndarray, latents: Sequence[np.ndarray], lmbda: float) -> None:
        """Take uint8 pixels (rows, columns, channels), their latent grids, and lambda."""
        self._pixels, self._latents, self._lmbda = pixels, latents, lmbda
        self._last: dict[str, tuple[dict[str, np.ndarray], float]] = {}

    def __call__(self, parameters: Parameters) -> float:
        """Return the cost in bits."""
        return self._recall("context", parameters, self._count_bits) + self._recall("", parameters, self._weigh)

    def _recall(self, prefix: str, parameters: Parameters, compute: Cost) -> float:
        """Return `compute(parameters)`, from memory where the arrays that it depends on are the last ones."""
        of_context = prefix == "context"
        arrays = {n: values for n, values in parameters.arrays.items() if n.startswith("context") == of_context}
        last, cost = self._last.get(prefix, ({}, 0.0))
        if not last or not all(np.array_equal(values, last[name]) for name, values in arrays.items()):
            cost = compute(parameters)
            self._last[prefix] = arrays, cost
        return cost

    def _count_bits(self, parameters: Parameters) -> float:
        model = ContextModel(parameters.arrays)
        return sum(wavefront.count_bits(model, grid) for grid in self._latents)

    def _weigh(self, parameters: Parameters) -> float:
        rows, columns, channels = self._pixels.shape
        picture = Synthesis(parameters).render(self._latents, rows, columns)
        errors = np.subtract(picture, self._pixels, dtype=np.float32)
        return float(np.square(errors).sum(dtype=np.float64)) / (_PEAK**2 * channels * self._lmbda)


def search_steps(parameters: Parameters, cost: Cost, start: Parameters | None = None) -> QuantizedParameters:
    """Return weights with the step of each array that has the lowest cost, found for one array after another.

    Args:
        parameters: the weights, not quantized.
        cost: of all weights, in bits; those of the symbols are added here.
        start: what differences are taken from; None: 0.

    Raises:
        UncodableError: with no step that was tried a decoder would take the weights.
    """
    start = start or Parameters.zeros(parameters.architecture)
    current, steps = parameters, {}
    for name in parameters.arrays:
        trials = _Trials(name, current, start, cost)
        steps[name] = trials.find_step()
        current = trials.quantized[steps[name]]
    return QuantizedParameters.quantize(parameters, steps, start)


def refine_symbols(
    quantized: QuantizedParameters, cost: Cost, start: Parameters | None = None
) -> QuantizedParameters:
    """Return weights of which each symbol is moved by one, toward 0 or away from it, where that costs less.

    It is rate-distortion optimized quantization, in one pass: the cost is asked for once or twice for each weight.
    """
    symbols = {name: values.copy() for name, values in quantized.symbols.items()}
    refined = QuantizedParameters(quantized.architecture, quantized.steps, symbols)
    for values in symbols.values():

        def total(values: np.ndarray = values) -> float:
            try:
                return count_bits(values) + cost(refined.dequantize(start))
            except ValueError:  # symbols beyond their range, or sums beyond exact arithmetic
                return float("inf")

        lowest = total()
        for place in np.ndindex(values.shape):
            before = values[place]
            for change in (-1, 1) if before > 0 else (1, -1):
                values[place] = before + change
                if (cost_of_change := total()) < lowest:
                    lowest = cost_of_change
                    break
                values[place] = before
    return refined


class _Trials:
    """Steps that are tried for one array, the other ones as they are.

    Attributes:
        quantized: all weights, with this array quantized, by step.
    """

    def __init__(self, name: str, parameters: Parameters, start: Parameters, cost: Cost) -> None:
        self._name, self._parameters, self._start, self._cost = name, parameters, start, cost
        self._costs: dict[int, float] = {}
        self.quantized: dict[int, Parameters] = {}

    def find_step(self) -> int:
        """Return the best step near one that no stride to either side improves."""
        best, place = _FIRST_STEP, None
        while place != best:
            place = best
            best = self._choose((place, place - _STRIDE, place + _STRIDE))
        best = self._choose(range(best - _STRIDE + 1, best + _STRIDE))
        if best not in self.quantized:
            raise UncodableError(f"{self._name}: weights that no decoder takes")
        return best

    def _choose(self, steps: Iterable[int]) -> int:
        return min((step for step in steps if 0 <= step < STEPS), key=self._try_step)

    def _try_step(self, step: int) -> float:
        if step not in self._costs:
            try:
                self._costs[step] = self._quantize(step)
            except ValueError:  # symbols beyond their range, or sums beyond exact arithmetic
                self._costs[step] = float("inf")
        return self._costs[step]

    def _quantize(self, step: int) -> float:
        start = self._start[self._name]
        symbols = quantize_array(self._parameters[self._name] - start, step)
        arrays = self._parameters.arrays | {self._name: start + step_of(step) * symbols}
        parameters = Parameters(self._parameters.architecture, arrays)
        total = count_bits(symbols) + self._cost(parameters)
        self.quantized[step] = parameters
        return total
