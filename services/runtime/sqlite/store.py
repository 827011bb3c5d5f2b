"""The file of one process: SQLite in WAL mode, one connection on one thread of its own.

- ``run`` returns when what was done is on the disk (synchronous=FULL), and never blocks the event loop.
- A failure undoes the whole call and closes the connection; the next call opens it anew. So a disk that was full, or
  a file that was read-only or gone, is used again as soon as that is possible.
- No other process can open the file while this one runs.
- What is deleted is overwritten (secure_delete); ``scrub`` also empties the write-ahead log that still has it.
"""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import structlog

from kuuki.errors import Unavailable
from kuuki.limits import STORE_WAITING
from kuuki.times import STORE_S
from services.runtime.sqlite.schema import MIGRATIONS, StoreUnusable, migrate
from services.runtime.timeline import Refusal

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_LOCKED_S: Final = 1.0
"""How long an earlier process may take to close the file."""

_PRAGMAS: Final = (
    "locking_mode = EXCLUSIVE",
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    "journal_size_limit = 4194304",
    "trusted_schema = OFF",
)

log = structlog.get_logger(__name__)


class StoreFailed(Unavailable):
    """The file could not take it, or not in time; after a timeout it may be done later. ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"the store failed: {refusal}")
        self.refusal = refusal


class Store:
    """One SQLite file and the thread that works on it. ``path`` None: in memory, for this run."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.files = 0
        """How many different files had this name since the start: one more says that the earlier one is lost."""
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="kuuki-store")
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._waiting = 0
        self._is_failing = False

    @classmethod
    async def open(cls, path: Path | None) -> Self:
        """A store on this file, made if there is none. Raises StoreUnusable."""
        store = cls(path)
        try:
            await asyncio.get_running_loop().run_in_executor(store._worker, store._connect)
        except (sqlite3.Error, OSError, StoreUnusable) as error:
            store._worker.shutdown(wait=False)
            if isinstance(error, StoreUnusable):
                raise
            raise StoreUnusable(_advice(path, error)) from error
        return store

    async def run(self, work: Work[T], *, writes: bool = True) -> T:
        """What ``work`` returns, done in one transaction in the store's thread, within STORE_S. Raises StoreFailed.

        After a timeout, or when the caller is cancelled, the thread still does it: a write may be there later.
        """
        if self._waiting >= STORE_WAITING:
            raise StoreFailed(Refusal.UNAVAILABLE)
        self._waiting += 1
        doing = asyncio.get_running_loop().run_in_executor(self._worker, self._do, work, writes)
        doing.add_done_callback(self._done)
        try:
            async with asyncio.timeout(STORE_S):
                result = await asyncio.shield(doing)
        except TimeoutError as error:
            self._tell(Refusal.UNAVAILABLE)
            raise StoreFailed(Refusal.UNAVAILABLE) from error
        except StoreFailed as error:
            self._tell(error.refusal)
            raise
        if writes:
            self._tell(None)
        return result

    def _done(self, doing: "asyncio.Future[Any]") -> None:
        self._waiting -= 1
        if not doing.cancelled():
            doing.exception()  # its caller may have been cancelled: then nothing else looks at the exception

    def _tell(self, refusal: Refusal | None) -> None:
        """Log only changes, as rows come every second."""
        if refusal is not None and not self._is_failing:
            log.warning("the store fails", reason=str(refusal))
        elif refusal is None and self._is_failing:
            log.info("the store works again")
        self._is_failing = refusal is not None

    async def scrub(self) -> None:
        """Empty the write-ahead log, which has deleted rows until others take their place. Raises StoreFailed."""
        await self.run_exclusively(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())

    async def run_exclusively(self, work: Work[T]) -> T:
        """What ``work`` returns, done in the store's thread outside of any transaction. Raises StoreFailed.

        There is no deadline, and all other calls wait meanwhile. ``work`` must leave no statement unfinished.
        """
        await self.run(lambda connection: None)  # makes a connection if there is none
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._do_exclusively, work)

    def _do_exclusively(self, work: Work[T]) -> T:
        if self._connection is None:
            raise StoreFailed(Refusal.UNAVAILABLE)
        try:
            return work(self._connection)
        except (sqlite3.Error, OSError) as error:
            self._disconnect()
            raise StoreFailed(self._refusal_of(error)) from error

    async def close(self) -> None:
        """Do what waits, and close the file, within STORE_S."""
        try:
            async with asyncio.timeout(STORE_S):
                await asyncio.get_running_loop().run_in_executor(self._worker, self._disconnect)
        except TimeoutError:
            log.warning("the store did not close in time")
        self._worker.shutdown(wait=False)

    # --- in the store's thread

    def _do(self, work: Work[T], writes: bool) -> T:
        try:
            connection = self._connection or self._connect()
            connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            result = work(connection)
            connection.execute("COMMIT")
            self._require_file()
        except (sqlite3.Error, OSError) as error:
            self._disconnect()
            raise StoreFailed(self._refusal_of(error)) from error
        except BaseException:
            self._disconnect()
            raise
        return result

    def _connect(self) -> sqlite3.Connection:
        if self.path is not None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(self.path or ":memory:", timeout=_LOCKED_S, isolation_level=None)
        try:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            migrate(connection, MIGRATIONS)
            self._adopt(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _adopt(self, connection: sqlite3.Connection) -> None:
        identity = self._identity_now()
        if identity != self._identity or self.path is None:
            self.files += 1
        self._connection, self._identity = connection, identity

    def _identity_now(self) -> tuple[int, int] | None:
        if self.path is None:
            return None
        found = self.path.stat()
        return found.st_dev, found.st_ino

    def _require_file(self) -> None:
        """Raise if the file was removed or replaced: SQLite would go on writing to one that nobody finds again."""
        try:
            is_same = self._identity_now() == self._identity
        except FileNotFoundError:
            is_same = False
        if not is_same:
            self._identity = None  # the next file may get the same inode number
            raise FileNotFoundError(self.path)

    def _disconnect(self) -> None:
        """Close the connection; what was not committed is undone. A store in memory is only rolled back: it has no
        file."""
        connection = self._connection
        if connection is None:
            return
        if self.path is None:
            connection.rollback()
            return
        self._connection = None
        with contextlib.suppress(sqlite3.Error):
            connection.close()  # a full disk may keep it from moving the log into the file: the next one does

    def _refusal_of(self, error: Exception) -> Refusal:
        name = getattr(error, "sqlite_errorname", "") or ""
        if name.startswith("SQLITE_READONLY") or self._is_read_only():
            return Refusal.READ_ONLY
        if isinstance(error, OSError) or name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN")):
            return Refusal.DISK
        return Refusal.UNAVAILABLE

    def _is_read_only(self) -> bool:
        if self.path is None:
            return False
        try:
            return bool(os.statvfs(self.path.parent).f_flag & os.ST_RDONLY) or (
                self.path.exists() and not os.access(self.path, os.W_OK)
            )
        except OSError:
            return False


def _advice(path: Path | None, error: Exception) -> str:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_BUSY"):
        return f"The store {path} is in use by another kuuki; give this one a file of its own (KUUKI_STORE)."
    return f"The store {path} cannot be used ({error}); give another file, or KUUKI_STORE=none to keep nothing."
