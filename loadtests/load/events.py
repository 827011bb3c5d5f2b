"""What becomes a row of Locust's table: names, and one event. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kuuki.errors import KuukiError


class Name(StrEnum):
    """The rows. Times are response times; what has none is only counted."""

    ANSWERED = "join: offer answered"
    OPEN = "join: channel open"
    FIRST_MIX = "join: first mix"
    JOIN = "join: in all"
    WAIT = "score → mix"
    AGE = "mix: age when sent"
    STAGE = "stage: since the mix before"
    STAY = "stay in the room"
    LINE = "call: line open"
    RUNG = "call: answered"
    TALK = "call: both hear"
    EXPRESSION = "call: expression → partner"


@dataclass(frozen=True, slots=True)
class Event:
    """``seconds``: None for what has no time. ``problem``: why it failed, a static name; None if it did not."""

    name: Name
    seconds: float | None = None
    problem: str | None = None

    @property
    def kind(self) -> str:
        """Locust's request type."""
        return "call" if self.name.startswith("call") else "room"

    @property
    def ms(self) -> float | None:
        """The time as Locust wants it."""
        return None if self.seconds is None else self.seconds * 1000


Tell = Callable[[Event], None]


def problem_of(error: KuukiError) -> str:
    """The static name of what went wrong: the server's, else the client's, else the kind of error.

    >>> from client.headless.errors import CannotJoin, TryLater
    >>> problem_of(TryLater("Not now.", 3.0, "overloaded")), problem_of(CannotJoin("No."))
    ('overloaded', 'CannotJoin')
    """
    how = getattr(error, "how", None)  # NotAnswered's end of the leg
    name = getattr(error, "problem", "") or ("" if how is None else how.value)
    return name or type(error).__name__
