"""Which seats of a gateway may be counted, so that no mix counts one twice (docs/adr/0006). Time is an argument.

Two rules. A seat is counted only after nobody else's partial can hold it any more; and a gateway that hears of a newer
claim stops counting at once, and says so only when its partials are without it.

Events go in as calls, each of which answers with effects to carry out. The order of calls is the order of events.
"""

from collections.abc import Iterable
from math import inf
from typing import Final

from kuuki.many.notices import Claim, Claimed, Left, claims_of
from kuuki.many.seats import Ask, Count, Effect, Former, HeldSeat, Hold, Outcome, Settle, Tell, Yield
from kuuki.times import (
    SEAT_LEFT_S,
    SEAT_OWED_S,
    SEAT_REPEAT_S,
)

ALL: Final = ""
"""In the place of a gateway's id: every gateway."""

_ANSWERS: Final = 20_000
"""Answers that wait for a publication. Whoever waits for one that was dropped asks again a tick later."""


class Handover:
    """The seats of one gateway."""

    def __init__(self, gateway: str) -> None:
        self.gateway = gateway
        self._seats: dict[str, HeldSeat] = {}
        self._changing: dict[str, HeldSeat] = {}
        self._answers: dict[tuple[str, str], tuple[int, int]] = {}
        self._asked = 0
        self._folds = 0
        self._seen = 0
        self._silent_until = -inf

    # --- who sits here

    def opened(self, seat: str, room: str, now: float, *, is_shown: bool) -> list[Effect]:
        """Somebody sits down, perhaps in a newer peer; ``is_shown``: with the secret of an earlier join.

        A seat that is counted here goes on being counted; but the store is asked, so that this peer is the newest.
        """
        former = self._seats.get(seat)
        self._asked += 1
        new = HeldSeat(room, is_shown or former is not None, now, self._asked)
        if former is not None:
            new.epoch, new.is_counted, new.owed = former.epoch, former.is_counted, former.owed
        self._seats[seat] = self._changing[seat] = new
        return [self._ask(seat, new)]

    def closed(self, seat: str) -> None:
        """Nobody sits there any more."""
        self._seats.pop(seat, None)
        self._changing.pop(seat, None)

    # --- the store

    def answered(self, seat: str, number: int, epoch: int, formers: frozenset[str] | None, now: float) -> list[Effect]:
        """The store gave this epoch; ``formers`` may still count the seat. None: it does not know who had it."""
        self._see(epoch)
        held = self._seats.get(seat)
        if held is None or held.number != number:
            return []  # the peer that asked is gone; whoever claims next hears that this gateway has left the seat
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

    def heard(self, notice: Claimed | Left, now: float, *, by_all: bool = False) -> list[Effect]:
        """A notice came; ``by_all``: on the topic of all gateways, where one's own come back too."""
        if notice.sender == self.gateway:
            return []
        effects: list[Effect] = []
        for claim in notice.claims:
            self._see(claim.epoch)
            if isinstance(notice, Left):
                effects += self._left(claim, notice.sender, now)
            else:
                effects += self._claimed(claim, notice.sender, is_asked=not by_all)
        return effects

    def _claimed(self, claim: Claim, sender: str, *, is_asked: bool) -> list[Effect]:
        held = self._seats.get(claim.seat)
        effects: list[Effect] = []
        if held is not None:
            if held.epoch and (held.epoch, self.gateway) > (claim.epoch, sender):
                return self._contend(claim.seat, held, sender)
            if held.is_asking:  # a newer peer sits here: who of both is the newest, the store's answer will tell
                held.outbid = max(held.outbid, (claim.epoch, sender))
                effects = self._hold(claim.seat, held)
            else:
                effects = self._yield(claim.seat)
        if is_asked and self._answers.get((sender, claim.seat), (0, 0))[0] != claim.epoch:
            self._answers[sender, claim.seat] = (claim.epoch, self._folds)
            while len(self._answers) > _ANSWERS:
                del self._answers[next(iter(self._answers))]
        return effects

    def _contend(self, seat: str, held: HeldSeat, sender: str) -> list[Effect]:
        """Somebody wants the seat under a lesser epoch, and may already count it: nobody told it of this one."""
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
        """A ``Claimed`` that was handed to the bus at ``sent_at`` has its place: it is heard, or its loss is known."""
        for claim in notice.claims:
            held = self._seats.get(claim.seat)
            if held is not None and held.epoch == claim.epoch and (former := held.waiting.get(gateway)):
                former.tell(sent_at, now)

    def lost(self, now: float) -> None:
        """Notices may have been missed: silence, until whatever is wanted of this gateway was said once more."""
        self._silent_until = now + SEAT_REPEAT_S

    def may_publish(self, heard_until: float) -> bool:
        """Whether partials may be published by a gateway that is well; ``heard_until`` as the bus says."""
        return heard_until >= self._silent_until

    def fold(self) -> int:
        """Partials are folded now. The number is for ``published``."""
        self._folds += 1
        return self._folds

    def published(self, fold: int) -> list[Effect]:
        """The partials of this fold have their place: whoever asked before it can be answered."""
        by_sender: dict[str, list[Claim]] = {}
        for sender, seat in [key for key, (_, folds) in self._answers.items() if folds < fold]:
            epoch, _ = self._answers.pop((sender, seat))
            by_sender.setdefault(sender, []).append(Claim(seat, epoch))
        return [
            Tell(sender, Left(self.gateway, part)) for sender, claims in by_sender.items() for part in claims_of(claims)
        ]

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for the next publication."""
        return bool(self._answers)

    def mixed(self, room: str, gateways: frozenset[str], folded_at: float, now: float) -> None:
        """A mix of the room came. It holds partials of these gateways, this one's of ``folded_at`` among them.

        This gateway's own partial in it says how far its mixer had heard: all that others published before.
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
        """Ask again, count who may be counted by now, and repeat what is wanted of others. Every TICK_S."""
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
            for part in claims_of(claims)
        ]

    # --- what becomes of a seat

    def _count(self, seat: str, held: HeldSeat, now: float) -> list[Effect]:
        effects = self._settle_if_alone(seat, held)
        if held.is_counted:
            return effects
        held.is_counted = True
        self._answers = {key: answer for key, answer in self._answers.items() if key[1] != seat}
        return [Count(seat, held.outcome, now - held.opened_at), *effects]

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
        """Whether this gateway counts it and no other can: whoever claims it next has this one alone to wait for."""
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
