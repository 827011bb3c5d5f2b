"""The version of a store's form, and which kuuki may open it. Pure.

A store says two numbers: the ``version`` of its form, and the oldest version whose kuuki still reads and writes it
(``readable_from``). So a newer store can be opened if it says so, and a step back to the version before is possible
(docs/adr/0010).
"""

from enum import StrEnum, auto
from typing import NamedTuple

from kuuki.errors import Malformed


class Schema(NamedTuple):
    """The two numbers of a store, or those that this kuuki writes."""

    version: int
    readable_from: int

    def __str__(self) -> str:
        """The two numbers with a space between, as a store has them."""
        return f"{self.version} {self.readable_from}"

    @classmethod
    def parse(cls, text: str) -> "Schema":
        """Parse what ``str`` makes; further words that a newer version added are ignored. Raises Malformed."""
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
    """Open it as it is: its form is ours, or a newer one that says that we may."""
    FORWARD = auto()
    """It is new, or older: migrate it to our form, then open it."""
    NEWER = auto()
    """Do not open it: only a newer kuuki reads it."""
    OLDER = auto()
    """Do not open it: a kuuki between its form and ours must migrate it first."""


def judge(found: Schema | None, ours: Schema, oldest: int) -> Verdict:
    """What to do with a store that says this of itself.

    ``found`` None: it is new; ``oldest``: the oldest version that we migrate to ours.
    """
    if found is None:
        return Verdict.FORWARD
    if found.version > ours.version:
        return Verdict.OPEN if found.readable_from <= ours.version else Verdict.NEWER
    if found.version == ours.version:
        return Verdict.OPEN
    return Verdict.FORWARD if found.version >= oldest else Verdict.OLDER
