"""Ten minutes of the seeded crowd: people come and go, look away, and lose frames; all who come or go are victims.

Each has a face of real readings. *Lively*: the crowd's laughs and gasps are over it. *Still*: it only wavers and
drifts, as an attacker would wish. He knows at which tick who counts, and takes means over any stretch of mixes.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np

from client.headless.crowd.people import make_person
from client.headless.crowd.programme import LENGTH_S, make_sheet
from kuuki.limits import SURE_MIN
from kuuki.mood.growth import last_moment
from kuuki.mood.labels import HAPPY, LABELS, WHOLE
from kuuki.times import TICK_S
from loadtests.privacy.acting import ideal
from loadtests.privacy.faces import DRIFT, DRIFT_S, FACES, WAVER, Dice, Floats, Ints, scores_of
from loadtests.privacy.price import unveiled
from loadtests.privacy.venue import SURE, Venue, shown

SECONDS: Final = 600.0
STAY_S: Final = 180.0
"""How long people stay on average, and then somebody else comes: of twenty, six or seven a minute go."""

AWAY_S: Final = 5.0
"""How long a place is empty on average."""

LOST: Final = 0.05
_SURPRISE: Final = LABELS.index("surprise")
_POOL: Final = 120
_WARM_S: Final = 10.0
_KEPT: Final = len(LABELS) + 1
WINDOWS_S: Final = (0.2, 1.0, 10.0, 60.0, SECONDS)
_TICKS: Final = tuple(round(window_s / TICK_S) for window_s in WINDOWS_S)
_SETS: Final = 6
"""On each side of an event so many sets are looked at one by one."""

_Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Acting:
    """What the people of the seeded crowd do in a show, tick by tick: a row a person."""

    happy: Floats
    surprise: Floats
    sure: Ints


@cache
def _acting() -> _Acting:
    sheet = make_sheet(1, with_stills=False)
    people = [make_person(1, index, sheet) for index in range(_POOL)]
    times = [tick * TICK_S for tick in range(round(LENGTH_S / TICK_S))]
    weights = np.array([[ideal(person, t) for t in times] for person in people])
    sure = np.array([[person.sure(t) for t in times] for person in people])
    return _Acting(weights[:, :, HAPPY], weights[:, :, _SURPRISE], sure)


@dataclass(slots=True)
class _Guest:
    """One place in the room: who is on it, if anybody. ``since``: the tick from which on it counts."""

    face: int
    base: Floats
    actor: int
    until: int
    name: str = ""
    since: int | None = None


@dataclass(slots=True)
class Told:
    """Of one run or several. ``face``: of each victim; ``came``: whether it came, or went. ``with_``, ``without``: for
    each and each window, the mean of the count times what is shown, in people's parts; ``sets``: the same of the sets
    before and after the event. ``draws``: why the set changed. ``errors``: of *smiling*, by the veil."""

    face: list[int] = field(default_factory=list)
    came: list[bool] = field(default_factory=list)
    with_: list[Floats] = field(default_factory=list)
    without: list[Floats] = field(default_factory=list)
    sets: list[Floats] = field(default_factory=list)
    draws: Counter[str] = field(default_factory=Counter)
    minutes: float = 0.0
    errors: list[float] = field(default_factory=list)

    def add(self, other: "Told") -> None:
        """Another run."""
        self.face += other.face
        self.came += other.came
        self.with_ += other.with_
        self.without += other.without
        self.sets += other.sets
        self.draws += other.draws
        self.minutes += other.minutes
        self.errors += other.errors


class _Run:
    def __init__(self, people: int, is_lively: bool, dice: Dice) -> None:
        self._dice, self._is_lively, self._people = dice, is_lively, people
        self._venue = Venue(dice.bytes(16))
        self._guests: list[_Guest | None] = [None] * people
        self._free_at = [0] * people
        self._told = Told()
        self._stays: list[tuple[int, int, int]] = []
        self._rows: list[Floats] = []
        self._draws: list[int] = []
        self._names = 0

    def run(self) -> Told:
        ticks = round((SECONDS + _WARM_S) / TICK_S)
        for tick in range(ticks):
            self._come_and_go(tick)
            self._say(tick)
            self._publish(tick)
        self._end(ticks)
        return self._told

    def _come_and_go(self, tick: int) -> None:
        for place, guest in enumerate(self._guests):
            if guest is None and tick >= self._free_at[place]:
                self._guests[place] = self._guest(tick)
            elif guest is not None and tick >= guest.until:
                self._venue.leave(guest.name)
                if guest.since is not None:
                    self._stays.append((guest.face, guest.since, tick))
                    self._told.draws["leave"] += 1
                self._guests[place] = None
                self._free_at[place] = tick + 1 + round(self._dice.exponential(AWAY_S) / TICK_S)

    def _guest(self, tick: int) -> _Guest:
        self._names += 1
        stays = max(5, round(self._dice.exponential(STAY_S) / TICK_S))
        face = int(self._dice.integers(len(FACES)))
        guest = _Guest(face, FACES[face] / WHOLE, int(self._dice.integers(_POOL)), tick + stays, f"{self._names}")
        self._venue.come(guest.name)
        return guest

    def _say(self, tick: int) -> None:
        there = [guest for guest in self._guests if guest is not None]
        if not there:
            return
        acting, at = _acting(), tick % round(LENGTH_S / TICK_S)
        actors = [guest.actor for guest in there]
        for guest, step in zip(
            there, self._dice.normal(0, DRIFT * (TICK_S / DRIFT_S) ** 0.5, (len(there), 7)), strict=True
        ):
            guest.base = guest.base + step
        weights = np.array([guest.base for guest in there]) + self._dice.normal(0, WAVER, (len(there), 7))
        if self._is_lively:
            happy, surprise = acting.happy[actors, at], acting.surprise[actors, at]
            weights *= (1 - happy - surprise)[:, None]
            weights[:, HAPPY] += happy
            weights[:, _SURPRISE] += surprise
        arrives = self._dice.random(len(there)) > LOST
        for guest, score, sure, comes in zip(
            there, scores_of(weights).tolist(), acting.sure[actors, at].tolist(), arrives, strict=True
        ):
            if comes:
                self._venue.say(guest.name, tuple(score), SURE if sure >= SURE_MIN else sure)

    def _publish(self, tick: int) -> None:
        mix = self._venue.tick()
        self._rows.append(shown(mix)[:_KEPT] * self._venue.counted.sums.people)
        self._draws.append(mix.draw)
        last = last_moment(self._venue.publication.growth.step)
        came = [self._see(guest, tick, last) for guest in self._guests if guest is not None]
        self._told.draws["moment"] += any(came)
        if mix.body is not None and tick * TICK_S > _WARM_S:
            self._told.errors.append(abs(mix.body.smiling - unveiled(self._venue).smiling))

    def _see(self, guest: _Guest, tick: int, last: int) -> bool:
        """Whether a guest counts from this tick on."""
        moment = self._venue.seat(guest.name).moment
        counts = moment is not None and moment <= last
        came = counts and guest.since is None
        if came:
            guest.since = tick
        elif guest.since is not None and not counts:  # has looked away for too long
            self._told.draws["away"] += 1
            self._stays.append((guest.face, guest.since, tick))
            guest.since = None
        return came

    def _end(self, ticks: int) -> None:
        """The windows of each victim. Who came and went is two."""
        self._told.minutes = ticks * TICK_S / 60
        self._stays += [(each.face, each.since, ticks) for each in self._guests if each and each.since is not None]
        mixes = _Mixes(np.array(self._rows), np.array(self._draws))
        for face, since, until in self._stays:
            if until < ticks and until * TICK_S > _WARM_S:
                self._victim(
                    face, mixes, [(max(since, until - n), until) for n in _TICKS], [(until, until + n) for n in _TICKS]
                )
            if since * TICK_S > _WARM_S:
                self._victim(
                    face, mixes, [(since, min(until, since + n)) for n in _TICKS], [(since - n, since) for n in _TICKS]
                )

    def _victim(self, face: int, mixes: "_Mixes", with_: list[_Stretch], without: list[_Stretch]) -> None:
        """``with_``, ``without``: the ticks in which the victim counts, and does not, window by window."""
        sides = [np.array([mixes.mean(stretch) for stretch in side]) for side in (with_, without)]
        if not np.isnan(sides).any():
            self._told.face.append(face)
            self._told.with_.append(sides[0])
            self._told.without.append(sides[1])
            self._told.came.append(without[0][0] < with_[0][0])
            self._told.sets.append(mixes.sets(max(min(with_[0]), min(without[0]))))


class _Mixes:
    """Means over any stretch of rows; of those in which nothing is shown, none."""

    def __init__(self, rows: Floats, draws: Ints) -> None:
        is_live = ~np.isnan(rows[:, 0])
        self._sums = np.vstack((np.zeros(rows.shape[1]), np.where(is_live[:, None], rows, 0.0).cumsum(0)))
        self._live = np.append(0, is_live.cumsum())
        changes = np.flatnonzero(np.diff(draws)) + 1
        self._begins = np.concatenate(([0], changes, [len(rows)]))

    def sets(self, event: int) -> Floats:
        """The means of so many sets before the one that begins at this tick, and of as many from it on; where there are
        no more, or nothing was shown, those of the nearest."""
        at = int(np.searchsorted(self._begins, event))
        means = [
            self.mean((self._begins[i], self._begins[i + 1]))
            for i in range(max(0, at - _SETS), min(at + _SETS, len(self._begins) - 1))
        ]
        before, after = means[: min(at, _SETS)], means[min(at, _SETS) :]
        return np.array([*_filled(before[::-1])[::-1], *_filled(after)])

    def mean(self, stretch: _Stretch) -> Floats:
        """Of these rows, as far as there are such; nan of none."""
        start, end = (min(max(at, 0), len(self._live) - 1) for at in stretch)
        live = self._live[end] - self._live[start]
        return np.asarray((self._sums[end] - self._sums[start]) / (live or np.nan))


def _filled(means: list[Floats]) -> list[Floats]:
    """So many, the nearest first: the last that is shown stands for those that are missing."""
    there: list[Floats] = []
    for mean in means:
        there.append(there[-1] if there and np.isnan(mean).any() else mean)
    return there + [there[-1]] * (_SETS - len(there))


def watch(people: int, is_lively: bool, dice: Dice) -> Told:
    """One run."""
    return _Run(people, is_lively, dice).run()
