"""The form of the file of one process, and how it is migrated from each version to the next.

``PRAGMA user_version`` is its version. How far back it can be read stands in the table ``schema``, which a file of
version 1 does not have: that is readable by itself.
"""

import sqlite3
from typing import Final, NamedTuple

from kuuki.schema import Schema, Verdict, judge
from services.runtime.lifecycle import CannotStart


class Migration(NamedTuple):
    """The statements that make a version from the one before, in one transaction."""

    readable_from: int
    statements: tuple[str, ...]


MIGRATIONS: Final[tuple[Migration, ...]] = (
    Migration(
        1,
        (
            "CREATE TABLE clock (open_s REAL NOT NULL)",
            "INSERT INTO clock VALUES (0)",
            "CREATE TABLE rooms (room TEXT PRIMARY KEY, record TEXT NOT NULL, used_s REAL NOT NULL) WITHOUT ROWID",
            "CREATE TABLE entries (id INTEGER PRIMARY KEY AUTOINCREMENT, room TEXT NOT NULL, at REAL NOT NULL,"
            " term INTEGER, seq INTEGER, frame BLOB, mark TEXT)",
            "CREATE INDEX entries_of_room ON entries (room, id)",
            "CREATE INDEX entries_by_time ON entries (at)",
        ),
    ),
    Migration(
        1,
        (
            "CREATE TABLE keys (name TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID",
            "ALTER TABLE entries ADD COLUMN draw INTEGER NOT NULL DEFAULT 0",
        ),
    ),
    Migration(1, ("ALTER TABLE entries ADD COLUMN waves BLOB NOT NULL DEFAULT x''",)),
)
"""The first makes version 1, and so on. Only added to; each but the first must be readable from the version before
(docs/adr/0010), so a new column has a default, and whoever writes names the columns.

clock: how long, in seconds, the file was in use, in all. rooms.used_s: when the room was, on that clock. entries: rows
(``frame``: the mix as its bytes, in version 1 of frames, which has no place for its ``draw`` and its ``waves``) and
marks; ``at`` is unix time. keys: secrets that outlive the process.
"""


class StoreUnusable(CannotStart):
    """The file cannot be used: what is wrong and what to do."""


def migrate(connection: sqlite3.Connection, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Migrate this file to our version. Raises StoreUnusable if it is newer, and leaves it unchanged then."""
    found = _found(connection)
    ours = Schema(len(migrations), migrations[-1].readable_from)
    if judge(found, ours, oldest=1) is Verdict.NEWER and found is not None:
        raise StoreUnusable(
            f"The store was made by a newer kuuki (form {found.version}, readable from {found.readable_from} on; "
            f"this one knows {ours.version}). "
            "Use that one, or another file (KUUKI_STORE), or put back a backup of before."
        )
    for number in range(found.version if found else 0, len(migrations)):
        _migrate(connection, number + 1, migrations[number])


def _found(connection: sqlite3.Connection) -> Schema | None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not version:
        return None
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema'").fetchone():
        return Schema(version, version)
    (readable_from,) = connection.execute("SELECT min(readable_from) FROM schema").fetchone()
    return Schema(version, readable_from or version)


def _migrate(connection: sqlite3.Connection, number: int, migration: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement in migration.statements:
        connection.execute(statement)
    if number > 1:
        connection.execute("CREATE TABLE IF NOT EXISTS schema (readable_from INTEGER NOT NULL)")
        connection.execute("DELETE FROM schema")
        connection.execute("INSERT INTO schema (readable_from) VALUES (?)", (migration.readable_from,))
    connection.execute(f"PRAGMA user_version = {number}")
    connection.execute("COMMIT")
