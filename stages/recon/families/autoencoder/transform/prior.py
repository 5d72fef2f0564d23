"""The prior of the transform codec in exact arithmetic, and the symbols that are coded with it.

Symbols are coded group by group. Where the prior is nearly sure that a symbol is 0, it is set to 0 and not coded.
"""

from collections.abc import Callable, Mapping

import numpy as np

from recon.coding import laplace, wavefront
from recon.coding.context_model import LOG_SCALE_SHIFT, MOST, ContextModel
from recon.coding.convolution import Convolution
from recon.coding.symbols import SymbolReader, SymbolWriter
from recon.coding.wavefront import REACHES
from recon.families.autoencoder.transform.architecture import COEFFICIENTS, FLAT, GROUPS, SLICES

_STATE_BITS = 12
_LARGEST_STATE = 2.0 ** (_STATE_BITS + 8)  # no trained network is near it
_SURE = -2.5  # below this log-scale, 99.8 % of symbols are 0 if the mean is 0, and 96 % if it is 0.3
_SURE_SCALE = (_SURE - laplace.LOWEST) * laplace.STEPS

Code = Callable[[int, np.ndarray | None], np.ndarray]


class Prior:
    """The prior at one rate."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        """Take the weights of the codec at a rate; ValueError where they are too large for exact sums."""
        first = weights["prior_first"]
        self._first = np.floor(np.ldexp(first, _STATE_BITS))[:, np.newaxis, np.newaxis]
        self._flat = [ContextModel(_select(weights, f"flat_{group}_")) for group in range(FLAT)]

        def convolution(name: str, largest: float, units: int, outputs: int | np.ndarray) -> Convolution:
            bias = weights[f"{name}_bias"]
            if name.startswith("prior_out"):  # floor rounds to the nearest
                half, count = 0.5, len(bias) // 2
                shift = np.repeat([0, LOG_SCALE_SHIFT - laplace.LOWEST], count)
                bias = bias + shift + half / np.ldexp(1.0, outputs)
            return Convolution(weights[name], bias, largest=largest, units=units, outputs=outputs)

        state = {"largest": _LARGEST_STATE, "units": _STATE_BITS}
        taken = {"largest": MOST, "units": 0, "outputs": _STATE_BITS}
        groups = range(len(GROUPS))
        self._take_in = [convolution(f"prior_in_{group}", **taken) for group in groups[:-1]]
        self._mix = [convolution(f"prior_mix_{group}", **state, outputs=_STATE_BITS) for group in groups[:-1]]
        bits = [int(np.log2(laplace.FRACTIONS)), int(np.log2(laplace.STEPS))]
        self._out = {
            group: convolution(f"prior_out_{group}", **state, outputs=np.repeat(bits, GROUPS[group]))
            for group in groups[FLAT:]
        }

    def write(self, writer: SymbolWriter, symbols: np.ndarray) -> np.ndarray:
        """Write symbols (192, rows, columns) from -MOST to MOST; return them as `read` will."""
        written = symbols.copy()

        def code(group: int, predicted: np.ndarray | None) -> np.ndarray:
            values = written[SLICES[group]]
            if predicted is None:
                wavefront.encode(writer, self._flat[group], values[0])
            else:
                _write_group(writer, values, predicted)
            return values

        self._walk(symbols.shape[1:], code)
        return written

    def read(self, reader: SymbolReader, rows: int, columns: int) -> np.ndarray:
        """Return the symbols that `write` wrote, int16 (192, rows, columns).

        Raises:
            PayloadError: the code is damaged, or too short for so many symbols.
        """
        symbols = np.zeros((COEFFICIENTS, rows, columns), np.int16)

        def code(group: int, predicted: np.ndarray | None) -> np.ndarray:
            values = symbols[SLICES[group]]
            if predicted is None:
                values[0] = wavefront.decode(reader, self._flat[group], (rows, columns))
            else:
                _read_group(reader, values, predicted)
            return values

        self._walk((rows, columns), code)
        return symbols

    def _walk(self, shape: tuple[int, int], code: Code) -> None:
        """Call `code` with each group and what is predicted of its symbols; it returns these."""
        state = np.broadcast_to(self._first, (len(self._first), *shape)).copy()
        for group, count in enumerate(GROUPS):
            predicted = None
            if group >= FLAT:
                predicted = self._out[group](np.maximum(state, 0)).reshape(2, count, *shape)
            values = code(group, predicted)
            if group < len(GROUPS) - 1:
                state = _clip(state + self._take_in[group](values))
                state = _clip(state + self._mix[group](np.maximum(state, 0)))


def _write_group(writer: SymbolWriter, values: np.ndarray, predicted: np.ndarray) -> None:
    """Write the symbols of a group; those predicted to be 0 become 0."""
    open_ones = _find_open(predicted)
    values[~open_ones] = 0
    coded = values[open_ones]
    number = int(np.searchsorted(REACHES, np.abs(coded).max(initial=0)))
    writer.write_number(number, len(REACHES))
    if reach := REACHES[number]:
        tables = laplace.make_tables(reach)
        writer.write(coded + reach, tables, tables.locate(predicted[:, open_ones]))


def _read_group(reader: SymbolReader, values: np.ndarray, predicted: np.ndarray) -> None:
    open_ones = _find_open(predicted)
    if reach := REACHES[reader.read_number(len(REACHES))]:
        tables = laplace.make_tables(reach)
        values[open_ones] = reader.read(tables, tables.locate(predicted[:, open_ones])) - reach


def _find_open(predicted: np.ndarray) -> np.ndarray:
    """Return which symbols are coded, given means and scales in the units of tables."""
    means, scales = predicted
    return (scales >= _SURE_SCALE) | (np.abs(means) > laplace.FRACTIONS // 2)


def _select(weights: Mapping[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): values for name, values in weights.items() if name.startswith(prefix)}


def _clip(state: np.ndarray) -> np.ndarray:
    return np.clip(state, -_LARGEST_STATE, _LARGEST_STATE, out=state)
