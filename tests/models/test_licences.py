"""The notices are whole: whatever is shipped is in them with its version and a text, or there is none."""

import io
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement

from models import licences
from models.errors import ModelError
from models.licences import FILE, Part, as_text, of_distribution, of_environment, of_weights, standard_text, write
from models.manifest import ROOT, load_runtime, load_source
from tests.models.test_fetch import package

LOCKED = [
    Requirement(line.partition("\\")[0].strip())
    for line in (ROOT / "requirements/run.txt").read_text().splitlines()
    if re.match(r"[a-z0-9]", line, re.IGNORECASE)
]
SHIPPED = [one for one in LOCKED if one.marker is None or one.marker.evaluate()]
TERMS = re.compile(
    r"permission is hereby granted|permission to use, copy|redistribution and use|apache license|python software",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def installed():
    return {part.name.lower().replace("_", "-"): part for part in of_environment()}


@pytest.mark.parametrize("locked", SHIPPED, ids=[one.name for one in SHIPPED])
def test_every_wheel_of_the_image_is_in_it_with_its_version_and_terms(locked, installed):
    part = installed[locked.name.lower().replace("_", "-")]
    assert locked.specifier.contains(part.version)
    assert part.licence
    assert TERMS.search(part.text) or len(part.text) > 1000, part.text[:200]


def test_kuuki_and_python_are_in_it_too(installed):
    assert "kuuki contributors" in installed["kuuki"].text
    assert [name for name in installed if name.startswith("kuuki")] == ["kuuki"]
    assert SHIPPED
    assert len(SHIPPED) > 40


def test_tools_for_set_up_and_tests_are_not_in_it(installed):
    """They are installed beside it, and nobody ships them; some bring no text."""
    shipped = {one.name.lower().replace("_", "-") for one in SHIPPED}
    assert installed.keys() - {"kuuki", "python"} == shipped
    assert "pytest" not in installed


def test_where_kuuki_itself_is_not_installed_everything_that_is_there_counts(monkeypatch):
    there = [distribution("yarl"), distribution("pytest")]
    monkeypatch.setattr(licences, "distributions", lambda: there)
    assert {"yarl", "pytest"} <= {part.name for part in of_environment()}


def test_libraries_of_others_in_a_wheel_are_named(installed):
    """PyAV brings FFmpeg with x264 and x265, which are under the GPL; its wheel says nothing of it."""
    assert re.search(r"libx264\S*", installed["av"].note)
    assert re.search(r"libavcodec\S*", installed["av"].note)
    assert installed["av"].licence == "BSD-3-Clause"
    assert installed["yarl"].note == ""


def test_every_model_that_pages_load_has_its_terms_and_its_packages(built):
    source = load_source()
    parts = {part.name: part for part in of_weights(source)}
    assert list(parts) == [f"{name} (weights)" for name in load_runtime(built).models]
    for name, model in source.models.items():
        part = parts[f"{name} (weights)"]
        assert (part.version, part.licence) == (source.packages[model.package].version, model.licence)
        assert TERMS.search(part.text)
        assert model.provenance in part.note
        assert "The package states no" in part.note, "what is not said is said to be so"
    assert "Patrick Levin" in parts["blazeface-short (weights)"].text
    assert "Apache License" in parts["blazeface-short (weights)"].text


def test_they_are_written_once_and_anew_for_another_version(built, tmp_path, monkeypatch):
    write(tmp_path)
    first = (tmp_path / FILE).stat().st_mtime_ns
    assert (built / FILE).read_text() == (tmp_path / FILE).read_text()
    write(tmp_path)
    assert (tmp_path / FILE).stat().st_mtime_ns == first
    told = json.loads((tmp_path / FILE).read_text())
    assert told[-1]["name"] == "onnxruntime"
    (tmp_path / FILE).write_text(json.dumps([{**told[-1], "version": "0.1"}, *told[:-1]]))
    write(tmp_path)
    assert json.loads((tmp_path / FILE).read_text()) == told
    for damaged in ("", "{}", "[1]", json.dumps(told[1:])):
        (tmp_path / FILE).write_text(damaged)
        write(tmp_path)
        assert json.loads((tmp_path / FILE).read_text()) == told


def archive_of(registry, *names):
    raw = io.BytesIO()
    if registry == "pypi":
        with zipfile.ZipFile(raw, "w") as wheel:
            for name in names:
                wheel.writestr(name, f"text of {name}")
    else:
        with tarfile.open(fileobj=raw, mode="w:gz") as tarball:
            for name in names:
                content = f"text of {name}".encode()
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tarball.addfile(entry, io.BytesIO(content))
    return raw.getvalue()


@pytest.mark.parametrize("registry", ["pypi", "npm"])
def test_all_licence_files_of_an_archive_are_taken_and_none_is_an_error(registry, tmp_path):
    names = ["a/LICENSE", "a/licenses/LICENCE-MIT.txt", "a/NOTICE", "a/license.py", "a/model.bin"]
    raw = archive_of(registry, *names)
    (tmp_path / "archive").write_bytes(raw)
    assert list(licences._in_archive(tmp_path / "archive", package(registry, raw))) == names[:3]
    (tmp_path / "archive").write_bytes(archive_of(registry, "a/model.bin"))
    with pytest.raises(ModelError, match="no licence text"):
        licences._in_archive(tmp_path / "archive", package(registry, raw))


def test_without_a_text_and_without_a_known_licence_there_is_no_notice():
    assert "END OF TERMS AND CONDITIONS" in standard_text("Apache License, Version 2.0", "x")
    for name in ("Proprietary", "MIT", ""):
        with pytest.raises(ModelError, match="at hand"):
            standard_text(name, "x")


def test_a_wheel_without_a_text_says_so():
    part = of_distribution(distribution("flatbuffers"))
    assert part.note.startswith("Its wheel has no text")
    assert "TERMS AND CONDITIONS" in part.text


def test_a_notice_lists_what_is_in_it_first():
    text = as_text("Title", [Part("a", "1", "MIT", "terms of a"), Part("b", "2", "ISC", "terms of b", "A note.")])
    assert text.startswith("Title\n\n  a 1 (MIT)\n  b 2 (ISC)\n\n====")
    first, second = "\na 1\nLicence: MIT\n\nterms of a\n", "\nb 2\nLicence: ISC\nA note.\n\nterms of b\n"
    assert 0 < text.index(first) < text.index(second)


@pytest.mark.slow
def test_the_command_says_it_all_with_the_pages_notice_if_they_are_built():
    command = [sys.executable, "-m", "services.launch", "licences"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "\naiortc " in said
    assert "What kuuki's pages bring to your browser" in said or "`make setup`" in said


def test_nothing_that_is_locked_for_this_machine_is_missing():
    for one in SHIPPED:
        try:
            distribution(one.name)
        except PackageNotFoundError:
            pytest.fail(f"{one} is not installed here: is the environment whole?")
