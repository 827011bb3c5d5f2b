"""The directory: which code leads to which line, and what wrong guesses cost."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from kuuki.admission import Bucket, Buckets
from kuuki.call.codes import is_code, make_code
from kuuki.errors import Unavailable
from kuuki.limits import ADDRESS_MISSES_BURST, ADDRESS_MISSES_PER_S, MISSES_BURST, MISSES_PER_S, TURNS
from kuuki.times import CODE_SPENT_S
from services.runtime.exchange import Exchange
from services.runtime.metrics import Metrics

CODE_TTL_S: Final = 90.0
CODE_RENEW_S: Final = 30.0
"""A claim outlives two renewals that failed, and ends soon after its process."""

_TRIES: Final = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """A line's code, and the turn that it was made of."""

    code: str
    turn: int


class Directory:
    """Codes on the exchange. ``key``: what codes are derived from; whoever has it can tell every line's codes."""

    def __init__(self, exchange: Exchange, key: bytes, metrics: Metrics) -> None:
        self._exchange = exchange
        self._key = key
        self._metrics = metrics
        self._addresses = Buckets(ADDRESS_MISSES_PER_S, ADDRESS_MISSES_BURST)

    async def claim(self, line: str, turn: int | None = None, spent: str = "") -> Claim:
        """A code for the line, of this turn if it is free, or else of any; never the ``spent`` one.

        Turns are not counted up: a line that knows its own codes would see at each one that is passed over that
        somebody has it, which is a look-up that costs nothing.
        """
        for _ in range(_TRIES):
            turn = secrets.randbelow(TURNS) if turn is None else turn
            claim = Claim(self._code(line, turn), turn)
            if claim.code != spent and await self._exchange.claim(claim.code, line, CODE_TTL_S):
                return claim
            turn = None
        raise Unavailable

    def _code(self, line: str, turn: int) -> str:
        return make_code(hmac.new(self._key, f"{line}:{turn}".encode(), hashlib.sha256).digest())

    async def extend(self, line: str, code: str) -> bool:
        """Hold the code for longer; False if it was lost to another line."""
        return await self._exchange.claim(code, line, CODE_TTL_S)

    async def release(self, line: str, code: str) -> None:
        """Let it lead nowhere, at once."""
        await self._exchange.release(code, line)

    async def retire(self, line: str, code: str) -> None:
        """It was answered: let it lead nowhere, and not be the line's again either, for CODE_SPENT_S."""
        await self._exchange.retire(code, line, CODE_SPENT_S)

    async def find(self, code: str, guess: "Guess", now: float) -> str | None:
        """The line behind a code: None if there is none, or if this guesser has guessed wrong too often."""
        if not guess.pay(now):
            return self._looked("limited", None)
        line = await self._exchange.find(code) if is_code(code) else None
        return self._looked("found" if line else "missed", line)

    def _looked(self, result: str, line: str | None) -> str | None:
        self._metrics.call_lookups.labels(result).inc()
        return line

    def guess(self, misses: Bucket, address: str | None) -> "Guess":
        """One try by a line with these misses left, from this address."""
        return Guess(misses, self._addresses, address)


@dataclass(slots=True)
class Guess:
    """A code that was rung. It is paid for before it is looked up, so that none gets in for free meanwhile, and who
    was right gets it back. Loopback without a proxy (None) counts as one address.
    """

    _line: Bucket
    _addresses: Buckets
    _address: str | None
    _is_paid: bool = False

    def pay(self, now: float) -> bool:
        """Whether there was something to pay with."""
        if not self._line.consume(now):
            return False
        if not self._addresses.consume(self._address, now):
            self._line.refund()
            return False
        self._is_paid = True
        return True

    def was_right(self) -> None:
        """Somebody was there: it costs nothing."""
        if self._is_paid:
            self._is_paid = False
            self._line.refund()
            self._addresses.refund(self._address)


def new_misses(now: float) -> Bucket:
    """What one line may guess wrong."""
    return Bucket.full(MISSES_PER_S, MISSES_BURST, now)
