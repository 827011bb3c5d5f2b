"""Two programs that call each other over a kuuki's lines: no sound, no picture, expressions only."""

import asyncio
from collections.abc import Awaitable, Coroutine
from contextlib import AsyncExitStack, suppress
from itertools import cycle
from random import Random
from typing import Any, Final, TypeVar

from client.headless.call.errors import CannotCall
from client.headless.call.phone import Phone
from client.headless.call.place import CallPlace
from client.headless.call.talk import Talk
from client.headless.retrying import retry_until_success
from kuuki.backoff import Backoff
from kuuki.errors import KuukiError
from kuuki.mood.labels import LABELS, WHOLE
from kuuki.times import CALL_LOST_S, TICK_S
from loadtests.load.events import Event, Name, Tell, problem_of

T = TypeVar("T")

TALKS_S: Final = 10.0
PAUSES_S: Final = 3.0
"""A line may begin a call every 2 s; each of the two begins every other one."""

_PATIENCE_S: Final = CALL_LOST_S
_HAPPY: Final = LABELS.index("happy")
_REST: Final = LABELS.index("neutral")
_MARKS: Final = 200


class Pair:
    """``go_on`` until cancelled: each rings the other by turns, both share an expression, who rang hangs up."""

    def __init__(self, base: str, tell: Tell) -> None:
        self._place = CallPlace(base)
        self._tell = tell
        self._dice = Random()
        self._clock = asyncio.get_running_loop().time

    async def go_on(self) -> None:
        """Raises TryLater or CannotCall when there is no line to be had; it has been told of by then."""
        async with AsyncExitStack() as stack:
            caller, callee = await self._phone(stack), await self._phone(stack)
            while True:
                with suppress(CannotCall):  # told; the next call may do
                    await self._call(caller, callee)
                caller, callee = callee, caller
                await asyncio.sleep(PAUSES_S)

    async def _phone(self, stack: AsyncExitStack) -> Phone:
        phone, backoff = Phone(self._place, dice=self._dice), Backoff(self._dice.uniform)
        await retry_until_success(lambda: self._timed(Name.LINE, stack.enter_async_context(phone)), backoff)
        return phone

    async def _call(self, caller: Phone, callee: Phone) -> None:
        try:
            one, other = await self._timed(Name.RUNG, _ring(caller, callee))
            await self._timed(Name.TALK, _hear_each_other(one, other))
            await self._talk(one, other)
        finally:
            caller.hang_up()
            callee.hang_up()

    async def _talk(self, one: Talk, other: Talk) -> None:
        lives = [work for talks in ((one, other), (other, one)) for work in self._express(*talks)]
        tasks = [asyncio.ensure_future(life) for life in lives]
        try:
            async with asyncio.timeout(TALKS_S):
                await asyncio.gather(*tasks)
        except TimeoutError:
            return  # the call lasted as long as it should
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._tell(Event(Name.EXPRESSION, problem="ended_unasked"))

    def _express(self, one: Talk, other: Talk) -> tuple[Coroutine[Any, Any, None], Coroutine[Any, Any, None]]:
        """Share scores from one side; tell how long each takes to the other."""
        sent_at: dict[int, float] = {}
        return self._share(one, sent_at), self._see(other, sent_at)

    async def _share(self, talk: Talk, sent_at: dict[int, float]) -> None:
        for mark in cycle(range(1, _MARKS)):  # each score can be told from those before
            weights = tuple(mark if i == _HAPPY else WHOLE - mark if i == _REST else 0 for i in range(len(LABELS)))
            sent_at[mark] = self._clock()
            talk.send_integers(weights, WHOLE)
            await asyncio.sleep(TICK_S)

    async def _see(self, talk: Talk, sent_at: dict[int, float]) -> None:
        async for weights in talk.scores():
            mark = 0 if weights is None else round(weights[LABELS[_HAPPY]] * WHOLE)
            if (at := sent_at.pop(mark, None)) is not None:
                self._tell(Event(Name.EXPRESSION, self._clock() - at))

    async def _timed(self, name: Name, work: Awaitable[T]) -> T:
        """Await this, and tell how long it took or why it failed. Raises TryLater or CannotCall."""
        began = self._clock()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                done = await work
        except TimeoutError as error:
            self._tell(Event(name, problem="timeout"))
            raise CannotCall(f"{name}: nothing in {_PATIENCE_S:g} s.") from error
        except KuukiError as error:
            self._tell(Event(name, problem=problem_of(error)))
            raise
        self._tell(Event(name, self._clock() - began))
        return done


async def _ring(caller: Phone, callee: Phone) -> tuple[Talk, Talk]:
    """Ring and answer: both are in the call then. Raises NotAnswered or CannotCall."""
    await callee.coded()
    tasks = asyncio.ensure_future(caller.ring(callee.code)), asyncio.ensure_future(callee.answer())
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _hear_each_other(one: Talk, other: Talk) -> None:
    """Wait until both channels are open. Raises CannotCall when the call ends before."""
    await asyncio.gather(one.opened(), other.opened())
    if one.is_over or other.is_over:
        raise CannotCall("The call ended before both could hear each other.")
