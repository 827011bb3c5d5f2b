"""One peer in a room, as its gateway holds it: the admission of its frames, its beats, its membership. Pure."""

from dataclasses import InitVar, dataclass, field

from kuuki.admission import Bucket
from kuuki.errors import BadFrame, CloseCode, DropReason
from kuuki.limits import FRAMES_BURST, FRAMES_OVER_BURST, FRAMES_PER_S, MALFORMED_FRAMES, SEQ_MAX, SLOW_TICKS
from kuuki.many.membership import Membership
from kuuki.mood.frames import VERSION, Beat, Presence, Score, Tap, decode_from_client, encode
from kuuki.mood.room import Role, Room, Seat
from kuuki.times import BEAT_S
from services.signal.gateway.peer import Peer

_DROPS = {"too_large": DropReason.TOO_LARGE, "wrong_kind": DropReason.WRONG_KIND}
ClientFrame = Score | Tap | Beat


@dataclass(slots=True, eq=False)
class Member:
    """A peer and the seat for which it came. ``made_at``, ``asked_at`` and ``beat_at`` are monotonic seconds.

    ``asked_at``: when its join began. ``is_shown``: whether that showed the seat secret of an earlier join. ``peer`` is
    None until its join is answered, and again once it is closed. ``skipped``: mixes in a row that did not go out to it.
    ``offence``: the limit that it has broken, for which it must be closed. ``reads``: the version of frames that its
    client reads. ``number``: of its seat, by which that is a part of a set's number.
    """

    participant: str
    seat_id: str
    role: Role
    made_at: InitVar[float]
    address: str | None
    is_shown: bool = False
    asked_at: float = 0.0
    membership: Membership = field(default_factory=Membership)
    reads: int = VERSION
    number: int = 0
    peer: Peer | None = None
    offence: CloseCode | None = None
    newest_seq: int = 0
    beat_seq: int = 0
    beat_at: float = 0.0
    beat_sent: dict[int, float] = field(default_factory=dict)
    rtt_ms: int = 0
    malformed: int = 0
    skipped: int = 0
    frames_left: Bucket = field(init=False)
    over_left: Bucket = field(init=False)

    def __post_init__(self, made_at: float) -> None:
        self.frames_left = Bucket.full(FRAMES_PER_S, FRAMES_BURST, made_at)
        self.over_left = Bucket.full(FRAMES_PER_S, FRAMES_OVER_BURST, made_at)

    def admit(self, data: bytes, now: float) -> ClientFrame | DropReason:
        """The frame in a message, or why it is dropped. Sets ``offence`` when this breaks a limit for good."""
        if not self._may_speak(now):
            return DropReason.OVER_RATE
        try:
            frame = decode_from_client(data)
        except BadFrame as error:
            self._count_malformed()
            return _DROPS.get(error.reason, DropReason.MALFORMED)
        self._hear(frame, now)
        return frame

    def refuse(self, now: float) -> None:
        """Count a message that cannot be a frame, as malformed and against the rate. May set ``offence``."""
        if self._may_speak(now):
            self._count_malformed()

    def _may_speak(self, now: float) -> bool:
        if self.frames_left.consume(now):
            return True
        if not self.over_left.consume(now):
            self.offence = CloseCode.FLOOD
        return False

    def _count_malformed(self) -> None:
        self.malformed += 1
        if self.malformed >= MALFORMED_FRAMES:
            self.offence = CloseCode.MALFORMED

    def _hear(self, frame: ClientFrame, now: float) -> None:
        self.membership.heard(now)
        self.newest_seq = max(self.newest_seq, frame.seq)
        if isinstance(frame, Beat):
            sent_at = self.beat_sent.pop(frame.answer, None)
            if sent_at is not None:
                self.rtt_ms = round((now - sent_at) * 1000)

    def ingest(self, room: Room, frame: ClientFrame, now: float) -> DropReason | None:
        """Hand a frame to the seat; why it was dropped, if it was.

        The client repeats a pause or a tap until a beat shows it. So when a frame changed what beats say of the seat,
        the next one is due at once.
        """
        seat = room.seats.get(self.seat_id)
        before = (seat.presence, seat.tap_counts) if seat else None
        reason = room.receive(self.seat_id, frame, now)
        if seat is not None and (seat.presence, seat.tap_counts) != before:
            self.beat_at = now
        return reason

    def overdue(self, now: float) -> CloseCode | None:
        """Why its time here is over, if it is: silent, moved too late, or too slow for mixes."""
        if self.skipped > SLOW_TICKS and self.membership.is_served:
            return self.membership.overdue(now) or CloseCode.SLOW
        return self.membership.overdue(now)

    def beat(self, room: Room | None, now: float) -> bytes:
        """The next beat: what its room knows of the peer, and whether it shall move; or, when it leaves (the room is
        not asked any more), the close code."""
        seat = None if room is None else room.seats.get(self.seat_id)
        waits = room is not None and room.waits(self.seat_id, now)
        self.beat_seq += 1
        due = self.beat_at + BEAT_S  # from when it was due, not from the tick that sent it: BEAT_S on average
        self.beat_at = due if due > now else now + BEAT_S
        self.beat_sent = {seq: at for seq, at in self.beat_sent.items() if now - at < 2.0}
        self.beat_sent[self.beat_seq] = now
        presence, code = self._said(seat)
        taps = sum(seat.tap_counts) & SEQ_MAX if seat else 0
        return encode(Beat(self.beat_seq, presence, self.newest_seq, taps, code, self.rtt_ms, waits), self.reads)

    def _said(self, seat: Seat | None) -> tuple[Presence, int]:
        if self.membership.code is not None:
            return Presence.BYE, self.membership.code
        return seat.presence if seat else Presence.WATCHING, CloseCode.GOING_AWAY if self.membership.is_asked else 0
