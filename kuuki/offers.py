"""SDP offers of strangers: read the few facts that a data channel needs, write a clean offer from them.

The gateway's WebRTC stack never sees what the network sent: it is given the text that ``rewrite`` builds. No
candidate is taken over. A client's address is learned from its own authenticated connectivity checks
(peer-reflexive candidates, RFC 8445 section 7.3.1.3), so no offer can make the gateway send to a third party.
"""

import re
from dataclasses import dataclass
from typing import Final

from kuuki.errors import BadOffer
from kuuki.limits import SDP_BYTES, SDP_CANDIDATES, SDP_LINE_BYTES, SDP_LINES

_ICE_CHARS: Final = r"[A-Za-z0-9+/]"
_RULES: Final = {
    "ice-ufrag": re.compile(rf"{_ICE_CHARS}{{4,256}}"),  # RFC 8839 section 5.4
    "ice-pwd": re.compile(rf"{_ICE_CHARS}{{22,256}}"),
    "fingerprint": re.compile(r"[sS][hH][aA]-256 [0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){31}"),  # RFC 8122 section 5
    "setup": re.compile(r"actpass|active"),  # RFC 8842 section 5.2
    "mid": re.compile(r"[A-Za-z0-9_.+-]{1,16}"),
    "sctp-port": re.compile(r"[0-9]{1,5}"),  # RFC 8841 section 5
    "max-message-size": re.compile(r"[0-9]{1,19}"),
}
_REQUIRED: Final = ("ice-ufrag", "ice-pwd", "fingerprint", "setup")
_DEFAULTS: Final = {"mid": "0", "sctp-port": "5000", "max-message-size": "65536"}
_MEDIA: Final = re.compile(r"application [0-9]{1,5} UDP/DTLS/SCTP webrtc-datachannel")
_CANDIDATE: Final = re.compile(
    r"[A-Za-z0-9+/]{1,32} [0-9]{1,5} (udp|UDP|tcp|TCP) [0-9]{1,10} [0-9A-Za-z.:%-]{1,255} ([0-9]{1,5}) typ [a-z]+( .*)?"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """The facts of an acceptable offer."""

    ice_ufrag: str
    ice_pwd: str
    fingerprint: str
    setup: str
    mid: str
    sctp_port: int


def parse_offer(text: str) -> Offer:
    """The facts of an SDP offer with exactly one data-channel section; raises BadOffer with a static reason."""
    if len(text) > SDP_BYTES or text.count("\n") > SDP_LINES:
        raise BadOffer("too_large")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if not lines[0].startswith("v=0"):
        raise BadOffer("not_sdp")
    if any(len(line) > SDP_LINE_BYTES or "\0" in line for line in lines):
        raise BadOffer("line")
    _check_media([line[2:] for line in lines if line.startswith("m=")])
    attributes = [line[2:] for line in lines if line.startswith("a=")]
    _check_candidates([value[10:] for value in attributes if value.startswith("candidate:")])
    return _facts(attributes)


def _check_media(media: list[str]) -> None:
    if not media:
        raise BadOffer("no_media")
    if len(media) > 1 or not _MEDIA.fullmatch(media[0]):
        raise BadOffer("media")


def _check_candidates(candidates: list[str]) -> None:
    if len(candidates) > SDP_CANDIDATES:
        raise BadOffer("candidates")
    for candidate in candidates:
        match = _CANDIDATE.fullmatch(candidate)
        if match is None or int(match[2]) > 0xFFFF:
            raise BadOffer("candidate")


def _facts(attributes: list[str]) -> Offer:
    found = dict(_DEFAULTS)
    for attribute in attributes:
        name, _, value = attribute.partition(":")
        rule = _RULES.get(name)
        if rule is None or (name == "fingerprint" and not value.lower().startswith("sha-256 ")):
            continue  # several fingerprints of one certificate are usual; sha-256 is the one that all offer
        if not rule.fullmatch(value):
            raise BadOffer(name.replace("-", "_"))
        found[name] = value
    if missing := [name for name in _REQUIRED if name not in found]:
        raise BadOffer(f"no_{missing[0].replace('-', '_')}")
    sctp_port = int(found["sctp-port"])
    if not 0 < sctp_port <= 0xFFFF:
        raise BadOffer("sctp_port")
    return Offer(found["ice-ufrag"], found["ice-pwd"], found["fingerprint"], found["setup"], found["mid"], sctp_port)


def rewrite(offer: Offer) -> str:
    """A clean SDP offer with these facts and no candidates."""
    algorithm, _, digest = offer.fingerprint.partition(" ")
    lines = (
        "v=0",
        "o=- 1 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {offer.mid}",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{offer.mid}",
        f"a=ice-ufrag:{offer.ice_ufrag}",
        f"a=ice-pwd:{offer.ice_pwd}",
        f"a=fingerprint:{algorithm.lower()} {digest.upper()}",
        f"a=setup:{offer.setup}",
        f"a=sctp-port:{offer.sctp_port}",
        "a=max-message-size:65536",
    )
    return "".join(line + "\r\n" for line in lines)
