"""A simulated room around kuuki's own code: gateways' rooms, their fold and merge, the growth, the veil, publish.

What is left out is what carries bytes: the bus, frames, channels. Time is a number that this room counts.
"""

import hmac
from typing import Final

import numpy as np

from kuuki.mood.frames import Beat, Mix, Presence, Score
from kuuki.mood.growth import UNKNOWN
from kuuki.mood.mix import Calibration, Partial, SetSums, Sums, merge
from kuuki.mood.privacy import Gate, Publication, Rule, publish
from kuuki.mood.room import Role, Room, Seat
from kuuki.mood.veil import Veil
from kuuki.times import TICK_S
from loadtests.privacy.faces import Floats, Ints

_CALIBRATION: Final = Calibration()
_ROOM: Final = "room"
SURE: Final = 255


class Venue:
    """One room, spread over two gateways. ``now``: its time in seconds, from 0. ``seed`` makes its secrets."""

    def __init__(self, seed: bytes, gateways: int = 2, rule: Rule | None = None) -> None:
        self.now = 0.0
        self.rooms = [Room() for _ in range(gateways)]
        self.publication = Publication(Gate(rule or Rule()), Veil.of(hmac.digest(seed, b"veil", "sha256"), _ROOM))
        self.inner: Partial | None = None
        self._key = hmac.digest(seed, b"seats", "sha256")
        self._at: dict[str, Room] = {}
        self._seq = 0

    def __len__(self) -> int:
        """How many have ever come."""
        return len(self._at)

    def come(self, person: str) -> None:
        """A person sits down, at the gateways by turns."""
        room = self.rooms[len(self._at) % len(self.rooms)]
        self._at[person] = room
        number = int.from_bytes(hmac.digest(self._key, f"set\0{_ROOM}\0{person}".encode(), "sha256")[:4])
        room.sit(person, Role.AUDIENCE, self.now, number=number)

    def say(self, person: str, weights: tuple[int, ...], sure: int = SURE) -> None:
        """A score of this person arrives."""
        self._seq += 1
        self._at[person].receive(person, Score(self._seq, weights, sure), self.now)

    def seat(self, person: str) -> Seat:
        """Where a person sits."""
        return self._at[person].seats[person]

    def pause(self, person: str) -> None:
        """A person shares no longer, and stays."""
        self._seq += 1
        self._at[person].receive(person, Beat(self._seq, Presence.WATCHING), self.now)

    def leave(self, person: str) -> None:
        """A person goes."""
        self._at[person].leave(person)

    def take_over(self) -> None:
        """Another aggregator publishes from now on, which knows nothing of the room but its secret."""
        self.publication = Publication(self.publication.gate, Veil(self.publication.veil.secret))

    def tick(self, after_s: float = TICK_S) -> Mix:
        """Time passes, gateways fold, and a mix is published that all of them hear at once."""
        self.now += after_s
        self.inner = merge([room.fold(self.now) for room in self.rooms])
        steps = [UNKNOWN if room.step is None else room.step for room in self.rooms]
        self.publication.lead(self.inner, (min(steps), max(steps)), self.now)
        mix = publish(self.inner, self.publication, (1, self._seq), _CALIBRATION)
        for room in self.rooms:
            room.grow(self.publication.growth.step, self.now)
        return mix

    @property
    def counted(self) -> SetSums:
        """Who counts in the mix that was made last."""
        assert self.inner is not None
        return self.publication.counted(self.inner)

    def again(self, sums: Ints, squares: int, after_s: float) -> Mix:
        """The mix of the same set some time later, with these sums: what a fold would say if all had gone on
        sharing."""
        self.now += after_s
        number, was = self.counted
        assert self.inner is not None
        counted = SetSums(number, Sums(was.people, tuple(sums.tolist()), squares))
        partial = Partial(self.inner.present, self.inner.taps, self.inner.inner, counted)
        self.publication.look(partial, self.now)
        return publish(partial, self.publication, (1, self._seq), _CALIBRATION)


def shown(mix: Mix) -> Floats:
    """What of a mix an attacker may use: seven weights, the likeness (computed back from agreement), coverage, and the
    ends of the bucket. Nothing is shown of a room that is too small: nan."""
    row = np.full(len(SHOWN), np.nan)
    row[8:] = mix.coverage, mix.at_least, mix.at_most or 0
    if mix.body is not None:
        weights = np.array(mix.body.weights)
        row[:7], row[7] = weights, (1.0 - mix.body.agreement) * 6 / 7 + float(weights @ weights)
    return row


SHOWN: Final = ("w0", "w1", "w2", "w3", "w4", "w5", "w6", "likeness", "coverage", "at_least", "at_most")
