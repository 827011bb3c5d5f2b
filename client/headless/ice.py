"""STUN and TURN servers: from the environment, and from the ``Link`` headers of an answer.

Without any, none is used: aiortc would ask a third party's by default.
"""

import os
import re
from collections.abc import Iterable
from urllib.parse import unquote

from aiortc import RTCIceServer
from aiortc.rtcicetransport import parse_stun_turn_uri

_LINK = re.compile(r"<((?:stuns?|turns?):[^>\s]+)>\s*;([^<]*)")
_PARAMETER = re.compile(r'([a-z-]+)="([^"]*)"')
_WITH_NAME = re.compile(r"(turns?):([^:@/]+):([^:@/]+)@(.+)")


def from_environment() -> list[RTCIceServer]:
    """``KUUKI_ICE_SERVERS``: comma-separated ``stun:host:port`` and ``turn:name:password@host:port``.

    Percent-encoded (RFC 3986 section 2.1) where a name or a password holds ``:``, ``,``, ``@``, ``/`` or ``%``.
    """
    return parse_servers(os.environ.get("KUUKI_ICE_SERVERS", ""))


def parse_servers(text: str) -> list[RTCIceServer]:
    """The servers of a comma-separated list."""
    return [_server(item.strip()) for item in text.split(",") if item.strip()]


def _server(item: str) -> RTCIceServer:
    named = _WITH_NAME.fullmatch(item)
    if named is None:
        return RTCIceServer(urls=item)
    scheme, name, password, host = named.groups()
    return RTCIceServer(urls=f"{scheme}:{host}", username=unquote(name), credential=unquote(password))


def parse_links(headers: Iterable[str]) -> list[RTCIceServer]:
    """The ice-servers among ``Link`` headers (RFC 9725 section 4.6)."""
    servers = []
    for url, rest in _LINK.findall(", ".join(headers)):
        parameters = dict(_PARAMETER.findall(rest))
        if parameters.get("rel") == "ice-server":
            servers.append(RTCIceServer(url, parameters.get("username"), parameters.get("credential")))
    return servers


def is_known(url: str) -> bool:
    """Whether aiortc understands this server's URL; of those it takes the first STUN and the first TURN server."""
    try:
        parse_stun_turn_uri(url)
    except ValueError:
        return False
    return True
