"""What ``kuuki models check`` says: whether the models are there, current, unchanged and give what was recorded."""

from dataclasses import dataclass
from pathlib import Path

from models.errors import ModelError
from models.manifest import BUILT, BuiltModel, Runtime, load_runtime, recipe, sha256_of
from models.verify import error


@dataclass(frozen=True)
class Result:
    """One thing that was checked; ``line`` says it, and what to do when it is not ``good``."""

    subject: str
    good: bool
    line: str


def check(folder: Path = BUILT) -> list[Result]:
    """The manifest first, then each model. Never raises for what is wrong with the models."""
    try:
        built = load_runtime(folder)
    except ModelError as problem:
        return [Result("manifest", good=False, line=f"manifest: {problem}")]
    return [_recipe(built), *(_model(name, model, folder) for name, model in built.models.items())]


def _recipe(built: Runtime) -> Result:
    if built.recipe == recipe():
        choice = built.default
        return Result("manifest", good=True, line=f"manifest: current; default {choice.detector}, {choice.expression}")
    line = "manifest: built by an older recipe. Run `python -m models.build`"
    return Result("manifest", good=False, line=line)


def _model(name: str, model: BuiltModel, folder: Path) -> Result:
    path = folder / model.file
    if not path.is_file():
        return Result(name, good=False, line=f"{name}: {path} is missing. Run `python -m models.build`")
    if sha256_of(path) != model.sha256:
        return Result(name, good=False, line=f"{name}: {path} was changed. Delete it and run `python -m models.build`")
    difference = error(path, model)
    said = f"{name}: {model.size_bytes:,} bytes, outputs within {difference:.1e} of the recorded ones"
    if difference <= model.recorded.tolerance:
        return Result(name, good=True, line=said)
    line = f"{said}, more than {model.recorded.tolerance:g}. Is onnxruntime sound on this machine?"
    return Result(name, good=False, line=line)
