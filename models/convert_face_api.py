"""face-api's expression network (npm @vladmandic/face-api) to ONNX.

The weights are one binary and a JSON list of its tensors, most of them uint8 with a scale and a minimum. The network:
four blocks of densely added depthwise-separable convolutions, the first of each with stride 2; mean; a layer of seven.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from models.graph import Graph, Packed, Tensor

MEAN_RGB: Final = (122.782, 117.001, 104.298)
"""Of the original's preprocessing, 0..255; what remains is divided by 255."""

Weights = Mapping[str, Packed]


def unpack(listing: bytes, binary: bytes) -> dict[str, Packed]:
    """Tensors by name, still packed. ``listing`` is the package's weights manifest with one group."""
    tensors: dict[str, Packed] = {}
    at = 0
    for entry in json.loads(listing)[0]["weights"]:
        tensors[entry["name"]], at = _tensor(entry, binary, at)
    if at != len(binary):
        raise ValueError(f"the listing describes {at} bytes of {len(binary)}")
    return tensors


def _tensor(entry: Mapping[str, Any], binary: bytes, at: int) -> tuple[Packed, int]:
    packing = entry.get("quantization")
    kind = np.dtype("u1" if packing else "<f4")
    if entry["dtype"] != "float32" or (packing and packing["dtype"] != "uint8"):
        raise ValueError(f"{entry['name']}: neither float32 nor packed as uint8")
    count = int(np.prod(entry["shape"]))
    stored = np.frombuffer(binary, kind, count, at).reshape(entry["shape"])
    packed = Packed(stored, packing["scale"], packing["min"]) if packing else Packed(stored)
    return packed, at + count * kind.itemsize


def build(contents: Sequence[bytes], size: int, own_labels: Sequence[str]) -> Graph:
    """The graph from the package's files (weights listing, binary): rgba -> weights [1, 7]."""
    weights = unpack(contents[0], contents[1])
    graph = Graph()
    x = graph.intake(size, np.eye(3) / 255, -np.array(MEAN_RGB) / 255)
    for block in range(4):
        x = _block(graph, weights, x, block)
    mean = graph.op("GlobalAveragePool", [x], (x.shape[0], 1, 1))
    flat = graph.op("Flatten", [mean], (x.shape[0],), axis=1)
    layer = [graph.constant(weights["fc/weights"]), graph.constant(weights["fc/bias"].stored)]
    graph.probabilities(graph.op("Gemm", [flat, *layer], (len(own_labels),)), own_labels)
    return graph


def _block(graph: Graph, weights: Weights, x: Tensor, block: int) -> Tensor:
    name = f"dense{block}/conv"
    first = _plain(graph, weights, x, f"{name}0") if block == 0 else _separable(graph, weights, x, f"{name}0", 2)
    total = graph.relu(first)
    total = graph.add(total, _separable(graph, weights, total, f"{name}1"))
    for later in (2, 3):
        total = graph.add(total, _separable(graph, weights, graph.relu(total), f"{name}{later}"))
    return graph.relu(total)


def _plain(graph: Graph, weights: Weights, x: Tensor, name: str) -> Tensor:
    kernel = weights[f"{name}/filters"].oihw((3, 2, 0, 1))
    return graph.conv(x, kernel, weights[f"{name}/bias"].stored, stride=2)


def _separable(graph: Graph, weights: Weights, x: Tensor, name: str, stride: int = 1) -> Tensor:
    """Each channel by itself, then a mix of channels at each place."""
    depth = weights[f"{name}/depthwise_filter"].oihw((2, 3, 0, 1))
    point = weights[f"{name}/pointwise_filter"].oihw((3, 2, 0, 1))
    apart = graph.conv(x, depth, stride=stride, groups=x.shape[0])
    return graph.conv(apart, point, weights[f"{name}/bias"].stored)
