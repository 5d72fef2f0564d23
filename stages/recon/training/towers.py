"""Two halves of a batch at once: in-graph data parallelism, for operations that run on one thread each.

                +-- first half --- network --+
    batch --> split                        concatenate --> loss of the whole batch, one gradient
                +-- second half -- network --+

One chain of convolutions leaves a second core idle; two chains use it, and still sum in a fixed order.
"""

from typing import Any

import keras
from keras import ops, tree


class Towers(keras.Model):
    """A functional network that passes the two halves of a training batch separately, over the same weights.

    A layer that sums over the batch, such as batch normalization, sees one half at a time. Make it by `in_towers`.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Return the network's output for `inputs`, a batch of two or more in training."""
        if not training:
            return super().call(inputs, training=training, mask=mask)
        middle = ops.shape(tree.flatten(inputs)[0])[0] // 2
        halves = (slice(None, middle), slice(middle, None))
        parts = [tree.map_structure(lambda x, half=half: x[half], inputs) for half in halves]
        return ops.concatenate([super(Towers, self).call(part, training=True) for part in parts])


def in_towers(network: keras.Model) -> Towers:
    """Return `network` as towers over the same layers: training one trains the other."""
    inputs = network.inputs if len(network.inputs) > 1 else network.inputs[0]
    return Towers(inputs, network.outputs[0], name=network.name)
