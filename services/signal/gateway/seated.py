"""The seated members of this gateway, by their seats' keys: the names under which gateways and the store know seats.

A key is a keyed hash of the room and the seat. Someone who reads the bus or the store cannot tell whose seat it is.
"""

import hmac

from kuuki.many.handover import Handover
from services.signal.gateway.hall import Hall
from services.signal.gateway.member import Member


class Seated:
    """Which member sits in which seat here. ``key``: of the hash; gateways that share seats share it."""

    def __init__(self, handover: Handover, key: bytes) -> None:
        self._handover = handover
        self._key = key
        self._members: dict[str, tuple[Hall, Member]] = {}

    def add(self, hall: Hall, member: Member) -> str:
        """A member sits down, in the place of an older peer in the same seat; the seat's key."""
        key = self._key_of(hall, member)
        self._members[key] = hall, member
        return key

    def of(self, key: str) -> tuple[Hall, Member]:
        """The member that sits there, and its hall. Raises KeyError."""
        return self._members[key]

    def remove(self, hall: Hall, member: Member) -> None:
        """A member stands up: its seat here is given up. Changes nothing if it does not sit, or a newer peer does."""
        key = self._key_of(hall, member)
        if self._members.get(key, (None, None))[1] is member:
            del self._members[key]
            self._handover.closed(key)

    def is_settled(self, hall: Hall, member: Member) -> bool:
        """Whether a member could sit down at another gateway without being missed in the mix meanwhile."""
        return self._handover.is_settled(self._key_of(hall, member))

    def number_of(self, room_id: str, seat_id: str) -> int:
        """The seat's part in the number of a set: 32 bits, another hash than the seat's key, which the store knows."""
        return int.from_bytes(hmac.digest(self._key, f"set\0{room_id}\0{seat_id}".encode(), "sha256")[:4])

    def _key_of(self, hall: Hall, member: Member) -> str:
        name = f"{hall.room_id}\0{member.seat_id}".encode()
        return hmac.digest(self._key, name, "sha256").hex()[:32]
