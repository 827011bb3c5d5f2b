"""The client of Redis for commands and scripts, each with a deadline; whatever goes wrong is ``Unavailable``.

A process has one. What it holds is bounded: REDIS_CONNECTIONS connections, and REDIS_WAITING callers that wait for one.
The library's own retries are off: a caller hears of a failure within REDIS_COMMAND_S, and knows best whether to try
again. A command that failed, or whose caller was cancelled, may have been executed nevertheless.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from enum import Enum, auto
from functools import partial
from typing import Any, Final

import structlog
from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import NoPermissionError, NoScriptError, RedisClusterException, RedisError, ResponseError

from kuuki.errors import Unavailable
from kuuki.limits import REDIS_CONNECTIONS, REDIS_WAITING
from kuuki.times import REDIS_COMMAND_S, REDIS_CONNECT_S
from services.runtime.redis.problems import Problem, ProblemLog, problem_of
from services.runtime.redis.url import Target, Tls, Topology, parse_url

log = structlog.get_logger(__name__)

Argument = str | bytes | int | float
Ask = Callable[..., Awaitable[Any]]
"""Asks one server. Returns the reply as redis-py parses it; an error that the server replied is returned, not
raised."""

_FAILURES: Final = (RedisError, RedisClusterException, OSError, TimeoutError, RuntimeError)
"""RuntimeError: uvloop raises it for a connection that was reset while it was not in use, and redis-py lets it pass."""
_HOP_S: Final = REDIS_CONNECT_S * 0.3
"""How long one of several addresses may take: a dead one must leave time for the next."""


class Outage(Enum):
    """Why commands fail when no Problem says it."""

    UNKNOWN = auto()


class Script:
    """A Lua script. All keys that it touches are given as KEYS and are in one slot: use a hash tag in braces."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


MEMORY: Final = """
local function memory()
  local said = {}
  for i, each in ipairs({'server', 'replication'}) do
    local facts = redis.pcall('INFO', each)
    said[i] = type(facts) == 'string' and facts or ''
  end
  return (string.match(said[1], 'run_id:(%x+)') or '') .. (string.match(said[2], 'master_replid:(%x+)') or '')
end
"""
"""A Lua function for scripts: a name for what this server remembers. When the name changes, the server was started anew
or a replica became the master, and what was written last may be lost. The run id alone would not tell of a former
master that is the master again, so the replication id is part of the name."""


class RedisClient:
    """Redis behind a URL: one server, sentinels or a cluster. Make it on a running event loop. Raises BadUrl.

    Every command, whoever asks it, ends within REDIS_COMMAND_S, waiting for a connection included.
    """

    def __init__(self, url: str) -> None:
        self.target = parse_url(url)
        self._gate = asyncio.Semaphore(REDIS_CONNECTIONS)
        self._asking = 0
        self._outage: Problem | Outage | None = None
        self.problem_log = ProblemLog()
        self._is_closed = False
        self._sentinel: Sentinel | None = None
        self.client = self._client()
        """redis-py's client: commands by name, replies as in RESP2, in bytes. Its pipelines have no deadline: use a
        script."""

    async def ask(self, *command: Argument) -> Any:
        """A command's reply. Raises Unavailable."""
        async with self._in_time():
            return await self.client.ask_plainly(*command)

    async def ask_if_allowed(self, *command: Argument) -> Any:
        """A command's reply; None if this user may not use the command, or the server has none of this name.

        Raises Unavailable.
        """
        async with self._in_time():
            try:
                return await self.client.ask_plainly(*command)
            except ResponseError as error:
                if isinstance(error, NoPermissionError) or "unknown command" in str(error):
                    return None
                raise

    @asynccontextmanager
    async def servers(self) -> AsyncIterator[Sequence[Ask]]:
        """A way to ask each server: all nodes of a cluster, else the one that ``ask`` asks. Raises Unavailable.

        redis-py knows a cluster's nodes as of when it last had to ask for them: a replica that came later is missing,
        and one that is gone is still there. So this asks anew, with a client of its own, because asking again on the
        same client would close the connections on which other callers wait.
        """
        if not isinstance(self.client, _Cluster):
            yield [partial(self._ask_server, self.client.ask_plainly)]
            return
        cluster = self._cluster()
        try:
            async with self._in_time():
                await cluster.initialize()
            yield [partial(self._ask_server, partial(cluster.ask_node, node)) for node in cluster.get_nodes()]
        finally:
            await _close(cluster)

    async def _ask_server(self, ask: Ask, *command: Argument) -> Any:
        async with self._in_time():
            try:
                return await ask(*command)
            except ResponseError as error:
                return error

    async def run(self, script: Script, keys: Sequence[str | bytes], args: Sequence[Argument] = ()) -> Any:
        """What the script returns. Raises Unavailable."""
        rest = (len(keys), *keys, *args)
        async with self._in_time():
            try:
                return await self.client.ask_plainly("EVALSHA", script.sha, *rest)
            except NoScriptError:  # Redis was started anew, or flushed
                return await self.client.ask_plainly("EVAL", script.text, *rest)

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        """Do something with the library within REDIS_COMMAND_S, when a connection is free. Raises Unavailable."""
        # A caller that is cancelled must end as cancelled. asyncio.timeout alone does not see to it: redis-py can raise
        # an error of its own in the place of a cancellation, and asyncio's wait_for of Python 3.11, which it uses, can
        # lose one that comes in the same turn as the result. The caller would go on as if nothing had happened, and its
        # process would not stop. So the task's number of requested cancellations is compared before and after: where it
        # grew, the cancellation is raised anew.
        if self._is_closed or self._asking >= REDIS_WAITING:
            raise Unavailable("Redis: too many ask" if not self._is_closed else "Redis: the client is closed")
        task = asyncio.current_task()
        cancelled = task.cancelling() if task is not None else 0
        self._asking += 1
        try:
            async with asyncio.timeout(REDIS_COMMAND_S), self._gate:
                yield
        except _FAILURES as error:
            if task is not None and task.cancelling() > cancelled:  # redis-py raised its own error in its place
                raise asyncio.CancelledError from error
            self._tell(error)
            raise Unavailable("Redis is away") from error
        finally:
            self._asking -= 1
        if task is not None and task.cancelling() > cancelled:  # wait_for of Python 3.11 lost it
            raise asyncio.CancelledError
        self._tell(None)

    def _tell(self, error: BaseException | None) -> None:
        """Log only changes, as an outage has thousands of failures; a failure that is a Problem is reported as that."""
        if error is None:
            if self.is_away:
                log.info("Redis is back")
            self.problem_log.clear(self)
            self._outage = None
            return
        problem = problem_of(error)
        if problem is not None:
            self.problem_log.report(problem, self)
        elif self._outage is not Outage.UNKNOWN:
            code = str(error).partition(" ")[0] if isinstance(error, ResponseError) else None
            log.warning("Redis is away", kind=type(error).__name__, code=code)
        if problem is not Problem.FORBIDDEN:  # a refusal of one command is an answer: Redis is there
            self._outage = problem or Outage.UNKNOWN

    @property
    def is_away(self) -> bool:
        """Whether the last command got no answer, or failed by a problem that all commands share."""
        return self._outage is not None

    def _client(self) -> "_Single | _Cluster":
        target = self.target
        made: _Single
        if target.topology is Topology.CLUSTER:
            return self._cluster()
        if target.topology is Topology.SENTINEL:
            made = self._behind_sentinels()
        elif target.addresses[0].port == 0:
            made = _Single(unix_socket_path=target.addresses[0].host, db=target.db, **_options(target))
        else:
            host, port = target.addresses[0]
            made = _Single(host=host, port=port, db=target.db, **_options(target))
        made.guard = self._in_time
        return made

    def _cluster(self) -> "_Cluster":
        made = _Cluster(
            startup_nodes=[ClusterNode(*address) for address in self.target.addresses],
            max_connections=REDIS_CONNECTIONS,
            reinitialize_steps=0,  # one slot that moved must not close the connections on which other commands wait
            **_options(self.target) | {"socket_connect_timeout": _HOP_S},
        )
        made.guard = self._in_time
        return made

    def _behind_sentinels(self) -> "_Single":
        target = self.target
        login = target.sentinel_login
        short = {"socket_timeout": _HOP_S, "socket_connect_timeout": _HOP_S}
        asked = _options(target) | short | {"username": login.name, "password": login.password}
        self._sentinel = Sentinel(target.addresses, sentinel_kwargs=asked)  # type: ignore[no-untyped-call]
        options = _options(target) | {"socket_connect_timeout": _HOP_S}
        made: _Single = self._sentinel.master_for(target.service, redis_class=_Single, db=target.db, **options)
        return made

    async def close(self) -> None:
        """Close all connections, within REDIS_COMMAND_S. Later commands raise Unavailable."""
        self._is_closed = True
        await _close(self.client, *(self._sentinel.sentinels if self._sentinel else ()))


async def _close(*clients: Redis | RedisCluster) -> None:
    try:
        async with asyncio.timeout(REDIS_COMMAND_S):
            for client in clients:
                await client.aclose()
    except _FAILURES:
        pass  # a connection that could not be closed in time ends with the process


def _no_guard() -> AbstractAsyncContextManager[None]:
    raise RuntimeError("this library object belongs to no RedisClient")


class _Single(Redis):
    guard: Callable[[], AbstractAsyncContextManager[None]] = staticmethod(_no_guard)

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        async with self.guard():
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]

    async def ask_plainly(self, *args: Any) -> Any:
        return await super().execute_command(*args)  # type: ignore[no-untyped-call]


class _Cluster(RedisCluster):
    guard: Callable[[], AbstractAsyncContextManager[None]] = staticmethod(_no_guard)

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        async with self.guard():
            await self.initialize()
            return await super().execute_command(*args, **options)

    async def ask_plainly(self, *args: Any) -> Any:
        # Before it is initialized, redis-py 8 sends commands to any node, and at the fifth MOVED closes all
        # connections.
        await self.initialize()
        return await super().execute_command(*args)

    async def ask_node(self, node: ClusterNode, *args: Any) -> Any:
        return await super().execute_command(*args, target_nodes=node)


def _options(target: Target) -> dict[str, Any]:
    options: dict[str, Any] = {
        "username": target.login.name,
        "password": target.login.password,
        "socket_timeout": REDIS_COMMAND_S * 0.9,  # before the caller's deadline: the library sees which one failed
        "socket_connect_timeout": REDIS_CONNECT_S,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
    }
    return options | (_tls_options(target.tls) if target.tls else {})


def _tls_options(tls: Tls) -> dict[str, Any]:
    return {"ssl": True, "ssl_ca_certs": tls.ca, "ssl_certfile": tls.cert, "ssl_keyfile": tls.key}
