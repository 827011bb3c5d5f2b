"""What other lines tell a line: they ring, something happened to their legs, they are still there, away or back."""

from kuuki.call.calling import SEEN, Event, LegState, Side
from kuuki.call.effects import SendMessage
from kuuki.call.legs import Leg
from kuuki.call.line_state import LineState
from kuuki.call.notes import CallNote, EventNote, Liveness, LivenessNote, RingNote, SignalNote


class PartnerNotes:
    """The other lines' side of one line; ``now`` is monotonic seconds."""

    def __init__(self, state: LineState) -> None:
        self._state = state

    def receive(self, note: CallNote, now: float) -> None:
        """A note for this line. Only the line that a leg names as its partner is believed about it."""
        if isinstance(note, RingNote):
            return self._receive_ring(note, now)
        leg = self._state.legs.get(note.call)
        if leg is not None and leg.partner == note.sender:
            leg.is_confirmed = True  # a line that did not know of the call would have ended it with this note
            self._receive_of(leg, note, now)
        elif isinstance(note, LivenessNote) and note.liveness is not Liveness.AWAY:
            self._state.disown(note.sender, note.call)
        return None

    def _receive_of(self, leg: Leg, note: EventNote | SignalNote | LivenessNote, now: float) -> None:
        is_away = isinstance(note, LivenessNote) and note.liveness is Liveness.AWAY
        if not is_away:
            leg.heard_at = now
        match note:
            case EventNote():
                leg.name = note.name or leg.name
                self._state.happen(leg, note.event, now)
            case SignalNote():
                if leg.state is LegState.TALKING:  # an offer is nothing for a page that has not answered
                    self._state.ask(SendMessage(note.signal))
            case _:
                self._receive_liveness(leg, note, now)
        if leg.state is LegState.TALKING and not is_away:
            leg.met_at = None

    def _receive_liveness(self, leg: Leg, note: LivenessNote, now: float) -> None:
        """The partner's page is still there, away, or back. The state of its leg heals what was lost."""
        leg.name = note.name or leg.name
        if note.state is not None and leg.side is Side.CALLER and note.state in SEEN:
            self._state.happen(leg, SEEN[note.state], now)
        if note.liveness is not Liveness.AWAY:
            self._state.set_partner_is(leg, "here")
        elif leg.partner_is == "here":  # its time to come back runs from the first such note, not from the last
            leg.heard_at = now
            self._state.set_partner_is(leg, "away")
        if note.liveness is Liveness.BACK and leg.call in self._state.legs:
            self._state.tell(leg, self._state.liveness(leg))

    def _receive_ring(self, note: RingNote, now: float) -> None:
        state = self._state
        if note.call in state.legs:
            state.tell(state.legs[note.call], state.liveness(state.legs[note.call]))
        elif note.call in state.over or (note.code and not state.is_good(note.code)):
            state.disown(note.sender, note.call)
        elif (own := state.active) is not None and _may_cross(own, note):
            self._cross(own, note, now)
        else:
            self._ring(note, now)

    def _ring(self, note: RingNote, now: float) -> None:
        """It rings here, knocks if a call is on, or is told that this line is busy if somebody knocks already."""
        state, leg = self._state, _callee_leg(note, now)
        is_busy = state.active is not None
        if is_busy and any(other.state is LegState.KNOCKING for other in state.legs.values()):
            return state.tell_event(leg, Event.IS_BUSY)
        if is_busy:
            leg.state = LegState.KNOCKING
        state.legs[leg.call] = leg
        state.show(leg)
        return state.tell_event(leg, Event.WAITS if is_busy else Event.RINGS)

    def _cross(self, own: Leg, note: RingNote, now: float) -> None:
        """Both rang each other: the call with the smaller id is the one that both take."""
        if own.call < note.call:
            return
        self._state.happen(own, Event.CROSS, now, frees=False)
        leg = self._state.legs[note.call] = _callee_leg(note, now)
        self._state.happen(leg, Event.ACCEPT, now)

    def undelivered(self, line: str, note: CallNote, now: float) -> None:
        """No process had the line for a note. A partner that was there before may come back; one that is rung is not
        there.
        """
        leg = self._state.legs.get(note.call)
        if leg is None or leg.partner != line:
            return
        if leg.state is LegState.CALLING:
            self._state.happen(leg, Event.GONE, now)
        elif leg.partner_is == "here":
            self._state.set_partner_is(leg, "away")


def _callee_leg(note: RingNote, now: float) -> Leg:
    return Leg(note.call, Side.CALLEE, LegState.INCOMING, note.sender, now, now, note.name, note.code)


def _may_cross(own: Leg, note: RingNote) -> bool:
    """Whether this line was ringing the one that rings it now. A page may say of itself what cannot be (a callee that
    calls), so the side is asked too."""
    return own.side is Side.CALLER and own.is_ringing_out and own.partner == note.sender
