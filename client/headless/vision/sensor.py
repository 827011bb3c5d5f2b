"""A picture in, one face's weights out; or None, because no face is no score and never "neutral"."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from client.headless.vision.finding import Face, crop_square, largest_face
from client.headless.vision.sampling import Picture, crop, letterbox, rgba
from kuuki.mood.labels import LABELS
from models.errors import ModelError
from models.manifest import BUILT, BuiltModel, Runtime, load_runtime

Weights = tuple[float, ...]


@dataclass(frozen=True)
class Reading:
    """One face, one instant. Weights are seven numbers 0..1 in the order of kuuki.mood.labels, sum 1.

    ``weights`` is what is sent: the models' raw mean. ``shown`` is what one person is shown of themselves: tempered,
    because the models are too sure of single faces.
    """

    weights: Weights
    shown: Weights
    face: Face

    @property
    def sure(self) -> float:
        """The detector's score, 0..1."""
        return self.face.sure


class Sensor:
    """A detector and the expression models of one choice, loaded; one thread each. Holds no picture after ``read``."""

    def __init__(self, folder: Path = BUILT, detector: str | None = None, expression: str | None = None) -> None:
        """The default choices are the manifest's. Raises ModelError when a model is not built or not known."""
        built = load_runtime(folder)
        self._built, self._detector = built, _detector(built, detector or built.default.detector)
        self._members = _members(built, expression or built.default.expression)
        self._find = _session(folder / self._detector.file)
        self._read = [_session(folder / member.file) for member in self._members]

    def find(self, picture: Picture) -> Face | None:
        """The largest face in uint8 [height, width, 3 or 4], of whatever size, or None."""
        picture = rgba(picture)
        feed = {"rgba": letterbox(picture, self._detector.size)[None]}
        scores, boxes = self._find.run(["scores", "boxes"], feed)
        common, longer_px = self._built, max(picture.shape[:2])
        return largest_face(scores[0], boxes[0], common.min_detector_score, common.same_face_overlap, longer_px)

    def read(self, picture: Picture) -> Reading | None:
        """The weights of the largest face in uint8 [height, width, 3 or 4]; None: no face, or one that is too small.

        Raises ValueError for what is not a picture.
        """
        picture = rgba(picture)
        face = self.find(picture)
        if face is None or face.side_px < self._built.min_face_px:
            return None
        each = [self._probabilities(i, picture, face) for i in range(len(self._members))]
        calmer = [tempered(p, m.temperature or 1.0) for p, m in zip(each, self._members, strict=True)]
        return Reading(_mean(each), _mean(calmer), face)

    def _probabilities(self, member: int, picture: Picture, face: Face) -> NDArray[np.float64]:
        model = self._members[member]
        if model.crop is None:
            raise ModelError("the model has no crop", model.file, "Run `python -m models.build`")
        feed = {"rgba": crop(picture, crop_square(face, model.crop), model.size)[None]}
        weights: NDArray[np.float64] = self._read[member].run(["weights"], feed)[0][0].astype(np.float64)
        return weights


def _detector(built: Runtime, name: str) -> BuiltModel:
    detectors = {name: model for name, model in built.models.items() if model.role == "detector"}
    if name not in detectors:
        raise ModelError("no such detector", name, f"There are: {', '.join(detectors)}")
    return detectors[name]


def _members(built: Runtime, choice: str) -> list[BuiltModel]:
    if choice not in built.expressions:
        raise ModelError("no such expression model", choice, f"There are: {', '.join(built.expressions)}")
    return [built.models[name] for name in built.expressions[choice]]


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    if not path.is_file():
        raise ModelError("a model is missing", path, "Run `make setup` or `python -m models.build`")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def tempered(probabilities: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """softmax(log p / T), computed as powers: a probability of zero stays zero."""
    powers: NDArray[np.float64] = probabilities ** (1 / temperature)
    powers /= powers.sum()
    return powers


def _mean(each: Sequence[NDArray[np.float64]]) -> Weights:
    total = np.sum(each, axis=0)
    return tuple((total / total.sum()).tolist()[: len(LABELS)])
