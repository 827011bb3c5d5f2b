"""Partials as they travel: rows of unsigned integers in bytes, and sums of rows that unpack none of them.

A row is big-endian, each number as wide as the largest needs: 4 bytes, or 8. Read as one integer, its numbers are
digits; so long as no digit overflows, adding the integers adds the rows, or whole columns of rows. Where one might, or
where rows have other cohorts than 0, they are unpacked and merged, with the same result.
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
"""Fewer rooms are added one by one: a column costs more than a row."""


def pack(partial: Partial) -> bytes:
    """The row of a partial."""
    width = _NARROW if max(partial) <= SEQ_MAX else _WIDE
    return form(width * len(partial)).pack(*partial)


def unpack(row: bytes) -> Partial:
    """The partial of a row. Raises ValueError if it has a length that no row has."""
    return Partial.of(form(len(row)).unpack(row))


@lru_cache(maxsize=64)
def form(length: int) -> Struct:
    """How numbers stand in so many bytes. Their count is odd, so the length tells their width. Raises ValueError."""
    width = _WIDE if length % _WIDE == 0 else _NARROW
    count, rest = divmod(length, width)
    if rest or count < HEAD or (count - HEAD) % COHORT:
        raise ValueError("not as a row is")
    return Struct(f">{count}{_CODES[width]}")


def total(rows: Sequence[bytes]) -> Partial:
    """The merged partials of these rows, each of a length that ``form`` knows; EMPTY for none."""
    lengths = set(map(len, rows))
    if not lengths <= _ADDABLE:
        return _slowly(rows)
    full = rows if _HEAD_BYTES not in lengths else [row.ljust(_BYTES, b"\0") for row in rows]  # zeros: nobody senses
    digits = list(map(int.from_bytes, full))
    if reduce(or_, digits, 0) & _too_large(len(rows)):
        return _slowly(rows)
    numbers = form(_BYTES).unpack(sum(digits).to_bytes(_BYTES))
    return Partial.of(numbers if numbers[_SENSING] else numbers[:HEAD])


def totals(columns: Sequence[Sequence[bytes]]) -> list[Partial]:
    """``total`` of each room, where each column has a row of each: read as one integer, it adds all its rooms."""
    rooms = len(columns[0])
    if rooms < _FEW or not {length for rows in columns for length in set(map(len, rows))} <= _ADDABLE:
        return [total(rows) for rows in zip(*columns, strict=True)]
    digits = [int.from_bytes(b"".join([row.ljust(_BYTES, b"\0") for row in rows])) for rows in columns]
    if reduce(or_, digits) & _too_large(len(columns), rooms):
        return [total(rows) for rows in zip(*columns, strict=True)]
    added = form(_BYTES).iter_unpack(sum(digits).to_bytes(_BYTES * rooms))
    return [Partial.of(numbers if numbers[_SENSING] else numbers[:HEAD]) for numbers in added]


def _slowly(rows: Sequence[bytes]) -> Partial:
    return merge([unpack(row) for row in rows])


@lru_cache(maxsize=64)
def _too_large_for(carry_bits: int, rooms: int) -> int:
    """The bits that must be 0 in every row: the top ones of each number, and all of the cohort's id."""
    top = (1 << _BITS) - (1 << _BITS - carry_bits) if carry_bits < _BITS else (1 << _BITS) - 1
    numbers = [top] * _NUMBERS
    numbers[HEAD] = SEQ_MAX
    return int.from_bytes(b"".join(number.to_bytes(_NARROW) for number in numbers) * rooms)


def _too_large(rows: int, rooms: int = 1) -> int:
    return _too_large_for(max(rows - 1, 0).bit_length(), rooms)
