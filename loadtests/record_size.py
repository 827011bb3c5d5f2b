"""What a record takes: ``python -m loadtests.record_size [rows]``; one JSON object. A day (86,400) takes some minutes.

Rows are written by kuuki itself, into a real Redis and a real file; only that they are durable is not waited for. Once
without waves, and once as of an evening of comedy: a laugh of 3 s every 8 s, which is in five of eight rows.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kuuki.many.bulletins import shard_of
from kuuki.mood.frames import Body, Mix, State, encode
from kuuki.mood.waves import Source, Wave, WaveKind, pack_waves
from kuuki.times import WAVE_SAID_S
from loadtests.redis_servers import RedisServer, wait_until
from services.runtime.redis.client import Argument, RedisClient
from services.runtime.redis.timeline_scripts import APPEND
from services.runtime.sqlite.store import Store
from services.runtime.sqlite.timeline import SqliteTimeline
from services.runtime.timeline import Row

_ROOM: Final = "a-room"
_DAY_ROWS: Final = 86_400
_BEGAN_S: Final = 1_800_000_000
_LAUGH_EVERY_S: Final = 8
_LAUGH_S: Final = 3


def _mixes(rows: int, has_waves: bool) -> Iterator[Mix]:
    """Numbers that differ from second to second, as large as those of a full room."""
    dice = random.Random(1)
    for second in range(rows):
        weights = [dice.random() for _ in range(7)]
        shares = tuple(weight / sum(weights) for weight in weights)
        beats = tuple(3 * dice.random() for _ in range(4))
        body = Body(dice.random(), shares, dice.random(), dice.random(), dice.random(), beats)
        bounds, draw = (dice.randint(5, 300), dice.randint(300, 600)), 3_000_000_000 + second // 5
        waves = _waves(second) if has_waves else ()
        yield Mix(1_790_000_000, 5 * second + 1, State.LIVE, 0.8, *bounds, body, draw=draw, waves=waves)


def _waves(second: int) -> tuple[Wave, ...]:
    """A laugh is said while it goes on and for WAVE_SAID_S after it ended."""
    number, since_s = divmod(second, _LAUGH_EVERY_S)
    if since_s >= _LAUGH_S + WAVE_SAID_S:
        return ()
    lasts_ms = 1000 * _LAUGH_S if since_s >= _LAUGH_S else None
    return (Wave(number, WaveKind.LAUGH, Source.FACES, 1000 * since_s, lasts_ms, 0.31, 0.62),)


async def _in_redis(rows: int, has_waves: bool) -> dict[str, float]:
    """Bytes a row: in memory, in the file as it was written, and in the file when it was rewritten."""
    options = ("auto-aof-rewrite-percentage 0",)
    with RedisServer(aof="everysec", options=options) as server, server.client as client:
        redis_client, before = RedisClient(server.url), client.info("memory")["used_memory"]
        stream = f"kuuki:timeline:{{{shard_of(_ROOM)}}}:{_ROOM}"
        for number, mix in enumerate(_mixes(rows, has_waves)):
            row: list[Argument] = [(_BEGAN_S + number) * 1000, 2 * _DAY_ROWS, mix.term, mix.seq]
            row += [encode(mix), mix.draw, pack_waves(mix.waves)]
            await redis_client.run(APPEND, [stream, f"{stream}:guard"], row)
        await redis_client.close()
        memory = client.info("memory")["used_memory"] - before
        written = _bytes_of(server)
        client.bgrewriteaof()
        wait_until(lambda: not client.info("persistence")["aof_rewrite_in_progress"], "the file is rewritten")
        wait_until(lambda: _bytes_of(server) < written, "the former file is removed")
        return {
            "redis_memory": memory / rows,
            "redis_memory_of_key": client.memory_usage(stream, samples=0) / rows,
            "redis_file": written / rows,
            "redis_file_rewritten": _bytes_of(server) / rows,
        }


def _bytes_of(server: RedisServer) -> int:
    return sum(file.stat().st_size for file in (server.folder / "appendonlydir").iterdir())


async def _in_sqlite(rows: int, has_waves: bool) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kuuki.sqlite3"
        store = await Store.open(path)
        seconds = iter(range(_BEGAN_S, _BEGAN_S + 2 * rows))
        timeline = SqliteTimeline(store, 2 * _DAY_ROWS, lambda: next(seconds))
        for mix in _mixes(rows, has_waves):
            await timeline.append([Row(_ROOM, mix)])
        await store.close()
        return {"sqlite_file": path.stat().st_size / rows}


async def main(rows: int) -> dict[str, Any]:
    """How many bytes a row takes, in memory and in files."""
    began = time.monotonic()
    without, of_comedy = await _bytes_a_row(rows, has_waves=False), await _bytes_a_row(rows, has_waves=True)
    seconds = round(time.monotonic() - began)
    return {"rows": rows, "seconds": seconds, "bytes_a_row": without, "bytes_a_row_of_comedy": of_comedy}


async def _bytes_a_row(rows: int, *, has_waves: bool) -> dict[str, float]:
    found = await _in_redis(rows, has_waves) | await _in_sqlite(rows, has_waves)
    return {name: round(value, 1) for name, value in found.items()}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else _DAY_ROWS))))
