"""Which form what is in Redis has, and whether this kuuki may use it: two numbers under one key, for all processes.

A Redis without them was used by a kuuki of form 1, or by none. A process that brings a newer form writes its numbers; a
process of an older one goes on for as long as the numbers say that it may (docs/adr/0010). What is in Redis is never
migrated: the next version reads it as it is.
"""

import asyncio
import contextlib
from typing import Final

from kuuki.errors import Malformed, Unavailable
from kuuki.schema import Schema, Verdict, judge
from services.runtime.lifecycle import CannotStart
from services.runtime.redis.client import RedisClient, Script

OURS: Final = Schema(3, 2)
"""What this kuuki writes. When something is to be written that was not before, ``version`` is one more, and
``readable_from`` the version before. 2: the key ``kuuki:veil``, and the rows' ``draw``. 3: their ``waves``."""

_KEY: Final = "kuuki:schema"
_KEEP_S: Final = 10.0
_PUT: Final = Script("""
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
""")


class RedisUnusable(CannotStart):
    """What is in Redis is of a form that this kuuki must leave alone: what is wrong and what to do."""


class SchemaKeeper:
    """Checks the numbers in Redis, and writes ours if there are none or older ones."""

    def __init__(self, redis: RedisClient, ours: Schema = OURS) -> None:
        self._redis = redis
        self._ours = ours

    async def run(self) -> None:
        """Check every 10 s until cancelled, as Redis may be away at first, or lose what it has. Raises
        RedisUnusable."""
        while True:
            with contextlib.suppress(Unavailable):
                await self.look()
            await asyncio.sleep(_KEEP_S)

    async def look(self) -> None:
        """Check once. Raises RedisUnusable or Unavailable."""
        is_settled = False
        while not is_settled:
            text = await self._redis.ask("GET", _KEY)
            verdict = judge(found := _parse(text), self._ours, oldest=self._ours.version - 1)
            if verdict in (Verdict.NEWER, Verdict.OLDER):
                raise RedisUnusable(_advice(verdict, found, self._ours))
            is_settled = verdict is Verdict.OPEN or await self._put(text)

    async def _put(self, former: bytes | None) -> bool:
        """Write our numbers; False if another process wrote some meanwhile."""
        return bool(await self._redis.run(_PUT, [_KEY], [former or b"", str(self._ours)]))


def _parse(text: bytes | None) -> Schema | None:
    if text is None:
        return None
    try:
        return Schema.parse(text.decode(errors="replace"))
    except Malformed as error:
        raise RedisUnusable(
            "Something else than kuuki's two numbers stands under kuuki:schema in the Redis of KUUKI_REDIS_URL; remove "
            "that key, or use another Redis."
        ) from error


def _advice(verdict: Verdict, found: Schema | None, ours: Schema) -> str:
    has = f"form {found.version}, readable from {found.readable_from} on" if found else "none"
    if verdict is Verdict.NEWER:
        return (
            f"What is in the Redis of KUUKI_REDIS_URL was written by a newer kuuki ({has}; "
            f"this one knows {ours.version}). Use that one, or another Redis, or put back a backup of before."
        )
    return (
        f"What is in the Redis of KUUKI_REDIS_URL was written by a kuuki that is too old ({has}; this one reads from "
        f"{ours.version - 1} on). Start each version between once, in order."
    )
