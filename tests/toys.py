"""Small things to train in tests."""

from recon.training import runtime

# isort: split
import keras
import numpy as np

from recon.settings.training import Training
from recon.training.batches import Photographs

ONES = np.ones((4, 4, 1), np.float32)


def settings(**changes):
    fields = {"optimizer": "sgd", "learning_rate": 0.1, "loss": "mse", "value_range": "unit"}
    return Training(**fields | changes)


def scaling(weight=0.0):
    """A network of one weight, which multiplies its image; on an image of ones the right one is 1."""
    initial = keras.initializers.Constant(weight)
    layer = keras.layers.Conv2D(1, 1, use_bias=False, kernel_initializer=initial, name="scale")
    return keras.Sequential([keras.Input((None, None, 1)), layer], name="scaling")


def weight_of(model):
    return float(model.get_weights()[0].item())


def ones(steps=1):
    return Photographs([ONES] * steps)


class Watch(keras.callbacks.Callback):
    """Notes the weight of a `scaling` and the learning rate when each step begins."""

    def __init__(self):
        super().__init__()
        self.weights, self.rates = [], []

    def on_train_batch_begin(self, batch, logs=None):
        self.weights.append(weight_of(self.model))
        self.rates.append(float(self.model.optimizer.learning_rate))
