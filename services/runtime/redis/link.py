"""The link to Redis: commands and scripts, each with a deadline; whatever goes wrong is ``Unavailable``.

One link a process. What it holds is bounded: so many connections, so many callers that wait. The library's own retries
are off: a caller hears within COMMAND_S, and knows best whether trying again makes sense.
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
from services.runtime.redis.problems import Problem, Sayer, problem_of
from services.runtime.redis.url import Form, Target, Tls, parse_url

log = structlog.get_logger(__name__)

Argument = str | bytes | int | float
Ask = Callable[..., Awaitable[Any]]
"""Asks one server: a command's reply, as redis-py puts it; an error that the server replied is returned."""

_FAILURES: Final = (RedisError, RedisClusterException, OSError, TimeoutError, RuntimeError)
"""RuntimeError: uvloop's for a connection that was reset while nobody used it; the library hands it on."""
_HOP_S: Final = REDIS_CONNECT_S * 0.3
"""Of several addresses a dead one must leave time for the next."""


class Away(Enum):
    """What has no name."""

    AWAY = auto()


class Script:
    """A Lua script. Its keys are given as KEYS, in one slot: use a hash tag in braces."""

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
"""For scripts: a name of what this server remembers. Another one: it was started anew, or a replica became the master,
and what was written last may be lost. The run alone does not say so of a former master that is the master again."""


class RedisLink:
    """Redis behind a URL: one server, sentinels or a cluster. Make it on a running event loop; raises BadUrl."""

    def __init__(self, url: str) -> None:
        self.target = parse_url(url)
        self._gate = asyncio.Semaphore(REDIS_CONNECTIONS)
        self._asking = 0
        self._why: Problem | Away | None = None
        self.sayer = Sayer()
        self._is_closed = False
        self._sentinel: Sentinel | None = None
        self.client = self._client()
        """Commands by name (replies as in RESP2, bytes). Pipelines are not guarded: use a script."""

    async def ask(self, *command: Argument) -> Any:
        """A command's reply. Raises Unavailable."""
        async with self._in_time():
            return await self.client.ask_plainly(*command)

    async def ask_if_allowed(self, *command: Argument) -> Any:
        """A command's reply; None if this user may not ask it, or nobody may. Raises Unavailable."""
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

        The library knows a cluster's nodes as of when it last had to ask: a replica that came later is not among them,
        one that is gone still is. So this asks anew, with a client of its own: a second look of the same one would cut
        the connections on which others wait.
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
        if self._is_closed or self._asking >= REDIS_WAITING:
            raise Unavailable("Redis: too many ask" if not self._is_closed else "Redis: the link is closed")
        task = asyncio.current_task()
        cancelled = task.cancelling() if task is not None else 0
        self._asking += 1
        try:
            async with asyncio.timeout(REDIS_COMMAND_S), self._gate:
                yield
        except _FAILURES as error:
            if task is not None and task.cancelling() > cancelled:  # the library put its own failure in its place
                raise asyncio.CancelledError from error
            self._tell(error)
            raise Unavailable("Redis is away") from error
        finally:
            self._asking -= 1
        if task is not None and task.cancelling() > cancelled:  # wait_for of Python 3.11, in the library, lost it
            raise asyncio.CancelledError
        self._tell(None)

    def _tell(self, error: BaseException | None) -> None:
        """Log changes only: an outage has thousands of failures. What has a name is said by it."""
        if error is None:
            if self.is_away:
                log.info("Redis is back")
            self.sayer.forget(self)
            self._why = None
            return
        problem = problem_of(error)
        if problem is not None:
            self.sayer.say(problem, self)
        elif self._why is not Away.AWAY:
            code = str(error).partition(" ")[0] if isinstance(error, ResponseError) else None
            log.warning("Redis is away", kind=type(error).__name__, code=code)
        if problem is not Problem.FORBIDDEN:  # who was refused one thing was answered
            self._why = problem or Away.AWAY

    @property
    def is_away(self) -> bool:
        """Whether the last command was not answered, or what is wrong keeps all from being answered."""
        return self._why is not None

    def _client(self) -> "_Single | _Cluster":
        target = self.target
        made: _Single
        if target.form is Form.CLUSTER:
            return self._cluster()
        if target.form is Form.SENTINEL:
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
            reinitialize_steps=0,  # a slot that moved must not cost the others' commands their connections
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
        """Let go of all connections. Later commands raise Unavailable."""
        self._is_closed = True
        await _close(self.client, *(self._sentinel.sentinels if self._sentinel else ()))


async def _close(*clients: Redis | RedisCluster) -> None:
    try:
        async with asyncio.timeout(REDIS_COMMAND_S):
            for client in clients:
                await client.aclose()
    except _FAILURES:
        pass  # what could not be closed in time is gone with the process


def _no_guard() -> AbstractAsyncContextManager[None]:
    raise RuntimeError("a client of no link")


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
        await (
            self.initialize()
        )  # before it, redis-py 8 routes commands by chance, and by the fifth MOVED hangs up on all
        return await super().execute_command(*args)

    async def ask_node(self, node: ClusterNode, *args: Any) -> Any:
        return await super().execute_command(*args, target_nodes=node)


def _options(target: Target) -> dict[str, Any]:
    options: dict[str, Any] = {
        "username": target.login.name,
        "password": target.login.password,
        "socket_timeout": REDIS_COMMAND_S * 0.9,  # sooner than the caller's: the library then knows who failed
        "socket_connect_timeout": REDIS_CONNECT_S,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
    }
    return options | (_tls_options(target.tls) if target.tls else {})


def _tls_options(tls: Tls) -> dict[str, Any]:
    return {"ssl": True, "ssl_ca_certs": tls.ca, "ssl_certfile": tls.cert, "ssl_keyfile": tls.key}
