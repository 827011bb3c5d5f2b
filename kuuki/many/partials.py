"""Partials as they travel: unsigned integers in bytes, and sums of encoded partials that decode none of them.

An encoded partial is big-endian, each number as wide as the largest needs: 4 bytes, or 8. Read as one integer, its
numbers are digits; so long as no digit overflows, adding the integers adds the partials, or whole columns of them: the
mixer is told 100,000 a second. Where a digit might overflow, or where partials have other cohorts than 0, they are
decoded and merged, with the same result.
"""

from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import or_
from struct import Struct
from typing import Final

from kuuki.limits import SEQ_MAX
from kuuki.mood.mix import COHORT, HEAD, Partial, merge

_NARROW: Final = 4
_WIDE: Final = 8
_CODES: Final = {_NARROW: "I", _WIDE: "Q"}
_BITS: Final = 8 * _NARROW
_NUMBERS: Final = HEAD + COHORT
_BYTES: Final = _NARROW * _NUMBERS
_HEAD_BYTES: Final = _NARROW * HEAD
_ADDABLE: Final = {_HEAD_BYTES, _BYTES}
_SENSING: Final = HEAD + 1
_FEW: Final = 4
"""Fewer rooms are added one by one: putting a column together costs more than it saves."""


def encode_partial(partial: Partial) -> bytes:
    """A partial's bytes."""
    width = _NARROW if max(partial) <= SEQ_MAX else _WIDE
    return layout(width * len(partial)).pack(*partial)


def decode_partial(encoded: bytes) -> Partial:
    """The partial in these bytes. Raises ValueError if they are as many as no partial has."""
    return Partial.of(layout(len(encoded)).unpack(encoded))


@lru_cache(maxsize=64)
def layout(length: int) -> Struct:
    """How numbers stand in so many bytes. Their count is odd, so the length tells their width. Raises ValueError."""
    width = _WIDE if length % _WIDE == 0 else _NARROW
    count, rest = divmod(length, width)
    if rest or count < HEAD or (count - HEAD) % COHORT:
        raise ValueError("no partial has this length")
    return Struct(f">{count}{_CODES[width]}")


def sum_partials(encoded: Sequence[bytes]) -> Partial:
    """These encoded partials, merged; each is of a length that ``layout`` knows. EMPTY for none."""
    lengths = set(map(len, encoded))
    if not lengths <= _ADDABLE:
        return _merge(encoded)
    full = encoded if _HEAD_BYTES not in lengths else [each.ljust(_BYTES, b"\0") for each in encoded]  # nobody senses
    digits = list(map(int.from_bytes, full))
    if reduce(or_, digits, 0) & _too_large(len(encoded)):
        return _merge(encoded)
    numbers = layout(_BYTES).unpack(sum(digits).to_bytes(_BYTES))
    return Partial.of(numbers if numbers[_SENSING] else numbers[:HEAD])


def sum_by_room(columns: Sequence[Sequence[bytes]]) -> list[Partial]:
    """``sum_partials`` of each room, where each column has an encoded partial of every room, in one order.

    Read as one integer, a column adds all its rooms at once.
    """
    rooms = len(columns[0])
    if rooms < _FEW or not {length for column in columns for length in set(map(len, column))} <= _ADDABLE:
        return [sum_partials(room) for room in zip(*columns, strict=True)]
    digits = [int.from_bytes(b"".join([each.ljust(_BYTES, b"\0") for each in column])) for column in columns]
    if reduce(or_, digits) & _too_large(len(columns), rooms):
        return [sum_partials(room) for room in zip(*columns, strict=True)]
    added = layout(_BYTES).iter_unpack(sum(digits).to_bytes(_BYTES * rooms))
    return [Partial.of(numbers if numbers[_SENSING] else numbers[:HEAD]) for numbers in added]


def _merge(encoded: Sequence[bytes]) -> Partial:
    return merge(map(decode_partial, encoded))


@lru_cache(maxsize=64)
def _too_large_for(carry_bits: int, rooms: int) -> int:
    """The bits that must be 0 in every partial: the top ones of each number, and all of the cohort's id."""
    top = (1 << _BITS) - (1 << _BITS - carry_bits) if carry_bits < _BITS else (1 << _BITS) - 1
    numbers = [top] * _NUMBERS
    numbers[HEAD] = SEQ_MAX
    return int.from_bytes(b"".join(number.to_bytes(_NARROW) for number in numbers) * rooms)


def _too_large(partials: int, rooms: int = 1) -> int:
    return _too_large_for(max(partials - 1, 0).bit_length(), rooms)
