"""Pages as browsers are (client/web/src/core/call/legs.ts), on lines that restart, expire and lose notes."""

import random
from typing import Any

from kuuki.call.calling import Event, LegState, Side, follow
from kuuki.call.signaling import Act, Again, Ring, Standing
from kuuki.times import LINE_GRACE_S
from tests.core.call.switchboard import Switchboard, call_id

Leg = dict[str, Any]

_WEIGHTS = {
    "ring": 14,
    "again": 4,
    "accept": 16,
    "decline": 3,
    "hang_up": 6,
    "wait": 6,
    "leave": 5,
    "back": 5,
    "reload": 4,
    "restart": 3,
    "take_over": 2,
    "bye": 2,
    "hold_notes": 2,
    "lose_notes": 2,
    "lose_a_note": 2,
    "repeat_a_note": 2,
    "deliver": 6,
    "hold_finds": 1,
    "find": 3,
    "keep_back": 1,
    "come_out": 2,
}
"""What may happen, and how often."""


class Page:
    """What one page believes: the call that is on, the one that knocks, and which are over."""

    def __init__(self, heard: int = 0, is_here: bool = True) -> None:
        self.active: Leg | None = None
        self.knocking: Leg | None = None
        self.over: set[str] = set()
        self.again_of: str | None = None
        self.rung: Ring | Again | None = None
        self.is_here = is_here
        self.heard = heard

    @property
    def legs(self) -> list[Leg]:
        return [leg for leg in (self.active, self.knocking) if leg is not None]

    @property
    def standing(self) -> Standing | None:
        leg = self.active
        if leg is None or leg["partner"] is None:
            return None
        return Standing(leg["call"], leg["partner"], Side(leg["side"]), leg["state"], leg["name"])

    def ring(self, message: Ring | Again) -> None:
        self.rung = message
        if self.active is None:
            leg = {"call": message.call, "side": "caller", "state": LegState.CALLING, "partner": None, "name": ""}
            self.active = leg

    def hear(self, message: dict[str, Any]) -> None:
        if message["type"] != "state" or message["call"] in self.over:
            return
        leg = message | {"state": LegState(message["state"])}
        is_answer = self.active is not None and self.active["state"] is LegState.INCOMING
        if leg["state"].is_end:
            self.end(leg)
        elif leg["state"] is LegState.KNOCKING:
            self.knocking = leg
        elif not (is_answer and leg["state"] is LegState.CALLING):
            self._stand(leg)

    def _stand(self, leg: Leg) -> None:
        if self.knocking is not None and self.knocking["call"] == leg["call"]:
            self.knocking = None
        other, self.active = self.active, leg
        if other is not None and other["call"] != leg["call"]:
            self.end(other | {"state": LegState.ENDED})

    def end(self, leg: Leg) -> None:
        call = leg["call"]
        if call in [other["call"] for other in self.legs] and leg["state"] is not LegState.UNREACHABLE:
            self.again_of = call
        self.over.add(call)
        if self.active is not None and self.active["call"] == call:
            self.active = None
        if self.knocking is not None and self.knocking["call"] == call:
            self.knocking = None


class World:
    """Three people with a page each; one seed is one story."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.board = Switchboard()
        self.pages = {name: Page() for name in "abc"}
        self._left_at: dict[str, float] = {}
        self._calls = 0

    def tell(self) -> None:
        """Something happens to somebody."""
        self.board.now += self.chance.choice((0.01, 0.25, 0.6))
        what = self.chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        who = self.chance.choice("aabbc")
        if what in ("accept", "decline", "hang_up"):
            self._act(who, Event(what))
        elif what in ("leave", "back", "reload", "restart", "take_over", "bye"):
            self._move(who, what)
        elif what in ("ring", "again"):
            self._ring(who, what)
        elif what == "wait":
            self.wait(self.chance.randint(1, 40))
        else:
            self._fail(what)
        self._read()

    def calm_down(self) -> None:
        """Nothing fails any more; who is away comes back, or never does."""
        self.board.deliver()
        self.board.find()
        self.board.come_out()
        is_back = self.chance.random() < 0.5
        for name, page in self.pages.items():
            if not page.is_here and is_back:
                self._come_back(name, is_fresh=False)
        self._read()

    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.board.wait(1)
            for name, left_at in list(self._left_at.items()):
                if self.board.now - left_at >= LINE_GRACE_S:
                    del self._left_at[name]
                    self.board.expire(name)
            self._read()
            self._lose()

    def _lose(self) -> None:
        """A page gives a call up whose partner's line is gone: no media come here."""
        for name, page in self.pages.items():
            leg = page.active
            if page.is_here and leg is not None and leg["state"] is LegState.TALKING and leg["partner_is"] == "gone":
                self.board.say(name, Act(Event.LOSE, leg["call"]))
        self._read()

    def _ring(self, who: str, what: str) -> None:
        page = self.pages[who]
        if not page.is_here or not (page.active is None or page.active["state"] is LegState.INCOMING):
            return
        self._calls += 1
        call = call_id(10**6 + self.chance.choice((-1, 1)) * self._calls)
        message: Ring | Again = Ring(call, self.chance.choice("aabbc"))
        if what == "again" and page.again_of is not None:
            message = Again(call, page.again_of)
        page.ring(message)
        self.board.say(who, message)

    def _act(self, who: str, event: Event) -> None:
        may = [
            name
            for name, page in self.pages.items()
            if page.is_here and any(follow(leg["state"], event) is not leg["state"] for leg in page.legs)
        ]
        if not may:
            return
        who = who if who in may else self.chance.choice(may)
        leg = self.chance.choice(self.pages[who].legs)
        self.board.say(who, Act(event, leg["call"]))
        after = follow(leg["state"], event)
        if after.is_end:
            self.pages[who].end(leg | {"state": after})

    def _move(self, who: str, what: str) -> None:
        page = self.pages[who]
        if what == "take_over":
            self._take_over(who)
        elif what == "bye" and page.is_here:
            self.board.close(who)
            self.pages[who] = Page(len(self.board.heard[who]), is_here=False)
        elif what in ("leave", "reload", "restart") and page.is_here:
            page.is_here = False
            self._left_at[who] = self.board.now
            self.board.leave(who)
        if what in ("back", "reload", "restart") and not page.is_here and self.pages[who] is page:
            self._come_back(who, is_fresh=what == "restart")

    def _take_over(self, who: str) -> None:
        """Another process has the line, and the old one knows nothing of it any more."""
        if not self.pages[who].is_here:
            self.pages[who].heard = len(self.board.heard[who])
        self.board.lines[who] = self.board._line(who)
        self.board.deaf.discard(who)
        self._come_back(who, is_fresh=False)

    def _come_back(self, who: str, is_fresh: bool) -> None:
        page = self.pages[who]
        standing, page.knocking, page.is_here = page.standing, None, True
        self._left_at.pop(who, None)
        if is_fresh or who in self.board.deaf:
            page.heard = len(self.board.heard[who])
            self.board.restart(who, standing)
        else:
            self.board.back(who, standing)
        leg, rung = page.active, page.rung
        if leg is not None and rung is not None and leg["call"] == rung.call and leg["state"] is LegState.CALLING:
            self.board.say(who, rung)

    def _fail(self, what: str) -> None:
        notes = self.board._notes
        if what == "hold_notes":
            self.board.holds_notes = True
        elif what == "lose_notes":
            notes.clear()
        elif what == "lose_a_note" and notes:
            notes.popleft()
        elif what == "repeat_a_note" and notes:
            notes.append(notes[0])
        elif what == "hold_finds":
            self.board.holds_finds = True
        elif what == "keep_back":
            self.board.keeps_back = True
        elif what in ("deliver", "find", "come_out"):
            getattr(self.board, what)()

    def _read(self) -> None:
        for name, page in self.pages.items():
            if page.is_here:
                for message in self.board.heard[name][page.heard :]:
                    page.hear(message)
                page.heard = len(self.board.heard[name])
