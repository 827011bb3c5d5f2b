"""A process that records as fast as it can, and says after each commit what was acknowledged: to be killed.

``python -m tests.services.timeline_writer FILE``: lines of the newest acknowledged seq.
"""

import asyncio
import itertools
import sys
from pathlib import Path

from services.runtime.sqlite.store import Store
from services.runtime.sqlite.timeline import SqliteTimeline
from services.runtime.timeline import Row
from tests.services.timeline_contract import mix

ROOMS = ("a", "b", "c")


async def main(path: Path) -> None:
    store = await Store.open(path)
    newest = await store.run(lambda connection: connection.execute("SELECT max(seq), max(at) FROM entries").fetchone())
    seconds = itertools.count((newest[1] or 1000) + 1)
    timeline = SqliteTimeline(store, 10**9, wall=lambda: next(seconds))
    for seq in itertools.count((newest[0] or 0) + 1):
        assert await timeline.append([Row(room, mix(seq)) for room in ROOMS]) == len(ROOMS)
        print(seq, flush=True)  # noqa: T201 - it is read


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
