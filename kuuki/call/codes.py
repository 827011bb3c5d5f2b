"""Codes: three words and a digit by which people call each other, as in ``sakura-tanuki-momiji-7``.

The canonical form is in lower-case Hepburn romaji with hyphens; only it travels. People may type a code in Latin
letters or kana, in Hepburn or Kunrei spelling, with any separators or none, with a slip in each word, or paste the
whole link. ``client/web/src/core/call/codes.ts`` does the same; ``tests/golden/codes.json`` holds both to it.
"""

import re
import unicodedata
from collections import defaultdict
from typing import Final

from kuuki.call.words import SYLLABLES, WORDS

CODE_WORDS: Final = 3
CODE: Final = r"[a-z]{3,8}(-[a-z]{3,8}){2}-[0-9]"
"""The canonical form; whether the words are ours is for ``is_code``."""

CODE_BYTES: Final = 5
TYPED_CHARS: Final = 200
"""Longer text is not looked at: a code has at most 28 characters, its link some tens more."""

SLIPPED_CHARS: Final = 10
"""Nothing longer is one slip from a word."""

RESPELLED: Final = (
    ("shi", "si"), ("sh", "sy"), ("chi", "ti"), ("ch", "ty"), ("cy", "ty"), ("tsu", "tu"), ("fu", "hu"),
    ("ji", "zi"), ("jy", "zy"), ("j", "zy"), ("mb", "nb"), ("mp", "np"), ("l", "r"),
)  # fmt: skip
"""Each replaces one spelling of a sound by another, in this order, until each sound has one spelling. None of them can
match across the border of two words."""

SPOKEN: Final = {
    "zero": "0", "rei": "0", "maru": "0", "ichi": "1", "iti": "1", "ni": "2", "san": "3", "yon": "4", "shi": "4",
    "si": "4", "go": "5", "roku": "6", "nana": "7", "shichi": "7", "siti": "7", "hachi": "8", "hati": "8",
    "kyuu": "9", "kyu": "9", "ku": "9",
}  # fmt: skip
"""The digit as a word."""

_WRITTEN: Final = str.maketrans(
    dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))
    | {chr(katakana): chr(katakana - 0x60) for katakana in range(0x30A1, 0x30F7)}
)
_LATIN: Final = {kana: latin for latin, kana in SYLLABLES.items()} | {"ぢ": "ji", "づ": "zu", "を": "o"}


def _any_of(parts: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(parts, key=len, reverse=True)))


def _plain(latin: str) -> str:
    """The same sounds in one spelling."""
    for spelled, plain in RESPELLED:
        latin = latin.replace(spelled, plain)
    return latin


_KANA_SYLLABLE: Final = _any_of(_LATIN)
_LATIN_SYLLABLE: Final = _any_of(SYLLABLES)
_HEPBURN: Final = {word: word for word in WORDS}
_PLAIN: Final = {_plain(word): word for word in WORDS}
_PLAIN_WORD: Final = _any_of(_PLAIN)
_SPELLINGS: Final = ((str, _HEPBURN, _any_of(_HEPBURN)), (_plain, _PLAIN, _PLAIN_WORD))
_LINK: Final = re.compile(r"[#&]c=([0-9A-Za-z-]*)")
_TYPED: Final = re.compile(r"([a-z ]+)([0-9]?)")


def make_code(digest: bytes) -> str:
    """A code from the first five of uniformly random bytes: a byte for each word, two for the digit.

    Some digits are more likely than others by less than 2^-13. ValueError with fewer bytes.
    """
    if len(digest) < CODE_BYTES:
        raise ValueError("too few bytes")
    words = "-".join(WORDS[byte] for byte in digest[:CODE_WORDS])
    return f"{words}-{int.from_bytes(digest[CODE_WORDS:CODE_BYTES], 'big') % 10}"


def is_code(text: str) -> bool:
    """Whether this is a code in its canonical form, made of our words."""
    return re.fullmatch(CODE, text) is not None and all(word in _HEPBURN for word in text.split("-")[:CODE_WORDS])


def kana_of_word(word: str) -> str:
    """One of our words in hiragana. ValueError for any other."""
    if word not in _HEPBURN:
        raise ValueError("not one of our words")
    return _LATIN_SYLLABLE.sub(lambda found: SYLLABLES[found[0]], word)


def kana_of(code: str) -> str:
    """``さくら・たぬき・もみじ・7`` for a canonical code. ValueError for anything else."""
    if not is_code(code):
        raise ValueError("not a code")
    *words, digit = code.split("-")
    return "・".join([*map(kana_of_word, words), digit])


def parse_code(typed: str) -> str | None:
    """The canonical code that was meant, or None.

    A word that is one slip away from exactly one of ours is taken for it: in every word if they stand apart, in one if
    not. More than 200 characters are no code.
    """
    if len(typed) > TYPED_CHARS:
        return None
    link = _LINK.search(typed)
    found = _TYPED.fullmatch(_letters(link[1] if link else typed).strip())
    if found is None:
        return None
    fragments, digit = found[1].split(), found[2]
    if not digit:
        fragments, digit = _spoken(fragments)
    words = _words(fragments) if digit else None
    return "-".join([*words, digit]) if words else None


def complete(typed: str, most: int = 6) -> list[str]:
    """The words that may become of the word being typed, in Latin letters or kana; at most ``most``.

    Words before it may stand with or without separators. Empty when no word is being typed.
    """
    *before, last = _letters(typed).split(" ") if len(typed) <= TYPED_CHARS else [""]
    if not last.isalpha():
        return []
    found = set()
    for spell, words, word in _SPELLINGS:
        start, read = spell(last), sum(map(bool, before))
        while (whole := word.match(start)) and whole.end() < len(start):
            start, read = start[whole.end() :], read + 1
        if read < CODE_WORDS:
            found |= {words[spelled] for spelled in words if spelled.startswith(start)}
    return sorted(found)[:most]


def _letters(typed: str) -> str:
    """Lower-case Latin letters and digits; all else becomes single spaces."""
    text = unicodedata.normalize("NFKC", typed).lower().translate(_WRITTEN)
    return re.sub("[^a-z0-9]+", " ", _KANA_SYLLABLE.sub(lambda found: _LATIN[found[0]], text))


def _spoken(fragments: list[str]) -> tuple[list[str], str]:
    """The words and the digit when the digit too is a word; "" when there is none."""
    *others, last = fragments
    if last in SPOKEN:
        return others, SPOKEN[last]
    words, rest = _read("".join(fragments))
    return words, SPOKEN.get(rest, "")


def _words(fragments: list[str]) -> list[str] | None:
    if len(fragments) != CODE_WORDS:
        return _apart("".join(fragments))
    near = [_near(fragment) for fragment in fragments]
    return [word for (word,) in near] if all(len(words) == 1 for words in near) else None


def _apart(letters: str) -> list[str] | None:
    """Three words that were typed in one, or with separators at the wrong places, with one slip in all at most.

    With more, two words would often pass for three.
    """
    words, rest = _read(letters)
    if len(words) == CODE_WORDS and not rest:
        return words
    readings = {
        (first, second, third)
        for i in range(2, SLIPPED_CHARS + 1)
        for first in _near(letters[:i])
        for j in range(i + 2, i + SLIPPED_CHARS + 1)
        for second in _near(letters[i:j])
        for third in _near(letters[j:])
        if sum(_plain(part) not in _PLAIN for part in (letters[:i], letters[i:j], letters[j:])) == 1
    }
    return list(readings.pop()) if len(readings) == 1 else None


def _read(letters: str) -> tuple[list[str], str]:
    """Up to three words without a slip, and what follows. No word begins with another, so there is one reading."""
    words: list[str] = []
    rest = _plain(letters)
    while len(words) < CODE_WORDS and (found := _PLAIN_WORD.match(rest)):
        words.append(_PLAIN[found[0]])
        rest = rest[found.end() :]
    return words, rest


def _near(fragment: str) -> set[str]:
    """The word that is written so in some spelling, or else all that are one slip away."""
    if len(fragment) > SLIPPED_CHARS:
        return set()
    plain = _plain(fragment)
    if plain in _PLAIN:
        return {_PLAIN[plain]}
    return {
        word
        for form in (fragment, plain)
        for shape in _shapes(form)
        for spelled, word in _SHAPED.get(shape, ())
        if _is_slip(spelled, form)
    }


def _shapes(form: str) -> set[str]:
    """The form itself, and without each of its letters. Forms one slip apart have a shape in common."""
    return {form, *(form[:i] + form[i + 1 :] for i in range(len(form)))}


def _is_slip(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing or added, or two neighbours are swapped, or nothing is."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])


def _shaped() -> dict[str, set[tuple[str, str]]]:
    shaped = defaultdict(set)
    for words in (_HEPBURN, _PLAIN):
        for spelled, word in words.items():
            for shape in _shapes(spelled):
                shaped[shape].add((spelled, word))
    return dict(shaped)


_SHAPED: Final = _shaped()
