"""What others call the seven labels: as words, and as the numbers of well-known sets of pictures."""

from collections.abc import Mapping
from typing import Final

from kuuki.mood.labels import LABELS

NAMES: Final[Mapping[str, str]] = {
    **{label: label for label in LABELS},
    "anger": "angry",
    "disgusted": "disgust",
    "fearful": "fear",
    "afraid": "fear",
    "happiness": "happy",
    "joy": "happy",
    "smile": "happy",
    "smiling": "happy",
    "sadness": "sad",
    "surprised": "surprise",
    "neutrality": "neutral",
}

NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "fer2013": ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"),
    "affectnet": ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt"),
    "raf-db": ("", "surprise", "fear", "disgust", "happy", "sad", "angry", "neutral"),
}
"""Which label a set's numbers mean, from 0 on. AffectNet's 7, contempt, is none of ours."""


def label_of(said: str, numbers: str | None = None) -> str | None:
    """Our label for a word or, with the set whose ``numbers`` they are, for a number; None: it is none of the seven."""
    word = said.strip().lower()
    if word.isdecimal():
        known = NUMBERS.get(numbers or "", ())
        word = known[int(word)] if int(word) < len(known) else ""
    return NAMES.get(word)
