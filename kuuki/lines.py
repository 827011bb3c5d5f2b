"""A line: one page's end of signaling, with its legs. Everything that a line decides is decided here, without I/O.

Two rules. What comes in (a message of the page, a note of another line, the clock) leads to a list of effects, and
nothing else happens. And every leg has a deadline: what was not heard of for long enough is over.

A line is lost without harm: its page says on every connection what call it is in (signaling.Standing).
"""

from dataclasses import dataclass, field
from typing import Any, Final

from kuuki.admission import Bucket
from kuuki.calling import SEEN, Event, LegState, Side, follow, told
from kuuki.limits import RINGS_BURST, RINGS_PER_S
from kuuki.signaling import Act, Again, Hello, Message, Note, Ring, Signal, Standing
from kuuki.times import AGAIN_S, CALL_ANSWER_S, CALL_RING_S, LINE_AWAY_S, LINE_GRACE_S, LINE_STILL_S

_LATE_S: Final = 3.0
"""The callee's clock gives the caller's this much time to say that it rang long enough."""

_PARTNERS_KEPT: Final = 20


@dataclass(frozen=True, slots=True)
class Say:
    """A message for the line's page."""

    message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tell:
    """A note for another line. If nobody is there, ``Line.untold`` must hear of it."""

    line: str
    note: Note


@dataclass(frozen=True, slots=True)
class Find:
    """Whose code is this? ``Line.found`` must hear the answer."""

    call: str
    code: str


@dataclass(frozen=True, slots=True)
class Renew:
    """The line's code is spent: it needs another."""


Effect = Say | Tell | Find | Renew


@dataclass(slots=True)
class Leg:
    """One line's side of a call. ``partner``: the other line's id, None while its code is looked up.

    ``name``: the partner's, "" until they answered. ``entered_at``: when the state began.
    """

    call: str
    side: Side
    state: LegState
    partner: str | None
    entered_at: float
    heard_at: float
    name: str = ""
    by_code: bool = False
    partner_is: str = "here"
    stilled_at: float = 0.0

    def message(self) -> dict[str, Any]:
        """The leg's whole state for its page. An unreachable one is nobody's: the answer is equal for every reason."""
        return {
            "type": "state",
            "call": self.call,
            "side": self.side.value,
            "state": self.state.value,
            "partner": None if self.state is LegState.UNREACHABLE else self.partner,
            "name": self.name,
            "partner_is": self.partner_is,
        }


@dataclass(slots=True)
class Line:
    """One line, by its id. ``now`` is monotonic seconds everywhere."""

    id: str
    rings_left: Bucket
    name: str = ""
    is_away: bool = False
    legs: dict[str, Leg] = field(default_factory=dict)
    _partners: dict[str, tuple[str, float]] = field(default_factory=dict)
    _effects: list[Effect] = field(default_factory=list)

    @classmethod
    def new(cls, line_id: str, now: float) -> "Line":
        """A line without a call."""
        return cls(line_id, Bucket.full(RINGS_PER_S, RINGS_BURST, now))

    # --- what the page says

    def greet(self, hello: Hello, now: float) -> list[Effect]:
        """A page came, or came back: its name, and the call that it stands in. Every leg is said to it."""
        self.name, self.is_away = hello.name, False
        standing = hello.call
        if standing is not None and standing.call not in self.legs and standing.partner != self.id:
            self._restore(standing, now)
        for leg in self.legs.values():
            self._say_state(leg)
            self._tell(leg, Note("back", self.id, leg.call, state=leg.state))
        return self._done()

    def _restore(self, standing: Standing, now: float) -> None:
        leg = Leg(standing.call, standing.side, standing.state, standing.partner, now, now, standing.name)
        self.legs[leg.call] = leg

    def hear(self, message: Message, now: float) -> list[Effect]:
        """A message of the page, but hello and asks."""
        if isinstance(message, Ring):
            self._ring(message.call, now, code=message.code)
        elif isinstance(message, Again):
            self._ring(message.call, now, partner=self._partner_of(message.of, now))
        elif isinstance(message, Act):
            self._act(message, now)
        elif isinstance(message, Signal):
            self._pass_on(message)
        return self._done()

    def _ring(self, call: str, now: float, code: str | None = None, partner: str | None = None) -> None:
        if call in self.legs:
            return self._say_state(self.legs[call])
        leg = Leg(call, Side.CALLER, LegState.CALLING, None, now, now, by_code=code is not None)
        active = self._active()
        if active is not None and active.state is not LegState.INCOMING:
            leg.state = LegState.BUSY  # of oneself
            return self._say_state(leg)
        self._say_state(leg)
        if not self.rings_left.take(now):
            leg.state = LegState.UNREACHABLE
            return self._say_state(leg)
        self.legs[call] = leg
        if code is not None:
            self._effects.append(Find(call, code))
        else:
            self._begin(leg, partner, now)
        return None

    def found(self, call: str, partner: str | None, now: float) -> list[Effect]:
        """The answer to Find: the line that has the code, None if there is none (or none for this caller)."""
        leg = self.legs.get(call)
        if leg is not None and leg.partner is None and leg.state is LegState.CALLING:
            self._begin(leg, partner, now)
        return self._done()

    def _begin(self, leg: Leg, partner: str | None, now: float) -> None:
        if partner is None or partner == self.id:
            return self._happen(leg, Event.GONE, now)
        theirs = next((other for other in self.legs.values() if other.partner == partner and other is not leg), None)
        if theirs is not None:  # they were calling already: pressing Call is an answer
            self._happen(leg, Event.CROSS, now, frees=False)
            self._leave_others(theirs, now)
            return self._happen(theirs, Event.ACCEPT, now)
        if self._active() is not leg:  # someone else's call came first
            return self._happen(leg, Event.IS_BUSY, now)
        leg.partner = partner
        self._tell(leg, self._rung(leg))
        return None

    def _rung(self, leg: Leg) -> Note:
        return Note("ring", self.id, leg.call, name=self.name, by_code=leg.by_code)

    def _partner_of(self, call: str, now: float) -> str | None:
        partner, ended_at = self._partners.get(call, (None, 0.0))
        return partner if now - ended_at <= AGAIN_S else None

    def _act(self, act: Act, now: float) -> None:
        leg = self.legs.get(act.call)
        if leg is None:
            return
        if act.event is Event.ACCEPT and follow(leg.state, Event.ACCEPT) is not leg.state:
            self._leave_others(leg, now)
        self._happen(leg, act.event, now)

    def _leave_others(self, chosen: Leg, now: float) -> None:
        """Accepting a call ends the one that is on."""
        for other in list(self.legs.values()):
            if other is not chosen and other.state is not LegState.KNOCKING:
                self._happen(other, Event.HANG_UP, now, frees=False)

    def _pass_on(self, signal: Signal) -> None:
        leg = self.legs.get(signal.call)
        if leg is not None and leg.state is LegState.TALKING:
            self._tell(leg, Note("signal", self.id, leg.call, signal=signal))

    # --- what other lines tell

    def take(self, note: Note, now: float) -> list[Effect]:
        """A note of another line."""
        if note.kind == "ring":
            self._rung_by(note, now)
            return self._done()
        leg = self.legs.get(note.call)
        if leg is None or leg.partner != note.sender:
            self._disown(note)
            return self._done()
        if note.kind == "away":
            self._see(leg, note, now)
            return self._done()
        leg.heard_at = now
        if note.kind == "signal" and note.signal is not None:
            self._effects.append(Say(_signal_message(note.signal)))
            return self._done()
        if note.kind == "event" and note.event is not None:
            leg.name = note.name or leg.name
            self._happen(leg, note.event, now)
        else:
            self._see(leg, note, now)
        return self._done()

    def _disown(self, note: Note) -> None:
        """Someone speaks of a call that this line is not in (any more): they should know."""
        if note.kind in ("still", "back"):
            self._effects.append(Tell(note.sender, Note("event", self.id, note.call, event=Event.HUNG_UP)))

    def _see(self, leg: Leg, note: Note, now: float) -> None:
        """Still there, away, or back: and in which state, which heals what was lost."""
        leg.name = note.name or leg.name
        if note.state is not None and leg.side is Side.CALLER and note.state in SEEN:
            self._happen(leg, SEEN[note.state], now)
        if note.kind != "away":
            self._set_partner(leg, "here")
        elif leg.partner_is == "here":  # from now on its grace runs, however often it says so
            leg.heard_at = now
            self._set_partner(leg, "away")
        if note.kind == "back" and leg.call in self.legs:
            self._tell(leg, self._still(leg))

    def _still(self, leg: Leg) -> Note:
        name = self.name if leg.side is Side.CALLER or leg.state is LegState.TALKING else ""
        return Note("away" if self.is_away else "still", self.id, leg.call, name=name, state=leg.state)

    def _rung_by(self, note: Note, now: float) -> None:
        if note.call in self.legs:
            return self._tell(self.legs[note.call], self._still(self.legs[note.call]))
        own = self._active()
        if own is not None and own.side is Side.CALLER and own.partner == note.sender and _is_ringing_out(own):
            return self._cross(own, note, now)
        leg = Leg(note.call, Side.CALLEE, LegState.INCOMING, note.sender, now, now, note.name, note.by_code)
        if own is not None and any(other.state is LegState.KNOCKING for other in self.legs.values()):
            return self._tell(leg, Note("event", self.id, leg.call, event=Event.IS_BUSY))
        if own is not None:
            leg.state = LegState.KNOCKING
        self.legs[leg.call] = leg
        self._say_state(leg)
        event = Event.RINGS if leg.state is LegState.INCOMING else Event.WAITS
        return self._tell(leg, Note("event", self.id, leg.call, event=event))

    def _cross(self, own: Leg, note: Note, now: float) -> None:
        """Both rang each other: the call with the smaller id is the one that both take."""
        if own.call < note.call:
            return
        self._happen(own, Event.CROSS, now, frees=False)
        leg = Leg(note.call, Side.CALLEE, LegState.INCOMING, note.sender, now, now, note.name, note.by_code)
        self.legs[leg.call] = leg
        self._happen(leg, Event.ACCEPT, now)

    def untold(self, line: str, note: Note, now: float) -> list[Effect]:
        """Nobody was there for a note. A partner that was there before may come back; one that is rung is not there."""
        leg = self.legs.get(note.call)
        if leg is not None and leg.partner == line:
            if leg.state is LegState.CALLING:
                self._happen(leg, Event.GONE, now)
            elif leg.partner_is == "here":
                self._set_partner(leg, "away")
        return self._done()

    # --- what time brings

    def page_left(self) -> list[Effect]:
        """The page's transport died: partners may know at once."""
        self.is_away = True
        for leg in self.legs.values():
            self._tell(leg, Note("away", self.id, leg.call))
        return self._done()

    def expire(self, now: float) -> list[Effect]:
        """The page stayed away for LINE_GRACE_S. Media of a call that is on may well go on without their lines, so its
        partner is told nothing: silence tells it, and the page may yet come back with its Standing.
        """
        for leg in list(self.legs.values()):
            if leg.state is LegState.TALKING:
                leg.state = LegState.LOST
            else:
                self._tell(leg, Note("event", self.id, leg.call, event=Event.HUNG_UP))
                leg.state = follow(leg.state, Event.GONE)
            self._say_state(leg)
            self._end(leg, now, frees=False)
        return self._done()

    def close(self, now: float) -> list[Effect]:
        """The page said bye: every leg is hung up."""
        for leg in list(self.legs.values()):
            self._happen(leg, Event.HANG_UP, now, frees=False)
        return self._done()

    def tick(self, now: float) -> list[Effect]:
        """Asked once a second: deadlines, and signs of life to partners."""
        for leg in list(self.legs.values()):
            self._age(leg, now)
        return self._done()

    def _age(self, leg: Leg, now: float) -> None:
        if now - leg.entered_at > _deadline_s(leg):
            self._happen(leg, Event.TIMEOUT, now)
        silent_s = now - leg.heard_at
        if leg.partner is not None and silent_s > LINE_GRACE_S:
            self._set_partner(leg, "gone")
            self._happen(leg, Event.GONE, now)
        elif leg.partner is not None and silent_s > LINE_AWAY_S:
            self._set_partner(leg, "away")
        if leg.call in self.legs and now - leg.stilled_at >= LINE_STILL_S:
            leg.stilled_at = now
            self._tell(leg, self._still(leg))

    # --- how a leg moves

    def _happen(self, leg: Leg, event: Event, now: float, frees: bool = True) -> None:
        before, after = leg.state, follow(leg.state, event)
        if after is before:
            return
        leg.state, leg.entered_at = after, now
        tells = told(before, event)
        if tells is not None:
            name = self.name if after is LegState.TALKING else ""
            self._tell(leg, Note("event", self.id, leg.call, name=name, event=tells))
        if after is LegState.TALKING:
            self._drop_echo(leg, now)
            if leg.side is Side.CALLEE and leg.by_code:
                self._effects.append(Renew())
        self._say_state(leg)
        if after.is_end:
            self._end(leg, now, frees)

    def _drop_echo(self, leg: Leg, now: float) -> None:
        """A call of the same partner that waits here was the other half of a crossing."""
        for other in list(self.legs.values()):
            if other is not leg and other.partner == leg.partner:
                self._happen(other, Event.CROSS, now)

    def _end(self, leg: Leg, now: float, frees: bool) -> None:
        self.legs.pop(leg.call, None)
        if leg.partner is not None and leg.state is not LegState.UNREACHABLE:
            self._partners[leg.call] = (leg.partner, now)
            while len(self._partners) > _PARTNERS_KEPT:
                del self._partners[next(iter(self._partners))]
        if frees and self._active() is None:
            for other in list(self.legs.values()):
                self._happen(other, Event.FREED, now)

    def _active(self) -> Leg | None:
        """The leg that makes this line busy."""
        return next((leg for leg in self.legs.values() if leg.state is not LegState.KNOCKING), None)

    def _set_partner(self, leg: Leg, where: str) -> None:
        if leg.partner_is != where:
            leg.partner_is = where
            self._say_state(leg)

    def _say_state(self, leg: Leg) -> None:
        self._effects.append(Say(leg.message()))

    def _tell(self, leg: Leg, note: Note) -> None:
        if leg.partner is not None:
            self._effects.append(Tell(leg.partner, note))

    def _done(self) -> list[Effect]:
        effects, self._effects = self._effects, []
        return effects


def _is_ringing_out(leg: Leg) -> bool:
    return leg.state in (LegState.CALLING, LegState.RINGING, LegState.WAITING)


def _deadline_s(leg: Leg) -> float:
    """How long a leg may stay in its state without an answer."""
    if leg.state is LegState.CALLING:
        return CALL_ANSWER_S
    return CALL_RING_S + (_LATE_S if leg.side is Side.CALLEE else 0.0)


def _signal_message(signal: Signal) -> dict[str, Any]:
    message: dict[str, Any] = {"type": "signal", "call": signal.call, "generation": signal.generation}
    if signal.description is not None:
        return message | {"description": signal.description}
    return message | {"candidate": signal.candidate}
