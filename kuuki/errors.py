"""What can go wrong, as one tree; why a peer was closed; why a frame was dropped.

KuukiError
├── Malformed          bytes or text that break the protocol
│   ├── BadFrame       a data channel's frame
│   ├── BadOffer       an SDP offer
│   └── BadMessage     a message on the bus, or of a call's signaling
├── Refused            understood, but not allowed
│   ├── RoomUnknown    no such room (or not for you: the answers are equal)
│   ├── TooMany        a cap of kuuki.limits is reached
│   ├── NotRecorded    a record that could not be kept for sure
│   └── PurposeRefused a purpose that the law forbids
└── Unavailable        not now: starting, going away, or a store does not answer
    ├── Full           the machine has no sockets, files or addresses left for it
    └── Overloaded     this process is late already; another one may have time
"""

from enum import IntEnum, StrEnum


class KuukiError(Exception):
    """The root of all exceptions that kuuki raises on purpose."""


class Malformed(KuukiError):
    """Bytes or text from the network that break the protocol. ``reason`` is static: safe to log and count."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadFrame(Malformed):
    """A frame that is not one of frames.py's."""


class BadOffer(Malformed):
    """An SDP offer that the gateway does not accept."""


class BadMessage(Malformed):
    """A message on the bus that is not one of bulletins.py's, or one on a line that is not one of signaling.py's."""


class Refused(KuukiError):
    """Understood, but not allowed."""


class RoomUnknown(Refused):
    """No such room, or none that this caller may know of."""


class TooMany(Refused):
    """A cap of limits.py is reached. ``reason`` is static."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotRecorded(Refused):
    """It could not be recorded durably, so it is not acknowledged. ``reason`` is static."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PurposeRefused(Refused):
    """A room for a purpose in which reading expressions is forbidden."""


class Unavailable(KuukiError):
    """Not now: the process is starting, going away or full, or a store does not answer in time."""


class Full(Unavailable):
    """The machine does not give what this process would need for it. ``reason`` is static."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Overloaded(Unavailable):
    """Not now: this process serves its peers late already."""


class CloseCode(IntEnum):
    """Why a peer is closed. 3000-3499: try again (with jitter). 3500-3999: stop, and tell the person."""

    GOING_AWAY = 3000
    SLOW = 3001
    SILENT = 3002
    FULL = 3003
    ROOM_CLOSED = 3500
    SEAT_TAKEN = 3501
    FLOOD = 3502
    MALFORMED = 3503
    REMOVED = 3504
    LINE_TAKEN = 3505
    CALLS_OFF = 3506


class DropReason(StrEnum):
    """Why a frame from a client was dropped: the label of one counter, never a traceback."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    NOT_BINARY = "not_binary"
    WRONG_KIND = "wrong_kind"
    WRONG_ROLE = "wrong_role"
    LATE = "late"
    OVER_RATE = "over_rate"
    NOT_SURE = "not_sure"
    NO_SEAT = "no_seat"
