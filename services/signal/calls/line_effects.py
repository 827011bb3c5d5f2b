"""The effects of one line, performed: messages to its page, notes and look-ups by the exchange, timers, its code."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from kuuki.call.effects import Effect, LookUpCode, SendMessage, SendNote, SetTimer, SpendCode
from kuuki.call.lines import Line
from kuuki.call.notes import encode_note
from services.signal.calls.call_outcomes import CallOutcomes
from services.signal.calls.code_directory import new_misses
from services.signal.calls.code_lease import CodeLease
from services.signal.calls.line_services import LineServices
from services.signal.calls.outbox import Outbox
from services.signal.calls.serial_queue import SerialQueue

_QUEUED_NOTES: Final = 500
"""Notes and look-ups that wait while the exchange does not answer; more are dropped."""

Answer = Callable[[bool], None]
"""Called with whether a line has a call for which its page connects."""


class LineEffects:
    """Performs what a line asks for, in its order. What the exchange answers goes back to the line, and so on.

    Nothing here waits: notes and look-ups are done by the queue, one after the other.
    """

    def __init__(
        self, line: Line, services: LineServices, outbox: Outbox, queue: SerialQueue, lease: CodeLease
    ) -> None:
        self._line, self._services = line, services
        self._outbox, self._queue, self._lease = outbox, queue, lease
        self._outcomes = CallOutcomes(services.metrics)
        self._misses_left = new_misses(_now())
        self._asked_may_connect: Answer | None = None
        self._is_stopped = False

    def perform(self, effects: list[Effect]) -> None:
        """What the line asked for by its last step."""
        for effect in effects:
            match effect:
                case SendMessage(message):
                    self._outcomes.sent(effect)
                    self._outbox.send(message)
                case SetTimer(call, at):
                    asyncio.get_running_loop().call_at(at, self._fire_timer, call)
                case SpendCode():
                    self._lease.replace(was_answered=True)
                case SendNote() | LookUpCode():
                    self._enqueue(effect)
        self._answer_may_connect()

    def _enqueue(self, effect: SendNote | LookUpCode) -> None:
        if len(self._queue) >= _QUEUED_NOTES:
            self._services.metrics.call_messages_dropped.labels("backlog").inc()
        elif isinstance(effect, SendNote):
            self._queue.add(partial(self._send_note, effect))
        else:
            self._queue.add(partial(self._look_up, effect))

    def _fire_timer(self, call: str) -> None:
        if not self._is_stopped:
            self.perform(self._line.timer_fired(call, _now()))

    async def _send_note(self, effect: SendNote) -> None:
        if not await self._services.exchange.send(effect.line, encode_note(effect.note)):
            self.perform(self._line.note_undelivered(effect.line, effect.note, _now()))

    async def _look_up(self, effect: LookUpCode) -> None:
        attempt = self._services.directory.attempt(self._misses_left, self._outbox.address)
        if effect.call in self._line.legs:
            self._outcomes.attempted(effect.call, attempt)
        partner = await self._services.directory.look_up(effect.code, attempt, _now())
        self.perform(self._line.code_looked_up(effect.call, partner, _now()))

    def ask_may_connect(self, answer: Answer | None) -> None:
        """Ask whether the line has a call for which its page connects. Of a call that only the page speaks of, the
        answer comes once the partner's line has spoken of it too: after a restart that is a moment later. Only the
        newest question is answered; None takes it back.
        """
        self._asked_may_connect = answer
        self._answer_may_connect()

    def _answer_may_connect(self) -> None:
        answer, may_connect = self._asked_may_connect, self._line.may_connect
        if answer is not None and may_connect is not None:
            self._asked_may_connect = None
            answer(may_connect)

    def stop(self) -> None:
        """Nothing more begins; what waits in the queue is still done."""
        self._is_stopped = True
        self._asked_may_connect = None


def _now() -> float:
    return asyncio.get_running_loop().time()
