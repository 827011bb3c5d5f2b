"""What is wrong between this process and Redis when Redis is not simply away: named, and logged once.

Such a problem seldom ends by itself, but it can (a password that is being changed), so every caller goes on trying.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from math import inf
from typing import Final

import structlog

LOG_AGAIN_S: Final = 600.0
"""How soon the same problem is logged again."""
log = structlog.get_logger(__name__)


class Problem(StrEnum):
    """What an operator must mend; ADVICE says how."""

    PASSWORD = "password"  # noqa: S105 - a name
    SENTINEL_PASSWORD = "sentinel_password"  # noqa: S105 - a name
    FORBIDDEN = "forbidden"
    DATABASE = "database"
    TLS_PORT = "tls_port"
    PLAIN_PORT = "plain_port"
    CERTIFICATE = "certificate"
    HOST = "host"
    IS_CLUSTER = "is_cluster"
    NO_CLUSTER = "no_cluster"
    NO_SENTINEL = "no_sentinel"
    IS_SENTINEL = "is_sentinel"
    SERVICE = "service"
    REPLICA = "replica"


ADVICE: Final = {
    Problem.PASSWORD: "Redis does not accept the name and password of KUUKI_REDIS_URL",
    Problem.SENTINEL_PASSWORD: "the sentinels do not accept sentinel_name and sentinel_password of KUUKI_REDIS_URL",
    Problem.FORBIDDEN: "the Redis user of KUUKI_REDIS_URL may not do what kuuki needs: docs/deploy.md has its rights",
    Problem.DATABASE: "Redis has no database of the number at the end of KUUKI_REDIS_URL: leave it out, or raise "
    "databases in redis.conf",
    Problem.TLS_PORT: "that port speaks TLS: begin KUUKI_REDIS_URL with rediss instead of redis",
    Problem.PLAIN_PORT: "that port does not speak TLS: begin KUUKI_REDIS_URL with redis instead of rediss",
    Problem.CERTIFICATE: "Redis's certificate is not trusted, or for another name: add ?ca= and the file of who signed "
    "it to KUUKI_REDIS_URL",
    Problem.HOST: "the host in KUUKI_REDIS_URL is not known here",
    Problem.IS_CLUSTER: "that Redis is a node of a cluster: begin KUUKI_REDIS_URL with redis+cluster",
    Problem.NO_CLUSTER: "that Redis is no node of a cluster: begin KUUKI_REDIS_URL with redis",
    Problem.NO_SENTINEL: "that Redis is no sentinel: begin KUUKI_REDIS_URL with redis",
    Problem.IS_SENTINEL: "that Redis is a sentinel: begin KUUKI_REDIS_URL with redis+sentinel",
    Problem.REPLICA: "that Redis is a replica, and takes no writes: name its master in KUUKI_REDIS_URL, or sentinels",
    Problem.SERVICE: "the sentinels do not watch the service at the end of KUUKI_REDIS_URL",
}

_NO_NAME: Final = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
"""getaddrinfo's errors for a name that is not known and for one without an address: not every system tells them
apart."""

_CODES: Final = {
    "WRONGPASS": Problem.PASSWORD,
    "NOAUTH": Problem.PASSWORD,
    "NOPERM": Problem.FORBIDDEN,
    "MOVED": Problem.IS_CLUSTER,
}
_KINDS: Final = {
    "AuthenticationError": Problem.PASSWORD,
    "AuthenticationWrongNumberOfArgsError": Problem.PASSWORD,
    "NoPermissionError": Problem.FORBIDDEN,
    "MovedError": Problem.IS_CLUSTER,
}
"""The classes of redis-py's errors, as it takes the code off some of the replies that it raises."""
_WORDS: Final = {
    "invalid username-password": Problem.PASSWORD,
    "DB index is out of range": Problem.DATABASE,
    "Cluster mode is not enabled": Problem.NO_CLUSTER,
    "cluster support disabled": Problem.NO_CLUSTER,
}


def problem_of(error: BaseException) -> Problem | None:
    """The problem that this error, or what caused it, tells of; None if Redis may just be away."""
    for each in _chain(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return Problem.CERTIFICATE
        if _is_unknown_host(each):
            return Problem.HOST
        text = str(each)
        found = _KINDS.get(type(each).__name__) or _CODES.get(text.partition(" ")[0])
        found = found or next((problem for words, problem in _WORDS.items() if words in text), None)
        if found is not None:
            return found
    return None


def _is_unknown_host(error: BaseException) -> bool:
    """Whether the host's name does not exist or cannot. A name server that does not answer (EAI_AGAIN) is an outage."""
    if isinstance(error, socket.gaierror):
        return error.errno in _NO_NAME
    return isinstance(error, UnicodeError) and "'idna' codec" in str(error)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__


class ProblemLog:
    """Logs each problem once for as long as anything in this process reports it: the client, or the diagnosis.

    A problem that comes and goes is logged once in LOG_AGAIN_S: a user that may not do one thing of many has it at
    every other command.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._reporters: dict[Problem, set[object]] = {}
        self._logged_at: dict[Problem, float] = {}

    def report(self, problem: Problem, reporter: object) -> None:
        """``reporter`` has this problem, and so no other that it reported before."""
        is_new = not self._reporters.get(problem)
        if reporter not in self._reporters.get(problem, ()):
            self.clear(reporter)
        self._reporters.setdefault(problem, set()).add(reporter)
        if is_new and self._clock() - self._logged_at.get(problem, -inf) >= LOG_AGAIN_S:
            self._logged_at[problem] = self._clock()
            log.error("Redis does not serve this process", kind=problem.value, advice=ADVICE[problem])

    def clear(self, reporter: object) -> None:
        """``reporter`` is served: it has no problem any more."""
        for reporters in self._reporters.values():
            reporters.discard(reporter)
