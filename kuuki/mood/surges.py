"""Surges of a room, found in its published mixes as they are made: waves with a beginning, a peak and an end.

Only what has been through the privacy rule is looked at, so a wave tells nothing that the mixes do not.

*Faces.* The shown share of smiling people, as a mean of the last 0.8 s, is compared with the mean of three mixes one
second before. A laugh takes people within a second; people who smile each on their own come and go one by one, and what
they do in a second has a spread that is known: sqrt(p (1 - p) / n), n the lower edge of the people's bucket, p the
share that smiles at rest. A rise that is far beyond it is a wave, and one that begins while another goes on is a wave
of its own: laughs overlap. The thresholds are calibrated on simulated rooms of real readings, whose smiles last
(``make waves``; docs/mix.md has the figures).

*Taps.* They are meant, so a few people within a second are enough.

Waves belong to one term: where another aggregator has led meanwhile, what was known here is old, and begins anew.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import takewhile
from math import inf, sqrt
from typing import Final

from kuuki.limits import FRESH, SEQ_MAX, WAVES_SAID
from kuuki.mood.mixframe import TAPS, Mix
from kuuki.mood.waves import GRID, WAVE_MAX_MS, Source, Wave, WaveKind
from kuuki.times import TICK_S, WAVE_MAX_S, WAVE_SAID_S

_NOW: Final = 4
"""Mixes whose mean is the room now."""

_THEN: Final = 3
"""Mixes whose mean it is compared with."""

_APART: Final = 1
"""Mixes between the two."""

_KEPT: Final = _NOW + _APART + _THEN
_GAP_S: Final = 4 * TICK_S
"""After so long without a mix that shows what it was seen in, a wave has ended where it was seen last."""

_SPAN_S: Final = 1.5 * _KEPT * TICK_S
"""Mixes that took longer to come are not compared: the room of seconds ago is no valley of a laugh."""

SPREADS: Final = 1.7
"""A rise counts from so many spreads on."""

PEOPLE: Final = 0.6
"""And from so many people's parts more: few people's smiles are lopsided, a normal spread says too little of them."""

LEAST: Final = 0.12
"""And never below this share of the room, however many they are: less is not heard as a laugh."""

_REST_LEAST: Final = 0.15
_REST_MOST: Final = 0.5
_REST_SHARE: Final = 0.3
_REST_STEP: Final = 0.003
"""The share at rest is followed as the 0.3 quantile of what is shown, by a step each mix, within these bounds: so a
room that often smiles has a greater spread, and laughs do not count as rest."""

STEADIED: Final = 0.1
"""The part of the veil's noise of one set (FRESH people's parts) by which what is shown steps when the set changes: it
goes a small part of the way (veil.py)."""

GAIN: Final = 0.76
"""From a weight to a share that smiles (mix.Calibration)."""

_AGAIN: Final = 0.82
_AGAIN_S: Final = 30.0
"""Where people laugh they laugh again: for so long after a wave began, this part of the threshold is enough. Where
nobody has, a coincidence is likelier than a laugh."""

_ARMED: Final = 0.5
"""After a wave the rise must fall below this part of the threshold before another can begin."""

_BEGINS: Final = 0.2
"""A wave began where the share had gone this part of the way up."""

_ENDS: Final = 1 / 3
"""It has ended where the share is back to this part of its rise, …"""

_SETTLES_S: Final = 10.0
"""… or has stayed up: what it rose from is forgotten in about so long."""

LAUGH_RISE: Final = 0.25
LAUGH_S: Final = 1.6
"""A surge of faces has a laugh's shape if it rises so far within so long of its beginning."""

_TAPPED_LEAST: Final = 2
_TAPPED_AMONG: Final = 10
_TAPPED_MANY: Final = 5
_TAPPED_SHARE: Final = 0.1
"""People who tap the same within a second are a wave from 2 on where fewer than 10 are there, else from 5 on, or from
this share of them: in a room of some size one person with two devices is none."""

_TAPPED_APART_S: Final = 5.0
"""Waves of one kind of taps begin at least so far apart."""

_TAPPED_KINDS: Final = {"laugh": WaveKind.LAUGH, "wow": WaveKind.WOW, "applause": WaveKind.APPLAUSE}
_LAUGH: Final = TAPS.index("laugh")


def spread(people: int, rest: float) -> float:
    """The standard deviation of the share of ``people`` that smiles, each on their own; ``rest``: how many of them do,
    0..1. With what the veil adds."""
    return sqrt(rest * (1 - rest) / people + (STEADIED * FRESH / (GAIN * people)) ** 2)


def threshold(people: int, rest: float) -> float:
    """From which rise within a second on a room of at least so many people has a wave."""
    return max(LEAST, SPREADS * spread(people, rest) + PEOPLE / people)


@dataclass(slots=True)
class _Open:
    """A wave as it goes on, or has gone. Times in monotonic seconds; ``base``: the share that it rose from."""

    number: int
    kind: WaveKind
    source: Source
    began_at: float
    seen_at: float
    base: float
    peak: float
    rise: float
    ended_at: float | None = None

    def grow(self, share: float, now: float) -> None:
        self.seen_at = now
        self.peak = max(self.peak, share)
        self.rise = max(self.rise, share - self.base)

    def end(self, at: float) -> None:
        self.ended_at = max(at, self.began_at)

    def said(self, now: float) -> Wave:
        lasts_ms = None if self.ended_at is None else _ms(self.ended_at - self.began_at)
        began_ms = _ms(now - self.began_at)
        return Wave(self.number, self.kind, self.source, began_ms, lasts_ms, _grid(self.rise), _grid(self.peak))


@dataclass(slots=True)
class _Faces:
    """The share of people who smile, as it was shown in the last mixes: when it surges."""

    _shown: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _rest: float = _REST_LEAST
    _is_armed: bool = True
    _surged_at: float = -inf

    @property
    def share(self) -> float:
        """The mean of the last two."""
        last = [share for _, share in self._shown][-2:]
        return sum(last) / len(last)

    def look(self, smiling: float, people: int, now: float) -> tuple[float, float, float] | None:
        """The share in another mix. Where a surge begins: the share before, the share now, and since when it rises."""
        if self._shown and now - self._shown[-1][0] > _GAP_S:
            self._shown.clear()
        self._shown.append((now, smiling))
        step = _REST_STEP * (_REST_SHARE if smiling > self._rest else _REST_SHARE - 1)
        self._rest = min(_REST_MOST, max(_REST_LEAST, self._rest + step))
        if len(self._shown) < _KEPT or now - self._shown[0][0] > _SPAN_S:
            return None
        shares = [share for _, share in self._shown]
        current, before = sum(shares[-_NOW:]) / _NOW, sum(shares[:_THEN]) / _THEN
        is_again = now - self._surged_at <= _AGAIN_S
        least = max(LEAST, threshold(people, self._rest) * (_AGAIN if is_again else 1.0))
        if self._is_armed and current - before >= least:
            self._is_armed, self._surged_at = False, now
            return before, current, self._onset(before, current)
        self._is_armed = self._is_armed or current - before < _ARMED * least
        return None

    def _onset(self, base: float, share: float) -> float:
        """When the share began to rise: the first of the newest mixes that are all above where a wave begins."""
        edge = base + _BEGINS * (share - base)
        risen = takewhile(lambda shown: shown[1] >= edge, reversed(self._shown))
        return min([at for at, _ in risen], default=self._shown[-1][0])


@dataclass(slots=True)
class Surges:
    """The waves of one room. Time is an argument."""

    _faces: _Faces = field(default_factory=_Faces)
    _waves: list[_Open] = field(default_factory=list)
    _tapped_at: dict[WaveKind, float] = field(default_factory=dict)
    _number: int = 0
    _term: int | None = None

    def hear(self, mix: Mix, present: int, now: float) -> tuple[Wave, ...]:
        """A mix is about to be published; the waves that it has to say, those that go on before others. ``present``:
        the lower edge of the bucket of people who are there."""
        if mix.term != self._term:
            self._faces, self._waves, self._term = _Faces(), [], mix.term
        for wave in self._waves:
            if wave.ended_at is None and (now - wave.seen_at > _GAP_S or now - wave.began_at > WAVE_MAX_S):
                wave.end(wave.seen_at)
        self._look(mix, now)
        self._count(mix.tapped, present, now)
        self._waves = [wave for wave in self._waves if wave.ended_at is None or now - wave.ended_at < WAVE_SAID_S]
        by_worth = sorted(self._waves, key=lambda wave: (wave.ended_at is None, wave.number))
        chosen = sorted(by_worth[-WAVES_SAID:], key=lambda wave: wave.number)
        return tuple([wave.said(now) for wave in chosen])

    def _look(self, mix: Mix, now: float) -> None:
        if mix.body is None or mix.at_least is None:
            return
        laughs = 0 if mix.tapped is None else mix.tapped[_LAUGH]
        wave = self._going(Source.FACES)
        surge = self._faces.look(mix.body.smiling, mix.at_least, now)
        if wave is not None:
            self._follow(wave, laughs, now)
        if surge is None:
            return
        base, share, began_at = surge
        if wave is not None and wave.ended_at is None:
            wave.end(began_at)
        kind = WaveKind.LAUGH if share - base >= LAUGH_RISE or laughs >= _TAPPED_LEAST else WaveKind.SMILES
        self._open(kind, Source.FACES, began_at, base, share, now)

    def _follow(self, wave: _Open, laughs: int, now: float) -> None:
        share = self._faces.share
        wave.grow(share, now)
        if laughs >= _TAPPED_LEAST or (wave.rise >= LAUGH_RISE and now - wave.began_at <= LAUGH_S):
            wave.kind = WaveKind.LAUGH
        wave.base += (share - wave.base) * TICK_S / _SETTLES_S
        if share <= wave.base + _ENDS * (wave.peak - wave.base):
            wave.end(now)

    def _count(self, tapped: tuple[int, ...] | None, present: int, now: float) -> None:
        among = max(_TAPPED_MANY, _TAPPED_SHARE * present) if present >= _TAPPED_AMONG else _TAPPED_LEAST
        for name, kind in _TAPPED_KINDS.items():
            count = 0 if tapped is None else tapped[TAPS.index(name)]
            share = min(1.0, count / max(present, count, 1))
            wave = self._going(Source.TAPS, kind)
            if wave is not None and count >= max(_TAPPED_LEAST, among / 2):
                wave.grow(share, now)
            elif wave is not None:
                wave.end(now if tapped is not None else wave.seen_at)
            elif count >= among and now - self._tapped_at.get(kind, -inf) >= _TAPPED_APART_S:
                self._tapped_at[kind] = now
                self._open(kind, Source.TAPS, now, 0.0, share, now)

    def _going(self, source: Source, kind: WaveKind | None = None) -> _Open | None:
        for wave in self._waves:
            if wave.source is source and wave.ended_at is None and kind in (None, wave.kind):
                return wave
        return None

    def _open(self, kind: WaveKind, source: Source, began_at: float, base: float, share: float, now: float) -> None:
        self._number = self._number + 1 & SEQ_MAX
        self._waves.append(_Open(self._number, kind, source, began_at, now, base, share, share - base))


def _ms(seconds: float) -> int:
    return min(WAVE_MAX_MS, max(0, round(seconds * 1000)))


def _grid(share: float) -> float:
    return round(min(1.0, max(0.0, share)) * GRID) / GRID
