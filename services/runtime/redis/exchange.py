"""The exchange on Redis: notes on the bus, a topic for each line; codes as keys that expire by themselves.

Redis sees neither codes nor the ids of lines in the names of its keys and topics, only keyed hashes of them.
A code that Redis lost (flushed, restarted without its disk) is held again when its line next claims it.
"""

import asyncio
import hashlib
import hmac
from collections import deque
from functools import partial
from typing import Final

import structlog

from kuuki.errors import Unavailable
from services.runtime.bus import Subscription
from services.runtime.exchange import Take
from services.runtime.redis.bus import RedisBus
from services.runtime.redis.client import RedisClient, Script

_CLAIM: Final = Script(
    """
    local holder = redis.call('GET', KEYS[1])
    if holder and holder ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    return 1
    """
)
_RETIRE: Final = Script(
    """
    local holder = redis.call('GET', KEYS[1])
    if not holder or holder == ARGV[1] then redis.call('SET', KEYS[1], '', 'PX', ARGV[2]) end
    """
)
_RELEASE: Final = Script("if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end")

log = structlog.get_logger(__name__)


class _Line:
    """A line's receivers here. Notes that come while one is being sent wait until that ``send`` has returned."""

    def __init__(self) -> None:
        self.takes: dict[Take, Subscription | None] = {}
        self._sends = 0
        self._pending: set[int] = set()
        self._held: deque[tuple[int, Take, bytes]] = deque()

    def begin(self) -> int:
        """A send begins; its number."""
        self._sends += 1
        self._pending.add(self._sends)
        return self._sends

    def end(self, number: int) -> None:
        """It returns now: notes that waited for it are taken on the event loop's next turn."""
        self._pending.discard(number)
        asyncio.get_running_loop().call_soon(self._release)

    def hear(self, take: Take, note: bytes) -> None:
        """A note for one of the receivers."""
        if self._pending or self._held:
            self._held.append((self._sends, take, note))
        else:
            self._give(take, note)

    def _release(self) -> None:
        oldest = min(self._pending, default=self._sends + 1)
        while self._held and self._held[0][0] < oldest:
            _, take, note = self._held.popleft()
            self._give(take, note)

    def _give(self, take: Take, note: bytes) -> None:
        if take not in self.takes:
            return  # detached meanwhile
        try:
            take(note)
        except Exception as error:  # its text may hold what was said
            log.error("a receiver on the exchange failed", kind=type(error).__name__)


class RedisExchange:
    """See the module and Exchange. ``key``: all processes of a deployment share it. Link and bus are another's."""

    def __init__(self, redis: RedisClient, bus: RedisBus, key: bytes) -> None:
        self._redis = redis
        self._bus = bus
        self._key = key
        self._lines: dict[str, _Line] = {}
        self._is_closed = False

    def _hash(self, kind: str, name: str) -> str:
        return hmac.new(self._key, f"{kind}:{name}".encode(), hashlib.sha256).hexdigest()[:32]

    def _topic(self, line: str) -> str:
        return f"kuuki.call.lines.{self._hash('line', line)}"

    def _code(self, code: str) -> str:
        return f"kuuki:codes:{self._hash('code', code)}"

    async def attach(self, line: str, take: Take) -> None:
        """See Exchange."""
        found = self._lines.setdefault(line, _Line())
        if self._is_closed or take in found.takes:
            self._tidy(line)
            return
        found.takes[take] = None
        topic = self._topic(line)
        try:
            ear = await self._bus.subscribe(topic, partial(found.hear, take))
        except BaseException:
            self._detach(line, take)
            raise
        if take not in found.takes:  # detached or closed meanwhile
            ear.close()
            return
        found.takes[take] = ear
        if not self._bus.hears(topic):
            self._detach(line, take)
            raise Unavailable("the bus is away")

    async def detach(self, line: str, take: Take) -> None:
        """See Exchange. Needs nobody: it never raises."""
        self._detach(line, take)

    def _detach(self, line: str, take: Take) -> None:
        found = self._lines.get(line)
        if found is not None:
            ear = found.takes.pop(take, None)
            if ear is not None:
                ear.close()
            self._tidy(line)

    def _tidy(self, line: str) -> None:
        if not self._lines[line].takes:
            del self._lines[line]

    async def send(self, line: str, note: bytes) -> bool:
        """See Exchange. True: a process heard it in which somebody is attached, or was until a moment ago."""
        if self._is_closed:
            return False
        here = self._lines.get(line)
        number = here.begin() if here is not None else 0
        try:
            return await self._bus.publish_counted(self._topic(line), note) > 0
        finally:
            if here is not None:
                here.end(number)

    async def claim(self, code: str, line: str, ttl_s: float) -> bool:
        """See Exchange."""
        if self._is_closed:
            return False
        return bool(await self._redis.run(_CLAIM, [self._code(code)], [line, max(1, round(ttl_s * 1000))]))

    async def release(self, code: str, line: str) -> None:
        """See Exchange."""
        if not self._is_closed:
            await self._redis.run(_RELEASE, [self._code(code)], [line])

    async def retire(self, code: str, line: str, ttl_s: float) -> None:
        """See Exchange."""
        if not self._is_closed:
            await self._redis.run(_RETIRE, [self._code(code)], [line, max(1, round(ttl_s * 1000))])

    async def find(self, code: str) -> str | None:
        """See Exchange."""
        line = None if self._is_closed else await self._redis.ask("GET", self._code(code))
        return str(line, "utf-8") if line else None

    async def close(self) -> None:
        """See Exchange."""
        self._is_closed = True
        for line, found in list(self._lines.items()):
            for take in list(found.takes):
                self._detach(line, take)

    def __len__(self) -> int:
        """How many lines have receivers here."""
        return len(self._lines)
