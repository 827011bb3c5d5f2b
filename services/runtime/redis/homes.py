"""Where topics live when all live on one server: the one of the URL, or whoever the sentinels call master."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import NoReturn

import hiredis
from typing_extensions import override

from services.runtime.lifecycle import Tasks
from services.runtime.metrics import Metrics
from services.runtime.redis.asking import ANSWER_S, ask_once
from services.runtime.redis.carrier import Carrier, Owner, Terms
from services.runtime.redis.opening import tls_context
from services.runtime.redis.topics import Topic
from services.runtime.redis.url import Address, Form, Target


async def locate(target: Target) -> Sequence[Address]:
    """Where the one server may be, the likeliest first; empty if nobody knows now."""
    if target.form is not Form.SENTINEL:
        return target.addresses
    tasks = [asyncio.create_task(_ask_sentinel(target, each)) for each in target.addresses]
    try:
        done, _ = await asyncio.wait(tasks, timeout=ANSWER_S)
    finally:
        for task in tasks:
            task.cancel()
    answers = [answer for task in done if (answer := task.result()) is not None]
    newest = sorted(answers, key=lambda answer: -answer[0])
    return list(dict.fromkeys(address for _, address in newest))


async def _ask_sentinel(target: Target, sentinel: Address) -> tuple[int, Address] | None:
    """The epoch of what this sentinel believes, and the master's address."""
    try:
        found, state = await ask_once(
            target,
            sentinel,
            ("SENTINEL", "GET-MASTER-ADDR-BY-NAME", target.service),  # during a failover the new one
            ("SENTINEL", "MASTER", target.service),
        )
        host, port = found  # None if it does not know the service
        return int(state[b"config-epoch"]), Address(host.decode(), int(port))
    except (OSError, TimeoutError, hiredis.HiredisError, TypeError, ValueError, KeyError):
        return None


class Home(Owner):
    """The one node of a bus without a cluster."""

    def __init__(self, target: Target, metrics: Metrics) -> None:
        name = f"kuuki.beats.{secrets.token_hex(8)}".encode()
        terms = Terms(target.login, tls_context(target.tls), is_sharded=False, metrics=metrics)
        self._carrier = Carrier(terms, self, lambda: locate(target), lambda: name)
        self._tasks = Tasks()
        self._tasks.start(self._carrier.keep())

    def hold(self, topic: Topic) -> None:
        """Have this topic heard."""
        self._carrier.hold(topic)

    def drop(self, topic: Topic) -> None:
        """Hear it no more."""
        self._carrier.drop(topic)

    def carrier_of(self, topic: bytes) -> Carrier | None:
        """Who carries this topic; None if nobody does now."""
        return self._carrier

    @override
    def moved(self, topic: bytes, refusal: str | None) -> None:
        """There is nowhere to go: the carrier asks again."""

    @override
    def away(self) -> None:
        """The carrier tries again."""

    @property
    def carriers(self) -> Sequence[Carrier]:
        """All of them."""
        return (self._carrier,)

    async def run(self) -> NoReturn:
        """Until the carrier ends unasked. Raises why."""
        await self._tasks.run()

    async def close(self) -> None:
        """Let go of the connection."""
        await self._tasks.stop_all()
        self._carrier.close()
