"""SDP of a partner, made fit for aiortc; and what is read from it. Pure.

Chromium hides its addresses behind ``.local`` names. aioice would ask the network who they are; it need not, for it
learns the address from the partner's own checks (peer-reflexive, RFC 8445 section 7.3.1.3). For the same reason
the end of candidates is never told: a connection waits for such a check until its call gives up.
"""

import ipaddress
import re
from typing import Final

from kuuki.call.checking import with_sha_256_alone

_CANDIDATES: Final = 40
"""More than this of one partner are not tried."""

_LINE_END: Final = re.compile(r"\r?\n")
_SECTION: Final = re.compile(r"^m=(\S*)", re.MULTILINE)
_FRAGMENT: Final = re.compile(r"^a=ice-ufrag:(\S+)", re.MULTILINE)


def fit(sdp: str) -> str:
    """The description without what is not to be tried, nor any fingerprint but SHA-256's.

    ValueError if it has two sections of a kind, or characters that aiortc ends a line at and others do not: a middle
    could hide a fingerprint there.
    """
    if not all(line.isprintable() for line in _LINE_END.split(sdp)):
        raise ValueError("lines")
    kinds = _SECTION.findall(sdp)
    if len(set(kinds)) < len(kinds):
        raise ValueError("sections")
    lines, candidates = [], 0
    for line in with_sha_256_alone(sdp).split("\n"):
        if line.startswith("a=end-of-candidates"):
            continue
        if line.startswith("a=candidate:"):
            candidates += 1
            if candidates > _CANDIDATES or not is_worth_trying(line.removeprefix("a=candidate:")):
                continue
        lines.append(line)
    return "\n".join(lines)


def is_worth_trying(candidate: str) -> bool:
    """Whether a candidate (what stands after ``candidate:``) is an address that can be reached by UDP.

    >>> is_worth_trying("1 1 udp 2113937151 192.0.2.7 50000 typ host")
    True
    >>> is_worth_trying("1 1 udp 2113937151 5f0c1b1e.local 50000 typ host")
    False
    """
    parts = candidate.split()
    if len(parts) < 8 or parts[2].lower() != "udp" or not all(parts[i].isdecimal() for i in (1, 3, 5)):
        return False
    try:
        ipaddress.ip_address(parts[4])
    except ValueError:
        return False
    return 0 < int(parts[5]) < 65536


def fragment_in(sdp: str) -> str | None:
    """The ICE username fragment: another one is a restart, which is another connection for aiortc."""
    found = _FRAGMENT.search(sdp)
    return found[1] if found else None
