"""A Keras model as PyTorch modules, made from the JSON that Keras describes it with and from its weights."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from torch_layers import LAYERS, Weights

Layer = dict[str, Any]  # class_name, config, inbound_nodes; a model is a layer, too
Call = tuple[str, int]  # a layer's name, and which of its calls


def twin(layer: Layer, weights: Weights) -> nn.Module:
    """Return the module that does what a Keras layer or model does, on images with their channels first.

    Args:
        layer: as in the JSON of `keras.Model.to_json`.
        weights: "LAYER/kernel" -> values, of all layers.

    Raises:
        ValueError: there is no twin for a layer of this kind, or not for this one.
    """
    kind, config = layer["class_name"], layer["config"]
    if kind == "Functional":
        return Graph(config, weights)
    if kind == "Sequential":
        return nn.Sequential(*(twin(part, weights) for part in config["layers"][1:]))  # the first is the input
    if kind not in LAYERS:
        raise ValueError(f"no twin for the layer {kind}; write one in torch_layers.py")
    own = {name.partition("/")[2]: values for name, values in weights.items() if _is_of(config["name"], name)}
    return LAYERS[kind](config | layer.get("build_config", {}), own)


def _is_of(layer: str, name: str) -> bool:
    return name.partition("/")[0] == layer


class Graph(nn.Module):
    """A model of Keras' functional form with one output: its layers, called in an order in which they can be."""

    def __init__(self, config: dict[str, Any], weights: Weights) -> None:
        super().__init__()
        layers = {layer["config"]["name"]: layer for layer in config["layers"]}
        self._inputs = [reference[:2] for reference in _references(config["input_layers"])]
        (self._output,) = _references(config["output_layers"])
        self._calls = list(_ordered(self._output[:2], layers, set(self._inputs)))
        self.layers = nn.ModuleDict({name: twin(layers[name], weights) for (name, _), _ in self._calls})

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        given = {call: (value,) for call, value in zip(self._inputs, inputs, strict=True)}
        for call, sources in self._calls:
            found = self.layers[call[0]](*(given[name, number][index] for name, number, index in sources))
            given[call] = found if isinstance(found, tuple) else (found,)
        name, number, index = self._output
        return given[name, number][index]


def _ordered(wanted: Call, layers: dict[str, Layer], done: set[Call]) -> Iterator[tuple[Call, list[tuple]]]:
    """Yield each call that `wanted` needs, itself the last, with where its tensors come from; add it to `done`."""
    if wanted in done:
        return
    name, number = wanted
    sources = list(_sources(layers[name]["inbound_nodes"][number]["args"]))
    for source in sources:
        yield from _ordered(source[:2], layers, done)
    done.add(wanted)
    yield wanted, sources


def _sources(arguments: Any) -> Iterator[tuple[str, int, int]]:
    """Yield (layer, which of its calls, which of its outputs) of each tensor among a call's arguments."""
    if isinstance(arguments, list):
        for argument in arguments:
            yield from _sources(argument)
    elif isinstance(arguments, dict) and arguments["class_name"] == "__keras_tensor__":
        yield tuple(arguments["config"]["keras_history"])
    else:
        raise ValueError(f"no twin for a call with something else than tensors: {arguments}")


def _references(found: list) -> list[tuple[str, int, int]]:
    """Return the inputs or outputs of a model; Keras writes a single one without a list around it."""
    return [tuple(one) for one in (found if isinstance(found[0], list) else [found])]
