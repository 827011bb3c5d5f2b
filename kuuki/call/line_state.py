"""What a line remembers, and how its legs move: what page_requests, partner_notes and line_clock share."""

from dataclasses import dataclass, field
from typing import Final

from kuuki.call.calling import Event, LegState, Side, follow, told
from kuuki.call.effects import Effect, SendMessage, SendNote, SetTimer, SpendCode
from kuuki.call.legs import Leg
from kuuki.call.line_messages import PartnerIs
from kuuki.call.notes import CallNote, EventNote, Liveness, LivenessNote, RungCode, UnknownCode
from kuuki.times import MISS_ANSWER_S

_OVER_KEPT: Final = 20
"""Calls that are over: their ends are said again to a page that missed them, their partners can be called again."""


@dataclass(slots=True)
class LineState:
    """The line ``id``. ``code``: the one that is good now, "" for none. ``name``: its person's. ``is_away``: its page
    has no connection. ``legs``: the calls that are on or ring, by their ids. ``over``: calls that are over, with when
    the two last talked (monotonic seconds). What is asked of the process is collected until ``take_effects``.
    """

    id: str
    code: str = ""
    name: str = ""
    is_away: bool = False
    legs: dict[str, Leg] = field(default_factory=dict)
    over: dict[str, tuple[Leg, float]] = field(default_factory=dict)
    _effects: list[Effect] = field(default_factory=list)

    def take_effects(self) -> list[Effect]:
        """All effects since this was last asked, in their order."""
        effects, self._effects = self._effects, []
        return effects

    def ask(self, effect: Effect) -> None:
        """Add an effect."""
        self._effects.append(effect)

    # --- what others are told

    def show(self, leg: Leg, is_news: bool = True) -> None:
        """Send the page where a leg stands."""
        self.ask(SendMessage(leg.message(), is_news))

    def show_end_again(self, call: str) -> None:
        """Send the page how a call ended that is over."""
        self.show(self.over[call][0], is_news=False)

    def tell(self, leg: Leg, note: CallNote) -> None:
        """Send a note to the leg's partner, if it has one."""
        if leg.partner is not None:
            self.ask(SendNote(leg.partner, note))

    def tell_event(self, leg: Leg, event: Event, name: str = "") -> None:
        """Tell the leg's partner what happened here."""
        self.tell(leg, EventNote(self.id, leg.call, event, name))

    def disown(self, line: str, call: str) -> None:
        """Tell a line that this one is not in a call (any more)."""
        self.ask(SendNote(line, EventNote(self.id, call, Event.HUNG_UP)))

    def liveness(self, leg: Leg) -> LivenessNote:
        """A sign of life for a leg's partner. A callee's name travels with its answer, not before."""
        name = self.name if leg.side is Side.CALLER or leg.state is LegState.TALKING else ""
        return LivenessNote(self.id, leg.call, Liveness.AWAY if self.is_away else Liveness.STILL, leg.state, name)

    # --- what is known

    @property
    def active(self) -> Leg | None:
        """The leg that makes this line busy."""
        return next((leg for leg in self.legs.values() if leg.state is not LegState.KNOCKING), None)

    def is_good(self, code: RungCode) -> bool:
        """Whether this code leads here now; an unknown one may."""
        return bool(self.code) and code in (UnknownCode.UNKNOWN, self.code)

    # --- how legs move

    def set_partner_is(self, leg: Leg, where: PartnerIs) -> None:
        """Remember where the partner's page is; the page hears of a change."""
        if leg.partner_is != where:
            leg.partner_is = where
            self.show(leg)

    def happen(self, leg: Leg, event: Event, now: float, frees: bool = True) -> None:
        """An event of a leg; nothing if it means nothing in the leg's state. ``frees``: the end of the call that was
        on lets the one ring that knocks.

        An event that reveals whether a code exists is withheld until MISS_ANSWER_S after the ring. A look-up of a code
        that nobody has is answered at once, one that another process must answer takes longer, and one that is
        refused is never made: without the wait, whoever guesses codes would read from the time what the words hide.
        Until then the leg is ``calling`` for its page, and for everybody who rings this line.
        """
        if leg.reveals_code(event) and now < leg.entered_at + MISS_ANSWER_S:
            leg.partner, leg.withheld = None, leg.withheld or event
            self.ask(SetTimer(leg.call, leg.entered_at + MISS_ANSWER_S))
        elif follow(leg.state, event) is not leg.state:
            self.move(leg, event, now, frees)

    def move(self, leg: Leg, event: Event, now: float, frees: bool = True) -> None:
        """An event that changes the leg's state: the partner and the page hear of it at once."""
        before, after = leg.state, follow(leg.state, event)
        leg.state, leg.entered_at = after, now
        tells = told(before, event)
        if tells is not None:
            self.tell_event(leg, tells, self.name if after is LegState.TALKING else "")
        if after is LegState.TALKING:
            self._drop_crossed(leg, now)
            if leg.side is Side.CALLEE and leg.rung_code:
                self._spend_code(leg, now)
        self.show(leg)
        if after.is_end:
            self.end(leg, now, frees)

    def _spend_code(self, answered: Leg, now: float) -> None:
        """The answered call's code rings nobody any more, and the other who rang by it is not answered."""
        for other in list(self.legs.values()):
            if other.state is LegState.KNOCKING and other.may_share_code_with(answered):
                self.tell_event(other, Event.IS_BUSY)
                self.happen(other, Event.HUNG_UP, now)
        if self.is_good(answered.rung_code):
            self.code = ""
            self.ask(SpendCode())

    def _drop_crossed(self, leg: Leg, now: float) -> None:
        """Another call of the same partner that waits here was the other half of a crossing."""
        for other in list(self.legs.values()):
            if other is not leg and other.partner == leg.partner:
                self.happen(other, Event.CROSS, now)

    def end(self, leg: Leg, now: float, frees: bool) -> None:
        """The leg has reached its end."""
        self.legs.pop(leg.call, None)
        self.over[leg.call] = (leg, now if leg.met_at is None else leg.met_at)
        while len(self.over) > _OVER_KEPT:
            del self.over[next(iter(self.over))]
        if frees and self.active is None:
            for other in list(self.legs.values()):
                self.happen(other, Event.FREED, now)
