"""Surges of a room, found in its published mixes as they are made: waves with a beginning, a peak and an end.

Only what has been through the privacy rule is looked at, so a wave tells nothing that the mixes do not.

*Faces.* The shown share of smiling people, as a mean of the last 0.8 s, is compared with the mean of three mixes one
second before. A laugh takes people within a second; people who smile each on their own come and go one by one, and what
they do in a second has a spread that is known: sqrt(p (1 - p) / n), n the lower edge of the people's bucket, p the
share that smiles at rest. A rise that is far beyond it is a wave, and one that begins while another goes on is a wave
of its own: laughs overlap. The thresholds are calibrated on simulated rooms of real readings, whose smiles last
(``make waves``; docs/mix.md has the figures).

*Taps.* They are meant, so a few within a second are enough.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import takewhile
from math import inf, sqrt
from typing import Final

from kuuki.limits import FRESH, SEQ_MAX, WAVES_SAID
from kuuki.mood.mixframe import TAPS, Body, Mix
from kuuki.mood.waves import GRID, Source, Wave, WaveKind
from kuuki.times import TICK_S, WAVE_MAX_S, WAVE_SAID_S

_NOW: Final = 4
"""Mixes whose mean is the room now."""

_THEN: Final = 3
"""Mixes whose mean it is compared with."""

_APART: Final = 1
"""Mixes between the two."""

_KEPT: Final = _NOW + _APART + _THEN
_GAP_S: Final = 4 * TICK_S
"""After so long without a live mix, what was before is not compared with."""

_SPREADS: Final = 1.7
"""A rise counts from so many spreads on."""

_PEOPLE: Final = 0.6
"""And from so many people's parts more: few people's smiles are lopsided, a normal spread says too little of them."""

_LEAST: Final = 0.12
"""And never below this share of the room, however many they are: less is not heard as a laugh."""

_REST_LEAST: Final = 0.15
_REST_MOST: Final = 0.5
_REST_SHARE: Final = 0.3
_REST_STEP: Final = 0.003
"""The share at rest is followed as the 0.3 quantile of what is shown, by a step each mix, within these bounds: so a
room that often smiles has a greater spread, and laughs do not count as rest."""

_STEADIED: Final = 0.1
"""The part of the veil's noise of one set (FRESH people's parts) by which what is shown steps when the set changes: it
goes a small part of the way (veil.py)."""

_GAIN: Final = 0.76
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
"""It has ended where the share is back to this part of its rise."""

_SETTLES_S: Final = 10.0
"""What a wave rose from is given up in about so long: a room that stays up is up, and not in a wave."""

LAUGH_RISE: Final = 0.25
LAUGH_S: Final = 1.6
"""A surge of faces has a laugh's shape if it rises so far within so long of its beginning."""

_TAPPED_SHARE: Final = 0.06
_TAPPED_LEAST: Final = 2
"""Taps of one kind within a second that are a wave: from this share of the people who are present on."""

_TAPPED_KINDS: Final = {"laugh": WaveKind.LAUGH, "wow": WaveKind.WOW, "applause": WaveKind.APPLAUSE}
_LAUGH: Final = TAPS.index("laugh")


def spread(people: int, rest: float) -> float:
    """The standard deviation of the share of ``people`` that smiles, each on their own; ``rest``: how many of them do,
    0..1. With what the veil adds."""
    return sqrt(rest * (1 - rest) / people + (_STEADIED * FRESH / (_GAIN * people)) ** 2)


def threshold(people: int, rest: float) -> float:
    """From which rise within a second on a room of at least so many people has a wave."""
    return max(_LEAST, _SPREADS * spread(people, rest) + _PEOPLE / people)


@dataclass(slots=True)
class _Open:
    """A wave as it goes on, or has gone. Times in monotonic seconds; ``base``: the share that it rose from."""

    number: int
    kind: WaveKind
    source: Source
    began_at: float
    base: float
    peak: float
    rise: float
    ended_at: float | None = None

    def grow(self, share: float) -> None:
        self.peak = max(self.peak, share)
        self.rise = max(self.rise, share - self.base)

    def said(self, now: float) -> Wave:
        lasts_ms = None if self.ended_at is None else _ms(self.ended_at - self.began_at)
        return Wave(
            self.number, self.kind, self.source, _ms(now - self.began_at), lasts_ms, _grid(self.rise), _grid(self.peak)
        )


@dataclass(slots=True)
class Surges:
    """The waves of one room. Time is an argument."""

    _shown: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _waves: list[_Open] = field(default_factory=list)
    _rest: float = _REST_LEAST
    _is_armed: bool = True
    _surged_at: float = -inf
    _number: int = 0

    def hear(self, mix: Mix, present: int, now: float) -> tuple[Wave, ...]:
        """A mix is about to be published; the waves that it has to say. ``present``: the lower edge of the bucket of
        people who are there."""
        if mix.body is not None and mix.at_least is not None:
            self._look(mix.body, mix.at_least, mix.tapped, now)
        elif self._shown and now - self._shown[-1][0] > _GAP_S:
            self._close(Source.FACES, now)
        if mix.tapped is not None:
            self._count(mix.tapped, present, now)
        self._waves = [wave for wave in self._waves if wave.ended_at is None or now - wave.ended_at < WAVE_SAID_S]
        return tuple([wave.said(now) for wave in self._waves[-WAVES_SAID:]])

    # --- faces

    def _look(self, body: Body, people: int, tapped: tuple[int, ...] | None, now: float) -> None:
        if self._shown and now - self._shown[-1][0] > _GAP_S:
            self._shown.clear()
            self._close(Source.FACES, now)
        self._shown.append((now, body.smiling))
        step = _REST_STEP * (_REST_SHARE if body.smiling > self._rest else _REST_SHARE - 1)
        self._rest = min(_REST_MOST, max(_REST_LEAST, self._rest + step))
        if len(self._shown) < _KEPT:
            return
        shares = [share for _, share in self._shown]
        current, before = sum(shares[-_NOW:]) / _NOW, sum(shares[:_THEN]) / _THEN
        is_again = now - self._surged_at <= _AGAIN_S
        least = max(_LEAST, threshold(people, self._rest) * (_AGAIN if is_again else 1.0))
        self._follow(shares, tapped, now)
        if self._is_armed and current - before >= least:
            self._is_armed, self._surged_at = False, now
            self._close(Source.FACES, self._onset(before, current))
            self._begin(before, current)
        elif current - before < _ARMED * least:
            self._is_armed = True

    def _begin(self, base: float, share: float) -> None:
        began_at = self._onset(base, share)
        self._open(_Open(self._next(), WaveKind.SMILES, Source.FACES, began_at, base, share, share - base))

    def _onset(self, base: float, share: float) -> float:
        """When the share began to rise: the first of the newest mixes that are all above where a wave begins."""
        edge = base + _BEGINS * (share - base)
        risen = takewhile(lambda shown: shown[1] >= edge, reversed(self._shown))
        return min([at for at, _ in risen], default=self._shown[-1][0])

    def _follow(self, shares: list[float], tapped: tuple[int, ...] | None, now: float) -> None:
        wave = self._going(Source.FACES)
        if wave is None:
            return
        share = (shares[-1] + shares[-2]) / 2
        wave.grow(share)
        has_shape = wave.rise >= LAUGH_RISE and now - wave.began_at <= LAUGH_S
        if has_shape or (tapped is not None and tapped[_LAUGH]):
            wave.kind = WaveKind.LAUGH
        wave.base += (share - wave.base) * TICK_S / _SETTLES_S
        if share <= wave.base + _ENDS * (wave.peak - wave.base) or now - wave.began_at > WAVE_MAX_S:
            wave.ended_at = now

    # --- taps

    def _count(self, tapped: tuple[int, ...], present: int, now: float) -> None:
        least = max(_TAPPED_LEAST, _TAPPED_SHARE * present)
        for name, kind in _TAPPED_KINDS.items():
            count = tapped[TAPS.index(name)]
            share = min(1.0, count / max(present, count, 1))
            wave = self._going(Source.TAPS, kind)
            if wave is not None:
                wave.grow(share)
                if count < least / 2 or now - wave.began_at > WAVE_MAX_S:
                    wave.ended_at = now
            elif count >= least:
                self._open(_Open(self._next(), kind, Source.TAPS, now, 0.0, share, share))

    # --- both

    def _going(self, source: Source, kind: WaveKind | None = None) -> _Open | None:
        for wave in self._waves:
            if wave.source is source and wave.ended_at is None and kind in (None, wave.kind):
                return wave
        return None

    def _close(self, source: Source, at: float) -> None:
        wave = self._going(source)
        if wave is not None:
            wave.ended_at = max(at, wave.began_at)

    def _open(self, wave: _Open) -> None:
        self._waves.append(wave)

    def _next(self) -> int:
        self._number = self._number + 1 & SEQ_MAX
        return self._number


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _grid(share: float) -> float:
    return round(min(1.0, max(0.0, share)) * GRID) / GRID
