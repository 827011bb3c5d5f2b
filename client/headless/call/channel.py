"""What is said and heard on a call's own channel, in one connection of the call. Pure; ``now`` is an argument.

Two rules. Everything that is sent takes the next seq of one counter. And a sign is the whole state of what one sends,
so nothing needs to be said twice but the steps of the safety check.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from client.headless.call.check import CheckStep, SafetyCheck
from kuuki.admission import Bucket
from kuuki.call.frames import CallFrame, Check, Picture, Sign, decode, encode
from kuuki.errors import BadFrame
from kuuki.limits import MALFORMED_FRAMES
from kuuki.mood.frames import Presence, Score
from kuuki.times import SIGN_S

_SCORES_PER_S: Final = 10.0
_SCORES_BURST: Final = 20
_UNDER_WAY: Final = 40
"""Signs whose answer may still come."""

_NEWER_COUNTS: Final = 0.3
_BYES: Final = 3


@dataclass(frozen=True, slots=True)
class Own:
    """What one sends at this moment."""

    presence: Presence = Presence.WATCHING
    sound: bool = False
    picture: Picture = Picture.OFF


@dataclass(slots=True)
class Channel:
    """One connection's conversation. ``rtt_s``: the round trip to the partner, smoothed; None before it is known."""

    own: Own
    check: SafetyCheck | None
    opened_at: float
    rtt_s: float | None = None
    malformed: int = 0
    _seq: int = 0
    _signed_at: float = float("-inf")
    _sent_at: OrderedDict[int, float] = field(default_factory=OrderedDict)
    _newest: int = 0
    _answer: int = 0
    _answer_at: float = 0.0
    _scores: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self._scores = Bucket.full(_SCORES_PER_S, _SCORES_BURST, self.opened_at)

    def be(self, own: Own, now: float) -> list[bytes]:
        """A sign, if what one sends is not what was said last."""
        if own == self.own:
            return []
        self.own = own
        return [self._sign(now)]

    def bye(self, now: float) -> list[bytes]:
        """Three times, because nothing is sent again."""
        self.own = Own(Presence.BYE, self.own.sound, self.own.picture)
        return [self._sign(now) for _ in range(_BYES)]

    def score(self, weights: tuple[int, ...], sure: int) -> bytes:
        """A score: integers of sum 255, ``sure`` 0..255."""
        return encode(Score(self._next(), weights, sure))

    def due(self, now: float) -> list[bytes]:
        """What must be said by now: asked several times a second."""
        if now - self._signed_at < SIGN_S:
            return []
        step = None if self.check is None else self.check.repeat()
        return [self._sign(now), *self._step(step)]

    def hear(self, data: bytes, now: float) -> tuple[Score | Sign | None, list[bytes]]:
        """A message came: what it says of the partner, if it is newer than all before, and what to answer at once.

        After MALFORMED_FRAMES messages that are no frames, a partner is not listened to any more.
        """
        frame = self._decoded(data)
        if frame is None:
            return None, []
        if isinstance(frame, Check):
            answer = None if self.check is None else self.check.hear(frame.step, frame.octets)
            return None, self._step(answer)
        if isinstance(frame, Sign):
            self._measure(frame, now)
        elif not self._scores.consume(now):
            return None, []
        if frame.seq <= self._newest:
            return None, []
        self._newest = frame.seq
        return frame, []

    def _decoded(self, data: bytes) -> CallFrame | None:
        if self.malformed >= MALFORMED_FRAMES:
            return None
        try:
            return decode(data)
        except BadFrame:
            self.malformed += 1
            return None

    def _measure(self, sign: Sign, now: float) -> None:
        """``held_ms`` is how long the partner kept our sign: what is left of the time since was spent on the way."""
        if sign.seq <= self._answer:
            return
        self._answer, self._answer_at = sign.seq, now
        sent_at = self._sent_at.get(sign.answer)
        if sent_at is None:
            return
        rtt_s = max(0.0, now - sent_at - sign.held_ms / 1000)
        self.rtt_s = rtt_s if self.rtt_s is None else self.rtt_s + _NEWER_COUNTS * (rtt_s - self.rtt_s)

    def _sign(self, now: float) -> bytes:
        self._signed_at = now
        seq = self._next()
        self._sent_at[seq] = now
        while len(self._sent_at) > _UNDER_WAY:
            self._sent_at.popitem(last=False)
        held_ms = 0 if self._answer == 0 else round((now - self._answer_at) * 1000)
        own = self.own
        return encode(Sign(seq, own.presence, self._answer, held_ms, own.sound, own.picture))

    def _step(self, step: CheckStep | None) -> list[bytes]:
        return [] if step is None else [encode(Check(self._next(), *step))]

    def _next(self) -> int:
        self._seq += 1
        return self._seq
