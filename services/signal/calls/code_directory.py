"""The directory of codes: which code leads to which line, and what wrong attempts cost."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from kuuki.admission import Bucket, Buckets
from kuuki.call.codes import is_code, make_code
from kuuki.errors import Unavailable
from kuuki.limits import ADDRESS_MISSES_BURST, ADDRESS_MISSES_PER_S, CODE_INDEXES, MISSES_BURST, MISSES_PER_S
from kuuki.times import CODE_SPENT_S
from services.runtime.exchange import Exchange
from services.runtime.metrics import Metrics

CODE_TTL_S: Final = 90.0
CODE_RENEW_S: Final = 30.0
"""A claim outlives two renewals that failed, and ends soon after its process."""

_TRIES: Final = 100


@dataclass(frozen=True, slots=True)
class ClaimedCode:
    """A line's code, and the index that it was derived from (0..CODE_INDEXES − 1; ``turn`` on the wire)."""

    code: str
    index: int


class CodeDirectory:
    """Codes on the exchange. ``key``: what codes are derived from; whoever has it can tell every line's codes.

    What needs the exchange raises Unavailable while it is away.
    """

    def __init__(self, exchange: Exchange, key: bytes, metrics: Metrics) -> None:
        self._exchange = exchange
        self._key = key
        self._metrics = metrics
        self._addresses = Buckets(ADDRESS_MISSES_PER_S, ADDRESS_MISSES_BURST)

    async def claim(self, line: str, index: int | None = None, spent: str = "") -> ClaimedCode:
        """A code for the line, of this index if it is free, or else of any; never the ``spent`` one.

        Indexes are random and not counted up: a line that knows its own codes would see at each one that is passed
        over that somebody has it, which is a look-up that costs nothing.
        """
        for _ in range(_TRIES):
            index = secrets.randbelow(CODE_INDEXES) if index is None else index
            claimed = ClaimedCode(self._derive(line, index), index)
            if claimed.code != spent and await self._exchange.claim(claimed.code, line, CODE_TTL_S):
                return claimed
            index = None
        raise Unavailable

    def _derive(self, line: str, index: int) -> str:
        return make_code(hmac.new(self._key, f"{line}:{index}".encode(), hashlib.sha256).digest())

    async def extend(self, line: str, code: str) -> bool:
        """Hold the code for longer; False if it was lost to another line."""
        return await self._exchange.claim(code, line, CODE_TTL_S)

    async def release(self, line: str, code: str) -> None:
        """Let it lead nowhere, at once."""
        await self._exchange.release(code, line)

    async def retire(self, line: str, code: str) -> None:
        """It was answered: let it lead nowhere, and not be the line's again either, for CODE_SPENT_S."""
        await self._exchange.retire(code, line, CODE_SPENT_S)

    async def look_up(self, code: str, attempt: "CodeAttempt", now: float) -> str | None:
        """The line behind a code: None if there is none, or if there were too many wrong attempts."""
        if not attempt.admit(now):
            return self._count("limited", None)
        line = await self._exchange.find(code) if is_code(code) else None
        return self._count("found" if line else "missed", line)

    def _count(self, result: str, line: str | None) -> str | None:
        self._metrics.call_lookups.labels(result).inc()
        return line

    def attempt(self, misses_left: Bucket, address: str | None) -> "CodeAttempt":
        """One attempt by a line with these misses left, from this address."""
        return CodeAttempt(misses_left, self._addresses, address)


@dataclass(slots=True)
class CodeAttempt:
    """A code that was rung. It costs one miss of its line and one of its address before it is looked up, so that none
    gets in for free meanwhile; if somebody was reached, it costs nothing after all. Loopback without a proxy (None)
    counts as one address.
    """

    _line: Bucket
    _addresses: Buckets
    _address: str | None
    _is_paid: bool = False

    def admit(self, now: float) -> bool:
        """Whether line and address may still be wrong; they have one miss less then."""
        if not self._line.consume(now):
            return False
        if not self._addresses.consume(self._address, now):
            self._line.refund()
            return False
        self._is_paid = True
        return True

    def refund(self) -> None:
        """Somebody was reached: it costs nothing. The second time does nothing."""
        if self._is_paid:
            self._is_paid = False
            self._line.refund()
            self._addresses.refund(self._address)


def new_misses(now: float) -> Bucket:
    """How often one line may be wrong."""
    return Bucket.full(MISSES_PER_S, MISSES_BURST, now)
