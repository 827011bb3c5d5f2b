"""Partials as they travel: unsigned integers in bytes, and sums of encoded partials that decode none of them.

An encoded partial is big-endian, each number as wide as the largest needs: 4 bytes, or 8. Read as one integer, its
numbers are digits; so long as no digit overflows, adding the integers adds the partials, or whole columns of them: the
mixer is told 100,000 a second. Groups of zeros at the end do not travel; they are added as zeros. Where a digit might
overflow, the partials are decoded and merged, with the same result.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from operator import or_
from struct import Struct
from typing import Final

from kuuki.limits import SEQ_MAX
from kuuki.mood.labels import LABELS
from kuuki.mood.mix import LENGTHS, NO_TAPS, Partial, SetSums, Sums, merge

_NARROW: Final = 4
_WIDE: Final = 8
_CODES: Final = {_NARROW: "I", _WIDE: "Q"}
_BITS: Final = 8 * _NARROW
_MOST: Final = (1 << 8 * _WIDE) - 1
_ADDABLE: Final = {_NARROW * count for count in LENGTHS}
_LAYOUTS: Final = {
    **{_NARROW * count: (_NARROW, count) for count in LENGTHS},
    **{_WIDE * count: (_WIDE, count) for count in LENGTHS[1:]},
}
"""A head alone is never wide: it would be as long as a narrow one with its first group."""

_FEW: Final = 4
"""Fewer rooms are added one by one: putting a column together costs more than it saves."""


def encode_partial(partial: Partial) -> bytes:
    """A partial's bytes. Raises ValueError if a number in it is too large for any."""
    largest = max(partial)
    if largest > _MOST:
        raise ValueError("a number is too large")
    if largest <= SEQ_MAX:
        return layout(_NARROW * len(partial)).pack(*partial)
    missing = max(0, LENGTHS[1] - len(partial))
    return layout(_WIDE * (len(partial) + missing)).pack(*partial, *[0] * missing)


def decode_partial(encoded: bytes) -> Partial:
    """The partial in these bytes. Raises ValueError if they are as many as no partial has."""
    return Partial.of(layout(len(encoded)).unpack(encoded))


@lru_cache(maxsize=64)
def layout(length: int) -> Struct:
    """How numbers stand in so many bytes. Raises ValueError."""
    if length not in _LAYOUTS:
        raise ValueError("no partial has this length")
    width, count = _LAYOUTS[length]
    return Struct(f">{count}{_CODES[width]}")


def sum_partials(encoded: Sequence[bytes]) -> Partial:
    """These encoded partials, merged; each is of a length that ``layout`` knows. EMPTY for none."""
    lengths = set(map(len, encoded))
    if not encoded or not lengths <= _ADDABLE:
        return _merge(encoded)
    longest = max(lengths)
    full = encoded if len(lengths) == 1 else [each.ljust(longest, b"\0") for each in encoded]
    digits = list(map(int.from_bytes, full))
    if reduce(or_, digits) & _too_large(len(encoded), longest // _NARROW):
        return _merge(encoded)
    return Partial.of(layout(longest).unpack(sum(digits).to_bytes(longest)))


def sum_by_room(columns: Sequence[Sequence[bytes]]) -> list[Partial]:
    """``sum_partials`` of each room, where each column has an encoded partial of every room, in one order.

    Read as one integer, a column adds all its rooms at once.
    """
    rooms = len(columns[0])
    lengths = {length for column in columns for length in set(map(len, column))}
    if rooms < _FEW or not lengths <= _ADDABLE:
        return [sum_partials(room) for room in zip(*columns, strict=True)]
    longest = max(lengths)
    digits = [int.from_bytes(b"".join([each.ljust(longest, b"\0") for each in column])) for column in columns]
    if reduce(or_, digits) & _too_large(len(columns), rooms * longest // _NARROW):
        return [sum_partials(room) for room in zip(*columns, strict=True)]
    added = layout(longest).iter_unpack(sum(digits).to_bytes(rooms * longest))
    return list(map(Partial.of, added))


def _merge(encoded: Sequence[bytes]) -> Partial:
    return merge(map(decode_partial, encoded))


@lru_cache(maxsize=64)
def _too_large_for(carry_bits: int, numbers: int) -> int:
    """The top bits of each number, which must be 0 in every partial."""
    top = (1 << _BITS) - (1 << _BITS - carry_bits) if carry_bits < _BITS else (1 << _BITS) - 1
    return int.from_bytes(top.to_bytes(_NARROW) * numbers)


def _too_large(partials: int, numbers: int) -> int:
    return _too_large_for(max(partials - 1, 0).bit_length(), numbers)


# --- version 2 of bulletins, in which a partial is its head and one cohort, of everyone

_COHORT: Final = 2 + 2 * len(LABELS)
_HEAD: Final = 1 + len(NO_TAPS)
_OF_VERSION_2: Final = {
    width * count: Struct(f">{count}{code}") for width, code in _CODES.items() for count in (_HEAD, _HEAD + _COHORT)
}


def from_version_2(encoded: bytes) -> bytes:
    """A partial of version 2 as one of today. Raises ValueError.

    All who are read count at once, and how many they are stands for their set's number: as long as gateways of both
    versions run, the noise of such a room changes as often as that does.
    """
    if len(encoded) not in _OF_VERSION_2:
        raise ValueError("no partial has this length")
    present, *numbers = _OF_VERSION_2[len(encoded)].unpack(encoded)
    taps, cohort = tuple(numbers[: _HEAD - 1]), numbers[_HEAD - 1 :]
    if not cohort:
        return encode_partial(Partial(present, taps))
    _, people, *sums = cohort
    inner = Sums(people, tuple(sums[: len(LABELS)]), sum(sums[len(LABELS) :]))
    return encode_partial(Partial(present, taps, inner, SetSums(people & SEQ_MAX, inner)))


def to_version_2(partial: Partial) -> bytes:
    """A partial as in version 2, which has the squares by label; aggregators of that version only add them up."""
    if not partial.sensing:
        return _pack_version_2((*partial[:_HEAD],))
    people, sums, squares = partial.inner
    rest = [squares - sum(sums), *[0] * (len(LABELS) - 1)]
    by_label = map(int.__add__, sums, rest)  # none may be less than the sum of its weights
    return _pack_version_2((*partial[:_HEAD], 0, people, *sums, *by_label))


def _pack_version_2(numbers: Iterable[int]) -> bytes:
    whole = tuple(numbers)
    width = _NARROW if max(whole) <= SEQ_MAX else _WIDE
    return _OF_VERSION_2[width * len(whole)].pack(*whole)
