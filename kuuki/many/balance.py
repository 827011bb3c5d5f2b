"""How many peers each gateway has, as they tell each other, and how many too many one has. Time is an argument.

Each gateway decides for itself alone: if it has more peers than the mean, it asks as many as are over the mean to move.
Gateways need not agree on anything, and a peer that was asked may come back. So when one is wrong for a while, that
costs a few joins and nothing else.
"""

from kuuki.limits import LOADS_PER_S, UNEVEN_PEERS, UNEVEN_SHARE
from kuuki.many.notices import Load
from kuuki.times import LOAD_S, UNEVEN_S


class Balance:
    """What one gateway knows of the others. One that was not heard of for three periods is gone, or takes no joins."""

    def __init__(self, gateway: str) -> None:
        self._gateway = gateway
        self._others: dict[str, tuple[int, float]] = {}
        self._uneven_since: float | None = None

    def heard(self, load: Load, now: float) -> None:
        """Another gateway said how many it has. What this one said comes back on the bus too, and changes nothing."""
        if load.sender != self._gateway:
            self._others[load.sender] = load.peers, now

    @property
    def period_s(self) -> float:
        """How often, in seconds, a gateway says how many it has. The more there are, the more seldom: none hears more
        than LOADS_PER_S."""
        return max(LOAD_S, (len(self._others) + 1) / LOADS_PER_S)

    def surplus(self, peers: int, asked: int, now: float) -> float:
        """How many more peers to ask to move, of a gateway that has ``peers``, of which ``asked`` were asked already.

        It is 0 until there have been far too many for UNEVEN_S; from then on it is what is over the mean, until the
        mean is reached.
        """
        self._forget(now - 3 * self.period_s)
        mean = (peers + sum(each for each, _ in self._others.values())) / (len(self._others) + 1)
        over = peers - asked - mean
        is_far = over > max(UNEVEN_PEERS, UNEVEN_SHARE * mean)
        if not is_far and (over < 1 or not self._lasts(now)):
            self._uneven_since = None
        elif self._uneven_since is None:
            self._uneven_since = now
        return over if self._lasts(now) else 0.0

    def _lasts(self, now: float) -> bool:
        return self._uneven_since is not None and now - self._uneven_since >= UNEVEN_S

    def _forget(self, before: float) -> None:
        self._others = {name: each for name, each in self._others.items() if each[1] >= before}
