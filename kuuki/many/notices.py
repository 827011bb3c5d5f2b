"""What gateways tell each other on the bus: whose seat it is, who has to leave, and how many peers each has.

Notices are msgpack arrays, strictly decoded, as bulletins are. The bus delivers each at most once. What must arrive is
repeated until it is answered, so a notice that is lost costs time and nothing else. A seat's key is a keyed hash:
nobody can tell from it whose seat it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from kuuki.errors import BadMessage, CloseCode
from kuuki.limits import BULLETIN_BYTES, NOTICE_SEATS, ROOM_ID
from kuuki.strict import Unfit, array, integer, pack, require, text, unpacker

VERSION: Final = 1
EPOCH_MAX: Final = 2**63 - 1
"""Epochs begin as milliseconds since 1970 and only grow."""

GATEWAY: Final = r"[A-Za-z0-9_-]{8}"
"""A gateway's id, made anew at each start: 48 random bits."""

ALL_GATEWAYS: Final = "kuuki.gateways"
"""The bus topic that every gateway hears."""

Item = TypeVar("Item")

_unpack: Final = unpacker(BULLETIN_BYTES)
_SEAT: Final = re.compile(r"[0-9a-f]{32}")
_GATEWAY: Final = re.compile(GATEWAY)
_ROOM: Final = re.compile(ROOM_ID)
_PARTICIPANT: Final = re.compile(rf"({GATEWAY})\.[A-Za-z0-9_-]{{1,64}}")


@dataclass(frozen=True, slots=True)
class Claim:
    """A seat (its key, 32 hex digits) and the epoch of a claim to it. Of several claims the greatest epoch has it."""

    seat: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """The sender has claimed these seats: a gateway that counts one under a lesser epoch stops, and says ``Left``."""

    sender: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """The answer to ``Claimed``: the sender's newest partials are without these seats."""

    sender: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A claim to a seat, and the moment from which on the seat counts in the published mix (kuuki/mood/growth.py)."""

    seat: str
    epoch: int
    moment: int


@dataclass(frozen=True, slots=True)
class Places:
    """Comes before ``Left``: of these seats the sender leaves their places in the published mix to who counts them
    next.

    A notice of its own: a gateway that does not know it passes over it, and its newcomers wait for the next moment.
    """

    sender: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Remove:
    """Have this participant leave its room: its id was shown to another gateway."""

    room: str
    participant: str
    code: CloseCode


@dataclass(frozen=True, slots=True)
class Load:
    """The sender has so many open peers, and takes joins."""

    sender: str
    peers: int


Notice = Claimed | Places | Left | Remove | Load


def gateway_topic(gateway: str) -> str:
    """The bus topic that one gateway hears."""
    return f"{ALL_GATEWAYS}.{gateway}"


def participant_id(gateway: str, secret: str) -> str:
    """A participant's id: a secret that says whose peer it is."""
    return f"{gateway}.{secret}"


def gateway_of(participant: str) -> str | None:
    """The gateway in a participant's id; None when it is not one that kuuki gives."""
    found = _PARTICIPANT.fullmatch(participant)
    return found[1] if found else None


def parts_of(claims: Iterable[Item]) -> Iterator[tuple[Item, ...]]:
    """These claims, or places, in parts that fit into a notice each."""
    rest = tuple(claims)
    while rest:
        now, rest = rest[:NOTICE_SEATS], rest[NOTICE_SEATS:]
        yield now


def encode_notice(notice: Notice) -> bytes:
    """A notice's bytes."""
    if isinstance(notice, Remove):
        items: list[Any] = [notice.room, notice.participant, int(notice.code)]
    elif isinstance(notice, Load):
        items = [notice.sender, notice.peers]
    elif isinstance(notice, Places):
        items = [notice.sender, [[place.seat, place.epoch, place.moment] for place in notice.places]]
    else:
        items = [notice.sender, [[claim.seat, claim.epoch] for claim in notice.claims]]
    return pack((VERSION, _KINDS[type(notice)], *items))


def decode_notice(message: bytes) -> Notice:
    """The notice in these bytes; raises BadMessage (too_large, not_msgpack, notice)."""
    try:
        items = _unpack(message)
    except Unfit as error:
        raise BadMessage(error.reason) from error
    try:
        version, kind, first, *rest = items
        integer(version, VERSION, VERSION)
        return _DECODERS[integer(kind)](first, *rest)
    except (TypeError, ValueError, KeyError) as error:
        raise BadMessage("notice") from error


def _remove(room: Any, participant: Any, code: Any) -> Remove:
    require(_ROOM.fullmatch(text(room)) is not None, "room")
    require(gateway_of(text(participant)) is not None, "participant")
    return Remove(room, participant, CloseCode(integer(code)))


def _claims(sender: Any, claims: Any) -> tuple[str, tuple[Claim, ...]]:
    require(0 < len(array(claims)) <= NOTICE_SEATS, "length")
    return _gateway(sender), tuple(_claim(*claim) for claim in claims)


def _claim(seat: Any, epoch: Any) -> Claim:
    require(_SEAT.fullmatch(text(seat)) is not None, "seat")
    return Claim(seat, integer(epoch, 1, EPOCH_MAX))


def _places(sender: Any, places: Any) -> Places:
    require(0 < len(array(places)) <= NOTICE_SEATS, "length")
    return Places(_gateway(sender), tuple(_place(*place) for place in places))


def _place(seat: Any, epoch: Any, moment: Any) -> Place:
    claim = _claim(seat, epoch)
    return Place(claim.seat, claim.epoch, integer(moment))


def _load(sender: Any, peers: Any) -> Load:
    return Load(_gateway(sender), integer(peers))


def _gateway(sender: Any) -> str:
    require(_GATEWAY.fullmatch(text(sender)) is not None, "gateway")
    return text(sender)


_KINDS: Final[dict[type[Notice], int]] = {Claimed: 1, Left: 2, Remove: 3, Load: 4, Places: 5}
_DECODERS: Final[dict[int, Callable[..., Notice]]] = {
    1: lambda *items: Claimed(*_claims(*items)),
    2: lambda *items: Left(*_claims(*items)),
    3: _remove,
    4: _load,
    5: _places,
}
