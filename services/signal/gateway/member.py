"""One peer in a room, as the hub holds it: admission of its frames, its beats, its deadlines. Time is an argument."""

from dataclasses import dataclass, field

from kuuki.admission import Bucket
from kuuki.errors import BadFrame, CloseCode, DropReason
from kuuki.limits import FRAMES_BURST, FRAMES_OVER_BURST, FRAMES_PER_S, MALFORMED_FRAMES, SEQ_MAX, SLOW_TICKS
from kuuki.mood.frames import Beat, Presence, Score, Tap, decode_from_client, encode
from kuuki.mood.room import Role, Room, Seat
from kuuki.times import BEAT_S, PEER_SILENT_S
from services.signal.gateway.peer import Peer

_DROPS = {"too_large": DropReason.TOO_LARGE, "wrong_kind": DropReason.WRONG_KIND}
ClientFrame = Score | Tap | Beat


@dataclass(slots=True, eq=False)
class Member:
    """A peer with its seat. ``heard_at`` starts the deadline of an open one; while it is pending, pending.py keeps it.

    ``asked_at`` is when its join began, and ``is_shown`` whether that showed the secret of an earlier one. One that
    ``is_seated`` has asked for its seat. One that was asked to move to another gateway should have by ``move_by``, and
    is closed then if it ``must_go``; who ``came_back`` instead may stay. One that ``is_leaving`` counts no more and is
    closed at ``close_at``, when it ``is_told`` why; one that ``is_forgotten`` owns nothing here.
    """

    participant: str
    seat_id: str
    role: Role
    made_at: float
    address: str | None
    is_shown: bool = False
    asked_at: float = 0.0
    peer: Peer | None = None
    is_open: bool = False
    is_seated: bool = False
    opened_at: float = 0.0
    is_leaving: bool = False
    is_told: bool = False
    is_forgotten: bool = False
    close_code: CloseCode | None = None
    close_at: float = 0.0
    move_by: float | None = None
    must_go: bool = False
    came_back: bool = False
    heard_at: float = 0.0
    newest_seq: int = 0
    beat_seq: int = 0
    beat_at: float = 0.0
    beat_sent: dict[int, float] = field(default_factory=dict)
    rtt_ms: int = 0
    malformed: int = 0
    skipped: int = 0
    frames_left: Bucket = field(init=False)
    over_left: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self.frames_left = Bucket.full(FRAMES_PER_S, FRAMES_BURST, self.made_at)
        self.over_left = Bucket.full(FRAMES_PER_S, FRAMES_OVER_BURST, self.made_at)

    def admit(self, data: bytes, now: float) -> ClientFrame | DropReason:
        """The frame in a message, if it may be taken; else why not. May set ``close_code``."""
        if not self._may_speak(now):
            return DropReason.OVER_RATE
        try:
            frame = decode_from_client(data)
        except BadFrame as error:
            self._misspeak()
            return _DROPS.get(error.reason, DropReason.MALFORMED)
        self._hear(frame, now)
        return frame

    def refuse(self, now: float) -> None:
        """A message that cannot be a frame came: malformed, and against the rate. May set ``close_code``."""
        if self._may_speak(now):
            self._misspeak()

    def _may_speak(self, now: float) -> bool:
        if self.frames_left.take(now):
            return True
        if not self.over_left.take(now):
            self.close_code = CloseCode.FLOOD
        return False

    def _misspeak(self) -> None:
        self.malformed += 1
        if self.malformed >= MALFORMED_FRAMES:
            self.close_code = CloseCode.MALFORMED

    def _hear(self, frame: ClientFrame, now: float) -> None:
        self.heard_at = now
        self.newest_seq = max(self.newest_seq, frame.seq)
        if isinstance(frame, Beat):
            sent_at = self.beat_sent.pop(frame.answer, None)
            if sent_at is not None:
                self.rtt_ms = round((now - sent_at) * 1000)

    def overdue(self, now: float) -> CloseCode | None:
        """Why this open peer's time is up, if it is."""
        if not self.is_open:
            return None
        if now - self.heard_at > PEER_SILENT_S:
            return CloseCode.SILENT
        if self.must_go and self.is_past_moving(now):
            return CloseCode.GOING_AWAY
        return CloseCode.SLOW if self.skipped > SLOW_TICKS else None

    def is_past_moving(self, now: float) -> bool:
        """Whether it was asked to move, and had its time."""
        return self.move_by is not None and now >= self.move_by

    def is_moving(self, now: float) -> bool:
        """Whether it was asked to move, still has time, and is still on its old channel."""
        return self.move_by is not None and now < self.move_by and now - self.heard_at < 2 * BEAT_S

    def beat(self, seat: Seat | None, now: float) -> bytes:
        """The next beat to this peer: what is known of it, whether it shall move, or why it is closed."""
        self.beat_seq += 1
        due = self.beat_at + BEAT_S  # from when it was due, not from the tick that sent it: BEAT_S on average
        self.beat_at = due if due > now else now + BEAT_S
        self.beat_sent = {seq: at for seq, at in self.beat_sent.items() if now - at < 2.0}
        self.beat_sent[self.beat_seq] = now
        taps = sum(seat.tap_counts) & SEQ_MAX if seat else 0
        if self.close_code is not None:
            return encode(Beat(self.beat_seq, Presence.BYE, self.newest_seq, taps, self.close_code, self.rtt_ms))
        presence = seat.presence if seat else Presence.WATCHING
        code = 0 if self.move_by is None else CloseCode.GOING_AWAY
        return encode(Beat(self.beat_seq, presence, self.newest_seq, taps, code, self.rtt_ms))

    def take(self, room: Room, frame: ClientFrame, now: float) -> DropReason | None:
        """Hand a frame to the seat; a beat is due at once when it changed what the client waits to see."""
        seat = room.seats.get(self.seat_id)
        before = (seat.presence, seat.tap_counts) if seat else None
        reason = room.receive(self.seat_id, frame, now)
        if seat is not None and (seat.presence, seat.tap_counts) != before:
            self.beat_at = now
        return reason
