"""Opening a wire: connect, log in, learn who we are there, and end what is left of the connection before."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hiredis

from kuuki.times import BUS_OPEN_S
from services.runtime.redis.url import Address, Login, Tls
from services.runtime.redis.wire import Hears, Wire


class NotMaster(ConnectionError):
    """A server that only copies another: what is published there, few hear."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A connection as Redis sees it, by which a later one can end it. Numbers alone begin anew when Redis does."""

    address: Address
    number: bytes
    peer: bytes


async def open_wire(
    hears: Hears,
    address: Address,
    login: Login,
    tls: ssl.SSLContext | None,
    *,
    is_sharded: bool = False,
) -> Wire:
    """A wire that is logged in, speaking RESP3. Raises OSError, TimeoutError or hiredis.ReplyError."""
    async with asyncio.timeout(BUS_OPEN_S):
        wire = await _connect(lambda: Wire(hears, is_sharded=is_sharded), address, tls)
        try:
            await wire.ask(*_hello(login))
        except BaseException:
            wire.cut()
            raise
    return wire


async def _connect(make: Callable[[], Wire], address: Address, tls: ssl.SSLContext | None) -> Wire:
    loop = asyncio.get_running_loop()
    if address.port == 0:
        return (await loop.create_unix_connection(make, address.host))[1]
    return (await loop.create_connection(make, address.host, address.port, ssl=tls))[1]


def _hello(login: Login) -> tuple[str, ...]:
    auth = ("AUTH", login.name or "default", login.password) if login.password is not None else ()
    return ("HELLO", "3", *auth, "SETNAME", "kuuki-bus")


async def greet(wire: Wire, address: Address, former: Trace | None) -> Trace | None:
    """Be sure that it is a master, and that nothing of the former connection to it comes after. Cuts if it is not.

    None if we may not know who we are (an ACL without +client): then the next connection cannot end this one.
    """
    try:
        async with asyncio.timeout(BUS_OPEN_S):
            if former is not None and former.address == address:
                with contextlib.suppress(hiredis.ReplyError):
                    await wire.ask("CLIENT", "KILL", "ID", former.number, "ADDR", former.peer, "SKIPME", "yes")
            if not is_master(await _allowed(wire, "ROLE")):
                raise NotMaster
            return _trace(address, await _allowed(wire, "CLIENT", "INFO"))
    except BaseException:
        wire.cut()
        raise


def is_master(role: Any) -> bool:
    """Whether a reply to ROLE says so; who may not ask is believed."""
    return not isinstance(role, list) or role[0] == b"master"


async def _allowed(wire: Wire, *words: str) -> Any:
    try:
        return await wire.ask(*words)
    except hiredis.ReplyError as refusal:
        if not str(refusal).startswith("NOPERM"):
            raise
        return None


def _trace(address: Address, line: Any) -> Trace | None:
    if not isinstance(line, bytes):
        return None
    facts = dict(part.partition(b"=")[::2] for part in line.split())
    return Trace(address, facts[b"id"], facts[b"addr"])


def tls_context(tls: Tls | None) -> ssl.SSLContext | None:
    """What a Target's TLS asks for. Raises OSError if a file is missing or unfit."""
    if tls is None:
        return None
    context = ssl.create_default_context(cafile=tls.ca)
    if tls.cert is not None:
        context.load_cert_chain(tls.cert, tls.key)
    return context
