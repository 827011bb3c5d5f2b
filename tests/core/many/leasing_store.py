"""The store of leases as a model: what one poll does to it, in one step. The script in Redis must do the same."""

from dataclasses import dataclass, field

from kuuki.many.leasing import Lease, Poll, Store


@dataclass
class ModelStore:
    """All in memory; it may lose it."""

    leases: dict[int, Lease] = field(default_factory=dict)
    beats: dict[str, int] = field(default_factory=dict)

    def run(self, poll: Poll) -> Store:
        beat = self.beats[poll.name] = self.beats.get(poll.name, 0) + 1
        if beat == poll.beat + 1:
            for shard, former, former_beat, lease in poll.changes:
                holder = former.holder if former else ""
                if self.leases.get(shard) == former and former_beat in (None, self.beats.get(holder, 0)):
                    self.leases[shard] = lease
        for name, last in poll.gone:
            if self.beats.get(name) == last:
                del self.beats[name]
        return Store(dict(self.leases), dict(self.beats))

    def lose_all(self) -> None:
        self.leases.clear()
        self.beats.clear()
