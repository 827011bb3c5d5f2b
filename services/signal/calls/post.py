"""A line in this process: its Line, its page (if there is one now), its code, and the effects that are performed."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from kuuki.call.calling import Event, LegState, Side
from kuuki.call.legs import Effect, Find, Later, Renew, Say, Tell
from kuuki.call.lines import Line
from kuuki.call.signaling import Hello, Message, Note, decode_note, encode_note
from kuuki.errors import BadMessage, CloseCode, Unavailable
from kuuki.times import LINE_GRACE_S
from services.runtime.exchange import Exchange
from services.runtime.metrics import Metrics
from services.signal.calls.directory import Claim, Directory, Guess, new_misses
from services.signal.calls.errands import Errands
from services.signal.calls.tenure import Tenure
from services.signal.calls.waiting import Waiting

_ERRANDS: Final = 500
"""Notes that wait while the exchange does not answer."""


class Page(Protocol):
    """What a line sees of its page's socket. Nothing here waits."""

    address: str | None

    def say(self, message: dict[str, Any]) -> None:
        """Send this, after what was said before."""
        ...

    def close(self, code: int) -> None:
        """Close with this code, after what was said before."""
        ...


@dataclass(frozen=True, slots=True)
class Office:
    """What all lines of a process share."""

    exchange: Exchange
    directory: Directory
    metrics: Metrics
    has_relay: bool = False


Answer = Callable[[bool], None]
"""Told whether a line has a call for which its page connects."""


class Post:
    """One line here. ``forget`` is called once, when it is over and its code free."""

    def __init__(self, secret: str, line: Line, office: Office, forget: Callable[["Post"], None]) -> None:
        now = _now()
        self.secret = secret
        self.line = line
        self.page: Page | None = None
        self.tenure = Tenure(line, office.directory, self._deliver)
        self.is_over = False
        self._office = office
        self._forget = forget
        self._waiting = Waiting()
        self._errands = Errands()
        self._address: str | None = None
        self._guesses: dict[str, Guess] = {}
        self._misses = new_misses(now)
        self._grace: asyncio.TimerHandle | None = None
        self._opening = asyncio.Lock()
        self._is_paying = False
        self._stamp = secrets.token_hex(8)
        self._has_seen_own_stamp = False
        self._waits_for_call: Answer | None = None

    # --- the page

    async def meet(self, page: Page, hello: Hello) -> None:
        """A page said hello with this line's secret: it has the line now. Unavailable if no code could be had."""
        if self.page is not None and self.page is not page:
            self.page.close(CloseCode.LINE_TAKEN)
        self.page, self._address, self._waits_for_call = page, page.address, None
        self._stop_grace()
        async with self._opening:
            if self.is_over:  # it could not be opened for an older page
                raise Unavailable
            if not self.tenure.is_open:
                await self._open(_turn_of(hello))
        if self.page is not page or self.is_over:
            return  # a newer one came meanwhile
        relay = self._office.has_relay
        page.say({"type": "welcome", "line": self.secret, **self.tenure.told(), "relay": relay})
        for message in self._waiting.take():
            page.say(message)
        self._perform(self.line.greet(hello, _now()))

    async def _open(self, turn: int | None) -> None:
        await self._office.exchange.attach(self.line.id, self._take)
        await self._office.exchange.send(self.line.id, encode_note(Note("taken", self.line.id, stamp=self._stamp)))
        await self.tenure.open(turn, _now())

    def hear(self, message: Message) -> None:
        """What the page says, but hello and asks."""
        self._perform(self.line.hear(message, _now()))

    def ask_for_call(self, answer: Answer) -> None:
        """Whether the line has a call for which its page connects. What only the page says is answered once the
        partner's line has spoken: after a restart that is a moment later."""
        self._waits_for_call = answer
        self._answer_for_call()

    def _answer_for_call(self) -> None:
        answer, may_connect = self._waits_for_call, self.line.may_connect
        if answer is not None and may_connect is not None:
            self._waits_for_call = None
            answer(may_connect)

    def left(self, page: Page) -> None:
        """A page's socket is gone. If it had the line, another one may come for LINE_GRACE_S."""
        if self.page is not page:
            return
        self.page = None
        if not self.is_over:
            self._perform(self.line.page_left())
            self._grace = asyncio.get_running_loop().call_later(LINE_GRACE_S, self._expire)

    def _stop_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None

    # --- other lines

    def _take(self, note: bytes) -> None:
        try:
            self._hear_note(decode_note(note))
        except BadMessage as error:
            self._office.metrics.call_messages_dropped.labels(error.reason).inc()

    def _hear_note(self, note: Note) -> None:
        if self.is_over:
            return
        if note.kind == "taken":
            self._compare(note.stamp)
        elif note.kind == "ring" and self.page is None and note.call not in self.line.legs:
            nobody = Note("event", self.line.id, note.call, event=Event.HUNG_UP)
            self._perform([Tell(note.sender, nobody)])
        else:
            self._perform(self.line.take(note, _now()))

    def _compare(self, stamp: str) -> None:
        """All processes hear these notes in one order: what comes after our own is a newer page's."""
        if stamp == self._stamp:
            self._has_seen_own_stamp = True
        elif self._has_seen_own_stamp:
            if self.page is not None:
                self.page.close(CloseCode.LINE_TAKEN)
            self._abandon()

    # --- effects

    def _perform(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Say):
                self._say(effect)
            elif isinstance(effect, Later):
                asyncio.get_running_loop().call_at(effect.at, self._wake, effect.call)
            elif isinstance(effect, Renew):
                self._replace(was_answered=True)
            elif len(self._errands) >= _ERRANDS:
                self._office.metrics.call_messages_dropped.labels("backlog").inc()
            elif isinstance(effect, Tell):
                self._errands.add(partial(self._tell, effect))
            else:
                self._errands.add(partial(self._find, effect))
        self._answer_for_call()

    def _say(self, say: Say) -> None:
        message = say.message
        if message["type"] == "state" and message["side"] == Side.CALLER:
            self._count(message, say.is_news)
        self._deliver(message)

    def _count(self, message: dict[str, Any], is_news: bool) -> None:
        state = LegState(message["state"])
        if state.is_end and is_news:
            self._office.metrics.calls.labels(state).inc()
        guess = None if state is LegState.CALLING else self._guesses.pop(message["call"], None)
        if guess is not None and _heard_of_callee(state, message["partner"]):
            guess.was_right()

    def _wake(self, call: str) -> None:
        if not self.is_over:
            self._perform(self.line.wake(call, _now()))

    def _deliver(self, message: dict[str, Any]) -> None:
        if self.page is not None:
            self.page.say(message)
        elif not self.is_over:
            self._waiting.add(message)

    async def _tell(self, tell: Tell) -> None:
        if not await self._office.exchange.send(tell.line, encode_note(tell.note)):
            self._perform(self.line.untold(tell.line, tell.note, _now()))

    async def _find(self, find: Find) -> None:
        guess = self._office.directory.guess(self._misses, self._address)
        if find.call in self.line.legs:
            self._guesses[find.call] = guess
        partner = await self._office.directory.find(find.code, guess, _now())
        self._perform(self.line.found(find.call, partner, _now()))

    # --- the code

    @property
    def claim(self) -> Claim | None:
        """The code that is good now; None before the first, and while another one is owed."""
        return self.tenure.claim

    def renew(self) -> None:
        """Another code; the old one leads nowhere."""
        self._replace(was_answered=False)

    def _replace(self, was_answered: bool) -> None:
        self.tenure.spend(was_answered)
        self._pay(_now())

    def _pay(self, now: float) -> None:
        """Do what is owed for the code, after what is to do already. One that fails is owed at a later tick too."""
        if not self.is_over and self.tenure.is_due(now) and not self._is_paying:
            self._is_paying = True
            self._errands.add(self._pay_now)

    async def _pay_now(self) -> None:
        try:
            if not self.is_over:
                await self.tenure.pay(_now)
        finally:
            self._is_paying = False

    # --- time, and the end

    def tick(self, now: float) -> None:
        """Asked once a second."""
        if self.line.legs:
            self._perform(self.line.tick(now))
        self.tenure.age(now)
        self._pay(now)

    def end(self) -> None:
        """The page said bye: its calls are hung up, its code is free."""
        if not self.is_over:
            self._let_go(self.line.close(_now()))

    def _expire(self) -> None:
        self._let_go(self.line.expire(_now()))

    def _let_go(self, last: list[Effect]) -> None:
        self._perform(last)
        self._errands.add(self.tenure.leave)
        self._abandon()

    def _abandon(self) -> None:
        """Nothing more happens here: another process has the line, or it is over."""
        self.is_over = True
        self._stop_grace()
        self._waits_for_call = None
        self._waiting.take()
        self._errands.add(self.tenure.end_past)
        self._errands.add(self._detach)

    async def _detach(self) -> None:
        try:
            await self._office.exchange.detach(self.line.id, self._take)
        finally:
            self._forget(self)

    async def done(self) -> None:
        """Wait until everything that was to do is done."""
        await self._errands.done()

    async def stop(self) -> None:
        """The process stops: calls go on, the code stays the line's until its claim runs out."""
        if not self.is_over:
            self._abandon()
        await self.done()


def _heard_of_callee(state: LegState, partner: str | None) -> bool:
    """Whether a call that is not just calling any more has rung somebody: then its code was right."""
    if state is LegState.BUSY:
        return partner is not None  # or else it is oneself who is busy
    return state not in (LegState.UNREACHABLE, LegState.CANCELLED)


def _turn_of(hello: Hello) -> int | None:
    """The turn of which the line may have its code again: none of a page that may just have answered, and not know."""
    call = hello.call
    is_rung = call is not None and call.state in (LegState.INCOMING, LegState.KNOCKING)
    return None if is_rung else hello.turn


def _now() -> float:
    return asyncio.get_running_loop().time()
