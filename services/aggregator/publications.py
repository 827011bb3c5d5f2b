"""What the mixer of one shard knows of each room from mix to mix, and what it tells of that to those that follow it."""

from collections.abc import Mapping, Set
from math import inf

from kuuki.mood.privacy import Gate, Publication, Rule
from kuuki.mood.veil import Veil, VeilState
from kuuki.times import ROOM_GONE_S, VEILS_S


class Publications:
    """The rooms' publications. ``veil_key``: the secret of all aggregators that may mix them. Time is an argument."""

    def __init__(self, veil_key: bytes) -> None:
        self._veil_key = veil_key
        self._rooms: dict[str, Publication] = {}
        self._gone: dict[str, float] = {}
        self._said: dict[str, tuple[int | None, int]] = {}
        self._all_said_at = -inf

    def of(self, room: str, rule: Rule) -> Publication:
        """That of a room, under the rule that it has now."""
        known = self._rooms.get(room)
        if known is None:
            known = self._rooms[room] = Publication(Gate(rule), Veil.of(self._veil_key, room))
        elif known.gate.rule is not rule and known.gate.rule != rule:
            known.gate = Gate(rule)
        return known

    def keep(self, rooms: Set[str], now: float) -> None:
        """Gateways have these rooms. What is known of one that is gone is kept for as long as it may come back."""
        for room in self._rooms.keys() - rooms - self._gone.keys():
            self._rooms[room].vanish()
            self._gone[room] = now
        self._gone = {room: since for room, since in self._gone.items() if room not in rooms}
        for room in [room for room, since in self._gone.items() if now - since > ROOM_GONE_S]:
            del self._rooms[room], self._gone[room]
            self._said.pop(room, None)

    def veils(self, now: float) -> dict[str, VeilState]:
        """What whoever follows must be told after mixes: the veils that were drawn anew since; all, every VEILS_S."""
        is_time = now - self._all_said_at >= VEILS_S
        self._all_said_at = now if is_time else self._all_said_at
        veils: dict[str, VeilState] = {}
        for room, publication in self._rooms.items():
            is_new = self._said.get(room) != publication.veil.seen
            if (is_time or is_new) and (state := publication.veil.state) is not None:
                veils[room], self._said[room] = state, publication.veil.seen
        return veils

    def say_veils_again(self) -> None:
        """What was to be told after the last mixes was not sent."""
        self._all_said_at = -inf

    def adopt(self, veils: Mapping[str, VeilState]) -> None:
        """Another aggregator says where its veils stand; this one follows it."""
        for room, state in veils.items():
            if (publication := self._rooms.get(room)) is not None:
                publication.veil.adopt(state)
