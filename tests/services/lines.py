"""A switchboard without sockets, and pages that are only lists: for tests of calls in virtual time."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from kuuki.call.calling import Event
from kuuki.call.line_messages import LineMessage, serialize_message
from kuuki.call.signaling import Act, Again, Hello, Message, Ring, Signal, Standing
from services.runtime.exchange import InProcessExchange
from services.runtime.metrics import Metrics
from services.signal.calls.line_session import LineSession
from services.signal.calls.page_connection import PageConnection
from services.signal.calls.switchboard import Switchboard

KEY = b"a key of 16 bytes or more"
_numbers = itertools.count()


def new_call() -> str:
    return f"{next(_numbers):022d}"


async def settle() -> None:
    """Until notes that are on their way have come."""
    for _ in range(30):
        await asyncio.sleep(0)


@dataclass(eq=False)
class FakePage(PageConnection):
    """Keeps what it is told, with the time."""

    address: str | None = None
    said: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    code: int | None = None

    def send(self, message: LineMessage) -> None:
        if self.code is None:
            self.said.append((asyncio.get_running_loop().time(), json.loads(serialize_message(message))))

    def close(self, code: int) -> None:
        self.code = self.code or code


@dataclass(eq=False)
class Caller:
    """A person with a page, on a switchboard."""

    board: Switchboard
    name: str
    page: FakePage
    session: LineSession
    secret: str

    @property
    def code(self) -> str:
        code: str = next(m["code"] for m in reversed(self.messages) if m["type"] in ("welcome", "code"))
        return code

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [message for _, message in self.page.said]

    @property
    def id(self) -> str:
        return self.session.line.id

    async def say(self, message: Message) -> None:
        self.session.receive(message)
        await settle()

    async def ring(self, code: str | None, call: str | None = None) -> str:
        call = call or new_call()
        await self.say(Ring(call, code or ""))
        return call

    async def again(self, of: str) -> str:
        call = new_call()
        await self.say(Again(call, of))
        return call

    async def act(self, event: Event, call: str) -> None:
        await self.say(Act(event, call))

    async def signal(self, call: str, generation: int = 1) -> None:
        await self.say(Signal(call, generation, {"type": "offer", "sdp": "v=0"}))

    def states(self, call: str) -> list[str]:
        return [m["state"] for m in self.messages if m["type"] == "state" and m["call"] == call]

    def state(self, call: str) -> dict[str, Any]:
        return next(m for m in reversed(self.messages) if m["type"] == "state" and m["call"] == call)

    def at(self, call: str, state: str) -> float:
        return next(at for at, m in self.page.said if m.get("call") == call and m.get("state") == state)

    async def leave(self) -> None:
        """The socket dies."""
        self.session.disconnect(self.page)
        self.board.dismiss(self.page)
        await settle()

    async def come_back(
        self,
        board: Switchboard | None = None,
        call: Standing | None = None,
        index: int | None = 0,
        name: str | None = None,
    ) -> "Caller":
        """Another page with this line's secret."""
        board = self.board if board is None else board
        return await come(board, name or self.name, self.secret, call=call, index=index)


async def come(
    board: Switchboard,
    name: str = "Aki",
    secret: str | None = None,
    *,
    address: str | None = None,
    call: Standing | None = None,
    index: int | None = 0,
) -> Caller:
    page = FakePage(address)
    assert board.admit(page)
    session = await board.connect(page, Hello(name, "en", secret, index, call))
    await settle()
    assert session is not None
    assert page.said[0][1]["type"] == "welcome"
    return Caller(board, name, page, session, page.said[0][1]["line"])


async def talk(caller: Caller, callee: Caller) -> str:
    call = await caller.ring(callee.code)
    await callee.act(Event.ACCEPT, call)
    assert caller.states(call)[-1] == callee.states(call)[-1] == "talking"
    return call


@dataclass
class Here:
    """Processes that share an exchange."""

    exchange: InProcessExchange
    metrics: Metrics
    boards: list[Switchboard]

    @property
    def board(self) -> Switchboard:
        return self.boards[0]

    def samples(self, name: str) -> dict[str, float]:
        samples = (sample for metric in self.metrics.registry.collect() for sample in metric.samples)
        return {
            next(iter(sample.labels.values()), ""): sample.value
            for sample in samples
            if sample.name == f"kuuki_{name}" and sample.value
        }


@contextlib.asynccontextmanager
async def switchboards(count: int = 1, key: bytes = KEY) -> AsyncIterator[Here]:
    """Switchboards that run; at their end no line, timer or task is left."""
    exchange, metrics = InProcessExchange(), Metrics()
    boards = [Switchboard(exchange, metrics, key) for _ in range(count)]
    tasks = [asyncio.create_task(board.run()) for board in boards]
    await settle()
    try:
        yield Here(exchange, metrics, boards)
    finally:
        for board in boards:
            for page in list(board._pages):
                board.dismiss(page)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert all(task.cancelled() for task in tasks)
    assert [len(board) for board in boards] == [0] * count
    assert exchange._lines == {}
    assert len(asyncio.all_tasks()) == 1
