"""The level: what of a room's mixes is shown and heard, paced. One for everything: number, word, trend, light, sound.

Mixes come five times a second, and with them the chance of who happens to smile. Shown as they are, numbers and words
flicker, and a laugh is one flicker of many. So what lies within the spread that chance has is followed slowly, and what
goes beyond it, or is a wave, at once: a laugh is there with the second mix, and fades as light does.

Words are of two kinds. A wave (surges.py) has its own, from the mix that says it until it ends. Else the word is that
of the room's mood *between* the waves, over some seconds, and changes only when that is beyond a border by more than
chance; but where the number is far from that mood, as just before a wave is said, the word is of the number: nobody
must see *quiet* beside 80 %. The trend is the room of these seconds against its last minute.

When other people count (another draw) what is shown takes a step that is no mood: all that is remembered moves by it.
The browser has the same in core/mood/level.ts; tests/golden/levels.json holds both to each other.
"""

from dataclasses import dataclass, field, replace
from math import exp, inf
from typing import Final, Literal

from kuuki.limits import FRESH
from kuuki.mood.mixframe import Body, Mix
from kuuki.mood.surges import GAIN, STEADIED, spread
from kuuki.mood.words import WAVE_WORDS, Mood, MoodWord, Word, distances, wave_word, word_of

Trend = Literal["rising", "falling", "steady"]

ATTACK_S: Final = 0.2
"""Time constant of what goes up beyond chance: 86 % of a laugh's height after two mixes."""

RELEASE_S: Final = 0.9
"""Of what comes down."""

CALM_S: Final = 3.0
"""Of what chance does."""

MOOD_S: Final = 6.0
"""Of the mood between waves."""

NOW_S: Final = 5.0
BEFORE_S: Final = 45.0
"""Of the two that the trend compares: these seconds, and the last minute."""

_GAP_S: Final = 3.0
"""After so long without a live mix everything begins anew, but for what the trend compares with."""

_BEYOND: Final = 1.6
"""What differs by so many spreads from what is shown is no chance."""

_NEAR: Final = 0.02
"""It is followed at once until it is so near; so is a wave, and what comes after it for AFTER_S."""

AFTER_S: Final = 4.0
_FAR_LEAST: Final = 0.1

_MANY: Final = 50
"""From so many people on a step of another draw is less than a hundredth: nothing moves by it."""

_STEPS: Final = 3.0
"""A step by the veil is no larger than so many of its usual ones; what is more is the room's."""

_NEIGHBOURS_S: Final = 0.4
"""A step is one of two mixes that came no further apart."""

_STICKS: Final = 0.6
"""A word of the mood begins so many spreads above its border, and ends so many below."""

_STICKS_LEAST: Final = 0.03
_WORD_LEAST_S: Final = 1.5
"""A wave's word stands so long, or nobody could read it."""

_NOTABLE: Final = 0.06
_NOTABLE_SPREADS: Final = 0.6
"""The trend begins at this difference, or so many spreads, and ends at half of it."""

_STEP: Final = 0.05
_STEP_OF_FEW: Final = 0.1
_FEW: Final = 20
"""The number goes in steps of 5 in 100, in rooms of fewer than 20 of 10: more it does not know."""

_STEP_STICKS: Final = 0.7
"""It changes when what it stands for is so much of a step away."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a room. ``share``: the paced share of people who smile, 0..1; ``energy``, ``warmth`` and
    ``agreement``: those of the mix at the same pace. ``mood``: the share between waves; ``told``: the one that words
    are of. ``percent``: the number, 0..100, in steps. ``word``: the one word. ``trend``: None while there is too little
    to compare."""

    share: float
    energy: float
    warmth: float
    agreement: float
    mood: float
    told: float
    percent: int
    word: Word
    trend: Trend | None


@dataclass(slots=True)
class Level:
    """The level of one room, from its mixes. Time is an argument, in monotonic seconds."""

    _at: float | None = None
    _last: Mix | None = None
    _smiled: float = 0.0
    _share: float = 0.0
    _light: tuple[float, float, float] = (0.0, 0.0, 0.0)
    _waved_at: float = -inf
    _is_rising: bool = False
    _is_falling: bool = False
    _mood: Mood = field(default_factory=lambda: Mood(0.0, 0.0, 0.0, 1.0, 0.0))
    _now: float = 0.0
    _before: float = 0.0
    _since: float = 0.0
    _first: float = 0.0
    _percent: int | None = None
    _word: Word | None = None
    _mood_word: MoodWord | None = None
    _word_at: float = 0.0
    _trend: Trend | None = field(default=None)

    def hear(self, mix: Mix, now: float) -> Shown | None:
        """A mix came. What is shown from now on; None where it is not live: what was shown last may stay, dimmed."""
        body = mix.body
        if body is None:
            return None
        at, last = self._at, self._last
        if at is None or last is None or now - at > _GAP_S:
            self._begin(body, now)
        else:
            self._move(mix, body, last, at, now)
            self._follow(mix, body, now - at, now)
        self._at, self._last, self._smiled = now, mix, body.smiling
        people = max(1, mix.at_least or 1)
        told = self._tell(mix, people)
        said = self._count(people), self._say(mix, told, people, now), self._compare(people, now)
        return Shown(self._share, *self._light, _clip(self._mood.smiling), told, *said)

    def _begin(self, body: Body, now: float) -> None:
        self._share = self._now = body.smiling
        self._light = (body.energy, body.warmth, body.agreement)
        self._mood, self._mood_word, self._word = Mood.of(body), None, None
        self._percent, self._trend, self._is_rising, self._is_falling = None, None, False, False
        self._since = now
        if self._at is None:
            self._before, self._first = body.smiling, now

    def _move(self, mix: Mix, body: Body, last: Mix, at: float, now: float) -> None:
        """Other people count: what is remembered takes the step."""
        if last.draw == mix.draw or (mix.at_least or 0) >= _MANY:
            return
        is_next = last.term == mix.term and mix.seq - last.seq == 1
        if not is_next and now - at > _NEIGHBOURS_S:
            return
        most = _STEPS * STEADIED * FRESH / (GAIN * max(1, mix.at_least or 1))
        step = min(most, max(-most, body.smiling - self._smiled))
        self._share, self._now = _clip(self._share + step), self._now + step
        self._before += step
        self._mood.smiling += step

    def _follow(self, mix: Mix, body: Body, after_s: float, now: float) -> None:
        is_waving = any(wave.lasts_ms is None for wave in mix.waves)
        self._waved_at = now if is_waving else self._waved_at
        self._pace(body, max(1, mix.at_least or 1), after_s, is_near=now - self._waved_at <= AFTER_S)
        self._now += (body.smiling - self._now) * _part(after_s, NOW_S)
        grown_s = min(BEFORE_S, max(NOW_S, now - self._first))
        self._before += (body.smiling - self._before) * _part(after_s, grown_s)
        if not is_waving:
            self._mood.follow(Mood.of(body), _part(after_s, MOOD_S))

    def _pace(self, body: Body, people: int, after_s: float, *, is_near: bool) -> None:
        share = body.smiling
        beyond = _BEYOND * spread(people, _rest(self._share))
        self._is_rising = share - self._share > (_NEAR if self._is_rising or is_near else beyond)
        self._is_falling = self._share - share > (_NEAR if self._is_falling or is_near else beyond)
        constant_s = ATTACK_S if self._is_rising else RELEASE_S if self._is_falling else CALM_S
        part = _part(after_s, constant_s)
        self._share += (share - self._share) * part
        energy, warmth, agreement = self._light
        self._light = (
            energy + (body.energy - energy) * part,
            warmth + (body.warmth - warmth) * part,
            agreement + (body.agreement - agreement) * part,
        )

    def _tell(self, mix: Mix, people: int) -> float:
        """The mood, unless the number is far from it."""
        mood = _clip(self._mood.smiling)
        far = max(_FAR_LEAST, _BEYOND * spread(people, _rest(mood)))
        return self._share if wave_word(mix) or abs(self._share - mood) >= far else mood

    def _count(self, people: int) -> int:
        step = _STEP if people >= _FEW else _STEP_OF_FEW
        shown = self._percent
        if shown is None or abs(self._share - shown / 100) >= _STEP_STICKS * step:
            shown = self._percent = round(100 * step * int(self._share / step + 0.5))
        return shown

    def _say(self, mix: Mix, told: float, people: int, now: float) -> Word:
        wave = wave_word(mix)
        stands = self._word in WAVE_WORDS and now - self._word_at < _WORD_LEAST_S
        mood = self._mood_word = self._say_mood(people)
        if told != _clip(self._mood.smiling):
            mood = word_of(distances(replace(self._mood, smiling=told)))
        said = wave or (self._word if stands else None) or mood
        if said != self._word:
            self._word, self._word_at = said, now
        return said

    def _say_mood(self, people: int) -> MoodWord:
        before = self._mood_word
        sticks = max(_STICKS_LEAST, _STICKS * spread(people, _rest(self._mood.smiling)))
        others = 0.0 if before is None else sticks
        return word_of(
            [(word, above - (-sticks if word == before else others)) for word, above in distances(self._mood)]
        )

    def _compare(self, people: int, now: float) -> Trend | None:
        if now - self._since < NOW_S:
            return None
        notable = max(_NOTABLE, _NOTABLE_SPREADS * spread(people, _rest(self._before)))
        change = self._now - self._before
        if change >= (notable / 2 if self._trend == "rising" else notable):
            self._trend = "rising"
        elif -change >= (notable / 2 if self._trend == "falling" else notable):
            self._trend = "falling"
        else:
            self._trend = "steady"
        return self._trend


def _part(after_s: float, constant_s: float) -> float:
    return 1 - exp(-max(0.0, after_s) / constant_s)


def _rest(share: float) -> float:
    return min(0.5, max(0.15, share))


def _clip(share: float) -> float:
    return min(1.0, max(0.0, share))
