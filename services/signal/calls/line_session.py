"""A line in this process, from its first page to its end: connections of its page come and go meanwhile."""

import asyncio
from collections.abc import Callable

from kuuki.call.calling import Event, LegState
from kuuki.call.effects import Effect, SendNote
from kuuki.call.line_messages import Welcome
from kuuki.call.lines import Line
from kuuki.call.notes import CallNote, EventNote, Note, RingNote, TakenNote, decode_note, encode_note
from kuuki.call.signaling import Hello, Message
from kuuki.errors import BadMessage, CloseCode, Unavailable
from kuuki.times import LINE_GRACE_S
from services.signal.calls.code_directory import ClaimedCode
from services.signal.calls.code_lease import CodeLease
from services.signal.calls.line_effects import Answer, LineEffects
from services.signal.calls.line_services import LineServices
from services.signal.calls.outbox import Outbox
from services.signal.calls.page_connection import PageConnection
from services.signal.calls.serial_queue import SerialQueue
from services.signal.calls.takeover import Takeover


class LineSession:
    """One line here. ``on_end`` is called once: when it is over, and no note comes here any more.

    All of it runs on one event loop. What waits for the exchange is done by one queue, in its order.
    """

    def __init__(
        self, secret: str, line: Line, services: LineServices, on_end: Callable[["LineSession"], None]
    ) -> None:
        self.secret = secret
        self.line = line
        self.is_over = False
        self._services = services
        self._on_end = on_end
        self._outbox = Outbox()
        self._queue = SerialQueue()
        self._lease = CodeLease(line, services.directory, self._outbox, self._queue)
        self._effects = LineEffects(line, services, self._outbox, self._queue, self._lease)
        self._takeover = Takeover()
        self._grace: asyncio.TimerHandle | None = None
        self._opening = asyncio.Lock()

    @property
    def claimed_code(self) -> ClaimedCode | None:
        """The code that is good now; None before the first, and while another one is being made."""
        return self._lease.claimed

    # --- the page

    async def connect(self, page: PageConnection, hello: Hello) -> None:
        """A page said hello with this line's secret: it has the line now, and an older one is closed.

        Unavailable if no code could be had for a line without one.
        """
        if self._outbox.page is not None and self._outbox.page is not page:
            self._outbox.page.close(CloseCode.LINE_TAKEN)
        self._outbox.attach(page)
        self._effects.ask_may_connect(None)
        self._stop_grace()
        async with self._opening:
            if self.is_over:  # it could not be opened for an older page
                raise Unavailable
            if not self._lease.is_open:
                await self._open(_index_of(hello))
        if self._outbox.page is page and not self.is_over:  # else a newer one came meanwhile
            code = self._lease.code
            page.send(Welcome(self.secret, code.code, code.code_index, self._services.has_relay))
            self._outbox.send_waiting()
            self._effects.perform(self.line.page_connected(hello, _now()))

    async def _open(self, index: int | None) -> None:
        exchange, taken = self._services.exchange, TakenNote(self.line.id, self._takeover.session)
        await exchange.attach(self.line.id, self._receive_bytes)
        await exchange.send(self.line.id, encode_note(taken))
        await self._lease.open(index)

    def receive(self, message: Message) -> None:
        """Any message of the page but Hello and Ask."""
        self._effects.perform(self.line.message_received(message, _now()))

    def ask_may_connect(self, answer: Answer) -> None:
        """Ask whether the line has a call for which its page connects; see LineEffects for when the answer comes."""
        self._effects.ask_may_connect(answer)

    def replace_code(self) -> None:
        """The page wants another code; the old one leads nowhere."""
        self._lease.replace(was_answered=False)

    def disconnect(self, page: PageConnection) -> None:
        """A page's connection is gone. If it had the line, another one may come for LINE_GRACE_S."""
        if self._outbox.page is not page:
            return
        self._outbox.detach()
        if not self.is_over:
            self._effects.perform(self.line.page_disconnected())
            self._grace = asyncio.get_running_loop().call_later(LINE_GRACE_S, self._expire)

    def _stop_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None

    # --- other lines, and other sessions of this one

    def _receive_bytes(self, note: bytes) -> None:
        try:
            self._receive_note(decode_note(note))
        except BadMessage as error:
            self._services.metrics.call_messages_dropped.labels(error.reason).inc()

    def _receive_note(self, note: Note) -> None:
        if self.is_over:
            return
        if isinstance(note, TakenNote):
            if self._takeover.is_superseded_by(note.session):
                self._move_away()
        elif self._is_ring_without_page(note):
            self._effects.perform([SendNote(note.sender, EventNote(self.line.id, note.call, Event.HUNG_UP))])
        else:
            self._effects.perform(self.line.note_received(note, _now()))

    def _is_ring_without_page(self, note: CallNote) -> bool:
        """Whether it is a new call for a line whose page is away: such a line cannot be rung."""
        return isinstance(note, RingNote) and self._outbox.page is None and note.call not in self.line.legs

    def _move_away(self) -> None:
        """A newer session of this line has its page, maybe in another process."""
        if self._outbox.page is not None:
            self._outbox.page.close(CloseCode.LINE_TAKEN)
        self._finish()

    # --- time, and the end

    def tick(self, now: float) -> None:
        """Once a second."""
        if self.line.legs:
            self._effects.perform(self.line.tick(now))
        self._lease.tick(now)

    def end(self) -> None:
        """The page said bye: its calls are hung up, its code is free. The second time does nothing."""
        if not self.is_over:
            self._let_go(self.line.close(_now()))

    def _expire(self) -> None:
        self._let_go(self.line.expire(_now()))

    def _let_go(self, last: list[Effect]) -> None:
        self._effects.perform(last)
        self._lease.release()
        self._finish()

    def _finish(self) -> None:
        """Nothing more begins here: a newer session has the line, the process stops, or the line is over."""
        self.is_over = True
        self._stop_grace()
        self._effects.stop()
        self._outbox.close()
        self._lease.stop()
        self._queue.add(self._detach)

    async def _detach(self) -> None:
        try:
            await self._services.exchange.detach(self.line.id, self._receive_bytes)
        finally:
            self._on_end(self)

    async def join(self) -> None:
        """Wait until all that was begun is done."""
        await self._queue.join()

    async def stop(self) -> None:
        """The process stops: calls go on, the code stays the line's until its claim runs out."""
        if not self.is_over:
            self._finish()
        await self.join()


def _index_of(hello: Hello) -> int | None:
    """The index of which the line may have its code again. None for a page at which it rings: it may have answered,
    so that its code is spent, and not have heard so.
    """
    call = hello.call
    is_rung = call is not None and call.state in (LegState.INCOMING, LegState.KNOCKING)
    return None if is_rung else hello.code_index


def _now() -> float:
    return asyncio.get_running_loop().time()
