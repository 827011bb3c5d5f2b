"""A connection's own heartbeats, and what they prove. No I/O: ``now`` is monotonic seconds and is an argument.

A message does not say when it was published, and an old partial counts people where they no longer are. But a
process's own beat goes through the same Redis over the same connection as everything else. Once a beat that was sent at
``t`` has come back, all that was published before ``t`` has come too; so whatever comes from now on was published after
``t``, and is no older than ``now - t``. That bounds the age of every message without anybody's clock but our own.
"""

from kuuki.times import BUS_CUT_S, BUS_SETTLE_S


class HeardUntil:
    """Until when everything that was published was heard: when the newest beat that is believed was sent.

    A beat that took longer than BUS_SETTLE_S says that Redis stood still. Then the commands of all connections wait in
    Redis side by side, and it may work on another connection's older ones shortly after it sent our beat back. So a
    slow beat is believed only BUS_SETTLE_S after it came.
    """

    def __init__(self, until: float) -> None:
        self._until = until
        self._next = until
        self._next_from = 0.0

    def until(self, now: float) -> float:
        """When the newest beat that is believed at ``now`` was sent."""
        if now >= self._next_from:
            self._until = self._next
        return self._until

    def back(self, sent_at: float, now: float) -> None:
        """A beat came back."""
        self.until(now)
        if now - sent_at > BUS_SETTLE_S:
            self._next_from = now + BUS_SETTLE_S
        self._next = sent_at


class Heartbeats:
    """The beats of one connection: rising numbers on a topic that only this process subscribes to."""

    def __init__(self, topic: bytes, now: float) -> None:
        self.topic = topic
        self.number = 0
        self.newest_back = now
        """When the newest of those that came back was sent; before any has, when the connection was made."""
        self._sent: dict[int, float] = {}

    def send(self, now: float) -> bytes:
        """The next beat, as the message to publish."""
        self.number += 1
        self._sent[self.number] = now
        return b"%d" % self.number

    def back(self, beat: bytes) -> float | None:
        """A beat came back: when it was sent, or None if it is unknown or a newer one came back before."""
        sent_at = self._sent.get(int(beat))
        if sent_at is not None:
            self._sent = {number: at for number, at in self._sent.items() if number > int(beat)}
            self.newest_back = sent_at
        return sent_at

    def are_lost(self, now: float) -> bool:
        """Whether no beat came back for BUS_CUT_S: what comes now may be as old as that."""
        return now - self.newest_back > BUS_CUT_S
