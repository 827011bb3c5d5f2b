"""Does a model say what was recorded? A test pattern goes in, single outputs are compared with the manifest."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.manifest import Model


def pattern(size: int) -> NDArray[np.uint8]:
    """A picture, uint8 RGBA [1, size, size, 4]: 64 + (3x + 5y + 37c + xy // 8) mod 128 in channel c; alpha is 255."""
    y, x, c = np.ogrid[:size, :size, :4]
    picture: NDArray[np.uint8] = (64 + (3 * x + 5 * y + 37 * c + x * y // 8) % 128).astype(np.uint8)
    picture[..., 3] = 255
    return picture.reshape(1, size, size, 4)


def session(model: Path | bytes) -> onnxruntime.InferenceSession:
    """One thread, CPU, quiet."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    given = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])


def outputs(model: Path | bytes, size: int) -> dict[str, NDArray[Any]]:
    """All outputs for the pattern, by name."""
    running = session(model)
    names = [output.name for output in running.get_outputs()]
    return dict(zip(names, running.run(names, {"rgba": pattern(size)}), strict=True))


def error(model: Path | bytes, expected: Model) -> float:
    """Largest absolute difference from the recorded outputs; compare with ``expected.recorded.tolerance``."""
    got = outputs(model, expected.size)
    recorded = expected.recorded.values.items()
    return max(abs(float(got[name].flat[at]) - want) for name, wanted in recorded for at, want in wanted.items())
