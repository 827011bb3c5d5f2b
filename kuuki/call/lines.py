"""A line: one page's end of signaling, with its legs. Everything that a line decides is decided here, without I/O.

Two rules. What comes in (a message of the page, a note of another line, the clock) leads to a list of effects, and
nothing else happens. And every leg has a deadline: what was not heard of for long enough is over.

A line is lost without harm: its page says on every connection what call it is in (signaling.Standing). That is a
page's word and no more: it leads to nobody whose line does not know the call too.

A code is good for one answered call. The line itself sees to that, whatever a store still says: who rings by another
code than the one that is good now is answered as if there were no such code.
"""

from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

from kuuki.admission import Bucket
from kuuki.call.calling import SEEN, Event, LegState, Side, follow, told
from kuuki.call.legs import Effect, Find, Later, Leg, Renew, Say, Tell, broken
from kuuki.call.signaling import Act, Again, Hello, Message, Note, Ring, Signal, Standing
from kuuki.limits import RINGS_BURST, RINGS_PER_S
from kuuki.times import (
    AGAIN_S,
    LINE_AWAY_S,
    LINE_GRACE_S,
    LINE_STILL_S,
    MISS_ANSWER_S,
)

_RINGING_HERE: Final = (LegState.INCOMING, LegState.KNOCKING)

_NOBODY: Final = (None, -inf)

_OVER_KEPT: Final = 20
"""Calls that are over: their ends are said again to a page that missed them, their partners can be called again."""


@dataclass(slots=True)
class Line:
    """One line, by its id. ``code``: the one that is good now, or "". ``now`` is monotonic seconds everywhere."""

    id: str
    rings_left: Bucket
    code: str = ""
    name: str = ""
    is_away: bool = False
    legs: dict[str, Leg] = field(default_factory=dict)
    _over: dict[str, tuple[Leg, float]] = field(default_factory=dict)
    _effects: list[Effect] = field(default_factory=list)

    @classmethod
    def new(cls, line_id: str, now: float) -> "Line":
        """A line without a call."""
        return cls(line_id, Bucket.full(RINGS_PER_S, RINGS_BURST, now))

    # --- what the page says

    def greet(self, hello: Hello, now: float) -> list[Effect]:
        """A page came, or came back: its name, and the call that it stands in. Every leg is said to it."""
        self.name, self.is_away = hello.name, False
        if hello.call is not None and hello.call.call not in self.legs:
            self._restore(hello.call, now)
        for leg in self.legs.values():
            self._say_state(leg)
            self._tell(leg, Note("back", self.id, leg.call, state=leg.state))
        return self._done()

    def _restore(self, standing: Standing, now: float) -> None:
        if standing.call in self._over:
            return self._say_again(standing.call)
        leg = Leg(standing.call, standing.side, standing.state, standing.partner, now, now, standing.name)
        leg.met_at, leg.by_code, leg.is_sure = -inf, True, False
        if leg.state is LegState.KNOCKING and self._active() is None:
            leg.state = LegState.INCOMING
        if standing.partner != self.id and self._has_place(leg.state):
            self.legs[leg.call] = leg
        else:
            leg.state = broken(leg.state)
            self._say_state(leg, is_news=False)
        return None

    def _has_place(self, state: LegState) -> bool:
        """One call is on, and one may knock."""
        return all((leg.state is LegState.KNOCKING) != (state is LegState.KNOCKING) for leg in self.legs.values())

    def hear(self, message: Message, now: float) -> list[Effect]:
        """A message of the page, but hello and asks."""
        if isinstance(message, Ring):
            self._ring(message.call, now, code=message.code)
        elif isinstance(message, Again):
            self._ring(message.call, now, again=self._met(message.of, now))
        elif isinstance(message, Act):
            self._act(message, now)
        elif isinstance(message, Signal):
            self._pass_on(message)
        return self._done()

    def _ring(self, call: str, now: float, code: str | None = None, again: tuple[str | None, float] = _NOBODY) -> None:
        if call in self.legs:
            return self._say_state(self.legs[call])
        if call in self._over:
            return self._say_again(call)
        leg = Leg(call, Side.CALLER, LegState.CALLING, None, now, now, by_code=code or "")
        if any(other.state not in _RINGING_HERE for other in self.legs.values()):
            leg.state = LegState.BUSY  # of oneself
            return self._say_state(leg)
        self._say_state(leg)
        self.legs[call] = leg
        if not self.rings_left.consume(now):
            self._happen(leg, Event.GONE, now)
        elif code is not None:
            self._effects.append(Find(call, code))
        else:
            partner, leg.met_at = again
            self._begin(leg, partner, now)
        return None

    def found(self, call: str, partner: str | None, now: float) -> list[Effect]:
        """The answer to Find: the line that has the code, None if there is none (or none for this caller)."""
        leg = self.legs.get(call)
        if leg is not None and leg.partner is None and leg.state is LegState.CALLING and leg.bad_news is None:
            self._begin(leg, partner, now)
        return self._done()

    def wake(self, call: str, now: float) -> list[Effect]:
        """The time of Later has come."""
        leg = self.legs.get(call)
        if leg is not None and leg.bad_news is not None:
            self._move(leg, leg.bad_news, now)
        return self._done()

    def _begin(self, leg: Leg, partner: str | None, now: float) -> None:
        theirs = next((other for other in self.legs.values() if partner is not None and other.partner == partner), None)
        if theirs is not None:  # they were calling already: pressing Call is an answer
            self._happen(leg, Event.CROSS, now, frees=False)
            self._leave_others(theirs, now)
            return self._happen(theirs, Event.ACCEPT, now)
        if self._active() is not leg:  # someone else's call came first, whomever this one is for
            return self._happen(leg, Event.IS_BUSY, now)
        if partner is None or partner == self.id:
            return self._happen(leg, Event.GONE, now)
        leg.partner = partner
        self._tell(leg, self._rung(leg))
        return None

    def _rung(self, leg: Leg) -> Note:
        return Note("ring", self.id, leg.call, name=self.name, by_code=leg.by_code)

    def _met(self, call: str, now: float) -> tuple[str | None, float]:
        """The partner of a call that is over, and when one last met them: nobody, if that is too long ago."""
        leg, met_at = self._over.get(call, (None, 0.0))
        return (leg.partner, met_at) if leg is not None and now - met_at <= AGAIN_S else _NOBODY

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

    @property
    def may_connect(self) -> bool | None:
        """Whether there is a call for which its page connects; None: by its page's word alone, so far."""
        legs = [leg for leg in self.legs.values() if leg.connects]
        return True if any(leg.is_sure for leg in legs) else None if legs else False

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
        leg.is_sure = True  # who does not know of the call ends it, here and now
        if note.kind == "away":
            self._see(leg, note, now)
            return self._done()
        leg.heard_at = now
        if note.kind == "signal" and note.signal is not None:
            if leg.state is LegState.TALKING:  # an offer is nothing for a page that has not answered
                self._effects.append(Say(_signal_message(note.signal)))
        elif note.kind == "event" and note.event is not None:
            leg.name = note.name or leg.name
            self._happen(leg, note.event, now)
        else:
            self._see(leg, note, now)
        if leg.state is LegState.TALKING:
            leg.met_at = None
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
        if note.call in self._over:
            over = Note("event", self.id, note.call, event=Event.HUNG_UP)
            return self._effects.append(Tell(note.sender, over))
        if note.by_code and not self._is_good(note.by_code):
            unknown = Note("event", self.id, note.call, event=Event.HUNG_UP)
            return self._effects.append(Tell(note.sender, unknown))
        own = self._active()
        if own is not None and own.side is Side.CALLER and own.partner == note.sender and own.is_ringing_out:
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

    def _is_good(self, code: str | bool) -> bool:
        """Whether this code, or one that was not said, leads here now."""
        return bool(self.code) and code in (True, self.code)

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
            if leg.state is not LegState.TALKING:
                self._tell(leg, Note("event", self.id, leg.call, event=Event.HUNG_UP))
            leg.state = broken(leg.state)
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
        if now - leg.entered_at > leg.deadline_s:
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
        if leg.is_bad_news(event) and now < leg.entered_at + MISS_ANSWER_S:
            # All that a page, or who rings it, can tell is that it is calling, so that time tells nothing.
            leg.partner, leg.bad_news = None, leg.bad_news or event
            return self._effects.append(Later(leg.call, leg.entered_at + MISS_ANSWER_S))
        if follow(leg.state, event) is not leg.state:
            self._move(leg, event, now, frees)
        return None

    def _move(self, leg: Leg, event: Event, now: float, frees: bool = True) -> None:
        before, after = leg.state, follow(leg.state, event)
        leg.state, leg.entered_at = after, now
        tells = told(before, event)
        if tells is not None:
            name = self.name if after is LegState.TALKING else ""
            self._tell(leg, Note("event", self.id, leg.call, name=name, event=tells))
        if after is LegState.TALKING:
            self._drop_echo(leg, now)
            if leg.side is Side.CALLEE and leg.by_code:
                self._spend(leg, now)
        self._say_state(leg)
        if after.is_end:
            self._end(leg, now, frees)

    def _spend(self, answered: Leg, now: float) -> None:
        """Its code was good for this answer: it rings nobody any more, and who else came by it is not answered."""
        for other in list(self.legs.values()):
            if other.state is LegState.KNOCKING and other.came_as(answered):
                self._tell(other, Note("event", self.id, other.call, event=Event.IS_BUSY))
                self._happen(other, Event.HUNG_UP, now)
        if self._is_good(answered.by_code):
            self.code = ""
            self._effects.append(Renew())

    def _drop_echo(self, leg: Leg, now: float) -> None:
        """A call of the same partner that waits here was the other half of a crossing."""
        for other in list(self.legs.values()):
            if other is not leg and other.partner == leg.partner:
                self._happen(other, Event.CROSS, now)

    def _end(self, leg: Leg, now: float, frees: bool) -> None:
        self.legs.pop(leg.call, None)
        self._over[leg.call] = (leg, now if leg.met_at is None else leg.met_at)
        while len(self._over) > _OVER_KEPT:
            del self._over[next(iter(self._over))]
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

    def _say_state(self, leg: Leg, is_news: bool = True) -> None:
        self._effects.append(Say(leg.message(), is_news))

    def _say_again(self, call: str) -> None:
        self._say_state(self._over[call][0], is_news=False)

    def _tell(self, leg: Leg, note: Note) -> None:
        if leg.partner is not None:
            self._effects.append(Tell(leg.partner, note))

    def _done(self) -> list[Effect]:
        effects, self._effects = self._effects, []
        return effects


def _signal_message(signal: Signal) -> dict[str, Any]:
    message: dict[str, Any] = {"type": "signal", "call": signal.call, "generation": signal.generation}
    if signal.description is not None:
        return message | {"description": signal.description}
    return message | {"candidate": signal.candidate}
