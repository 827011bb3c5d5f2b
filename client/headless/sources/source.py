"""What a source of expressions gives: one reading at a time."""

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
    """A camera, a film, or a synthetic person."""

    def sensed(self) -> AsyncGenerator[Sensed, None]:
        """Readings at up to 5 Hz, in real time, until the source ends; a slow reader gets the newest. Raises
        SourceFailed.

        Closing the generator releases the camera or the file.
        """
        ...
