"""A connection's own beats, and what they prove. No I/O: ``now`` is monotonic seconds and is an argument."""

from kuuki.times import BUS_CUT_S, BUS_SETTLE_S


class Heard:
    """Until when everything was heard. A slow beat says that Redis stood still, and then all connections' commands wait
    in it side by side: others' older ones may come shortly after the beat, so it is believed BUS_SETTLE_S later.
    """

    def __init__(self, until: float) -> None:
        self._until = until
        self._next = until
        self._next_from = 0.0

    def until(self, now: float) -> float:
        """When the newest beat that is believed was sent."""
        if now >= self._next_from:
            self._until = self._next
        return self._until

    def back(self, sent_at: float, now: float) -> None:
        """A beat came back."""
        self.until(now)
        if now - sent_at > BUS_SETTLE_S:
            self._next_from = now + BUS_SETTLE_S
        self._next = sent_at


class Beats:
    """The beats of one connection: numbers on a topic that only this process hears."""

    def __init__(self, topic: bytes, now: float) -> None:
        self.topic = topic
        self.number = 0
        self.newest_back = now
        """When the newest of those that came back was sent; before any has, when the connection was made."""
        self._sent: dict[int, float] = {}

    def send(self, now: float) -> bytes:
        """The next one."""
        self.number += 1
        self._sent[self.number] = now
        return b"%d" % self.number

    def back(self, beat: bytes) -> float | None:
        """One came back: when it was sent; None if that is not known, or older than another."""
        sent_at = self._sent.get(int(beat))
        if sent_at is not None:
            self._sent = {number: at for number, at in self._sent.items() if number > int(beat)}
            self.newest_back = sent_at
        return sent_at

    def are_lost(self, now: float) -> bool:
        """Whether none came back for BUS_CUT_S: what comes now may be as old as that."""
        return now - self.newest_back > BUS_CUT_S
