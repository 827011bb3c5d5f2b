"""Where topics live in a cluster: sharded pub/sub, one carrier for each node that has slots.

The map of slots is asked for at the start, whenever something does not fit it (a refusal that says MOVED, a
subscription that Redis ended, a node that is away), and every few seconds. A topic whose slot moved is carried by
another node from then on; that it may have missed something is told when it is heard there.
"""

import asyncio
import contextlib
import random
import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NoReturn

import hiredis
import structlog
from redis.crc import key_slot
from typing_extensions import override

from services.runtime.lifecycle import Tasks
from services.runtime.metrics import Metrics
from services.runtime.redis.asking import ask_once
from services.runtime.redis.carrier import Carrier, Owner, Terms
from services.runtime.redis.opening import tls_context
from services.runtime.redis.topics import Topic
from services.runtime.redis.url import Address, Target
from services.runtime.redis.wire import WireGone

log = structlog.get_logger(__name__)

_SLOTS: Final = 16384
_LOOK_S: Final = 5.0
_LOOK_AGAIN_S: Final = 0.25
"""How often the map is asked for: when all is well, and when not."""
_BUNDLE_S: Final = 0.02
"""Many topics move together: what says so is waited for, and then asked once; again only after _LOOK_AGAIN_S."""
_ANSWER_S: Final = 0.5
_AT_ONCE: Final = 3
_NAMES: Final = 50_000
"""Names tried until one falls on a node's slots: enough for a node with one of them."""

View = Sequence[tuple[int, int, Address]]
"""Ranges of slots, both ends included, and the master that has them."""


class ClusterHomes(Owner):
    """All nodes of a cluster, and which of them each topic lives on. Made on a running event loop."""

    def __init__(self, target: Target, metrics: Metrics) -> None:
        self._target = target
        self._terms = Terms(target.login, tls_context(target.tls), is_sharded=True, metrics=metrics)
        self._slots: list[Address | None] = [None] * _SLOTS
        self._carriers: dict[Address, Carrier] = {}
        self._topics: dict[bytes, Topic] = {}
        self._held: dict[bytes, Carrier] = {}
        self._has_view = False
        self._doubt = asyncio.Event()
        self._closing: set[asyncio.Task[None]] = set()
        self._tasks = Tasks()
        self._keeping: dict[Carrier, asyncio.Task[None]] = {}
        self._tasks.start(self._look())

    # --- as Home

    def hold(self, topic: Topic) -> None:
        """Have this topic heard."""
        self._topics[topic.name] = topic
        self._settle(topic)

    def drop(self, topic: Topic) -> None:
        """Hear it no more."""
        self._topics.pop(topic.name, None)
        carrier = self._held.pop(topic.name, None)
        if carrier is not None:
            carrier.drop(topic)

    def carrier_of(self, topic: bytes) -> Carrier | None:
        """Who carries this topic; None if nobody does now."""
        address = self._slots[key_slot(topic)]
        return None if address is None else self._carriers.get(address)

    @property
    def carriers(self) -> Sequence[Carrier]:
        """All of them; none before the map is known."""
        return list(self._carriers.values())

    async def run(self) -> NoReturn:
        """Until the look-out or a carrier ends unasked. Raises why."""
        await self._tasks.run()

    async def close(self) -> None:
        """Let go of all connections."""
        await self._tasks.stop_all()
        for address in list(self._carriers):
            self._let_go(address)
        if self._closing:
            await asyncio.wait(self._closing)

    # --- as Owner

    @override
    def moved(self, topic: bytes, refusal: str | None) -> None:
        """A refusal names the new node, so nobody needs to be asked: MOVED slot host:port."""
        words = (refusal or "").split()
        if len(words) == 3:
            host, _, port = words[2].rpartition(":")
            if host and port.isdecimal() and words[1].isdecimal() and int(words[1]) < _SLOTS:
                self._slots[int(words[1])] = Address(host, int(port))
                self._carry(Address(host, int(port)))
                self._settle_all()
        self._doubt.set()

    @override
    def away(self) -> None:
        self._doubt.set()

    # --- the map

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            looked_at = loop.time()
            try:
                view = await self._view()
                if view:
                    self._apply(view)
            except Exception as error:  # whatever it is, it is tried again
                log.warning("the map of the cluster is not as expected", kind=type(error).__name__)
            is_well = self._has_view and all(carrier.is_well for carrier in self._carriers.values())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S if is_well else _LOOK_AGAIN_S):
                    await self._doubt.wait()
                    await asyncio.sleep(max(_BUNDLE_S, looked_at + _LOOK_AGAIN_S - loop.time()))
            self._doubt.clear()

    async def _view(self) -> View | None:
        """What one node that is in step with the others says; None if nobody answers so."""
        well = [carrier for carrier in self._carriers.items() if carrier[1].is_well]
        random.shuffle(well)
        for address, carrier in well[:_AT_ONCE]:
            with contextlib.suppress(hiredis.ReplyError, WireGone, TimeoutError):
                async with asyncio.timeout(_ANSWER_S):
                    state = await carrier.ask("CLUSTER", "INFO")
                    return self._parsed(address, state, await carrier.ask("CLUSTER", "SLOTS"))
        return await self._view_of_strangers()

    async def _view_of_strangers(self) -> View | None:
        known = list({*self._target.addresses, *self._carriers})
        asked = [asyncio.create_task(self._ask(each)) for each in random.sample(known, min(_AT_ONCE, len(known)))]
        try:
            for answer in asyncio.as_completed(asked):
                if view := await answer:
                    return view
            return None
        finally:
            for task in asked:
                task.cancel()

    async def _ask(self, address: Address) -> View | None:
        try:
            state, slots = await ask_once(self._target, address, ("CLUSTER", "INFO"), ("CLUSTER", "SLOTS"))
        except (OSError, TimeoutError, hiredis.HiredisError):
            return None
        return self._parsed(address, state, slots)

    def _parsed(self, asked: Address, state: Any, slots: Any) -> View | None:
        """A node that is cut off from the others may be wrong: it says so, and is believed at the start only."""
        if self._has_view and b"cluster_state:ok" not in _bytes(state):
            return None
        return [
            (first, last, Address((host or asked.host.encode()).decode(), port))
            for first, last, (host, port, *_), *_ in slots
            if host != b"?" and port
        ]

    def _apply(self, view: View) -> None:
        slots: list[Address | None] = [None] * _SLOTS
        for first, last, address in view:
            slots[first : last + 1] = [address] * (last + 1 - first)
        self._slots = slots
        self._has_view = True
        wanted = {address for _, _, address in view}
        for address in wanted:
            self._carry(address)
        self._settle_all()
        for address in self._carriers.keys() - wanted:
            self._let_go(address)

    def _carry(self, address: Address) -> None:
        if address not in self._carriers:
            name = f"kuuki.beats.{secrets.token_hex(8)}"
            at = partial(self._at, address)
            carrier = Carrier(self._terms, self, at, partial(self._beat_topic, name, address))
            self._carriers[address] = carrier
            self._keeping[carrier] = self._tasks.start(carrier.keep())

    @staticmethod
    async def _at(address: Address) -> Sequence[Address]:
        return (address,)

    def _beat_topic(self, name: str, address: Address) -> bytes:
        """A topic that lives on this node."""
        for number in range(_NAMES):
            topic = f"{name}.{number}".encode()
            if self._slots[key_slot(topic)] == address:
                return topic
        return name.encode()  # it has no slot: Redis will refuse, and the map be asked for

    def _let_go(self, address: Address) -> None:
        task = asyncio.create_task(self._close(self._carriers.pop(address)))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _close(self, carrier: Carrier) -> None:
        await self._tasks.stop(self._keeping.pop(carrier))
        carrier.close()

    def _settle_all(self) -> None:
        for topic in list(self._topics.values()):
            self._settle(topic)

    def _settle(self, topic: Topic) -> None:
        """Have it carried by the node that it lives on."""
        carrier = self.carrier_of(topic.name)
        held = self._held.get(topic.name)
        if carrier is held:
            return
        if held is not None:
            del self._held[topic.name]
            held.drop(topic)
        if carrier is not None:
            self._held[topic.name] = carrier
            carrier.hold(topic)


def _bytes(text: Any) -> bytes:
    return text if isinstance(text, bytes) else str(text).encode()
