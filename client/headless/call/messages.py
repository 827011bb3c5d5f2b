"""Messages of a line, as a page's end sees them: what the line says, parsed; what it is told, built. Pure.

kuuki/call/signaling.py is the other end. Text from the server parses to one of the classes here or raises BadMessage.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kuuki.call.calling import Event, LegState, Side
from kuuki.call.signaling import VERSION, Signal, parse_message
from kuuki.errors import BadMessage
from kuuki.limits import MESSAGE_BYTES

Said = dict[str, Any]
"""What is said to the line: one JSON object."""

_PARTNER_IS: Final = ("here", "away", "gone")
_SERVERS: Final = 20


@dataclass(frozen=True, slots=True)
class Welcome:
    """The line's secret and its code; None while another one is being made: see NewCode."""

    line: str
    code: str | None
    turn: int | None
    has_relay: bool


@dataclass(frozen=True, slots=True)
class Leg:
    """Where a call stands. ``partner``: the other line's id. ``partner_is``: here, away or gone."""

    call: str
    side: Side
    state: LegState
    partner: str | None = None
    name: str = ""
    partner_is: str = "here"


@dataclass(frozen=True, slots=True)
class NewCode:
    """The line's code from now on. None: the one before is spent, and another is being made."""

    code: str | None
    turn: int | None


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN server, or a TURN server with its credential."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None


@dataclass(frozen=True, slots=True)
class IceServers:
    """By which ways to connect now. ``is_whole``: False where relays are left out, because no call needs them."""

    servers: tuple[IceServer, ...]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Still:
    """The line is alive."""


@dataclass(frozen=True, slots=True)
class Problem:
    """The line did not understand a message."""

    error: str


FromLine = Welcome | Leg | NewCode | IceServers | Signal | Still | Problem


def parse_from_line(text: str) -> FromLine | None:
    """What the line said; None for a type of a later version. Raises BadMessage."""
    if len(text) > 2 * MESSAGE_BYTES:
        raise BadMessage("too_large")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMessage("not_json") from error
    if not isinstance(fields, dict):
        raise BadMessage("not_an_object")
    try:
        return _parse(fields, text)
    except (KeyError, ValueError, TypeError) as error:
        raise BadMessage("fields") from error


def _parse(fields: Said, text: str) -> FromLine | None:
    kind = fields.get("type")
    if kind == "signal":
        message = parse_message(text)  # signals are the same both ways
        return message if isinstance(message, Signal) else None
    parser = _PARSERS.get(kind) if isinstance(kind, str) else None
    return None if parser is None else parser(fields)


def _welcome(fields: Said) -> Welcome:
    return Welcome(_text(fields, "line"), *_code(fields), bool(fields.get("relay")))


def _code(fields: Said) -> tuple[str | None, int | None]:
    return (None, None) if fields["code"] is None else (_text(fields, "code"), int(fields["turn"]))


def _leg(fields: Said) -> Leg:
    partner, partner_is = fields.get("partner"), fields.get("partner_is", "here")
    if partner_is not in _PARTNER_IS or not isinstance(partner, str | None):
        raise BadMessage("state")
    side, state = Side(fields["side"]), LegState(fields["state"])
    return Leg(_text(fields, "call"), side, state, partner, str(fields.get("name", "")), partner_is)


def _server(fields: Any) -> IceServer:
    urls = fields["urls"]
    several = [urls] if isinstance(urls, str) else urls
    if not all(isinstance(url, str) for url in several):
        raise BadMessage("ice")
    return IceServer(tuple(several), fields.get("username"), fields.get("credential"))


def _text(fields: Said, key: str) -> str:
    value = fields[key]
    if not isinstance(value, str):
        raise BadMessage(key)
    return value


_PARSERS: Final[dict[str, Callable[[Said], FromLine]]] = {
    "welcome": _welcome,
    "state": _leg,
    "code": lambda fields: NewCode(*_code(fields)),
    "ice": lambda fields: IceServers(
        tuple(_server(server) for server in fields["servers"][:_SERVERS]), "no_relay" not in fields
    ),
    "still": lambda fields: Still(),
    "problem": lambda fields: Problem(_text(fields, "error")),
}


def hello(name: str, language: str, line: str | None, turn: int | None, leg: Leg | None) -> Said:
    """The first message of a connection, with the call that one stands in."""
    said: Said = {"type": "hello", "version": VERSION, "name": name, "language": language}
    said |= {key: value for key, value in (("line", line), ("turn", turn)) if value is not None}
    if leg is not None and leg.partner is not None and not leg.state.is_end:
        standing = {"call": leg.call, "partner": leg.partner, "side": leg.side, "state": leg.state, "name": leg.name}
        said["call"] = standing
    return said


def ring(call: str, code: str) -> Said:
    """Call that code. ``call`` is 128 random bits as 22 characters."""
    return {"type": "ring", "call": call, "code": code}


def act(event: Event, call: str) -> Said:
    """Accept, decline, hang up or lose."""
    return {"type": event.value, "call": call}


def describe(call: str, generation: int, kind: str, sdp: str) -> Said:
    """An offer or an answer for the partner's page."""
    description = {"type": kind, "sdp": sdp}
    return {"type": "signal", "call": call, "generation": generation, "description": description}


def ask(what: str) -> Said:
    """``ice``, ``code``, ``still`` or ``bye``."""
    return {"type": what}
