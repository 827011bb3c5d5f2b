"""Opening a connection to Redis: connect, log in, learn our own number there, end what is left of the one before."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hiredis

from kuuki.times import BUS_OPEN_S
from services.runtime.redis.resp_connection import RespConnection, RespEvents
from services.runtime.redis.url import Address, Login, Tls


class NotMaster(ConnectionError):
    """The server is a replica: what is published there reaches only its own subscribers."""


@dataclass(frozen=True, slots=True)
class ConnectionIdentity:
    """A connection as Redis sees it: a later one ends it by this. With the peer's address, as numbers begin anew with
    every start of Redis."""

    address: Address
    number: bytes
    peer: bytes


async def open_connection(
    events: RespEvents,
    address: Address,
    login: Login,
    tls: ssl.SSLContext | None,
    *,
    is_sharded: bool = False,
) -> RespConnection:
    """A connection that is logged in, within BUS_OPEN_S. Raises OSError, TimeoutError or hiredis.ReplyError."""
    async with asyncio.timeout(BUS_OPEN_S):
        connection = await _connect(lambda: RespConnection(events, is_sharded=is_sharded), address, tls)
        try:
            await connection.ask(*_hello(login))
        except BaseException:
            connection.cut()
            raise
    return connection


async def _connect(make: Callable[[], RespConnection], address: Address, tls: ssl.SSLContext | None) -> RespConnection:
    loop = asyncio.get_running_loop()
    if address.port == 0:
        return (await loop.create_unix_connection(make, address.host))[1]
    return (await loop.create_connection(make, address.host, address.port, ssl=tls))[1]


def _hello(login: Login) -> tuple[str, ...]:
    auth = ("AUTH", login.name or "default", login.password) if login.password is not None else ()
    return ("HELLO", "3", *auth, "SETNAME", "kuuki-bus")


async def establish(
    connection: RespConnection, address: Address, former: ConnectionIdentity | None
) -> ConnectionIdentity | None:
    """End what Redis still has of the former connection, and make sure that this server is a master. Within BUS_OPEN_S.

    Returns this connection's identity, or None where an ACL without +client hides it: then the next connection cannot
    end this one. Raises NotMaster, hiredis.ReplyError, ConnectionGone or TimeoutError, and has cut the connection then.
    """
    # When a connection is lost, Redis may not know it for a while: commands that reached its machine still wait in its
    # input, and Redis works on them whenever it gets to them, perhaps after newer ones that came over the new
    # connection. CLIENT KILL throws them away, so nothing of the former connection comes after something of this one.
    try:
        async with asyncio.timeout(BUS_OPEN_S):
            if former is not None and former.address == address:
                with contextlib.suppress(hiredis.ReplyError):
                    await connection.ask("CLIENT", "KILL", "ID", former.number, "ADDR", former.peer, "SKIPME", "yes")
            if not is_master(await _allowed(connection, "ROLE")):
                raise NotMaster
            return _identity(address, await _allowed(connection, "CLIENT", "INFO"))
    except BaseException:
        connection.cut()
        raise


def is_master(role: Any) -> bool:
    """Whether a reply to ROLE says that the server is a master. A user that may not ask (no list) takes it for one."""
    return not isinstance(role, list) or role[0] == b"master"


async def _allowed(connection: RespConnection, *words: str) -> Any:
    try:
        return await connection.ask(*words)
    except hiredis.ReplyError as refusal:
        if not str(refusal).startswith("NOPERM"):
            raise
        return None


def _identity(address: Address, line: Any) -> ConnectionIdentity | None:
    if not isinstance(line, bytes):
        return None
    facts = dict(part.partition(b"=")[::2] for part in line.split())
    return ConnectionIdentity(address, facts[b"id"], facts[b"addr"])


def tls_context(tls: Tls | None) -> ssl.SSLContext | None:
    """A context as these options ask for; None without TLS. Raises OSError if a file is missing or unfit."""
    if tls is None:
        return None
    context = ssl.create_default_context(cafile=tls.ca)
    if tls.cert is not None:
        context.load_cert_chain(tls.cert, tls.key)
    return context
