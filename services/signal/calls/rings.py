"""Calls that one page began and that were not answered yet: what is said of them when, and what they cost."""

from dataclasses import dataclass
from typing import Any

from kuuki.calling import LegState, Side
from kuuki.times import MISS_ANSWER_S
from services.signal.calls.directory import Guess


@dataclass(slots=True)
class _Ring:
    at: float
    guess: Guess | None = None


class Rings:
    """Keeps bad news back until MISS_ANSWER_S after the ring, whatever its cause, so that time tells nothing."""

    def __init__(self) -> None:
        self._rings: dict[str, _Ring] = {}

    def begin(self, call: str, now: float) -> None:
        """The page rang; the same call twice is one."""
        self._rings.setdefault(call, _Ring(now))

    def guess(self, call: str, guess: Guess) -> None:
        """It rang by a code."""
        if call in self._rings:
            self._rings[call].guess = guess

    def wait_s(self, state: dict[str, Any], now: float) -> float:
        """How long this state message must be kept back. Whoever heard of a callee was right with the code."""
        if state["state"] == LegState.CALLING:
            return 0.0
        ring = self._rings.pop(state["call"], None)
        if ring is None or state["side"] != Side.CALLER:
            return 0.0
        if state["state"] == LegState.UNREACHABLE:
            return ring.at + MISS_ANSWER_S - now
        if ring.guess is not None and state["state"] != LegState.CANCELLED:
            ring.guess.was_right()
        return 0.0

    def __len__(self) -> int:
        return len(self._rings)
