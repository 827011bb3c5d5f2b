"""What a source gives: one reading at a time."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Sensed:
    """One instant of one face, as a score holds it; ``weights`` is None when no face was seen (never “neutral”).

    ``at_s``: when, on the source's own clock: a film's position, or seconds since a camera began.
    """

    at_s: float
    weights: tuple[int, ...] | None
    sure: int


class Source(Protocol):
    """A camera, a film, or a walk that nobody made."""

    def sensed(self) -> AsyncGenerator[Sensed, None]:
        """Readings at up to 5 Hz, in real time; a reader that is slow gets the newest. Raises SourceFailed."""
        ...
