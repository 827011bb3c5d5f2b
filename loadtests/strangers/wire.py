"""TCP as an attacker uses it: a source address of its own, small buffers, bytes at a pace."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from loadtests.strangers.attack import Target, tell

SOURCE: Final = "127.0.0.2"
_ERROR: Final = b"4"
"""The first digit of a status that refuses; 5 is a fault, and no refusal unless it is 503."""


@contextlib.asynccontextmanager
async def dial(
    target: Target, source: str = SOURCE, receive_bytes: int | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection from that address. ``receive_bytes``: how much the kernel may take for who does not read."""
    raw = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        raw.setblocking(False)
        raw.bind((source, 0))
        if receive_bytes is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        await asyncio.get_running_loop().sock_connect(raw, target.address)
        reader, writer = await asyncio.open_connection(sock=raw, limit=2**14)
    except BaseException:
        raw.close()
        raise
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


def request(target: Target, path: str, *headers: str, method: str = "GET") -> bytes:
    """A request's head."""
    host, port = target.address
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}:{port}", *headers, "", ""]).encode()


def is_refusal(answer: bytes) -> bool:
    """Whether an answer's first line says 4xx or 503."""
    status = answer.split(b" ", 2)[1:2]
    return bool(status) and (status[0].startswith(_ERROR) or status[0] == b"503")


Refuses = Callable[[bytes], bool]
"""Whether what came so far says that the server will have no more of this."""


async def until_cut(reader: asyncio.StreamReader, number: int, refuses: Refuses = is_refusal) -> None:
    """Read until the server closes the connection, or refuses; which of them came first is told."""
    how, read = "cut", b""
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(2**14):
            read += piece
            if refuses(read):
                how = "refused"
                break
    tell(how, number=number, answer=_first_words(read))


def _first_words(answer: bytes) -> str:
    """An answer's status line, if it has one."""
    return answer.split(b"\r\n", 1)[0].decode() if answer.startswith(b"HTTP/") else ""


async def against(
    target: Target,
    number: int,
    reader: asyncio.StreamReader,
    send: Callable[[], Awaitable[None]],
    refuses: Refuses = is_refusal,
) -> None:
    """Send while the server lets it; ends when it was cut or refused, or with the attack."""
    reading = asyncio.ensure_future(until_cut(reader, number, refuses))
    sending = asyncio.ensure_future(_quietly(send))
    try:
        await asyncio.wait((reading, sending), timeout=max(0.0, target.left_s), return_when=asyncio.FIRST_COMPLETED)
        if not reading.done() and sending.done():
            tell("through", number=number)
            await asyncio.wait((reading,), timeout=max(0.0, target.left_s))
    finally:
        for task in (reading, sending):
            task.cancel()
        await asyncio.gather(reading, sending, return_exceptions=True)


async def _quietly(send: Callable[[], Awaitable[None]]) -> None:
    try:
        await send()
    except ConnectionError:
        await asyncio.sleep(3600)  # the reader says what became of it


async def at_pace(writer: asyncio.StreamWriter, data: bytes, bytes_per_s: float, piece: int = 16_384) -> None:
    """Send at that rate, as far as the server takes it."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for at in range(0, len(data), piece):
        writer.write(data[at : at + piece])
        await writer.drain()
        await asyncio.sleep(max(0.0, began + (at + piece) / bytes_per_s - loop.time()))
