"""A line and its calls: what a page is in the browser. It rings others, is rung, and has one call at a time."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from random import Random
from types import TracebackType
from typing import Final

import aiohttp
from aiortc import RTCIceServer
from typing_extensions import override

from client.headless.addresses import loopback_of
from client.headless.call.connection import Way
from client.headless.call.dialog import LineDialog
from client.headless.call.errors import CannotCall, NotAnswered
from client.headless.call.ladder import Link
from client.headless.call.line import Line
from client.headless.call.listener import Listener
from client.headless.call.media import CallMedia, MediaEvents
from client.headless.call.messages import Said, act, ask
from client.headless.call.place import CallPlace
from client.headless.call.shows import Nothing, Show
from client.headless.call.talk import Talk
from client.headless.ice import from_environment, is_known
from kuuki.call.calling import Event, LegState
from kuuki.call.line_messages import IceServers, LegStatus, LineMessage, NewCode, Welcome
from kuuki.call.signaling import Signal
from kuuki.times import CALL_LOST_S

_TICK_S: Final = 0.1
_ICE_S: Final = 2.0
_GOODBYE_S: Final = 2.0


class Phone(MediaEvents):
    """A line to enter with ``async with``; leaving the block says bye.

    ``answers``: whether others may call; if not, they are declined. ``listener`` is told of every change.
    Entering raises CannotCall or TryLater. A server that is lost is looked for by itself; a call goes on meanwhile.
    """

    def __init__(
        self,
        place: CallPlace,
        *,
        name: str = "",
        language: str = "en",
        show: Show | None = None,
        answers: bool = True,
        listener: Listener | None = None,
        dice: Random | None = None,
    ) -> None:
        self._place = place
        self._show = show or Nothing()
        self._dialog = LineDialog(name, language, answers)
        self._listener = listener or Listener()
        self._dice = dice or Random()  # noqa: S311 - jitter, no secret
        self._changed = asyncio.Event()
        self._closing: set[asyncio.Task[None]] = set()
        self._servers: asyncio.Future[list[RTCIceServer]] | None = None
        self._known_servers: list[RTCIceServer] = []
        self._ended: LegStatus | None = None
        self._ticker: asyncio.TimerHandle | None = None
        self._link = Link.CONNECTING
        self.talk: Talk | None = None

    async def __aenter__(self) -> "Phone":
        self._loop = asyncio.get_running_loop()
        self._http = aiohttp.ClientSession()
        self._line = Line(self._http, self._place, self._dialog, self._hear, self._line_moved, self._dice)
        try:
            await self._line.open()
        except BaseException:
            await self._http.close()
            raise
        self._staying = self._loop.create_task(self._line.stay())
        self._staying.add_done_callback(lambda _: self._changed.set())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.talk is not None:
            self.hang_up()
        self._line.bye()
        await asyncio.gather(*self._closing, return_exceptions=True)
        await asyncio.wait([self._staying], timeout=_GOODBYE_S if self._line.is_open else 0)
        self._staying.cancel()
        await asyncio.gather(self._staying, return_exceptions=True)
        await self._line.close()
        await self._http.close()

    # --- what a program does

    @property
    def code(self) -> str:
        """The code by which this line is called; another one after each answered call, "" until that is there."""
        return self._dialog.code or ""

    @property
    def link(self) -> str:
        """The link that calls this line."""
        return self._place.link(self.code)

    async def coded(self) -> None:
        """Wait until this line has a code. Raises CannotCall when the line is closed for good."""
        await self._until(lambda: bool(self.code))

    async def ring(self, code: str) -> Talk:
        """Call a code (in its canonical form) and wait until both talk. Raises NotAnswered or CannotCall."""
        self._ended = None
        self._line.say(self._dialog.ring(secrets.token_urlsafe(16), code))
        await self._until(lambda: self.talk is not None or self._ended is not None)
        if self.talk is None:
            raise NotAnswered(LegState.CANCELLED if self._ended is None else self._ended.state)
        return self.talk

    async def incoming(self) -> LegStatus:
        """Wait until someone calls. Raises CannotCall when the line is closed for good."""
        await self._until(lambda: self._is_rung)
        return self._dialog.leg or await self.incoming()

    async def accept(self) -> Talk | None:
        """Answer the call that rings; None if its caller gave up meanwhile."""
        if not self._is_rung:
            return None
        leg = self._dialog.leg
        self._line.say(self._dialog.act(Event.ACCEPT))
        await self._until(lambda: self.talk is not None or self._dialog.leg is not leg)
        return self.talk

    def decline(self) -> None:
        """Decline the call that rings."""
        if self._is_rung:
            self._line.say(self._dialog.act(Event.DECLINE))

    async def answer(self) -> Talk:
        """Wait until someone calls, and answer."""
        while True:
            await self.incoming()
            if (talk := await self.accept()) is not None:
                return talk

    def hang_up(self) -> None:
        """Cancel the call, or end it."""
        leg = self._dialog.leg
        if leg is not None:
            self._line.say(self._dialog.act(Event.HANG_UP))
            if self.talk is not None:
                self._end(replace(leg, state=LegState.ENDED))

    @property
    def _is_rung(self) -> bool:
        return self._dialog.leg is not None and self._dialog.leg.state is LegState.INCOMING

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            if self._staying.done():
                self._staying.result()
                raise CannotCall("This line was closed.")
            self._changed.clear()
            await self._changed.wait()

    # --- the line

    def _hear(self, message: LineMessage) -> None:
        if isinstance(message, LegStatus):
            self._leg_moved(message)
        elif isinstance(message, Signal):
            if self.talk is not None and message.call == self.talk.leg.call:
                self.talk.media.take(message)
        elif isinstance(message, IceServers):
            self._take_servers(message)
        elif isinstance(message, Welcome | NewCode) and self.code:
            self._listener.code(self.code, self.link)
        self._changed.set()

    def _leg_moved(self, leg: LegStatus) -> None:
        if leg.state.is_end and self.talk is not None:
            return self._end(leg)
        self._listener.state(leg)
        if leg.state is LegState.TALKING:
            self._talk(leg)
        elif leg.state.is_end and leg.state is not LegState.CROSSED:
            self._ended = leg
        return None

    def _line_moved(self, is_open: bool) -> None:
        self._listener.server(is_open)
        if is_open and self.talk is not None:
            self.talk.media.repeat()

    def _take_servers(self, message: IceServers) -> None:
        if message.no_relay is None or not self._known_servers:
            self._known_servers = [
                RTCIceServer(url, one.get("username"), one.get("credential"))
                for one in message.servers
                for url in one["urls"]
                if is_known(url)
            ]
        if self._servers is not None and not self._servers.done():
            self._servers.set_result(self._known_servers)

    # --- MediaEvents, but for those that are a listener's

    @override
    async def way(self) -> Way:
        # If the line does not answer in time, the servers that it named before are used.
        self._servers = self._loop.create_future()
        self._line.say(ask("ice"))
        await asyncio.wait([self._servers], timeout=_ICE_S if self._line.is_open else 0)
        return Way([*from_environment(), *self._known_servers], loopback_of(self._place.host))

    @override
    def say(self, message: Said) -> None:
        self._line.say(message)

    @override
    def expressed(self) -> None:
        if self.talk is not None:
            self.talk.tell()
            self._listener.partner(self.talk.partner.weights)

    @override
    def checked(self, words: tuple[str, ...]) -> None:
        if self.talk is not None:
            self.talk.words = words
            self._listener.check(words)

    # --- the call that is on

    def _talk(self, leg: LegStatus) -> None:
        if self.talk is None:
            self._link = Link.CONNECTING
            self.talk = Talk(leg, CallMedia(leg.call, leg.side, self._show, self, self._dice))
            self._tick()
        self.talk.leg = leg

    def _tick(self) -> None:
        talk = self.talk
        if talk is None:
            return
        talk.media.tick(self._line.is_open and talk.leg.partner_is == "here")
        self._judge(talk)
        if self.talk is not talk:
            return
        if talk.media.link is not self._link:
            self._link = talk.media.link
            self._listener.media(self._link)
            self._line.probe()
        if self._link is Link.OPEN:
            talk.open()
        self._ticker = self._loop.call_later(_TICK_S, self._tick)

    def _judge(self, talk: Talk) -> None:
        """Whether the call is over, though the line has not said so."""
        silent_s = talk.media.ladder.silent_s(self._loop.time())
        if talk.partner.has_left:
            self._line.say(act(Event.HANG_UP, talk.leg.call))
            self._end(replace(talk.leg, state=LegState.ENDED))
        elif silent_s > CALL_LOST_S and (talk.leg.partner_is == "gone" or not self._line.is_open):
            self._line.say(act(Event.LOSE, talk.leg.call))
            self._end(replace(talk.leg, state=LegState.LOST))

    def _end(self, leg: LegStatus) -> None:
        talk, self.talk = self.talk, None
        self._dialog.leave()
        if self._ticker is not None:
            self._ticker.cancel()
        if talk is not None:
            closing = self._loop.create_task(talk.end(leg))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
        self._ended = leg
        self._listener.state(leg)
        self._changed.set()
