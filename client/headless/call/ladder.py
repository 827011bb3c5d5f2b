"""When a call gets a new connection, because its media have failed. Pure; ``now`` is an argument.

aiortc cannot restart ICE, so there is one way to recover: a new connection in the same call (the next generation). The
signs on the call's channel say whether a connection works, not the states of ICE.
"""

from enum import StrEnum
from random import Random
from typing import Final

from kuuki.backoff import Doubling
from kuuki.times import ICE_RESTART_S, ICE_TROUBLE_S, SIGN_S, SIGNS_LOST_S

_FIRST_S: Final = 2 * ICE_RESTART_S
"""The first connection may take this long before another is tried."""

_RENEWAL_MAX_S: Final = 20.0
_ASLEEP_S: Final = 1.5
"""A tick that comes this late was held back (a machine that slept): silence meanwhile proves nothing."""


class Link(StrEnum):
    """How the media fare."""

    CONNECTING = "connecting"
    OPEN = "open"
    RENEWING = "renewing"


class Ladder:
    """One call's, from the moment when both talk. ``dice``: jitter, so that two who renew at once do not go on so."""

    def __init__(self, dice: Random, now: float) -> None:
        self._dice = dice
        self.link = Link.CONNECTING
        self._since = self._heard_at = self._ticked_at = now
        self._patience_s = _FIRST_S
        self._renewals = Doubling(ICE_RESTART_S, _RENEWAL_MAX_S)
        self._was_reachable = True

    def silent_s(self, now: float) -> float:
        """How long nothing was heard."""
        return now - self._heard_at

    def heard(self, now: float) -> None:
        """A frame of the partner came."""
        self._heard_at = now
        self.link = Link.OPEN
        self._renewals.begin_anew()

    def renewed(self, now: float) -> None:
        """The partner began a new connection: it has as long as one of our own."""
        if self.link is not Link.CONNECTING:
            self._renew(now)

    def broken(self, now: float) -> None:
        """What the partner offers cannot be taken: a new connection at the next tick, but not over and over."""
        if self.link is Link.OPEN:
            self._heard_at = min(self._heard_at, now - SIGNS_LOST_S - SIGN_S)

    def tick(self, now: float, is_reachable: bool) -> bool:
        """Asked several times a second: whether to begin a new connection now, which counts as done.

        ``is_reachable``: whether the partner's page could hear of it. A page that came back begins by itself, so it is
        given a moment.
        """
        if now - self._ticked_at > _ASLEEP_S:
            self._heard_at = max(self._heard_at, now - SIGN_S)
        self._ticked_at = now
        if is_reachable and not self._was_reachable and not self._is_well(now):
            self._wait(now, max(ICE_TROUBLE_S, self._patience_s - (now - self._since)))
        self._was_reachable = is_reachable
        if not is_reachable or self._is_well(now):
            return False
        if self.link is Link.OPEN or now - self._since >= self._patience_s:
            self._renew(now)
            return True
        return False

    def _is_well(self, now: float) -> bool:
        return self.link is Link.OPEN and self.silent_s(now) <= SIGNS_LOST_S

    def _renew(self, now: float) -> None:
        self._wait(now, self._renewals.next_s() * (1 + self._dice.random() / 4))

    def _wait(self, now: float, patience_s: float) -> None:
        if self.link is Link.OPEN:
            self.link = Link.RENEWING
        self._since, self._patience_s = now, patience_s
