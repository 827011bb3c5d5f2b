"""The WebSocket of a line: opened, watched, and opened again as often as it takes. What is said never waits."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Final

import aiohttp

from client.headless.call.dialog import LineDialog
from client.headless.call.errors import CannotCall, why_closed
from client.headless.call.messages import Said, ask, parse_from_line
from client.headless.call.place import CallPlace
from client.headless.errors import TryLater
from client.headless.signaling import unreachable
from kuuki.backoff import Backoff
from kuuki.call.line_messages import LegStatus, LineMessage, Welcome
from kuuki.errors import BadMessage, CloseCode
from kuuki.limits import MESSAGE_BYTES

_OPEN_S: Final = 10.0
_QUIET_S: Final = 15.0
"""After so much silence the line is asked whether it is still there."""

_ANSWER_S: Final = 5.0
_BYE_S: Final = 1.5
_LATER: Final = (429, 502, 503, 504)


class Line:
    """One line over all its sockets.

    ``on_message`` is called with each message after the dialog heard it, ``on_open`` when a welcome came and when the
    socket is lost.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        place: CallPlace,
        dialog: LineDialog,
        on_message: Callable[[LineMessage], None],
        on_open: Callable[[bool], None],
        dice: Random,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._http, self._place, self._dialog = http, place, dialog
        self._on_message, self._on_open = on_message, on_open
        self._backoff = Backoff(dice.uniform)
        self._to_say: asyncio.Queue[Said] | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._is_open = False
        self._is_leaving = False

    @property
    def is_open(self) -> bool:
        """Whether what is said now will go."""
        return self._is_open

    def say(self, message: Said | None) -> None:
        """Say it, if the line is open. What is lost otherwise is healed when it opens: see dialog.py."""
        if self._to_say is not None and message is not None:
            self._to_say.put_nowait(message)

    def probe(self) -> None:
        """Ask whether the line is alive."""
        self.say(ask("still"))

    async def open(self) -> None:
        """Connect and be welcomed. Raises CannotCall or TryLater; then nothing is left open."""
        self._socket = await self._connect()
        self._to_say = asyncio.Queue()
        try:
            async with asyncio.timeout(_OPEN_S):
                await self._socket.send_str(json.dumps(self._dialog.hello()))
                while not self._is_open:
                    if not self._hear(await self._socket.receive()):
                        self._raise_if_final()
                        raise TryLater(f"{self._place.base} closed the line before it was open. Try again in a while.")
        except BaseException as error:
            await self._let_go()
            if isinstance(error, TimeoutError | ConnectionError):
                raise TryLater(f"{self._place.base} does not answer on its line. Try again in a while.") from error
            raise
        self._backoff.succeeded()

    async def stay(self) -> None:
        """After ``open``: until ``close``. Raises CannotCall when told to stop."""
        while True:
            await self._listen()
            await self._let_go()
            if self._is_leaving:
                return
            self._raise_if_final()
            await self._reopen()

    def bye(self) -> None:
        """Say that this line ends; the server answers by closing it, which ends ``stay``."""
        self._is_leaving = True
        self.say(ask("bye"))

    async def close(self) -> None:
        """Let go of the socket."""
        self._is_leaving = True
        await self._let_go()

    async def _reopen(self) -> None:
        after_s = 0.0
        while not self._is_leaving:
            await asyncio.sleep(self._backoff.next_s(after_s))
            try:
                await self.open()
            except TryLater as later:
                after_s = later.after_s
            else:
                return

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        try:
            async with asyncio.timeout(_OPEN_S):
                return await self._http.ws_connect(self._place.line, max_msg_size=4 * MESSAGE_BYTES)
        except aiohttp.WSServerHandshakeError as error:
            text = f"{self._place.base} gives no line (it answers {error.status}). Is this the URL of a kuuki server?"
            later = error.status in _LATER
            raise TryLater(text, problem=f"status_{error.status}") if later else CannotCall(text) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unreachable(self._place.base, error) from error

    async def _listen(self) -> None:
        """Until the socket is gone, or stays silent after it was asked whether the line is alive."""
        socket, to_say = self._socket, self._to_say
        if socket is None or to_say is None:
            return
        writing = self._loop.create_task(_write(socket, to_say))
        asking = self._loop.call_later(_QUIET_S, self.probe)
        try:
            async with asyncio.timeout(_QUIET_S + _ANSWER_S) as silence:
                while self._hear(await socket.receive()):
                    asking.cancel()
                    asking = self._loop.call_later(_QUIET_S, self.probe)
                    silence.reschedule(self._loop.time() + _QUIET_S + _ANSWER_S)
        except TimeoutError:
            pass  # nothing comes any more, not even an answer: the line is opened anew
        finally:
            asking.cancel()
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    def _hear(self, frame: aiohttp.WSMessage) -> bool:
        """A frame came; whether more may come."""
        if frame.type is not aiohttp.WSMsgType.TEXT:
            return frame.type is aiohttp.WSMsgType.BINARY
        try:
            message = parse_from_line(frame.data)
        except BadMessage:
            return True  # of a later version, or broken: state comes again with the next change
        if message is None:
            return True
        changed, says = self._dialog.hear(message)
        for said in says:
            self.say(said)
        if isinstance(message, Welcome):
            self._is_open = True
            self._on_open(True)
        if changed is not None or not isinstance(message, LegStatus):  # other legs were answered
            self._on_message(message)
        return True

    def _raise_if_final(self) -> None:
        code = None if self._socket is None else self._socket.close_code
        self._socket = None
        if code is not None and code >= CloseCode.ROOM_CLOSED and code < 4000:
            raise CannotCall(why_closed(code))

    async def _let_go(self) -> None:
        was_open, self._is_open = self._is_open, False
        self._to_say = None
        if was_open and not self._is_leaving:
            self._on_open(False)
        if self._socket is not None and not self._socket.closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(_BYE_S):
                    await self._socket.close()


async def _write(socket: aiohttp.ClientWebSocketResponse, to_say: asyncio.Queue[Said]) -> None:
    while True:
        message = await to_say.get()
        try:
            await socket.send_str(json.dumps(message))
        except (ConnectionError, aiohttp.ClientError):
            return  # the reader learns of it too
