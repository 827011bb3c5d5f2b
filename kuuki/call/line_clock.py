"""What time brings to a line: deadlines, signs of life for partners, and the end of a page that does not come back."""

from kuuki.call.calling import Event, LegState
from kuuki.call.legs import Leg, broken_end
from kuuki.call.line_state import LineState
from kuuki.call.notes import Liveness, LivenessNote
from kuuki.times import LINE_AWAY_S, LINE_GRACE_S, LINE_STILL_S


class LineClock:
    """The clock's side of one line; ``now`` is monotonic seconds."""

    def __init__(self, state: LineState) -> None:
        self._state = state

    def tick(self, now: float) -> None:
        """Once a second: every leg has a deadline, and so has the silence of its partner."""
        for leg in list(self._state.legs.values()):
            self._age(leg, now)

    def _age(self, leg: Leg, now: float) -> None:
        state, silent_s = self._state, now - leg.heard_at
        if now - leg.entered_at > leg.deadline_s:
            state.happen(leg, Event.TIMEOUT, now)
        if leg.partner is not None and silent_s > LINE_GRACE_S:
            state.set_partner_is(leg, "gone")
            state.happen(leg, Event.GONE, now)
        elif leg.partner is not None and silent_s > LINE_AWAY_S:
            state.set_partner_is(leg, "away")
        if leg.call in state.legs and now - leg.still_sent_at >= LINE_STILL_S:
            leg.still_sent_at = now
            state.tell(leg, state.liveness(leg))

    def timer_fired(self, call: str, now: float) -> None:
        """The time of SetTimer has come: what was withheld is shown."""
        leg = self._state.legs.get(call)
        if leg is not None and leg.withheld is not None:
            self._state.move(leg, leg.withheld, now)

    def page_disconnected(self) -> None:
        """The page's connection died: partners may know at once."""
        state = self._state
        state.is_away = True
        for leg in state.legs.values():
            state.tell(leg, LivenessNote(state.id, leg.call, Liveness.AWAY))

    def expire(self, now: float) -> None:
        """The page stayed away for LINE_GRACE_S. Media of a call that is on may well go on without their lines, so its
        partner is told nothing: silence tells it, and the page may yet come back with its Standing.
        """
        state = self._state
        for leg in list(state.legs.values()):
            if leg.state is not LegState.TALKING:
                state.tell_event(leg, Event.HUNG_UP)
            leg.state = broken_end(leg.state)
            state.show(leg)
            state.end(leg, now, frees=False)
