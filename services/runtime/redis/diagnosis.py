"""Why Redis cannot be reached, where the failure itself does not tell: some questions over connections of their own."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Final, NoReturn

import hiredis

from kuuki.times import BUS_OPEN_S
from services.runtime.redis.asking import ask_once
from services.runtime.redis.opening import tls_context
from services.runtime.redis.problems import Problem, Sayer, problem_of
from services.runtime.redis.url import Address, Form, Target

_LOOK_S: Final = 1.0
_AGAIN_S: Final = 10.0
"""While an outage lasts it is looked again what it is, this often: it may have become another one."""


async def look_out(target: Target, is_served: Callable[[], bool], sayer: Sayer) -> NoReturn:
    """Whenever this process is not served by Redis, find out why, until cancelled."""
    who = object()
    while True:
        problem = None if is_served() else await diagnose(target)
        if problem is not None:
            sayer.say(problem, who)
        else:
            sayer.forget(who)
        await asyncio.sleep(_LOOK_S if is_served() else _AGAIN_S)


async def diagnose(target: Target) -> Problem | None:
    """The first problem that one of the addresses shows; None: it is away, or well. Takes 4 s an address at most."""
    for address in target.addresses:
        problem = await _at(target, address)
        if problem is not None:
            return problem
    return None


async def _at(target: Target, address: Address) -> Problem | None:
    try:
        (reply,) = await ask_once(target, address, _question(target))
    except (OSError, TimeoutError, hiredis.HiredisError) as error:
        return _named(target, error) or await _other_protocol(target, address)
    return Problem.SERVICE if target.form is Form.SENTINEL and reply is None else None


def _question(target: Target) -> tuple[str, ...]:
    if target.form is Form.SENTINEL:
        return "SENTINEL", "GET-MASTER-ADDR-BY-NAME", target.service
    return ("CLUSTER", "INFO") if target.form is Form.CLUSTER else ("SELECT", str(target.db))


def _named(target: Target, error: Exception) -> Problem | None:
    if target.form is not Form.SENTINEL:
        return problem_of(error)
    if "unknown command" in str(error):
        return Problem.NO_SENTINEL
    found = problem_of(error)
    return Problem.SENTINEL_PASSWORD if found is Problem.PASSWORD else found


async def _other_protocol(target: Target, address: Address) -> Problem | None:
    """Whether the port speaks TLS where the URL says that it does not, or the other way round."""
    if address.port == 0:
        return None
    if target.tls is None:
        return Problem.TLS_PORT if await _speaks_tls(address) else None
    try:
        is_trusted = await _speaks_tls(address, tls_context(target.tls))
    except ssl.SSLCertVerificationError:
        return Problem.CERTIFICATE
    return Problem.PLAIN_PORT if not is_trusted and await _speaks_plainly(address) else None


async def _speaks_tls(address: Address, context: ssl.SSLContext | None = None) -> bool:
    """Whether a handshake succeeds; nothing is sent after it. Without a context anybody is believed to be himself."""
    if context is None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(BUS_OPEN_S):
            _, writer = await asyncio.open_connection(*address, ssl=context, ssl_handshake_timeout=BUS_OPEN_S)
    except ssl.SSLCertVerificationError:
        raise
    except (OSError, TimeoutError):
        return False
    writer.transport.abort()
    return True


async def _speaks_plainly(address: Address) -> bool:
    """Whether it answers as Redis does without TLS: with a pong, or a refusal."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(BUS_OPEN_S):
            reader, writer = await asyncio.open_connection(*address)
            try:
                writer.write(b"PING\r\n")
                return await reader.read(1) in (b"+", b"-")
            finally:
                writer.transport.abort()
    return False
