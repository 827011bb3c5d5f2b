"""Building an ONNX graph by hand: channels first, batch of one, every shape known while building.

Every graph takes what a canvas gives: uint8 RGBA [1, H, W, 4]. Grey conversion, normalisation and the dropping of alpha
are one 1x1 convolution in the graph, so that Python and the browser feed identical bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from kuuki.mood.labels import LABELS

OPSET: Final = 17
IR_VERSION: Final = 8
"""Old enough for every onnxruntime since 1.12, in the browser too."""

Array = NDArray[Any]
Padding = Literal["same", "valid"]


@dataclass(frozen=True)
class Packed:
    """Weights as their package stores them: value = stored * scale + minimum (uint8), or stored as float16.

    They stay small in the file; the runtime unpacks them once, when it loads the graph (constant folding).
    """

    stored: Array
    scale: float | None = None
    minimum: float = 0.0

    def oihw(self, order: Sequence[int]) -> "Packed":
        """The same weights with their axes in another order."""
        return Packed(np.ascontiguousarray(self.stored.transpose(order)), self.scale, self.minimum)

    def values(self) -> NDArray[np.float32]:
        """The weights as float32."""
        values: NDArray[np.float32] = self.stored.astype(np.float32)
        return values if self.scale is None else values * np.float32(self.scale) + np.float32(self.minimum)


@dataclass(frozen=True)
class Tensor:
    """A value in the graph and its shape without the batch axis."""

    name: str
    shape: tuple[int, ...]


@dataclass
class Graph:
    """Nodes and weights, in the order in which they are added."""

    nodes: list[Any] = field(default_factory=list)
    weights: list[Any] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    size: int = 0

    def constant(self, values: Array | Packed) -> str:
        """Weights, stored as they come: float32, packed uint8 or float16, or int64 for shapes. Returns the name."""
        if not isinstance(values, Packed):
            return self._stored(values)
        cast = self._node("Cast", [self._stored(values.stored)], to=TensorProto.FLOAT)
        if values.scale is None:
            return cast
        scaled = self._node("Mul", [cast, self._stored(np.float32(values.scale))])
        return self._node("Add", [scaled, self._stored(np.float32(values.minimum))])

    def _stored(self, values: Any) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def _node(self, kind: str, inputs: Sequence[str], output: str | None = None, **attributes: Any) -> str:
        name = output or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def op(self, kind: str, inputs: Sequence[Tensor | str], shape: tuple[int, ...], **attributes: Any) -> Tensor:
        """Any operator whose output shape (without batch) the caller knows."""
        names = [value.name if isinstance(value, Tensor) else value for value in inputs]
        return Tensor(self._node(kind, names, **attributes), shape)

    def intake(self, size: int, weights: Array, bias: Array) -> Tensor:
        """The picture, uint8 RGBA [1, size, size, 4], as channels: ``weights`` [channels, 3] x 0..255 + ``bias``."""
        self.size = size
        planes = self.op("Transpose", ["rgba"], (4, size, size), perm=[0, 3, 1, 2])
        numbers = self.op("Cast", [planes], planes.shape, to=TensorProto.FLOAT)
        no_alpha = np.pad(weights, ((0, 0), (0, 1)))[:, :, None, None]
        return self.conv(numbers, no_alpha.astype(np.float32), bias.astype(np.float32))

    def conv(
        self,
        x: Tensor,
        kernel: Array | Packed,
        bias: Array | Packed | None = None,
        stride: int = 1,
        padding: Padding = "same",
        groups: int = 1,
    ) -> Tensor:
        """Convolution; ``kernel`` [out, in / groups, height, width]. "same" pads as TensorFlow: more at the end."""
        shape = kernel.stored.shape if isinstance(kernel, Packed) else kernel.shape
        out, sides = _window(x.shape, shape[2:], stride, padding)
        inputs: list[Tensor | str] = [x, self.constant(kernel)]
        inputs += [] if bias is None else [self.constant(bias)]
        attributes = {"kernel_shape": list(shape[2:]), "strides": [stride, stride], "pads": sides, "group": groups}
        return self.op("Conv", inputs, (shape[0], *out), **attributes)

    def max_pool(self, x: Tensor, window: tuple[int, int], stride: int, padding: Padding) -> Tensor:
        """Maximum over windows; padding as in ``conv``."""
        out, sides = _window(x.shape, window, stride, padding)
        attributes = {"kernel_shape": list(window), "strides": [stride, stride], "pads": sides}
        return self.op("MaxPool", [x], (x.shape[0], *out), **attributes)

    def relu(self, x: Tensor) -> Tensor:
        """max(x, 0)."""
        return self.op("Relu", [x], x.shape)

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        """The sum of two tensors of equal shape."""
        return self.op("Add", [x, y], x.shape)

    def probabilities(self, logits: Tensor, own_labels: Sequence[str]) -> None:
        """Softmax, reordered from the model's own labels to kuuki's: the output ``weights`` [1, 7]."""
        order = np.array([list(own_labels).index(label) for label in LABELS], dtype=np.int64)
        ours = self.op("Gather", [logits, self.constant(order)], logits.shape, axis=1)
        self.output("weights", self.op("Softmax", [ours], logits.shape, axis=1))

    def output(self, name: str, x: Tensor) -> None:
        """Names an output, float32."""
        self._node("Identity", [x.name], output=name)
        self.outputs.append(Tensor(name, x.shape))

    def encode(self, name: str, source: str) -> bytes:
        """The checked model as bytes. ``source`` says where the weights came from and goes into the file."""
        picture = helper.make_tensor_value_info("rgba", TensorProto.UINT8, [1, self.size, self.size, 4])
        outputs = [helper.make_tensor_value_info(x.name, TensorProto.FLOAT, [1, *x.shape]) for x in self.outputs]
        graph = helper.make_graph(self.nodes, name, [picture], outputs, self.weights)
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, doc_string=source)
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))


def _window(shape: Sequence[int], window: Sequence[int], stride: int, padding: Padding) -> tuple[list[int], list[int]]:
    """Output height and width, and pads [top, left, bottom, right]."""
    sizes = list(zip(shape[1:], window, strict=True))
    if padding == "valid":
        return [(side - reach) // stride + 1 for side, reach in sizes], [0, 0, 0, 0]
    out = [-(-side // stride) for side, _ in sizes]
    total = [max((n - 1) * stride + reach - side, 0) for n, (side, reach) in zip(out, sizes, strict=True)]
    return out, [pad // 2 for pad in total] + [pad - pad // 2 for pad in total]
