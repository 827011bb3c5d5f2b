"""What a line's page says: it connects, rings, answers, hangs up, and sends signals to its partner's page."""

from math import inf
from typing import Final

from kuuki.admission import Bucket
from kuuki.call.calling import Event, LegState, Side, follow
from kuuki.call.effects import LookUpCode
from kuuki.call.legs import Leg, broken_end
from kuuki.call.line_state import LineState
from kuuki.call.notes import Liveness, LivenessNote, RingNote, RungCode, SignalNote, UnknownCode
from kuuki.call.signaling import Act, Again, Hello, Message, Ring, Signal, Standing
from kuuki.limits import RINGS_BURST, RINGS_PER_S
from kuuki.times import AGAIN_S

_RINGING_HERE: Final = (LegState.INCOMING, LegState.KNOCKING)


class PageRequests:
    """The page's side of one line; ``now`` is monotonic seconds."""

    def __init__(self, state: LineState, now: float) -> None:
        self._state = state
        self._rings_left = Bucket.full(RINGS_PER_S, RINGS_BURST, now)

    def connect(self, hello: Hello, now: float) -> None:
        """A page came, or came back: its name, and the call that it stands in. It is sent where every leg stands."""
        state = self._state
        state.name, state.is_away = hello.name, False
        if hello.call is not None and hello.call.call not in state.legs:
            self._restore(hello.call, now)
        for leg in state.legs.values():
            state.show(leg)
            state.tell(leg, LivenessNote(state.id, leg.call, Liveness.BACK, leg.state))

    def _restore(self, standing: Standing, now: float) -> None:
        state = self._state
        if standing.call in state.over:
            return state.show_end_again(standing.call)
        leg = _restored(standing, now)
        if leg.state is LegState.KNOCKING and state.active is None:
            leg.state = LegState.INCOMING
        if standing.partner != state.id and self._has_place(leg.state):
            state.legs[leg.call] = leg
        else:
            leg.state = broken_end(leg.state)
            state.show(leg, is_news=False)
        return None

    def _has_place(self, state: LegState) -> bool:
        """Whether there is no call yet that is on, or, for one that knocks, none that knocks."""
        legs = self._state.legs.values()
        return all((leg.state is LegState.KNOCKING) != (state is LegState.KNOCKING) for leg in legs)

    def receive(self, message: Message, now: float) -> None:
        """Any message of the page but Hello and Ask."""
        match message:
            case Ring(call, code):
                if (leg := self._new_leg(call, code or None, now)) is not None:
                    self._state.ask(LookUpCode(leg.call, code))
            case Again(call, of):
                if (leg := self._new_leg(call, None, now)) is not None:
                    partner, leg.met_at = self._met(of, now)
                    self.begin(leg, partner, now)
            case Act():
                self._act(message, now)
            case Signal():
                self._pass_on(message)

    def _new_leg(self, call: str, code: RungCode, now: float) -> Leg | None:
        """The leg of a call that this page begins; None if there is nobody to ring for it."""
        state = self._state
        leg = Leg(call, Side.CALLER, LegState.CALLING, None, now, now, rung_code=code)
        if call in state.legs:
            state.show(state.legs[call])
        elif call in state.over:
            state.show_end_again(call)
        elif any(other.state not in _RINGING_HERE for other in state.legs.values()):
            leg.state = LegState.BUSY  # this line itself is busy
            state.show(leg)
        else:
            return leg if self._add(leg, now) else None
        return None

    def _add(self, leg: Leg, now: float) -> bool:
        """Add a new leg. Whether it may ring: for the page, a call beyond the rate looks like one to nobody."""
        self._state.show(leg)
        self._state.legs[leg.call] = leg
        if self._rings_left.consume(now):
            return True
        self._state.happen(leg, Event.GONE, now)
        return False

    def code_looked_up(self, call: str, partner: str | None, now: float) -> None:
        """The answer to LookUpCode. None: no line has the code, or this line may not know."""
        leg = self._state.legs.get(call)
        if leg is not None and leg.partner is None and leg.state is LegState.CALLING and leg.withheld is None:
            self.begin(leg, partner, now)

    def begin(self, leg: Leg, partner: str | None, now: float) -> None:
        """Ring the partner of a new leg (None: it has none). If that partner's own call rings here, this answers it."""
        state = self._state
        theirs = next((one for one in state.legs.values() if partner is not None and one.partner == partner), None)
        if theirs is not None:
            state.happen(leg, Event.CROSS, now, frees=False)
            self._leave_others(theirs, now)
            state.happen(theirs, Event.ACCEPT, now)
        elif state.active is not leg:  # a call that came first is not answered yet, and it is not this partner's
            state.happen(leg, Event.IS_BUSY, now)
        elif partner is None or partner == state.id:
            state.happen(leg, Event.GONE, now)
        else:
            leg.partner = partner
            state.tell(leg, RingNote(state.id, leg.call, state.name, leg.rung_code))

    def _met(self, call: str, now: float) -> tuple[str | None, float]:
        """The partner of a call that is over, and when the two last talked; None if that is too long ago."""
        leg, met_at = self._state.over.get(call, (None, 0.0))
        return (leg.partner, met_at) if leg is not None and now - met_at <= AGAIN_S else (None, -inf)

    def _act(self, act: Act, now: float) -> None:
        leg = self._state.legs.get(act.call)
        if leg is None:
            return
        if act.event is Event.ACCEPT and follow(leg.state, Event.ACCEPT) is not leg.state:
            self._leave_others(leg, now)
        self._state.happen(leg, act.event, now)

    def _leave_others(self, chosen: Leg, now: float) -> None:
        """Accepting a call ends the one that is on."""
        for other in list(self._state.legs.values()):
            if other is not chosen and other.state is not LegState.KNOCKING:
                self._state.happen(other, Event.HANG_UP, now, frees=False)

    def _pass_on(self, signal: Signal) -> None:
        leg = self._state.legs.get(signal.call)
        if leg is not None and leg.state is LegState.TALKING:
            self._state.tell(leg, SignalNote(self._state.id, signal))

    def hang_up_all(self, now: float) -> None:
        """The page said bye."""
        for leg in list(self._state.legs.values()):
            self._state.happen(leg, Event.HANG_UP, now, frees=False)


def _restored(standing: Standing, now: float) -> Leg:
    """The leg that a page says it stands in. Until the partner's line knows it too, it is the page's word alone."""
    return Leg(
        standing.call,
        standing.side,
        standing.state,
        standing.partner,
        now,
        now,
        standing.name,
        rung_code=UnknownCode.UNKNOWN,
        met_at=-inf,
        is_confirmed=False,
    )
