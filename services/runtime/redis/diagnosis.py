"""Why Redis cannot be reached, where the failure itself does not tell: found out over connections of its own."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Any, Final, NoReturn

import hiredis
import structlog

from kuuki.times import BUS_OPEN_S
from services.runtime.redis.one_shot import ask_once
from services.runtime.redis.opening import tls_context
from services.runtime.redis.problems import Problem, ProblemLog, problem_of
from services.runtime.redis.url import Address, Target, Topology

log = structlog.get_logger(__name__)

_CHECK_S: Final = 1.0
_AGAIN_S: Final = 10.0
"""How often an outage is diagnosed while it lasts: it may have another reason by now."""


async def report_outages(target: Target, is_served: Callable[[], bool], problem_log: ProblemLog) -> NoReturn:
    """Whenever Redis does not serve this process, find out why and report it, until cancelled."""
    reporter = object()
    was_served = True
    while True:
        await asyncio.sleep(_CHECK_S)
        if is_served():
            was_served = True
            problem_log.clear(reporter)
        elif was_served:
            was_served = False  # a failure of a moment is none: only the second look calls it an outage
        else:
            if (problem := await _diagnosed(target)) is not None:
                problem_log.report(problem, reporter)
            await asyncio.sleep(_AGAIN_S)


async def _diagnosed(target: Target) -> Problem | None:
    try:
        return await diagnose(target)
    except Exception as error:  # a diagnosis must not do more harm than the outage
        log.warning("why Redis is away could not be found out", kind=type(error).__name__)
        return None


async def diagnose(target: Target) -> Problem | None:
    """The first problem that one of the addresses shows; None: Redis is away, or well. Takes 4 s an address at most."""
    for address in target.addresses:
        problem = await _at(target, address)
        if problem is not None:
            return problem
    return None


async def _at(target: Target, address: Address) -> Problem | None:
    try:
        *_, reply = await ask_once(target, address, *_questions(target))
    except (OSError, TimeoutError, UnicodeError, hiredis.HiredisError) as error:
        return _judge_error(target, error) or await _other_protocol(target, address)
    return _judge_reply(target, reply)


def _questions(target: Target) -> list[tuple[str, ...]]:
    """Commands that kuuki itself uses, so that no other right is needed; the last one's reply is judged."""
    if target.topology is Topology.SENTINEL:
        return [("SENTINEL", "GET-MASTER-ADDR-BY-NAME", target.service)]
    if target.topology is Topology.CLUSTER:
        return [("CLUSTER", "INFO")]
    return [*([("SELECT", str(target.db))] if target.db else []), ("ROLE",)]


def _judge_reply(target: Target, reply: Any) -> Problem | None:
    """What a reply that is no error says is wrong."""
    if target.topology is Topology.SENTINEL:
        return Problem.SERVICE if reply is None else None
    if target.topology is Topology.CLUSTER or not isinstance(reply, list):
        return None
    return {b"sentinel": Problem.IS_SENTINEL, b"slave": Problem.REPLICA}.get(reply[0])


def _judge_error(target: Target, error: Exception) -> Problem | None:
    if target.topology is not Topology.SENTINEL:
        is_about_role = isinstance(error, hiredis.ReplyError) and "'role'" in str(error)
        return None if is_about_role else problem_of(error)  # a user that may not ask for ROLE does not need it
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
    except OSError:  # the certificate is not trusted, or the files that the URL names are missing now
        return Problem.CERTIFICATE
    return Problem.PLAIN_PORT if not is_trusted and await _speaks_plainly(address) else None


async def _speaks_tls(address: Address, context: ssl.SSLContext | None = None) -> bool:
    """Whether a TLS handshake succeeds; nothing is sent after it. Without a context no certificate is checked."""
    if context is None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(BUS_OPEN_S):
            _, writer = await asyncio.open_connection(*address, ssl=context, ssl_handshake_timeout=BUS_OPEN_S)
    except ssl.SSLCertVerificationError:
        raise
    except (OSError, TimeoutError, UnicodeError):
        return False
    writer.transport.abort()
    return True


async def _speaks_plainly(address: Address) -> bool:
    """Whether it answers as Redis does without TLS: with a pong, or a refusal."""
    with contextlib.suppress(OSError, TimeoutError, UnicodeError):
        async with asyncio.timeout(BUS_OPEN_S):
            reader, writer = await asyncio.open_connection(*address)
            try:
                writer.write(b"PING\r\n")
                return await reader.read(1) in (b"+", b"-")
            finally:
                writer.transport.abort()
    return False
