"""Which seats of a gateway may be counted, so that no mix counts one twice (docs/adr/0006). Time is an argument.

Two rules. A gateway counts a seat only when no partial of another gateway that can still be mixed holds it. And a
gateway that hears of a newer claim stops counting the seat at once, but says ``Left`` only when partials without the
seat have their place on the bus. If it said so at once, its last partial with the seat could still be on its way: the
other gateway would count the seat too, and the mix would have it twice.

Events go in as calls, each of which answers with effects to carry out. The order of calls is the order of events.
"""

from collections.abc import Iterable
from math import inf
from typing import Final

from kuuki.many.answers import Answers
from kuuki.many.notices import Claim, Claimed, Left, Places, parts_of
from kuuki.many.seats import Ask, Count, Effect, Former, HeldSeat, Hold, Outcome, Settle, Tell, Yield
from kuuki.times import (
    SEAT_LEFT_S,
    SEAT_OWED_S,
    SEAT_REPEAT_S,
)

ALL: Final = ""
"""Stands for every gateway, in the place of a gateway's id."""


class Handover:
    """The seats of one gateway."""

    def __init__(self, gateway: str) -> None:
        self.gateway = gateway
        self._seats: dict[str, HeldSeat] = {}
        self._changing: dict[str, HeldSeat] = {}
        self._answers = Answers(gateway)
        self._asked = 0
        self._seen = 0
        self._silent_until = -inf

    # --- who sits here

    def opened(self, seat: str, room: str, now: float, *, is_shown: bool) -> list[Effect]:
        """A member sits down, perhaps a newer peer of the one who sits there. ``is_shown``: it has the seat's secret.

        A seat that is counted here goes on being counted. The store is asked all the same, for a greater epoch: a claim
        that another gateway made in between is older than this peer.
        """
        former = self._seats.get(seat)
        self._asked += 1
        new = HeldSeat(room, is_shown or former is not None, now, self._asked)
        if former is not None:
            new.epoch, new.is_counted, new.owed = former.epoch, former.is_counted, former.owed
            new.moment = former.moment
        self._seats[seat] = self._changing[seat] = new
        return [self._ask(seat, new)]

    def closed(self, seat: str) -> None:
        """The seat is empty at this gateway."""
        self._seats.pop(seat, None)
        self._changing.pop(seat, None)

    # --- the store

    def answered(self, seat: str, number: int, epoch: int, formers: frozenset[str] | None, now: float) -> list[Effect]:
        """The store gave this epoch. ``formers``: the gateways that may still count the seat; None: not known."""
        self._see(epoch)
        held = self._seats.get(seat)
        if held is None or held.number != number:
            return []  # the peer that asked is gone; the next gateway that claims the seat is told that it was left
        if (epoch, self.gateway) < held.outbid:
            return self._yield(seat)
        held.epoch, held.is_asking = epoch, False
        held.pause.begin_anew()
        others = set(formers or ()) - {self.gateway}
        if formers is None and held.is_shown:
            others = {ALL}
        held.is_settled = not others
        if held.is_counted:
            others -= held.owed.keys()  # they were waited for already
        held.waiting = {other: Former() for other in sorted(others)}
        held.owed = {other: until for other, until in held.owed.items() if other not in others}
        if not others:
            return self._count(seat, held, now)
        return self._hold(seat, held) + self._claim_notices([(seat, held)])

    def _ask(self, seat: str, held: HeldSeat) -> Ask:
        return Ask(seat, held.number, self._seen, held.is_shown)

    def failed(self, seat: str, number: int, now: float) -> None:
        """The store did not answer: it is asked again later, and the seat is not counted until then."""
        held = self._seats.get(seat)
        if held is not None and held.number == number:
            held.ask_at = now + held.pause.next_s()

    # --- other gateways

    def heard(self, notice: Claimed | Places | Left, now: float, *, by_all: bool = False) -> list[Effect]:
        """A notice came. ``by_all``: on the topic that all gateways hear, where one's own notices come back too.

        A claim on this gateway's own topic asks for an answer; one to all does not, or each would answer.
        """
        if notice.sender == self.gateway:
            return []
        if isinstance(notice, Places):
            return self._keep_places(notice)
        effects: list[Effect] = []
        for claim in notice.claims:
            self._see(claim.epoch)
            if isinstance(notice, Left):
                effects += self._left(claim, notice.sender, now)
            else:
                effects += self._claimed(claim, notice.sender, is_asked=not by_all)
        return effects

    def _keep_places(self, notice: Places) -> list[Effect]:
        """What a gateway says of seats for which it is waited."""
        for place in notice.places:
            held = self._seats.get(place.seat)
            if held is not None and held.epoch == place.epoch and notice.sender in held.waiting:
                held.moment = place.moment
        return []

    def _claimed(self, claim: Claim, sender: str, *, is_asked: bool) -> list[Effect]:
        held = self._seats.get(claim.seat)
        place = None if held is None else held.moment  # that it had elsewhere: it was not counted here yet
        effects: list[Effect] = []
        if held is not None:
            if held.epoch and (held.epoch, self.gateway) > (claim.epoch, sender):
                return self._contend(claim.seat, held, sender)
            if held.is_asking:  # a newer peer has sat down here: the store's answer tells which of both is the newest
                held.outbid = max(held.outbid, (claim.epoch, sender))
                effects = self._hold(claim.seat, held)
            else:
                effects = self._yield(claim.seat)
        if is_asked:
            self._answers.owe(sender, claim)
            self.gave_up(claim.seat, place)
        return effects

    def gave_up(self, seat: str, moment: int | None) -> None:
        """A seat that another gateway has claimed is counted here no more. ``moment``: of its place in the published
        mix, which the answer names."""
        if moment is not None:
            self._answers.leave_place(seat, moment)

    def _contend(self, seat: str, held: HeldSeat, sender: str) -> list[Effect]:
        """Another gateway claims the seat under a lesser epoch.

        It may already count the seat, because the store did not tell it of this gateway. So this one stops counting,
        claims the seat of it, and waits for it as for any that had the seat before.
        """
        held.waiting.setdefault(sender, Former())
        held.owed.pop(sender, None)
        held.is_settled = False
        self._changing[seat] = held
        return [*self._hold(seat, held), Tell(sender, Claimed(self.gateway, (Claim(seat, held.epoch),)))]

    def _left(self, claim: Claim, sender: str, now: float) -> list[Effect]:
        held = self._seats.get(claim.seat)
        if held is None or held.epoch != claim.epoch or held.is_asking:
            return []
        if held.owed.pop(sender, None) is not None:
            return self._settle_if_alone(claim.seat, held)
        if held.waiting.pop(sender, None) is None:
            return []
        self._worsen(held, Outcome.ANSWERED)
        return [] if held.waiting else self._count(claim.seat, held, now)

    # --- the bus

    def told(self, gateway: str, notice: Claimed, sent_at: float, now: float) -> None:
        """A ``Claimed`` that was handed to the bus at ``sent_at`` has its place in its topic.

        From now on the other gateway has heard it, or knows that it may have missed something (``lost``).
        """
        for claim in notice.claims:
            held = self._seats.get(claim.seat)
            if held is not None and held.epoch == claim.epoch and (former := held.waiting.get(gateway)):
                former.tell(sent_at, now)

    def lost(self, now: float) -> None:
        """Notices may have been missed: publish no partials for SEAT_REPEAT_S.

        A claim to a seat that is counted here may be among them. All claims are repeated within that time; until then
        a partial of this gateway could hold a seat that another one counts by now.
        """
        self._silent_until = now + SEAT_REPEAT_S

    def may_publish(self, heard_until: float) -> bool:
        """Whether a gateway that is well may publish partials. ``heard_until``: as Bus.heard_until says."""
        return heard_until >= self._silent_until

    def fold(self) -> int:
        """Partials are folded now. The number is for ``published``."""
        return self._answers.fold()

    def published(self, fold: int) -> list[Effect]:
        """The partials of this fold have their place on the bus: gateways that asked before it are answered."""
        return [*self._answers.published(fold)]

    @property
    def is_awaited(self) -> bool:
        """Whether another gateway waits for the next publication."""
        return bool(self._answers)

    def mixed(self, room: str, gateways: frozenset[str], folded_at: float, now: float) -> None:
        """A mix of the room came. It holds partials of these gateways; this one's own was folded at ``folded_at``.

        A gateway that is not in the mix counts nothing in it. That proves something only if the mixer had heard all
        that the gateway could still have published. This gateway's own partial shows it, where that was folded
        SEAT_LEFT_S after the other was told. If the other is in a later mix all the same, the proof is void.
        """
        for held in self._changing.values():
            if held.room != room:
                continue
            for gateway, former in held.waiting.items():
                if gateway in gateways:
                    former.absent_at = inf
                elif gateway != ALL and folded_at >= former.since + SEAT_LEFT_S:
                    former.absent_at = min(former.absent_at, now)

    # --- time

    def tick(self, now: float) -> list[Effect]:
        """Every TICK_S: ask the store again, count the seats that may be counted by now, and repeat the claims."""
        effects: list[Effect] = []
        for seat, held in list(self._changing.items()):
            if held.ask_at <= now:
                held.ask_at = inf
                effects.append(self._ask(seat, held))
            effects += self._resolve(seat, held, now)
            if held.is_at_rest:
                del self._changing[seat]
        return effects + self._claim_notices(self._changing.items())

    def _resolve(self, seat: str, held: HeldSeat, now: float) -> list[Effect]:
        if held.owed and min(held.owed.values()) <= now:
            held.owed = {gateway: until for gateway, until in held.owed.items() if until > now}
            return self._settle_if_alone(seat, held)
        if held.is_asking or not held.waiting:
            return []
        outcomes = {gateway: former.outcome(now) for gateway, former in held.waiting.items()}
        for gateway, outcome in outcomes.items():
            if outcome is not None:
                self._worsen(held, outcome)
                del held.waiting[gateway]
                if gateway != ALL:
                    held.owed[gateway] = now + SEAT_OWED_S
        return [] if held.waiting else self._count(seat, held, now)

    def _claim_notices(self, seats: Iterable[tuple[str, HeldSeat]]) -> list[Effect]:
        by_gateway: dict[str, list[Claim]] = {}
        for seat, held in seats:
            if held.epoch and not held.is_asking:
                for gateway in (*held.waiting, *held.owed):
                    by_gateway.setdefault(gateway, []).append(Claim(seat, held.epoch))
        return [
            Tell(gateway, Claimed(self.gateway, part))
            for gateway, claims in by_gateway.items()
            for part in parts_of(claims)
        ]

    # --- what becomes of a seat

    def _count(self, seat: str, held: HeldSeat, now: float) -> list[Effect]:
        effects = self._settle_if_alone(seat, held)
        if held.is_counted:
            return effects
        held.is_counted = True
        self._answers.forget(seat)
        moment, held.moment = held.moment, None
        return [Count(seat, held.outcome, now - held.opened_at, moment), *effects]

    def _settle_if_alone(self, seat: str, held: HeldSeat) -> list[Effect]:
        if held.waiting or held.owed or held.is_settled:
            return []
        held.is_settled = True
        return [Settle(seat, held.epoch)]

    def _hold(self, seat: str, held: HeldSeat) -> list[Effect]:
        was_counted, held.is_counted = held.is_counted, False
        return [Hold(seat)] if was_counted else []

    def _yield(self, seat: str) -> list[Effect]:
        self.closed(seat)
        return [Yield(seat)]

    @staticmethod
    def _worsen(held: HeldSeat, outcome: Outcome) -> None:
        order = list(Outcome)
        held.outcome = max(held.outcome, outcome, key=order.index)

    def _see(self, epoch: int) -> None:
        self._seen = max(self._seen, epoch)

    def is_settled(self, seat: str) -> bool:
        """Whether this gateway counts it and no other can: the next one to claim it waits for this one alone."""
        held = self._seats.get(seat)
        return held is not None and held.is_counted and held.is_settled

    @property
    def counted(self) -> int:
        """How many seats are counted here."""
        return sum(held.is_counted for held in self._seats.values())

    @property
    def uncounted(self) -> int:
        """How many seats are not counted yet."""
        return len(self._seats) - self.counted
