"""The client's half of a room's channel, without I/O: docs/protocol.md. ``now`` is monotonic seconds.

Two rules. Everything that is sent takes the next seq of one counter. What must be seen (a presence, a tap) is said
again until the gateway's beat shows it.
"""

from dataclasses import dataclass

from kuuki.errors import BadFrame, CloseCode
from kuuki.mood.frames import TAPS, Beat, Mix, Presence, Score, Tap, decode_from_gateway, encode
from kuuki.mood.mix import NO_TAPS
from kuuki.times import GATEWAY_DEAD_S, REPEAT_S


@dataclass(slots=True)
class Dialog:
    """One join's conversation, begun at ``heard_at`` when the channel opened.

    ``rtt_ms`` is the gateway's measure, None before it has one. ``code`` is why the gateway closes, once it says so.
    ``must_move``: while it still serves, the gateway asked to join anew elsewhere; it never takes that back.
    """

    heard_at: float
    presence: Presence = Presence.WATCHING
    seq: int = 0
    counts: tuple[int, ...] = NO_TAPS
    rtt_ms: int | None = None
    code: int | None = None
    must_move: bool = False
    malformed: int = 0
    _answered: int = 0
    _answer_seq: int | None = None
    _unseen_since: int | None = None
    _taps_seen: int = 0
    _repeat_at: float = 0.0

    def score(self, weights: tuple[int, ...], sure: int) -> bytes:
        """A score: integer weights of sum 255, ``sure`` 0..255. It says that one is sensing."""
        data = encode(Score(self._next(), weights, sure))
        self.presence, self._unseen_since = Presence.SENSING, None  # the next score repeats it
        return data

    def be(self, presence: Presence, now: float) -> bytes:
        """Say a presence, and remember to say it again until it is seen."""
        self.presence = presence
        self._unseen_since = self.seq + 1
        self._repeat_at = now + REPEAT_S
        return self.beat()

    def tap(self, kind: str, now: float) -> bytes:
        """One more tap of a kind of TAPS; ValueError for another."""
        index = TAPS.index(kind)
        self.counts = tuple(count + (i == index) for i, count in enumerate(self.counts))
        self._repeat_at = now + REPEAT_S
        return encode(Tap(self._next(), self.counts))

    def beat(self) -> bytes:
        """A sign of life that answers the newest beat heard."""
        return encode(Beat(self._next(), self.presence, self._answered, sum(self.counts)))

    def hear(self, data: bytes, now: float) -> tuple[bytes | None, Mix | None]:
        """A message came: what to answer at once, and the mix if it is one. A bad one is counted and dropped."""
        try:
            frame = decode_from_gateway(data)
        except BadFrame:
            self.malformed += 1
            return None, None
        self.heard_at = now
        if isinstance(frame, Mix):
            return None, frame
        return self._hear_beat(frame), None

    def _hear_beat(self, beat: Beat) -> bytes | None:
        if beat.seq <= self._answered:
            return None
        self._answered = beat.seq
        if self._answer_seq is not None and beat.answer >= self._answer_seq:
            self.rtt_ms = beat.rtt_ms  # before that its 0 means “none yet”
        self._taps_seen = max(self._taps_seen, beat.taps)
        if beat.presence is Presence.BYE and self.presence is not Presence.BYE:
            self.code = beat.code
            return None
        self.must_move = self.must_move or beat.code == CloseCode.GOING_AWAY
        if beat.presence is self.presence and self._unseen_since is not None and beat.answer >= self._unseen_since:
            self._unseen_since = None
        answer = self.beat()
        self._answer_seq = self._answer_seq or self.seq
        return answer

    @property
    def is_seen(self) -> bool:
        """Whether the gateway is known to have heard the newest presence and all taps."""
        return self._unseen_since is None and self._taps_seen >= sum(self.counts)

    def repeats(self, now: float) -> list[bytes]:
        """What must be said again by ``now``: nothing while all was seen."""
        if now < self._repeat_at or self.is_seen:
            return []
        self._repeat_at = now + REPEAT_S
        said = [] if self._unseen_since is None else [self.beat()]
        return said if self._taps_seen >= sum(self.counts) else [*said, encode(Tap(self._next(), self.counts))]

    def is_dead(self, now: float) -> bool:
        """Whether the gateway must be taken for dead: no frame for GATEWAY_DEAD_S."""
        return now - self.heard_at > GATEWAY_DEAD_S

    def _next(self) -> int:
        self.seq += 1
        return self.seq


def may_return(code: int | None) -> bool:
    """Whether joining again makes sense after this close code (None: the gateway just fell silent)."""
    return code is None or code < CloseCode.ROOM_CLOSED
