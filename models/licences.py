"""The licences of what is shipped: each part with its name, its version and the text that its package carries.

``python -m models.build`` writes those of the weights and of ONNX Runtime beside the models, for the pages' notice
(client/web/scripts/licences.ts); ``kuuki licences`` says those of the Python packages that it runs with. A part without
a text is an error: a notice is whole, or it is not made.
"""

import json
import platform
import re
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, distribution, distributions, version
from pathlib import Path, PurePosixPath
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from models.errors import ModelError
from models.fetch import archive
from models.manifest import BUILT, CACHE, ROOT, Package, Source, SourceModel, load_source

FILE: Final = "licences.json"
RUNTIME: Final = "onnxruntime"
"""The package whose licence texts stand for the browser's runtime, which is of the same sources and brings none."""

_NAMED: Final = re.compile(r"^(un)?licen[sc]es?\b|^copying|^notice|^authors(\.\w+)?$|^third.?party", re.IGNORECASE)
_CODE: Final = (".py", ".pyc", ".so")
_RULE: Final = "=" * 80


@dataclass(frozen=True)
class Part:
    """Something that is shipped. ``licence``: as its package names it. ``note``: what the package says, or does not."""

    name: str
    version: str
    licence: str
    text: str
    note: str = ""


def as_text(title: str, parts: Sequence[Part]) -> str:
    """A notice: what there is, then each with its text."""
    heads = "\n".join(f"  {part.name} {part.version} ({part.licence})" for part in parts)
    bodies = (f"{_RULE}\n{p.name} {p.version}\nLicence: {p.licence}\n{_line(p.note)}\n{p.text}\n" for p in parts)
    return "\n".join([f"{title}\n\n{heads}\n", *bodies])


def _line(note: str) -> str:
    return f"{note}\n" if note else ""


# --- the weights


def write(folder: Path = BUILT, cache: Path = CACHE) -> None:
    """The parts of what is built in this folder, unless they are there. Raises ModelError."""
    source = load_source()
    path = folder / FILE
    if not _is_current(path, source):
        parts = [*of_weights(source, cache), of_distribution(distribution(RUNTIME))]
        path.write_text(json.dumps([asdict(part) for part in parts], indent=1, ensure_ascii=False) + "\n")


def _is_current(path: Path, source: Source) -> bool:
    try:
        found = {(part["name"], part["version"], part["licence"]) for part in json.loads(path.read_bytes())}
    except (OSError, ValueError, KeyError, TypeError):
        return False
    wanted = {(_name(name), source.packages[m.package].version, m.licence) for name, m in source.models.items()}
    return wanted <= found and (RUNTIME, version(RUNTIME)) in {one[:2] for one in found}


def of_weights(source: Source, cache: Path = CACHE) -> list[Part]:
    """Each model that the pages load, under its own licence and its package's. Raises ModelError."""
    return [_of_model(name, model, source.packages[model.package], cache) for name, model in source.models.items()]


def _name(model: str) -> str:
    return f"{model} (weights)"


def _of_model(name: str, model: SourceModel, package: Package, cache: Path) -> Part:
    text = _joined(_in_archive(archive(package, cache), package))
    where = f"Converted from {package.name} {package.version} ({package.licence}). {model.provenance}."
    if model.licence == package.licence:
        note = f"{where}\nThe package states no licence of the weights' own: what it says of itself is below."
    else:
        note = f"{where}\nThe package states none of the weights' own; {model.licence} is their project's."
        text = f"{standard_text(model.licence, name)}\n\n--- {package.name}: {package.licence}\n\n{text}"
    return Part(_name(name), package.version, model.licence, text, note)


def _in_archive(kept: Path, package: Package) -> dict[str, str]:
    """Path in the archive -> text, of every file that is named as licences are."""
    if package.registry == "pypi":
        with zipfile.ZipFile(kept) as wheel:
            texts = {name: wheel.read(name) for name in wheel.namelist() if _is_licence(name)}
    else:
        with tarfile.open(kept) as tarball:
            files = {member.name: tarball.extractfile(member) for member in tarball if _is_licence(member.name)}
            texts = {name: file.read() for name, file in files.items() if file is not None}
    if not texts:
        raise ModelError("the package carries no licence text", package.name, "Find its terms before you ship it")
    return {name: content.decode(errors="replace") for name, content in texts.items()}


def _is_licence(path: str) -> bool:
    name = PurePosixPath(path)
    return bool(_NAMED.match(name.name)) and name.suffix not in _CODE


def _joined(texts: dict[str, str]) -> str:
    if len(texts) == 1:
        return next(iter(texts.values())).strip()
    return "\n\n".join(f"--- {name}\n\n{text.strip()}" for name, text in texts.items())


def standard_text(licence: str, where: str) -> str:
    """The text of a licence that is the same for everybody. Raises ModelError for one that is not kept here."""
    if re.search(r"apache.{0,24}2", licence, re.IGNORECASE):
        return (Path(__file__).parent / "apache-2.0.txt").read_text().strip()
    raise ModelError(f"no text of the licence {licence!r} is at hand", where, "Add one beside models/apache-2.0.txt")


# --- Python packages


def of_environment() -> list[Part]:
    """Kuuki, Python and every package that it runs with, by name. Raises ModelError.

    Where kuuki itself is installed (a checkout), tools for set-up and tests are beside it, and left out. Where it is
    not (the image), whatever is there is shipped.
    """
    found = {str(canonicalize_name(one.metadata["Name"])): one for one in distributions()}
    names = (_needed(found) if "kuuki" in found else set(found)) - {"kuuki"}
    return [*_of_this(), *(of_distribution(found[name]) for name in sorted(names))]


def _needed(found: Mapping[str, Distribution]) -> set[str]:
    """Kuuki and all that it needs and that is there, and so on, with the extras that are asked for."""
    known: set[tuple[str, str]] = set()
    new = {("kuuki", "")}
    while new:
        known |= new
        new = {each for name, extra in new for each in _needs(found[name], extra) if each[0] in found} - known
    return {name for name, _ in known}


def _needs(installed: Distribution, extra: str) -> Iterator[tuple[str, str]]:
    """(name, extra) of each package that this one needs on this machine; the extra is empty for none."""
    for needed in map(Requirement, installed.requires or ()):
        if needed.marker is None or needed.marker.evaluate({"extra": extra}):
            yield from ((str(canonicalize_name(needed.name)), each) for each in ("", *needed.extras))


def _of_this() -> Iterator[Part]:
    yield Part("kuuki", "itself", "MIT", (ROOT / "LICENSE").read_text().strip())
    text = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    if text.is_file():
        yield Part("Python", platform.python_version(), "PSF-2.0", text.read_text().strip())


def of_distribution(installed: Distribution) -> Part:
    """An installed package and all its licence files. Raises ModelError where neither they nor a known text are."""
    metadata = installed.metadata
    name = metadata["Name"]
    files = installed.files or ()
    texts = {str(file): file.read_text() for file in files if _is_licence(str(file))}
    licence = _licence_of(installed)
    note = _note(_libraries(map(str, files)))
    if texts:
        return Part(name, installed.version, licence, _joined(texts), note)
    note = f"Its wheel has no text; this is the licence that it names. {note}".strip()
    return Part(name, installed.version, licence, standard_text(licence, f"{name} {installed.version}"), note)


def _licence_of(installed: Distribution) -> str:
    said = [*_fields(installed, "License-Expression"), *_fields(installed, "License")]
    classes = [one for one in _fields(installed, "Classifier") if one.startswith("License")]
    named = ", ".join(one.rpartition("::")[2].strip() for one in classes)
    return said[0].splitlines()[0] if said else named or "see its text"


def _fields(installed: Distribution, name: str) -> list[str]:
    return [value for said in installed.metadata.get_all(name) or () if (value := str(said).strip())]


def _libraries(files: Iterable[str]) -> list[str]:
    """Shared libraries of others that are in the wheel, as the tools that repair wheels put them there."""
    return sorted(PurePosixPath(file).name for file in files if file.split("/")[0].endswith(".libs"))


def _note(libraries: Sequence[str]) -> str:
    if not libraries:
        return ""
    return f"Its wheel brings copies of other projects' libraries, under those projects' terms: {', '.join(libraries)}."
