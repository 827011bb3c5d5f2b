"""Participants: WHIP-shaped join (RFC 9725) and leave."""

import hashlib
import re
import time
from typing import Final

from aiohttp import web

from kuuki.addresses import is_inside
from kuuki.errors import BadOffer, CloseCode
from kuuki.limits import SDP_BYTES
from kuuki.mood.frames import READ, VERSION, VERSIONS
from kuuki.mood.room import Role
from kuuki.offers import parse_offer
from services.runtime.http.problem import ProblemError
from services.signal.http.bodies import FRAME_VERSIONS
from services.signal.http.guards import address_of, body_of, require_secret
from services.signal.http.ice import ice_links
from services.signal.http.keys import HUB, METRICS, SETTINGS
from services.signal.http.rooms import record_of

_VERSIONS: Final = re.compile(FRAME_VERSIONS)
_SEAT: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


async def join(request: web.Request) -> web.Response:
    """POST /rooms/{room}/participants."""
    record = await record_of(request)
    role = _role(request)
    require_secret(request, record, role)
    if request.content_type != "application/sdp":
        raise ProblemError(415, "content_type", "Send the offer as application/sdp.")
    seat = request.headers.get("Kuuki-Seat")
    if seat is not None and not _SEAT.fullmatch(seat):
        raise ProblemError(400, "seat", "Kuuki-Seat is not one that kuuki gave.")
    reads = _reads(request)
    offer = parse_offer(await _text(request))
    address = address_of(request)
    if address is not None and is_inside(address):
        request.app[METRICS].joins_from_inside.inc()
    joined = await request.app[HUB].join(record.room, role, seat, offer, address, reads)
    location = f"/rooms/{record.room}/participants/{joined.participant}"
    response = web.Response(status=201, text=joined.answer, content_type="application/sdp")
    response.headers["Location"] = location
    response.headers["ETag"] = f'"{hashlib.sha256(joined.answer.encode()).hexdigest()[:16]}"'
    response.headers["Kuuki-Seat"] = joined.seat_secret
    response.headers["Kuuki-Frames"] = ", ".join(map(str, VERSIONS))
    for link in ice_links(request.app[SETTINGS], address, time.time()):
        response.headers.add("Link", link)
    return response


def _role(request: web.Request) -> Role:
    try:
        return Role(request.query.get("role", Role.AUDIENCE))
    except ValueError as error:
        raise ProblemError(400, "role", "role is audience, stage or overlay.") from error


def _reads(request: web.Request) -> int:
    """The newest version of frames that both this gateway writes and its client says it reads."""
    said = ",".join(request.headers.getall("Kuuki-Frames", [str(VERSION)]))
    if not _VERSIONS.fullmatch(said):
        raise ProblemError(400, "frames", "Kuuki-Frames is a list of version numbers, such as 2, 1.")
    return max([version for version in map(int, said.split(",")) if version in READ], default=VERSION)


async def _text(request: web.Request) -> str:
    if (request.content_length or 0) > SDP_BYTES:
        raise BadOffer("too_large")
    try:
        return (await body_of(request)).decode()
    except UnicodeDecodeError as error:
        raise BadOffer("not_utf8") from error


async def leave(request: web.Request) -> web.Response:
    """DELETE /rooms/{room}/participants/{id}. The id is a secret; equal answers for known and unknown ones."""
    await request.app[HUB].remove(request.match_info["room"], request.match_info["participant"], CloseCode.REMOVED)
    return web.Response(status=204)
