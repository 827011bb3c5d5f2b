"""Notes: what one line tells another, or an older page of the same line, across processes.

A note is one JSON object in UTF-8. It always has all of FIELDS; those that are not its kind's are empty (falsy).
Bytes from the exchange decode to one of the classes here or raise BadMessage, in bounded time and memory: a kind or a
field of a later version too, for a note that is dropped does no harm (lines repeat what matters).
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import Enum, StrEnum
from typing import Any, Final

from kuuki.call.calling import TELLS, Event, LegState
from kuuki.call.fields import Fields, call_field, match_field, name_field, parse_object, text_field
from kuuki.call.signaling import CODE_CHARS, Signal, parse_signal
from kuuki.errors import BadMessage
from kuuki.limits import LINE_ID, MESSAGE_BYTES

NOTE_BYTES: Final = MESSAGE_BYTES + 1024
"""The longest note passes on a signal, which came in a message of MESSAGE_BYTES at most."""

SESSION_ID: Final = r"[0-9a-f]{16}"
"""64 random bits, new for each session of a line in a process."""

TOLD: Final = frozenset({*TELLS.values(), Event.IS_BUSY, Event.WAITS})
"""The events that another line may tell. All others are of one's own page, or of one's own clock."""


class UnknownCode(Enum):
    """In the place of a code: the call was rung by one, but it is not known by which."""

    UNKNOWN = "unknown"


RungCode = str | UnknownCode | None
"""The code that a call was rung by. None: by none, as the partner of an earlier call. UNKNOWN: the leg was restored by
its page, or rung by a process of the version before, which does not say the code."""


@dataclass(frozen=True, slots=True)
class RingNote:
    """The sender calls. ``name``: the caller's. ``code``: what was rung, which an answer spends."""

    sender: str
    call: str
    name: str = ""
    code: RungCode = None


@dataclass(frozen=True, slots=True)
class EventNote:
    """Something happened to the sender's leg: ``event``, one of TOLD. ``name``: the sender's, "" until it answered."""

    sender: str
    call: str
    event: Event
    name: str = ""


@dataclass(frozen=True, slots=True)
class SignalNote:
    """A description or a candidate, for the page of the receiving line."""

    sender: str
    signal: Signal

    @property
    def call(self) -> str:
        """The call that it belongs to."""
        return self.signal.call


class Liveness(StrEnum):
    """How it is with the sender's page."""

    STILL = "still"
    """It is there. Said again and again."""
    AWAY = "away"
    """Its connection is gone; it may come back."""
    BACK = "back"
    """It connected again. The receiver answers at once with its own liveness."""


@dataclass(frozen=True, slots=True)
class LivenessNote:
    """A sign of life. ``state``: the sender's leg's, which heals what was lost; None where it is not said."""

    sender: str
    call: str
    liveness: Liveness
    state: LegState | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class TakenNote:
    """A page connected to the line ``sender`` in some process. It goes to all processes that have this line, so that
    an older session of it ends. ``session``: the id of the newer one.
    """

    sender: str
    session: str


CallNote = RingNote | EventNote | SignalNote | LivenessNote
Note = CallNote | TakenNote


FIELDS: Final[Fields] = {
    "kind": "",
    "sender": "",
    "call": "",
    "name": "",
    "event": None,
    "state": None,
    "by_code": "",
    "signal": None,
    "stamp": "",
}
"""All fields of a note, in their order, as they stand where its kind has no use for them."""


def encode_note(note: Note) -> bytes:
    """A note's bytes, for the exchange."""
    fields = FIELDS | {"sender": note.sender} | _own_fields(note)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _own_fields(note: Note) -> dict[str, Any]:
    match note:
        case RingNote():
            code = True if note.code is UnknownCode.UNKNOWN else note.code or ""
            return {"kind": "ring", "call": note.call, "name": note.name, "by_code": code}
        case EventNote():
            return {"kind": "event", "call": note.call, "name": note.name, "event": note.event}
        case SignalNote():
            return {"kind": "signal", "call": note.call, "signal": asdict(note.signal)}
        case LivenessNote():
            return {"kind": note.liveness, "call": note.call, "name": note.name, "state": note.state}
        case _:
            return {"kind": "taken", "stamp": note.session}


def decode_note(message: bytes) -> Note:
    """The note in these bytes; raises BadMessage("note")."""
    try:
        return _parse(parse_object(message.decode(), NOTE_BYTES))
    except (BadMessage, UnicodeDecodeError) as error:
        raise BadMessage("note") from error


def _parse(fields: Fields) -> Note:
    kind = fields.get("kind")
    parser = _PARSERS.get(kind) if isinstance(kind, str) else None
    if parser is None or not fields.keys() <= FIELDS.keys():
        raise BadMessage("kind")
    own, parse = parser
    if any(fields.get(key) for key in FIELDS.keys() - own):
        raise BadMessage("fields")
    return parse(match_field(fields, "sender", LINE_ID), fields)


def _ring(sender: str, fields: Fields) -> RingNote:
    return RingNote(sender, call_field(fields), name_field(fields), _rung_code(fields))


def _rung_code(fields: Fields) -> RungCode:
    code = fields.get("by_code")
    if isinstance(code, bool):  # from a process of the version before
        return UnknownCode.UNKNOWN if code else None
    return text_field(fields, "by_code", CODE_CHARS) or None


def _event(sender: str, fields: Fields) -> EventNote:
    event = fields.get("event")
    if not isinstance(event, str) or event not in TOLD:
        raise BadMessage("event")
    return EventNote(sender, call_field(fields), Event(event), name_field(fields))


def _passed_on(sender: str, fields: Fields) -> SignalNote:
    signal = fields.get("signal")
    if not isinstance(signal, dict) or signal.get("call") != fields.get("call"):
        raise BadMessage("signal")
    return SignalNote(sender, parse_signal(signal))


def _liveness(sender: str, fields: Fields) -> LivenessNote:
    state = fields.get("state")
    try:
        said = None if state is None else LegState(state)
    except ValueError as error:
        raise BadMessage("state") from error
    return LivenessNote(sender, call_field(fields), Liveness(fields["kind"]), said, name_field(fields))


def _taken(sender: str, fields: Fields) -> TakenNote:
    return TakenNote(sender, match_field(fields, "stamp", SESSION_ID))


_Parse = Callable[[str, Fields], Note]
_OF_ALL: Final = {"kind", "sender"}
_OF_LIVENESS: Final = _OF_ALL | {"call", "name", "state"}
_PARSERS: Final[dict[str, tuple[set[str], _Parse]]] = {
    "ring": (_OF_ALL | {"call", "name", "by_code"}, _ring),
    "event": (_OF_ALL | {"call", "name", "event"}, _event),
    "signal": (_OF_ALL | {"call", "signal"}, _passed_on),
    "taken": (_OF_ALL | {"stamp"}, _taken),
    **dict.fromkeys(Liveness, (_OF_LIVENESS, _liveness)),
}
"""For each kind its own fields, and what makes a note of them."""
