"""GET /calls: a page's WebSocket, and what may come on it."""

import asyncio
from typing import Final

from aiohttp import WebSocketError, WSCloseCode, WSMsgType, web

from kuuki.call.line_messages import IceServers, Problem, Still
from kuuki.call.signaling import Act, Ask, Hello, Message, parse_message
from kuuki.errors import BadMessage, CloseCode
from kuuki.limits import MESSAGE_BYTES
from kuuki.times import LINE_PING_S
from services.runtime.http.problem import ProblemError
from services.signal.calls.closing import close_code_of
from services.signal.calls.line_session import LineSession
from services.signal.calls.page_socket import CLOSE_S, LineSocket, PageSocket
from services.signal.calls.relays import Relays
from services.signal.calls.switchboard import Switchboard
from services.signal.http.guards import address_of
from services.signal.http.keys import RELAYS, SETTINGS, SWITCHBOARD

HELLO_S: Final = 10.0
"""A socket whose page has not said a good hello by then is closed."""

MALFORMED_MESSAGES: Final = 20

_ICE_S: Final = 1.0
"""A page that asks again within this time is sent the same credentials."""

_FAULTS: Final[dict[int, tuple[str, CloseCode]]] = {
    WSCloseCode.MESSAGE_TOO_BIG: ("too_large", CloseCode.MALFORMED),
    CloseCode.FLOOD: ("flood", CloseCode.FLOOD),
}
"""By the fault of a frame: the reason by which it is counted, and the code that its socket is closed with."""


class _Conversation:
    """One page's messages on one socket: its hello gives it a line, and the line's session gets the rest."""

    def __init__(self, page: PageSocket, switchboard: Switchboard, relays: Relays) -> None:
        self._page = page
        self._switchboard = switchboard
        self._metrics = switchboard.metrics
        self._relays = relays
        self._malformed = 0
        self._session: LineSession | None = None
        self._ice: IceServers | None = None
        self._ice_at = 0.0

    async def listen(self, socket: web.WebSocketResponse[bool]) -> None:
        """Until the socket is closed, by whichever side."""
        try:
            async with asyncio.timeout(HELLO_S) as deadline:
                while (text := await self._next(socket)) is not None:
                    await self._receive(text)
                    if self._session is not None:
                        deadline.reschedule(None)
        except TimeoutError:
            self._page.close(CloseCode.SILENT)
        finally:
            if self._session is not None:
                self._session.disconnect(self._page)

    async def _next(self, socket: web.WebSocketResponse[bool]) -> bytes | None:
        """The next text message, None when there will be none."""
        while self._page.code is None:
            frame = await socket.receive()
            if frame.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED):
                return None
            if frame.type is WSMsgType.ERROR:
                self._end_broken(frame.data)
            elif frame.type is WSMsgType.TEXT:
                return bytes(frame.data)
            elif frame.type is WSMsgType.BINARY:
                self._refuse("not_text", CloseCode.MALFORMED)
            elif frame.type is WSMsgType.PING:
                self._page.pong(frame.data)
        return None

    def _end_broken(self, error: object) -> None:
        """A frame breaks the protocol: the guard found it, or aiohttp, which has closed the socket already."""
        if isinstance(error, WebSocketError):
            self._refuse(*_FAULTS.get(error.code, ("broken", CloseCode.MALFORMED)))
        else:
            self._page.close(WSCloseCode.OK)  # the connection is gone

    def _refuse(self, reason: str, code: CloseCode) -> None:
        self._count(reason)
        self._page.close(code)

    def _count(self, reason: str) -> None:
        self._metrics.call_messages_dropped.labels(reason).inc()

    async def _receive(self, frame: bytes) -> None:
        try:
            await self._act_on(_parse(frame))
        except BadMessage as error:
            self._count(error.reason)
            self._malformed += 1
            if self._malformed >= MALFORMED_MESSAGES:
                self._page.close(CloseCode.MALFORMED)
            else:
                self._page.send(Problem(error.reason))

    async def _act_on(self, message: Message) -> None:
        session = self._session
        if isinstance(message, Hello):
            if session is not None and message.line not in (None, session.secret):
                raise BadMessage("line")
            self._metrics.call_messages.labels("hello").inc()
            await self._connect(message)
        elif session is None:
            raise BadMessage("hello_first")
        else:
            self._metrics.call_messages.labels(_type_of(message)).inc()
            if isinstance(message, Ask):
                self._answer(message, session)
            else:
                session.receive(message)

    async def _connect(self, hello: Hello) -> None:
        if self._session is None:
            self._session = await self._switchboard.connect(self._page, hello)
        else:  # a second hello: a page may change its name
            await self._session.connect(self._page, hello)

    def _answer(self, ask: Ask, session: LineSession) -> None:
        if ask.what == "still":
            self._page.send(Still())
        elif ask.what == "ice" and ask.is_test:
            self._page.send(self._relays.for_test(self._page.address, _now()))
        elif ask.what == "ice":
            session.ask_may_connect(self._send_ice)
        elif ask.what == "code":
            session.replace_code()
        else:
            session.end()
            self._page.close(WSCloseCode.OK)

    def _send_ice(self, may_connect: bool) -> None:
        self._page.send(self._ice_for_call() if may_connect else self._relays.without_call())

    def _ice_for_call(self) -> IceServers:
        """Fresh credentials, at most once a second."""
        now = _now()
        if self._ice is None or now - self._ice_at >= _ICE_S:
            self._ice, self._ice_at = self._relays.for_call(self._page.address), now
        return self._ice


def _parse(frame: bytes) -> Message:
    try:
        return parse_message(frame.decode())
    except UnicodeDecodeError as error:
        raise BadMessage("not_utf8") from error


def _type_of(message: Message) -> str:
    if isinstance(message, Act):
        return message.event.value
    return message.what if isinstance(message, Ask) else type(message).__name__.lower()


async def calls(request: web.Request) -> web.WebSocketResponse[bool]:
    """GET /calls."""
    socket = LineSocket(
        heartbeat=LINE_PING_S,
        max_msg_size=MESSAGE_BYTES,
        compress=False,
        autoping=False,
        decode_text=False,
        timeout=CLOSE_S,
    )
    if not _is_upgrade(socket, request):
        raise ProblemError(426, "upgrade", "This is a WebSocket: see docs/protocol.md.", {"Upgrade": "websocket"})
    await socket.prepare(request)
    if request.transport is None:
        return socket  # gone already
    page = PageSocket(socket, request.transport, address_of(request))
    try:
        await _serve(socket, page, request.app)
    finally:
        await page.end()
    return socket


def _is_upgrade(socket: web.WebSocketResponse[bool], request: web.Request) -> bool:
    try:
        return bool(socket.can_prepare(request))
    except ValueError:  # bytes that are no text, where the library looks for a version or a key
        return False


async def _serve(socket: web.WebSocketResponse[bool], page: PageSocket, app: web.Application) -> None:
    if app[SETTINGS].calls == "off":
        return page.close(CloseCode.CALLS_OFF)
    switchboard = app[SWITCHBOARD]
    if not switchboard.admit(page):
        return None
    try:
        return await _Conversation(page, switchboard, app[RELAYS]).listen(socket)
    except Exception as error:  # no answer of HTTP may follow on a socket
        return page.close(close_code_of(error))
    finally:
        switchboard.dismiss(page)


def _now() -> float:
    return asyncio.get_running_loop().time()
