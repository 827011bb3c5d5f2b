"""Keys of one process that outlive it, as those in Redis outlive the processes of a deployment: in the store's file.

The file and its copies are for this user alone (mode 0600). A store in memory has keys of its own at each start.
"""

import secrets
import sqlite3

from services.runtime.sqlite.store import Store

_BYTES = 32


async def kept_key(store: Store, name: str) -> bytes:
    """The key of this name, 32 random bytes, made when it is first asked for. Raises StoreFailed."""
    return await store.run(lambda connection: _kept(connection, name))


def _kept(connection: sqlite3.Connection, name: str) -> bytes:
    row = (name, secrets.token_bytes(_BYTES))
    connection.execute("INSERT OR IGNORE INTO keys (name, key) VALUES (?, ?)", row)
    (key,) = connection.execute("SELECT key FROM keys WHERE name = ?", (name,)).fetchone()
    return bytes(key)
