"""The cost of a network: its multiply-adds, counted from the operations of its graph.

Whatever layers a network is made of, its products and sums are made by the few operations below, so a new layer
needs no line here. Operations that work element by element, biases and activations among them, are left out.
"""

import math
from collections.abc import Callable, Iterator

import keras
import tensorflow as tf

from recon.core.errors import UserError


def _count_product(op: tf.Operation) -> int:
    """Return the values of the result times the length of the sums, of a product of (batches of) matrices."""
    transposed = op.get_attr("transpose_a" if op.type == "MatMul" else "adj_x")
    return math.prod(op.outputs[0].shape) * op.inputs[0].shape[-2 if transposed else -1]


def _count_einsum(op: tf.Operation) -> int:
    """Return the product of the lengths of all axes, each once."""
    subscripts = op.get_attr("equation").decode().partition("->")[0].split(",")
    lengths = {}
    for letters, tensor in zip(subscripts, op.inputs, strict=True):
        first, _, last = letters.partition("...")
        shape = tuple(tensor.shape)
        broadcast = len(shape) - len(first) - len(last)
        names = [*first, *(f"...{n - broadcast}" for n in range(broadcast)), *last]
        for name, length in zip(names, shape, strict=True):
            lengths[name] = max(length, lengths.get(name, 1))
    return math.prod(lengths.values())


def _count_convolution(op: tf.Operation) -> int:
    """Return the values of a kernel (of one group) times the positions where it is applied: those of the result.

    Dilation moves positions into the batch, which is counted with them.
    """
    return math.prod(op.outputs[0].shape[:-1]) * math.prod(op.inputs[1].shape)


def _count_transposed(op: tf.Operation) -> int:
    """Return the same for a transposed convolution, whose kernel is applied at the positions of its input."""
    return math.prod(op.inputs[2].shape[:-1]) * math.prod(op.inputs[1].shape)


_COUNTS: dict[str, Callable[[tf.Operation], int]] = {
    **dict.fromkeys(("Conv2D", "Conv3D", "DepthwiseConv2dNative"), _count_convolution),
    **dict.fromkeys(("Conv2DBackpropInput", "Conv3DBackpropInputV2"), _count_transposed),
    **dict.fromkeys(("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"), _count_product),
    "Einsum": _count_einsum,
}
_UNCOUNTED = {
    **dict.fromkeys(("While", "StatelessWhile", "PyFunc", "EagerPyFunc"), ("loop", "unroll it")),
    **dict.fromkeys(("If", "StatelessIf", "Case", "StatelessCase"), ("branches", "take one of them always")),
}


def _operations(graph: tf.Graph) -> Iterator[tf.Operation]:
    """Yield the operations of a graph, and of the functions that it calls."""
    for op in graph.get_operations():
        if op.type in ("PartitionedCall", "StatefulPartitionedCall"):
            yield from _operations(graph._get_function(op.get_attr("f").name).graph)
        else:
            yield op


def macs(model: keras.Model) -> int:
    """Return the multiply-adds of one forward pass of one image (or vector) through `model`.

    `model` must have been built for inputs of a fixed shape.

    Raises:
        UserError: it has a loop, such as a recurrent layer's, whose steps the graph does not tell, or branches,
            or a product of a size that depends on the values.
    """
    inputs = [tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype) for tensor in model.inputs]
    graph = tf.function(lambda *x: model(x[0] if len(x) == 1 else list(x), training=False))
    total = 0
    for op in _operations(graph.get_concrete_function(*inputs).graph):
        if op.type in _COUNTS and _is_static(op):
            total += _COUNTS[op.type](op)
        elif op.type in _COUNTS or op.type in _UNCOUNTED:
            kind, remedy = _UNCOUNTED.get(op.type, ("product", "give it a fixed size"))
            raise UserError(
                f"network {model.name}: the multiply-adds of its {kind} {op.name} cannot be counted; {remedy}"
            )
    return total


def _is_static(op: tf.Operation) -> bool:
    """Return whether all tensors of an operation have a shape that is known."""
    return all(tensor.shape.is_fully_defined() for tensor in (*op.inputs, *op.outputs))


def describe(model: keras.Model) -> dict[str, int | float]:
    """Return num_params, macs_per_pixel and, for a network that names its latent, latents_per_pixel.

    The latent is the output of a part called `analysis` or a layer called `latent`. `model` must have been built
    for a fixed image size, and return an image.
    """
    pixels = math.prod(model.output_shape[1:3])
    about = {"num_params": model.count_params(), "macs_per_pixel": macs(model) / pixels}
    for layer in model.layers:
        if layer.name in ("analysis", "latent"):
            about["latents_per_pixel"] = math.prod(layer.output.shape[1:]) / pixels
    return about
