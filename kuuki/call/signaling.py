"""Messages of a call's signaling: what a page says to its line, and the notes that lines send each other.

A message is one JSON object with a ``type``. Text from the network parses to one of the classes here or raises
BadMessage, in bounded time and memory. docs/protocol.md has the whole language, for whoever writes a client.
"""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from kuuki.call.calling import Event, LegState, Side
from kuuki.errors import BadMessage
from kuuki.limits import CALL_ID, GENERATIONS, LINE_ID, LINE_SECRET, MESSAGE_BYTES, NAME_CHARS, TURNS

VERSION: Final = 1
Language = Literal["en", "ja"]
_CODE_CHARS: Final = 64
_CANDIDATE_CHARS: Final = 1024


@dataclass(frozen=True, slots=True)
class Standing:
    """A call that a page is in, as it knows it: said again on every connection, so no server needs to remember it."""

    call: str
    partner: str
    side: Side
    state: LegState
    name: str = ""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message. ``line``: the secret of the line that this page had before; ``turn``: its code's number,
    None if it has none: a code that is spent is none.
    """

    name: str
    language: Language
    line: str | None = None
    turn: int | None = None
    call: Standing | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """Call whoever has this code. The page makes the call's id, so ringing twice is one call."""

    call: str
    code: str


@dataclass(frozen=True, slots=True)
class Again:
    """Call the partner of an earlier call."""

    call: str
    of: str


@dataclass(frozen=True, slots=True)
class Act:
    """Accept, decline, hang up, lose."""

    event: Event
    call: str


@dataclass(frozen=True, slots=True)
class Signal:
    """An SDP description or an ICE candidate for the partner's page, of the call's nth connection.

    Exactly one of ``description`` (``type``, ``sdp``) and ``candidate`` (as RTCIceCandidate.toJSON) is there.
    """

    call: str
    generation: int
    description: dict[str, str] | None = None
    candidate: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A message without contents: ``ice`` (relay credentials), ``code`` (another one), ``still``, ``bye``.

    ``is_test``: of ``ice``, that it is for a test of the network, not for a call.
    """

    what: Literal["ice", "code", "still", "bye"]
    is_test: bool = False


Message = Hello | Ring | Again | Act | Signal | Ask

_ACTS: Final = {event.value: event for event in (Event.ACCEPT, Event.DECLINE, Event.HANG_UP, Event.LOSE)}
_ASKS: Final = ("ice", "code", "still", "bye")


def parse_message(text: str) -> Message:
    """What a page said; raises BadMessage."""
    fields = _object(text)
    kind = fields.get("type")
    if kind == "hello":
        return _hello(fields)
    if kind == "ring":
        return Ring(_call(fields), _text(fields, "code", _CODE_CHARS))
    if kind == "again":
        return Again(_call(fields), _match(fields, "of", CALL_ID))
    if kind == "signal":
        return _signal(fields)
    if isinstance(kind, str) and kind in _ACTS:
        return Act(_ACTS[kind], _call(fields))
    if kind in _ASKS:
        return Ask(kind, kind == "ice" and fields.get("for") == "test")
    raise BadMessage("type")


def _object(text: str) -> dict[str, Any]:
    if len(text) > MESSAGE_BYTES or len(text.encode(errors="replace")) > MESSAGE_BYTES:
        raise BadMessage("too_large")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMessage("not_json") from error
    if not isinstance(fields, dict):
        raise BadMessage("not_an_object")
    return fields


def _hello(fields: dict[str, Any]) -> Hello:
    if fields.get("version") != VERSION:
        raise BadMessage("version")
    name = _name(fields)
    language: Any = fields.get("language")
    if language not in get_args(Language):
        raise BadMessage("language")
    line = None if fields.get("line") is None else _match(fields, "line", LINE_SECRET)
    call = fields.get("call")
    standing = None if call is None else _standing(call)
    turn = None if fields.get("turn") is None else _int(fields, "turn", 0, TURNS - 1)
    return Hello(name, language, line, turn, standing)


def _standing(fields: Any) -> Standing:
    if not isinstance(fields, dict):
        raise BadMessage("call")
    try:
        side, state = Side(fields["side"]), LegState(fields["state"])
    except (KeyError, ValueError) as error:
        raise BadMessage("call") from error
    if state.is_end:
        raise BadMessage("call")
    return Standing(_call(fields), _match(fields, "partner", LINE_ID), side, state, _name(fields))


def _signal(fields: dict[str, Any]) -> Signal:
    call, generation = _call(fields), _int(fields, "generation", 1, GENERATIONS)
    description, candidate = fields.get("description"), fields.get("candidate")
    if isinstance(description, dict) and candidate is None:
        if description.get("type") not in ("offer", "answer"):
            raise BadMessage("description")
        return Signal(call, generation, {"type": description["type"], "sdp": _text(description, "sdp", MESSAGE_BYTES)})
    if isinstance(candidate, dict) and description is None:
        return Signal(call, generation, candidate=_candidate(candidate))
    raise BadMessage("signal")


def _candidate(fields: dict[str, Any]) -> dict[str, Any]:
    index, mid, fragment = fields.get("sdpMLineIndex"), fields.get("sdpMid"), fields.get("usernameFragment")
    if not _is_number_or_none(index) or not _is_short_or_none(mid) or not _is_short_or_none(fragment):
        raise BadMessage("candidate")
    candidate = _text(fields, "candidate", _CANDIDATE_CHARS)
    return {"candidate": candidate, "sdpMid": mid, "sdpMLineIndex": index, "usernameFragment": fragment}


def _is_number_or_none(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value < 100)


def _is_short_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= 256 and _is_unicode(value))


def _call(fields: dict[str, Any]) -> str:
    return _match(fields, "call", CALL_ID)


def _match(fields: dict[str, Any], key: str, pattern: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise BadMessage(key)
    return value


def _text(fields: dict[str, Any], key: str, longest: int) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or len(value) > longest or not _is_unicode(value):
        raise BadMessage(key)
    return value


def _is_unicode(value: str) -> bool:
    """JSON may spell half a surrogate pair, which no encoding can carry on."""
    return not any("\ud800" <= char <= "\udfff" for char in value)


def _name(fields: dict[str, Any]) -> str:
    """A name without control and direction characters, its spaces folded."""
    name = _text(fields, "name", 4 * NAME_CHARS)
    plain = "".join(char if char.isprintable() else " " for char in name)
    return " ".join(plain.split())[:NAME_CHARS]


def _int(fields: dict[str, Any], key: str, low: int, high: int) -> int:
    value = fields.get(key, low)
    if type(value) is not int or not low <= value <= high:
        raise BadMessage(key)
    return value


NoteKind = Literal["ring", "event", "signal", "still", "away", "back", "taken"]


@dataclass(frozen=True, slots=True)
class Note:
    """From one line to another (or, ``taken``, to an older page of the same line).

    ``event``: what the receiving leg is told. ``state``: the sending leg's. ``by_code``: of a ring, the code, which is
    spent once answered (True from a process of the version before, which does not say it). ``stamp``: which page took
    the line.
    """

    kind: NoteKind
    sender: str
    call: str = ""
    name: str = ""
    event: Event | None = None
    state: LegState | None = None
    by_code: str | bool = ""
    signal: Signal | None = None
    stamp: str = ""


def encode_note(note: Note) -> bytes:
    """A note's bytes, for the exchange."""
    return json.dumps(asdict(note), ensure_ascii=False, separators=(",", ":")).encode()


def decode_note(message: bytes) -> Note:
    """The note in these bytes; raises BadMessage."""
    try:
        fields = json.loads(message)
        signal = fields.pop("signal")
        event, state = fields.pop("event"), fields.pop("state")
        return Note(
            **fields,
            signal=Signal(**signal) if signal else None,
            event=Event(event) if event else None,
            state=LegState(state) if state else None,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadMessage("note") from error
