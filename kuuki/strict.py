"""Strict decoding: what every codec of msgpack here asks of bytes that came from elsewhere.

Two rules. Any bytes unpack or are ``Unfit``, in bounded time and memory: maps and extension types never occur, and the
caller says how large everything else may be. And types are compared exactly: to ``isinstance`` a bool is an int, so
``true`` would pass for 1, and one value would have two encodings.

A codec turns ``Unfit`` into its own exception (BadFrame, BadMessage) where it begins to decode.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgpack

from kuuki.limits import SEQ_MAX


class Unfit(ValueError):
    """Bytes, or an item in them, that are not as their codec says. ``reason`` is static: safe to log and count."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def pack(items: Sequence[Any]) -> bytes:
    """These items as one msgpack array."""
    packed: bytes = msgpack.packb(items)
    return packed


def pack_but_last(items: Sequence[Any]) -> bytes:
    """An array of these items and of one more, without that one: whoever appends it, packed, completes the array.

    For a last item that is packed already, or that changes while all before it stays.
    """
    packer = msgpack.Packer(autoreset=False)
    packer.pack_array_header(len(items) + 1)
    for item in items:
        packer.pack(item)
    packed: bytes = packer.bytes()
    return packed


def unpacker(max_bytes: int, **limits: Any) -> Callable[[bytes], Any]:
    """A function that gives what is packed in at most ``max_bytes``, or raises Unfit (too_large, not_msgpack).

    ``limits``: further ones, as msgpack.unpackb names them.
    """
    unpackb = partial(msgpack.unpackb, max_map_len=0, max_ext_len=0, **limits)

    def unpack(data: bytes) -> Any:
        if len(data) > max_bytes:
            raise Unfit("too_large")
        try:
            return unpackb(data)
        except Exception as error:  # msgpack raises a dozen types, some of them private; all mean the same here
            raise Unfit("not_msgpack") from error

    return unpack


def require(holds: bool, reason: str) -> None:
    """Raise Unfit with this reason unless it holds."""
    if not holds:
        raise Unfit(reason)


def array(value: Any, length: int | None = None) -> list[Any]:
    """A list, of so many items if a length is given. Raises Unfit (not_an_array, length)."""
    if type(value) is not list:
        raise Unfit("not_an_array")
    if length is not None and len(value) != length:
        raise Unfit("length")
    return value


def integer(value: Any, low: int = 0, high: int = SEQ_MAX) -> int:
    """An integer from ``low`` to ``high``, both included. Raises Unfit (integer)."""
    if type(value) is not int or not low <= value <= high:
        raise Unfit("integer")
    return value


def octets(value: Any, length: int | None = None) -> bytes:
    """Bytes, of this length if one is given. Raises Unfit (bytes)."""
    if type(value) is not bytes or (length is not None and len(value) != length):
        raise Unfit("bytes")
    return value


def text(value: Any) -> str:
    """A string. Raises Unfit (text)."""
    if type(value) is not str:
        raise Unfit("text")
    return value


def flag(value: Any) -> bool:
    """True or False. Raises Unfit (flag)."""
    if type(value) is not bool:
        raise Unfit("flag")
    return value
