"""What a source has read of the own face, sent to a room or to a partner in a call."""

from typing import Protocol

from client.headless.sources import Sensed


class Sharer(Protocol):
    """A room or a call: where scores go."""

    def send_integers(self, weights: tuple[int, ...], sure: int) -> int:
        """Send a score: integers of sum 255, ``sure`` 0..255. What it returns is true if the score was sent."""
        ...

    def withdraw(self) -> int:
        """The last score counts no longer. What it returns is true if that was sent."""
        ...


def share(sharer: Sharer, sensed: Sensed, had_face: bool) -> int:
    """Send what was read. No face is no score: the last one is withdrawn once, if there ``had_face`` been one, and then
    nothing is sent. Returns what the sharer did, 0 if nothing was sent.
    """
    if sensed.weights is not None:
        return sharer.send_integers(sensed.weights, sensed.sure)
    return sharer.withdraw() if had_face else 0
