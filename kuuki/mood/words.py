"""The words of a room: one of a wave, or one of its mood. Level (level.py) says which, and when it changes."""

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final, Literal

from kuuki.mood.labels import LABELS
from kuuki.mood.mixframe import Body, Mix
from kuuki.mood.waves import WaveKind

WaveWord = Literal["applause", "laughter", "wow", "smiles"]
MoodWord = Literal["beaming", "surprised", "warm", "lively", "heavy", "mixed", "gentle", "quiet"]
Word = WaveWord | MoodWord

_BEAMING: Final = 0.7
_WARM: Final = 0.45
_GENTLE: Final = 0.15
_NEGATIVE: Final = tuple(LABELS.index(label) for label in ("angry", "disgust", "fear", "sad"))
_SURPRISE: Final = LABELS.index("surprise")
_SURPRISED: Final = 0.35
_HEAVY: Final = 0.5
_MIXED: Final = 0.4
_LIVELY: Final = 8.0
"""All taps per person and minute that make a room lively whatever the faces do."""

_RATE: Final = 0.25
"""A rate of taps that is so much off, relatively, counts as a share that is this part of it off."""

_WAVES: Final[tuple[tuple[WaveKind, WaveWord], ...]] = (
    (WaveKind.APPLAUSE, "applause"),
    (WaveKind.LAUGH, "laughter"),
    (WaveKind.WOW, "wow"),
    (WaveKind.SMILES, "smiles"),
)
"""Of several waves at once, the first of these gives the word."""

WAVE_WORDS: Final = tuple(word for _, word in _WAVES)


def wave_word(mix: Mix) -> WaveWord | None:
    """The word of the waves that go on, if any: also in a room of which only taps are shown."""
    kinds = {wave.kind for wave in mix.waves if wave.lasts_ms is None}
    return next((word for kind, word in _WAVES if kind in kinds), None)


@dataclass(slots=True)
class Mood:
    """Means over some seconds of what words are made of."""

    smiling: float
    surprise: float
    negative: float
    agreement: float
    taps: float

    @classmethod
    def of(cls, body: Body) -> "Mood":
        """That of one mix."""
        negative = reduce(add, [body.weights[label] for label in _NEGATIVE])  # as the browser adds
        return cls(body.smiling, body.weights[_SURPRISE], negative, body.agreement, reduce(add, body.taps))

    def follow(self, other: "Mood", part: float) -> None:
        """Go this part of the way to another one."""
        self.smiling += (other.smiling - self.smiling) * part
        self.surprise += (other.surprise - self.surprise) * part
        self.negative += (other.negative - self.negative) * part
        self.agreement += (other.agreement - self.agreement) * part
        self.taps = other.taps


def word_of(above: list[tuple[MoodWord, float]]) -> MoodWord:
    """The first that has begun."""
    return next((word for word, each in above if each >= 0), "quiet")


def distances(mood: Mood) -> list[tuple[MoodWord, float]]:
    """How far a mood is above where each word begins, in the order in which words take precedence."""
    return [
        ("beaming", mood.smiling - _BEAMING),
        ("surprised", mood.surprise - _SURPRISED),
        ("warm", mood.smiling - _WARM),
        ("lively", (mood.taps / _LIVELY - 1) * _RATE),
        ("heavy", mood.negative - _HEAVY),
        ("mixed", _MIXED - mood.agreement),
        ("gentle", mood.smiling - _GENTLE),
    ]
