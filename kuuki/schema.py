"""The form of what a store holds, and which kuuki may open it. Pure.

A store says two numbers: the ``version`` of its form, and the oldest version whose kuuki still reads and writes it
(``readable_from``). So one that is newer can be opened too, if it says so, and a step back is possible: docs/adr/0010.
"""

from enum import StrEnum, auto
from typing import NamedTuple

from kuuki.errors import Malformed


class Schema(NamedTuple):
    """What a store says of its form, or what this kuuki writes."""

    version: int
    readable_from: int

    def __str__(self) -> str:
        """As a store keeps it."""
        return f"{self.version} {self.readable_from}"

    @classmethod
    def parse(cls, text: str) -> "Schema":
        """What ``str`` made of it; more words that a newer version added are passed over. Raises Malformed."""
        words = text.split()
        if len(words) < 2 or not all(word.isascii() and word.isdigit() and len(word) <= 9 for word in words[:2]):
            raise Malformed("schema")
        found = cls(int(words[0]), int(words[1]))
        if not 1 <= found.readable_from <= found.version:
            raise Malformed("schema")
        return found


class Verdict(StrEnum):
    """What to do with a store."""

    OPEN = auto()
    """As it is: its form is ours, or newer and one that we read."""
    FORWARD = auto()
    """It is new, or older: lead it to our form, then open it."""
    NEWER = auto()
    """Leave it alone: only a newer kuuki reads it."""
    OLDER = auto()
    """Leave it alone: a kuuki between its form and ours must lead it on first."""


def judge(found: Schema | None, ours: Schema, oldest: int) -> Verdict:
    """Whether we may open what says this of itself.

    ``found`` None: there is nothing yet; ``oldest``: the oldest version that we lead to ours.
    """
    if found is None:
        return Verdict.FORWARD
    if found.version > ours.version:
        return Verdict.OPEN if found.readable_from <= ours.version else Verdict.NEWER
    if found.version == ours.version:
        return Verdict.OPEN
    return Verdict.FORWARD if found.version >= oldest else Verdict.OLDER
