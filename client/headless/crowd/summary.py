"""What a crowd saw: the figures that ``kuuki crowd --json`` ends with."""

from dataclasses import asdict, dataclass
from typing import Any


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
