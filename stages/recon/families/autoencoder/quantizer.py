"""Training an autoencoder with its quantizer, and with what its bits cost.

    image --> analysis --> Quantizer --> synthesis --> image
                              |
                              +--> bits per pixel x rate weight, added to the loss

Rounding has no gradient. It is replaced by uniform noise as wide as a cell of the quantizer (Ballé, Laparra and
Simoncelli, "End-to-end optimized image compression", ICLR 2017), or by rounding with the gradient of the identity
(Theis et al., "Lossy image compression with compressive autoencoders", ICLR 2017). The bits are those of a
factorized prior: each channel of the latent is drawn from a Laplace distribution, fitted to the latent of the
step, as the coder fits one to the symbols that it sends (see `recon.coding.rate`). So the prior has no
parameters.
"""

import keras
from keras import ops

from recon.training.laplace import laplace_bits
from recon.training.towers import in_towers

_LEAST_SCALE = 0.02  # in cells; a channel that is all zeros costs no bits at it, and has a gradient


class Quantizer(keras.layers.Layer):
    """The quantized latent (batch, rows, columns, channels); in training an approximation that has a gradient.

    Args:
        quantization: the approximation, "noise" or "straight_through".
        q_step: width of a cell.
        rate_weight: what a bit per pixel adds to the loss.
        pixels: image pixels for each position of the latent.
        seed: seed of the noise.
    """

    def __init__(self, quantization: str, *, q_step: float, rate_weight: float, pixels: int, seed: int) -> None:
        super().__init__(name="quantizer")
        self._noise = keras.random.SeedGenerator(seed) if quantization == "noise" else None
        self._q_step, self._rate_weight, self._pixels = q_step, rate_weight, pixels

    def call(self, latent: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        """Return the latent after quantization; in training, add the cost of its bits to the loss."""
        exact = latent / self._q_step
        if not training:
            return ops.round(exact) * self._q_step
        symbols = exact + self._error(exact)
        if self._rate_weight:
            self.add_loss(self._rate_weight * self._bpp(symbols, exact))
        return symbols * self._q_step

    def _error(self, symbols: keras.KerasTensor) -> keras.KerasTensor:
        if self._noise:
            return keras.random.uniform(ops.shape(symbols), -0.5, 0.5, seed=self._noise)
        return ops.stop_gradient(ops.round(symbols) - symbols)

    def _bpp(self, symbols: keras.KerasTensor, exact: keras.KerasTensor) -> keras.KerasTensor:
        """Return the bits per pixel under the prior that fits the `exact` symbols, those without noise."""
        location = ops.mean(exact, axis=(0, 1, 2))
        scale = ops.mean(ops.abs(exact - location), axis=(0, 1, 2)) + _LEAST_SCALE
        bits = laplace_bits(symbols, location, scale)
        return ops.mean(ops.sum(bits, axis=-1)) / self._pixels


def insert_quantizer(network: keras.Model, quantizer: Quantizer, *, batched: bool = False) -> keras.Model:
    """Return `network`, a `synthesis(analysis(image))`, with `quantizer` in between; the layers are shared.

    For batches of more than one image (`batched`) both parts run in towers; the quantizer sees the whole batch.
    """
    parts = [network.get_layer("analysis"), network.get_layer("synthesis")]
    analysis, synthesis = [in_towers(part) for part in parts] if batched else parts
    image = network.inputs[0]
    return keras.Model(image, synthesis(quantizer(analysis(image))), name="quantized")
