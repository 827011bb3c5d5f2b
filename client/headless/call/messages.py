"""Messages of a line, at a page's end: what the line says is parsed, what the page says is built. Pure.

Text from the server parses to one of the classes of kuuki/call/line_messages.py or raises BadMessage;
kuuki/call/signaling.py parses what is built here.
"""

import json
from collections.abc import Callable
from typing import Any, Final, get_args

from kuuki.call.calling import Event, LegState, Side
from kuuki.call.line_messages import (
    IceServers,
    LegStatus,
    LineMessage,
    NewCode,
    PartnerIs,
    Problem,
    RtcIceServer,
    Still,
    Welcome,
    WhyNoRelay,
)
from kuuki.call.signaling import VERSION, Signal, parse_message
from kuuki.errors import BadMessage
from kuuki.limits import MESSAGE_BYTES

Said = dict[str, Any]
"""What is said to the line: one JSON object."""

_SERVERS: Final = 20


def parse_from_line(text: str) -> LineMessage | None:
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


def _parse(fields: Said, text: str) -> LineMessage | None:
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


def _leg(fields: Said) -> LegStatus:
    partner: Any = fields.get("partner")
    partner_is: Any = fields.get("partner_is", "here")
    if partner_is not in get_args(PartnerIs) or not isinstance(partner, str | None):
        raise BadMessage("state")
    side, state = Side(fields["side"]), LegState(fields["state"])
    return LegStatus(_text(fields, "call"), side, state, partner, str(fields.get("name", "")), partner_is)


def _ice(fields: Said) -> IceServers:
    servers = tuple(_server(server) for server in fields["servers"][:_SERVERS])
    why: WhyNoRelay | None = (
        "no_call" if "no_relay" in fields else None
    )  # whatever a later version's reason is, relays are left out
    return IceServers(servers, fields.get("ttl_s", 0.0), why, fields.get("for") == "test")


def _server(fields: Any) -> RtcIceServer:
    urls = fields["urls"]
    several = [urls] if isinstance(urls, str) else list(urls)
    if not all(isinstance(url, str) for url in several):
        raise BadMessage("ice")
    server: RtcIceServer = {"urls": several}
    if fields.get("username") is not None:
        server["username"], server["credential"] = fields["username"], fields.get("credential")
    return server


def _text(fields: Said, key: str) -> str:
    value = fields[key]
    if not isinstance(value, str):
        raise BadMessage(key)
    return value


_PARSERS: Final[dict[str, Callable[[Said], LineMessage]]] = {
    "welcome": _welcome,
    "state": _leg,
    "code": lambda fields: NewCode(*_code(fields)),
    "ice": _ice,
    "still": lambda fields: Still(),
    "problem": lambda fields: Problem(_text(fields, "error")),
}


def hello(name: str, language: str, line: str | None, index: int | None, leg: LegStatus | None) -> Said:
    """The first message of a connection, with the call that one stands in."""
    said: Said = {"type": "hello", "version": VERSION, "name": name, "language": language}
    said |= {key: value for key, value in (("line", line), ("turn", index)) if value is not None}
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
