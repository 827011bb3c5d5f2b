"""The two manifests: the *source* (pinned packages; in the repository) and the *runtime* (what a client loads; built).

Both describe a model in the same words; the runtime manifest drops where the weights came from and adds the ONNX files.
docs/models.md explains every field.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kuuki.mood.labels import LABELS
from models.errors import ModelError

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = Path(__file__).resolve().parent / "manifest.json"
CACHE: Final = ROOT / "build" / "cache"
BUILT: Final = ROOT / "build" / "models"

Sha256 = str
_SHA = Field(pattern=r"^[0-9a-f]{64}$")


class Strict(BaseModel):
    """Immutable, and unknown fields are errors: a typing mistake in a manifest must not pass."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Package(Strict):
    """One archive of a registry: a wheel of PyPI or a tarball of npm."""

    registry: Literal["pypi", "npm"]
    name: str
    version: str
    sha256: Sha256 = _SHA
    licence: str


class PackageFile(Strict):
    """One file inside a package's archive."""

    path: str
    size_bytes: int = Field(gt=0)
    sha256: Sha256 = _SHA


class Crop(Strict):
    """Which square of the picture an expression model sees, relative to the face's box (docs/models.md, "Geometry")."""

    scale: float = Field(gt=0)
    shift: float


class Recorded(Strict):
    """Outputs for the test pattern (models/verify.py): output name -> flat index -> value; absolute tolerance."""

    tolerance: float = Field(gt=0)
    values: Mapping[str, Mapping[int, float]]


class Model(Strict):
    """What is said of a model in both manifests. ``size``: its input is uint8 RGBA [1, size, size, 4]."""

    role: Literal["detector", "expression"]
    size: int = Field(gt=0)
    crop: Crop | None = None
    temperature: float | None = Field(default=None, gt=0)
    recorded: Recorded

    @model_validator(mode="after")
    def _is_whole(self) -> "Model":
        if (self.role == "expression") != (self.crop is not None and self.temperature is not None):
            raise ValueError("an expression model, and no other, has a crop and a temperature")
        return self


class SourceModel(Model):
    """A model and where its weights come from. ``labels``: the model's own order, in kuuki's words."""

    package: str
    converter: Literal["blazeface", "face_api", "mini_xception"]
    files: tuple[PackageFile, ...] = Field(min_length=1)
    labels: tuple[str, ...] | None = None
    licence: str
    provenance: str

    @model_validator(mode="after")
    def _labels_are_ours(self) -> "SourceModel":
        if self.role == "expression" and sorted(self.labels or ()) != sorted(LABELS):
            raise ValueError("labels must be a permutation of kuuki.mood.labels.LABELS")
        return self


class BuiltModel(Model):
    """A model as an ONNX file beside the runtime manifest."""

    file: str
    size_bytes: int = Field(gt=0)
    sha256: Sha256 = _SHA


class Calibration(Strict):
    """Share of a room that smiles = clip((mean happy - offset) / gain, 0, 1).

    ``error_points``: mean error in percentage points, by size of the group.
    """

    offset: float
    gain: float = Field(gt=0)
    error_points: Mapping[int, float] | None = None


class Default(Strict):
    """The models that are used when nobody chose."""

    detector: str
    expression: str


class Common(Strict):
    """What both manifests say beside their models. ``expressions``: choice -> the models whose mean it is."""

    labels: tuple[str, ...]
    default: Default
    min_face_px: int = Field(gt=0)
    min_detector_score: float = Field(gt=0, lt=1)
    same_face_overlap: float = Field(gt=0, lt=1)
    expressions: Mapping[str, tuple[str, ...]]
    calibrations: Mapping[str, Calibration]

    @model_validator(mode="after")
    def _labels_are_kuukis(self) -> "Common":
        if self.labels != LABELS:
            raise ValueError("labels must be kuuki.mood.labels.LABELS")
        return self


class Source(Common):
    """models/manifest.json."""

    packages: Mapping[str, Package]
    models: Mapping[str, SourceModel]

    @model_validator(mode="after")
    def _names_exist(self) -> "Source":
        _check_names(self, self.models)
        missing = {model.package for model in self.models.values()} - set(self.packages)
        if missing:
            raise ValueError(f"packages are not described: {sorted(missing)}")
        return self


class Runtime(Common):
    """build/models/manifest.json. ``recipe`` is the digest of everything that the files were made from."""

    recipe: Sha256 = _SHA
    models: Mapping[str, BuiltModel]

    @model_validator(mode="after")
    def _names_exist(self) -> "Runtime":
        _check_names(self, self.models)
        return self


def _check_names(common: Common, models: Mapping[str, Model]) -> None:
    roles = {name: model.role for name, model in models.items()}
    if roles.get(common.default.detector) != "detector":
        raise ValueError("the default detector is not among the detectors")
    if common.default.expression not in common.expressions:
        raise ValueError("the default expression is not among the expressions")
    for choice, members in common.expressions.items():
        if not members or any(roles.get(member) != "expression" for member in members):
            raise ValueError(f"{choice} needs members that are expression models")


def load_source(path: Path = SOURCE) -> Source:
    """The source manifest. Raises ModelError when it is unreadable or contradicts itself."""
    try:
        return Source.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ModelError(f"the model manifest is not valid: {error}", path, "Restore it from the repository") from error


def load_runtime(folder: Path = BUILT) -> Runtime:
    """The runtime manifest of built models. Raises ModelError when it is missing or not valid."""
    path = folder / "manifest.json"
    try:
        return Runtime.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise ModelError("the models are not built", path, "Run `make setup` or `python -m models.build`") from error
    except (OSError, ValidationError) as error:
        raise ModelError(f"the built manifest is not valid: {error}", path, "Run `python -m models.build`") from error


def recipe(source: Path = SOURCE) -> Sha256:
    """Digest of the source manifest and of every module that shapes the ONNX files: changes when a rebuild is due."""
    digest = hashlib.sha256(source.read_bytes())
    here = Path(__file__).parent
    for module in (here / "graph.py", *sorted(here.glob("convert_*.py"))):
        digest.update(module.read_bytes())
    return digest.hexdigest()


def sha256_of(path: Path) -> Sha256:
    """Digest of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def to_json(manifest: Runtime) -> str:
    """The runtime manifest as indented JSON with a stable order of fields."""
    return json.dumps(manifest.model_dump(mode="json", exclude_none=True), indent=1, ensure_ascii=False) + "\n"
