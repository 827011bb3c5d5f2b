"""A copy of the store while it serves: complete or not at all, beside the file, when an operator asks for one.

No other process can open the file, so none can copy it. The copy has what is in the store at that moment, and nothing
that was deleted before. It is a store itself: renamed, it takes the store's place. While it is written all other calls
wait (docs/operations.md says how long).
"""

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import Final

import structlog

from kuuki.errors import Unavailable
from services.runtime.sqlite.store import Store

_SUFFIX: Final = ".backup"

log = structlog.get_logger(__name__)


def backup_of(path: Path) -> Path:
    """Where the backup of this store is."""
    return path.with_name(path.name + _SUFFIX)


class Backups:
    """Copies the store beside its file, one copy at a time, whenever one is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wanted = asyncio.Event()

    def ask(self) -> None:
        """Have a copy made. Returns at once; the log says whether it succeeded."""
        self._wanted.set()

    async def run(self) -> None:
        """Make each copy that is asked for, until cancelled. Requests during a copy make one more."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await self._make()

    async def _make(self) -> None:
        path = self._store.path
        if path is None:
            log.warning("the store is in memory, so there is nothing to back up")
            return
        try:
            await self._store.run_exclusively(lambda connection: _write(connection, backup_of(path)))
        except Unavailable:
            log.warning("the store could not be backed up; is there room for a second one?")
        else:
            log.info("the store was backed up beside its file")


def _write(connection: sqlite3.Connection, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    file = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        connection.execute("VACUUM INTO ?", (str(part),))
        os.fsync(file)
        part.replace(target)
    finally:
        os.close(file)
        part.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
