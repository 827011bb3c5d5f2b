"""What each of kuuki's exceptions is in HTTP: a table of status, name, message and metric.

An exception's entry is that of its nearest ancestor in the table. The roots are in it too:
where nothing more is known of an exception, it is a fault of ours. So a new kind is a 500, which is logged, until it
has an entry of its own.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web

from kuuki.errors import (
    BadFrame,
    BadMessage,
    BadOffer,
    Full,
    KuukiError,
    Malformed,
    NotRecorded,
    Overloaded,
    PurposeRefused,
    Refused,
    RoomUnknown,
    TooMany,
    Unavailable,
)
from kuuki.times import FULL_RETRY_S, LATE_OVER_S, TIMELINE_CHECK_S
from services.runtime.http.problem import ProblemError
from services.runtime.metrics import Metrics
from services.signal.http.keys import METRICS

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. In ``error``, ``message`` and the metric's label ``{}`` is the exception's static reason.

    ``retry_s``: for Retry-After, whole seconds. ``closes``: the connection is closed, so that the client tries again on
    a new one, perhaps at another process: this one goes away or is full. ``count`` counts it in a metric, by reason.
    """

    status: int
    error: str
    message: str
    retry_s: int | None = None
    closes: bool = False
    count: Callable[[Metrics, str], None] | None = None


def _count_join(metrics: Metrics, reason: str) -> None:
    metrics.joins.labels(f"too_many_{reason}").inc()


def _count_full(metrics: Metrics, reason: str) -> None:
    metrics.joins.labels(f"full_{reason}").inc()


def _count_overloaded(metrics: Metrics, reason: str) -> None:
    metrics.joins.labels("overloaded").inc()


def _count_offer(metrics: Metrics, reason: str) -> None:
    metrics.offers_refused.labels(reason).inc()


_INTERNAL: Final = Answer(500, "internal", "Something broke here; it was logged.")

ANSWERS: Final[Mapping[type[KuukiError], Answer]] = {
    KuukiError: _INTERNAL,
    Malformed: _INTERNAL,  # of what a client sent, the parser makes a refusal with a name; this came from elsewhere
    BadFrame: _INTERNAL,  # of our own store: no request carries a frame
    BadMessage: _INTERNAL,  # of our own bus: no request carries a message
    BadOffer: Answer(
        400, "bad_offer", "The SDP offer is not acceptable: {}. See docs/protocol.md.", count=_count_offer
    ),
    Refused: _INTERNAL,
    RoomUnknown: Answer(404, "room_unknown", "There is no such room, or it is closed."),
    TooMany: Answer(429, "too_many_{}", "Too many at once; try again.", retry_s=1, closes=True, count=_count_join),
    NotRecorded: Answer(
        503,
        "not_kept",
        "It was not kept for sure ({}): the store does not do its work at this time. Try again.",
        retry_s=round(TIMELINE_CHECK_S),
    ),
    PurposeRefused: Answer(422, "purpose_refused", "{}"),
    Full: Answer(
        503,
        "full",
        "There is no room left here; try again.",
        retry_s=round(FULL_RETRY_S),
        closes=True,
        count=_count_full,
    ),
    Overloaded: Answer(
        503,
        "overloaded",
        "Too much to do here now; try again in a few seconds.",
        retry_s=round(LATE_OVER_S),
        closes=True,
        count=_count_overloaded,
    ),
    Unavailable: Answer(503, "unavailable", "Not here, or not now; try again.", retry_s=1, closes=True),
}


def answer_to(error: KuukiError) -> Answer:
    """The entry of the exception's nearest ancestor."""
    return next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)


@web.middleware
async def kuuki_errors(request: web.Request, handler: Handle) -> web.StreamResponse:
    """Answer by the table. All other failures are the server's to answer (services.runtime.http.server)."""
    try:
        return await handler(request)
    except KuukiError as error:
        raise _problem(request.app[METRICS], error) from error


def _problem(metrics: Metrics, error: KuukiError) -> ProblemError:
    entry = answer_to(error)
    reason = str(getattr(error, "reason", error))
    if entry.status == 500:
        log.error("a request failed unexpectedly", kind=type(error).__name__)
    if entry.count is not None:
        entry.count(metrics, reason)
    headers = {} if entry.retry_s is None else {"Retry-After": str(entry.retry_s)}
    problem = ProblemError(entry.status, entry.error.format(reason), entry.message.format(reason), headers)
    if entry.closes:
        problem.force_close()
    return problem
