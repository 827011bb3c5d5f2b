"""What a line says to its page, as types, and their JSON. signaling.py has what a page says to its line.

docs/protocol.md has the whole language, for whoever writes a client.
"""

import json
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

from kuuki.call.calling import LegState, Side
from kuuki.call.signaling import Signal

PartnerIs = Literal["here", "away", "gone"]
"""Where the partner's page is: here; away for a moment; gone for LINE_GRACE_S."""

WhyNoRelay = Literal["no_call", "tested"]
"""Why relays are left out: the line has no call that needs one; this address had its test a moment ago."""


class RtcIceServer(TypedDict):
    """A STUN or TURN server as RTCPeerConnection takes it (W3C WebRTC section 4.2.4)."""

    urls: list[str]
    username: NotRequired[str]
    credential: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Welcome:
    """The answer to a hello: the line's secret and its code. ``code`` and ``code_index`` are None while the line has
    no code: a NewCode follows. ``has_relay``: whether there is a TURN server.
    """

    line: str
    code: str | None
    code_index: int | None
    has_relay: bool


@dataclass(frozen=True, slots=True)
class LegStatus:
    """Where a call stands for this side. ``partner``: the other line's id, None before it is known. ``name``: the
    partner's, "" until they answered.
    """

    call: str
    side: Side
    state: LegState
    partner: str | None = None
    name: str = ""
    partner_is: PartnerIs = "here"


@dataclass(frozen=True, slots=True)
class NewCode:
    """The line's code from now on. Both None: the one before is spent, and another is being made."""

    code: str | None
    code_index: int | None


@dataclass(frozen=True, slots=True)
class IceServers:
    """The answer to ``ice``. The credentials hold for ``ttl_s`` seconds. ``is_test``: for a test of the network."""

    servers: tuple[RtcIceServer, ...]
    ttl_s: float
    no_relay: WhyNoRelay | None = None
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class Still:
    """The line is alive."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A message of the page was not understood. ``error``: a static reason."""

    error: str


LineMessage = Welcome | LegStatus | NewCode | Signal | IceServers | Still | Problem


def serialize_message(message: LineMessage) -> bytes:
    """The message as one JSON object in ASCII."""
    return json.dumps(_fields(message), separators=(",", ":")).encode()


def _fields(message: LineMessage) -> dict[str, Any]:
    match message:
        case Welcome(line, code, index, has_relay):
            fields = {"type": "welcome", "line": line, "code": code, "turn": index, "relay": has_relay}
        case LegStatus():
            fields = _status(message)
        case NewCode(code, index):
            fields = {"type": "code", "code": code, "turn": index}
        case Signal():
            fields = _signal(message)
        case IceServers():
            fields = _ice(message)
        case Still():
            fields = {"type": "still"}
        case _:
            fields = {"type": "problem", "error": message.error}
    return fields


def _status(status: LegStatus) -> dict[str, Any]:
    return {
        "type": "state",
        "call": status.call,
        "side": status.side.value,
        "state": status.state.value,
        "partner": status.partner,
        "name": status.name,
        "partner_is": status.partner_is,
    }


def _signal(signal: Signal) -> dict[str, Any]:
    fields = {"type": "signal", "call": signal.call, "generation": signal.generation}
    if signal.description is not None:
        return fields | {"description": signal.description}
    return fields | {"candidate": signal.candidate}


def _ice(ice: IceServers) -> dict[str, Any]:
    fields: dict[str, Any] = {"type": "ice", "servers": ice.servers, "ttl_s": ice.ttl_s}
    if ice.no_relay is not None:
        fields["no_relay"] = ice.no_relay
    return fields | {"for": "test"} if ice.is_test else fields
