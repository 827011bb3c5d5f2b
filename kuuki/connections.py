"""Which connections may stay open: caps on all, on those of one address and on idle ones. Time is an argument.

A connection is *idle* while it has no request to be answered: before its first and between two. It is *silent* as long
as it has sent no whole request head, its TLS handshake included. It is *sending* while an answer of known length is on
its way; a stream of events and a WebSocket, which have no length, never are: they have caps of their own.

Where a cap is reached the oldest idle connection is cut: its client waits for nothing and so loses nothing, and an
honest client sends its request at once. Where none is idle, the one is cut that has been sending longest, unless it has
only just begun: else clients that read slowly could block the port at next to no cost. Only where there is neither is
the new one refused.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from kuuki.limits import SENDING_BYTES_PER_S
from kuuki.times import HEAD_S, SENDING_S, SENDING_SURE_S


class ConnectionRefusal(StrEnum):
    """Why a new connection is not taken."""

    FULL = "full"
    """All connections that there may be are being answered, and none gives way."""
    ADDRESS = "address"
    """All that its address may have are being answered, and none gives way."""


class CutReason(StrEnum):
    """Why an open connection is closed."""

    IDLE = "idle"
    """The oldest idle one, where all connections or all idle ones are too many."""
    ADDRESS = "address"
    """One of an address that has as many as one may have: the oldest idle, or the one that has been sending longest."""
    SILENT = "silent"
    """No whole request head in HEAD_S, while half of what may be open is."""
    SENDING = "sending"
    """The one that has been sending longest, where all are too many and none is idle."""
    SLOW = "slow"
    """Its answer was not sent in the time that its length has."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How many may be open: in all, of one address, and idle."""

    in_all: int
    per_address: int
    idle: int


Connection = TypeVar("Connection", bound=Hashable)


@dataclass(slots=True)
class Admission(Generic[Connection]):
    """Whether a new connection is taken (no ``refusal``), and which others go, with the reason."""

    refusal: ConnectionRefusal | None = None
    cut: list[tuple[Connection, CutReason]] = field(default_factory=list)


class Connections(Generic[Connection]):
    """All open connections of one listener. Each step takes the same time however many there are."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._address: dict[Connection, Hashable] = {}
        self._idle: OrderedDict[Connection, None] = OrderedDict()
        self._silent: OrderedDict[Connection, float] = OrderedDict()
        self._sending: OrderedDict[Connection, float] = OrderedDict()
        self._by_address: dict[Hashable, _AddressConnections[Connection]] = {}

    def __len__(self) -> int:
        return len(self._address)

    @property
    def idle(self) -> int:
        """How many of them are idle."""
        return len(self._idle)

    def admit(self, connection: Connection, address: Hashable, now: float) -> Admission[Connection]:
        """Decide about a new connection of that address. The address None has no cap of its own."""
        admission: Admission[Connection] = Admission()
        self._cut_silent(now, admission)
        admission.refusal = self._make_room(address, now, admission)
        if admission.refusal is None:
            self._address[connection] = address
            self._idle[connection], self._silent[connection] = None, now
            of_address = self._by_address.setdefault(address, _AddressConnections())
            of_address.open += 1
            of_address.idle[connection] = None
        while len(self._idle) > self._caps.idle:
            self._cut(next(iter(self._idle)), CutReason.IDLE, admission)
        return admission

    def _make_room(self, address: Hashable, now: float, admission: Admission[Connection]) -> ConnectionRefusal | None:
        of_address = self._by_address.get(address) if address is not None else None
        if of_address is not None and of_address.open >= self._caps.per_address:
            of_those = _first(of_address.idle) if of_address.idle else _longest(of_address.sending, now)
            if of_those is None:
                return ConnectionRefusal.ADDRESS
            self._cut(of_those, CutReason.ADDRESS, admission)
        if len(self._address) >= self._caps.in_all:
            of_all = self.next_to_go(now)
            if of_all is None:
                return ConnectionRefusal.FULL
            self._cut(*of_all, admission)
        return None

    def _cut_silent(self, now: float, admission: Admission[Connection]) -> None:
        """Where half of a cap is used, cut the connections that sent no whole request head within HEAD_S."""
        if 2 * len(self._address) < self._caps.in_all and 2 * len(self._idle) < self._caps.idle:
            return
        while self._silent:
            connection, since = next(iter(self._silent.items()))
            if now - since < HEAD_S:
                return
            self._cut(connection, CutReason.SILENT, admission)

    def _cut(self, connection: Connection, why: CutReason, admission: Admission[Connection]) -> None:
        self.gone(connection)
        admission.cut.append((connection, why))

    def next_to_go(self, now: float) -> tuple[Connection, CutReason] | None:
        """The one that makes room for another, and why; None if none does."""
        if (idle := _first(self._idle)) is not None:
            return idle, CutReason.IDLE
        if (sending := _longest(self._sending, now)) is not None:
            return sending, CutReason.SENDING
        return None

    def busy(self, connection: Connection) -> None:
        """A whole request head came: it is being answered."""
        if connection in self._address:
            self._idle.pop(connection, None)
            self._silent.pop(connection, None)
            self._by_address[self._address[connection]].idle.pop(connection, None)

    def send(self, connection: Connection, length: int, now: float) -> float:
        """An answer of ``length`` bytes, or a part of one, begins to be sent. Returns by when it must have been
        sent."""
        if connection in self._address:
            self._sent(connection)
            self._sending[connection] = self._by_address[self._address[connection]].sending[connection] = now
        return now + SENDING_S + length / SENDING_BYTES_PER_S

    def _sent(self, connection: Connection) -> None:
        self._sending.pop(connection, None)
        self._by_address[self._address[connection]].sending.pop(connection, None)

    def rest(self, connection: Connection) -> None:
        """The answer was written: the connection is idle again, as the youngest."""
        if connection in self._address:
            self._sent(connection)
            self._idle[connection] = None
            self._by_address[self._address[connection]].idle[connection] = None

    def gone(self, connection: Connection) -> None:
        """The connection is closed. One that is not open changes nothing."""
        if connection not in self._address:
            return
        self.busy(connection)
        self._sent(connection)
        address = self._address.pop(connection)
        self._by_address[address].open -= 1
        if not self._by_address[address].open:
            del self._by_address[address]


@dataclass(slots=True)
class _AddressConnections(Generic[Connection]):
    """The open connections of one address."""

    open: int = 0
    idle: OrderedDict[Connection, None] = field(default_factory=OrderedDict)
    sending: OrderedDict[Connection, float] = field(default_factory=OrderedDict)


def _first(connections: Iterable[Connection]) -> Connection | None:
    return next(iter(connections), None)


def _longest(sending: OrderedDict[Connection, float], now: float) -> Connection | None:
    """The one that has been sending longest, unless it has only just begun."""
    longest = _first(sending)
    return None if longest is None or now - sending[longest] < SENDING_SURE_S else longest
