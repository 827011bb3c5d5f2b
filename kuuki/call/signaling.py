"""What a page says to its line, as types, and the check of their JSON. line_messages.py has what a line says.

A message is one JSON object with a ``type``. Text from the network parses to one of the classes here or raises
BadMessage, in bounded time and memory. docs/protocol.md has the whole language, for whoever writes a client.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from kuuki.call.calling import Event, LegState, Side
from kuuki.call.fields import (
    Fields,
    call_field,
    int_field,
    is_unicode,
    match_field,
    name_field,
    parse_object,
    text_field,
)
from kuuki.errors import BadMessage
from kuuki.limits import CALL_ID, CODE_INDEXES, GENERATIONS, LINE_ID, LINE_SECRET, MESSAGE_BYTES

VERSION: Final = 1
Language = Literal["en", "ja"]
CODE_CHARS: Final = 64
"""What may be rung: longer than any code."""

_CANDIDATE_CHARS: Final = 1024
_SHORT_CHARS: Final = 256
_SECTIONS: Final = 100
"""Beyond this no ``sdpMLineIndex`` is believed."""


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
    """The first message. ``line``: the secret of the line that this page had before. ``code_index``: the index that
    the line's code was derived from (``turn`` on the wire), None without a code that is not spent.
    """

    name: str
    language: Language
    line: str | None = None
    code_index: int | None = None
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
    fields = parse_object(text, MESSAGE_BYTES)
    kind = fields.get("type")
    if kind == "hello":
        return _hello(fields)
    if kind == "ring":
        return Ring(call_field(fields), text_field(fields, "code", CODE_CHARS))
    if kind == "again":
        return Again(call_field(fields), match_field(fields, "of", CALL_ID))
    if kind == "signal":
        return parse_signal(fields)
    if isinstance(kind, str) and kind in _ACTS:
        return Act(_ACTS[kind], call_field(fields))
    if kind in _ASKS:
        return Ask(kind, kind == "ice" and fields.get("for") == "test")
    raise BadMessage("type")


def _hello(fields: Fields) -> Hello:
    if fields.get("version") != VERSION:
        raise BadMessage("version")
    name = name_field(fields)
    language: Any = fields.get("language")
    if language not in get_args(Language):
        raise BadMessage("language")
    line = None if fields.get("line") is None else match_field(fields, "line", LINE_SECRET)
    call = fields.get("call")
    standing = None if call is None else _standing(call)
    index = None if fields.get("turn") is None else int_field(fields, "turn", 0, CODE_INDEXES - 1)
    return Hello(name, language, line, index, standing)


def _standing(fields: Any) -> Standing:
    if not isinstance(fields, dict):
        raise BadMessage("call")
    try:
        side, state = Side(fields["side"]), LegState(fields["state"])
    except (KeyError, ValueError) as error:
        raise BadMessage("call") from error
    if state.is_end:
        raise BadMessage("call")
    return Standing(call_field(fields), match_field(fields, "partner", LINE_ID), side, state, name_field(fields))


def parse_signal(fields: Fields) -> Signal:
    """A signal's own fields, checked; raises BadMessage. ``type`` is not looked at."""
    call, generation = call_field(fields), int_field(fields, "generation", 1, GENERATIONS)
    description, candidate = fields.get("description"), fields.get("candidate")
    if isinstance(description, dict) and candidate is None:
        if description.get("type") not in ("offer", "answer"):
            raise BadMessage("description")
        sdp = text_field(description, "sdp", MESSAGE_BYTES)
        return Signal(call, generation, {"type": description["type"], "sdp": sdp})
    if isinstance(candidate, dict) and description is None:
        return Signal(call, generation, candidate=_candidate(candidate))
    raise BadMessage("signal")


def _candidate(fields: Fields) -> dict[str, Any]:
    index, mid, fragment = fields.get("sdpMLineIndex"), fields.get("sdpMid"), fields.get("usernameFragment")
    if not _is_number_or_none(index) or not _is_short_or_none(mid) or not _is_short_or_none(fragment):
        raise BadMessage("candidate")
    candidate = text_field(fields, "candidate", _CANDIDATE_CHARS)
    return {"candidate": candidate, "sdpMid": mid, "sdpMLineIndex": index, "usernameFragment": fragment}


def _is_number_or_none(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value < _SECTIONS)


def _is_short_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= _SHORT_CHARS and is_unicode(value))
