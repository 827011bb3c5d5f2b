"""What a crowd saw: the figures that ``kuuki crowd --json`` ends with."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from client.headless.crowd.participant import CrowdParticipant
from client.headless.crowd.truth import Truth, quantile


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures over all people. Times in milliseconds; None where there was nothing to measure.

    ``sent`` counts scores, ``mixes`` received mixes, ``moves`` joins that a gateway asked for
    before it went, ``rejoins`` joins after a gateway was lost.
    ``truth_error_max``: largest error of a label's weight (0..1) among the ``truth_judged`` mixes that were
    received at least 1 s after the last change of any score or membership, in an exact room.
    ``end_to_end_*``: from a score's send to the first mix its sender received that contains it.
    """

    people: int
    joined: int
    moves: int
    rejoins: int
    sent: int
    mixes: int
    truth_error_max: float | None
    truth_judged: int
    end_to_end_p50_ms: float | None
    end_to_end_p99_ms: float | None
    join_p50_ms: float | None
    join_p99_ms: float | None

    def as_json(self) -> dict[str, Any]:
        """The figures by name."""
        return asdict(self)


def summarize(
    participants: Sequence[CrowdParticipant], truth: Truth, waits_s: Iterable[float], joins_s: list[float], returns: int
) -> Summary:
    """The figures of these participants. ``returns``: joins of people who had left and came again."""
    waited_s = list(waits_s)
    joined = [participant for participant in participants if participant.peer.joins]
    return Summary(
        people=len(participants),
        joined=len(joined),
        moves=sum(participant.peer.moves for participant in joined),
        rejoins=sum(participant.peer.joins - 1 - participant.peer.moves for participant in joined) - returns,
        sent=sum(participant.sent for participant in participants),
        mixes=sum(participant.mixes for participant in participants),
        truth_error_max=truth.error_max,
        truth_judged=truth.judged,
        end_to_end_p50_ms=_ms(quantile(waited_s, 0.50)),
        end_to_end_p99_ms=_ms(quantile(waited_s, 0.99)),
        join_p50_ms=_ms(quantile(joins_s, 0.50)),
        join_p99_ms=_ms(quantile(joins_s, 0.99)),
    )


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
