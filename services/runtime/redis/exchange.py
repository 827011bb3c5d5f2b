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
from typing_extensions import override

from kuuki.errors import Unavailable
from services.runtime.bus import Subscription
from services.runtime.exchange import Exchange, NoteReceiver
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


class _LineReceivers:
    """A line's receivers here. Notes that come while one is being sent wait until that ``send`` has returned: Redis may
    well hand our own note to us before it answers that it was published, and ``send`` promises to return first.
    """

    def __init__(self) -> None:
        self.subscriptions: dict[NoteReceiver, Subscription | None] = {}
        self._sends = 0
        self._pending: set[int] = set()
        self._held: deque[tuple[int, NoteReceiver, bytes]] = deque()

    def begin_send(self) -> int:
        """A send begins; its number."""
        self._sends += 1
        self._pending.add(self._sends)
        return self._sends

    def end_send(self, number: int) -> None:
        """It returns now: notes that waited for it are delivered on the event loop's next turn."""
        self._pending.discard(number)
        asyncio.get_running_loop().call_soon(self._release)

    def note_received(self, receive: NoteReceiver, note: bytes) -> None:
        """A note for one of the receivers."""
        if self._pending or self._held:
            self._held.append((self._sends, receive, note))
        else:
            self._deliver(receive, note)

    def _release(self) -> None:
        """Deliver what came before the oldest send began that has not returned."""
        oldest = min(self._pending, default=self._sends + 1)
        while self._held and self._held[0][0] < oldest:
            _, receive, note = self._held.popleft()
            self._deliver(receive, note)

    def _deliver(self, receive: NoteReceiver, note: bytes) -> None:
        if receive not in self.subscriptions:
            return  # detached meanwhile
        try:
            receive(note)
        except Exception as error:  # its text may hold what was said
            log.error("a receiver on the exchange failed", kind=type(error).__name__)


class RedisExchange(Exchange):
    """The exchange of a deployment, whose processes share ``key``. Whoever made the client and the bus closes them."""

    def __init__(self, redis: RedisClient, bus: RedisBus, key: bytes) -> None:
        self._redis = redis
        self._bus = bus
        self._key = key
        self._lines: dict[str, _LineReceivers] = {}
        self._is_closed = False

    def _hash(self, kind: str, name: str) -> str:
        return hmac.new(self._key, f"{kind}:{name}".encode(), hashlib.sha256).hexdigest()[:32]

    def _topic(self, line: str) -> str:
        return f"kuuki.lines.{self._hash('line', line)}"

    def _code(self, code: str) -> str:
        return f"kuuki:codes:{self._hash('code', code)}"

    @override
    async def attach(self, line: str, receive: NoteReceiver) -> None:
        receivers = self._lines.setdefault(line, _LineReceivers())
        if self._is_closed or receive in receivers.subscriptions:
            self._tidy(line)
            return
        receivers.subscriptions[receive] = None
        topic = self._topic(line)
        try:
            subscription = await self._bus.subscribe(topic, partial(receivers.note_received, receive))
        except BaseException:
            self._detach(line, receive)
            raise
        if receive not in receivers.subscriptions:  # detached or closed meanwhile
            subscription.close()
            return
        receivers.subscriptions[receive] = subscription
        if not self._bus.hears(topic):
            self._detach(line, receive)
            raise Unavailable("the bus is away")

    @override
    async def detach(self, line: str, receive: NoteReceiver) -> None:
        self._detach(line, receive)  # without a word to Redis: it never raises

    def _detach(self, line: str, receive: NoteReceiver) -> None:
        receivers = self._lines.get(line)
        if receivers is not None:
            subscription = receivers.subscriptions.pop(receive, None)
            if subscription is not None:
                subscription.close()
            self._tidy(line)

    def _tidy(self, line: str) -> None:
        if not self._lines[line].subscriptions:
            del self._lines[line]

    @override
    async def send(self, line: str, note: bytes) -> bool:
        # True: a process heard it in which somebody is attached, or was until a moment ago.
        if self._is_closed:
            return False
        here = self._lines.get(line)
        number = here.begin_send() if here is not None else 0
        try:
            return await self._bus.publish_counted(self._topic(line), note) > 0
        finally:
            if here is not None:
                here.end_send(number)

    @override
    async def claim(self, code: str, line: str, ttl_s: float) -> bool:
        if self._is_closed:
            return False
        return bool(await self._redis.run(_CLAIM, [self._code(code)], [line, max(1, round(ttl_s * 1000))]))

    @override
    async def release(self, code: str, line: str) -> None:
        if not self._is_closed:
            await self._redis.run(_RELEASE, [self._code(code)], [line])

    @override
    async def retire(self, code: str, line: str, ttl_s: float) -> None:
        if not self._is_closed:
            await self._redis.run(_RETIRE, [self._code(code)], [line, max(1, round(ttl_s * 1000))])

    @override
    async def find(self, code: str) -> str | None:
        line = None if self._is_closed else await self._redis.ask("GET", self._code(code))
        return str(line, "utf-8") if line else None

    @override
    async def close(self) -> None:
        self._is_closed = True
        for line, receivers in list(self._lines.items()):
            for receive in list(receivers.subscriptions):
                self._detach(line, receive)

    def __len__(self) -> int:
        """How many lines have receivers here."""
        return len(self._lines)
