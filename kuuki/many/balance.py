"""How many each gateway has, as they tell each other, and how many one has too many. Time is an argument.

Each looks at itself alone: whoever has more than the mean asks what is over to go. Nobody has to agree on anything,
and who is asked may come back, so being wrong for a while costs a few joins and nothing else.
"""

from kuuki.limits import LOADS_PER_S, UNEVEN_PEERS, UNEVEN_SHARE
from kuuki.many.notices import Load
from kuuki.times import LOAD_S, UNEVEN_S


class Balance:
    """What one gateway knows of the others. Who was not heard of three times is gone, or takes no joins."""

    def __init__(self, gateway: str) -> None:
        self._gateway = gateway
        self._others: dict[str, tuple[int, float]] = {}
        self._uneven_since: float | None = None

    def heard(self, load: Load, now: float) -> None:
        """What another one said of itself; what this one said comes back too, and changes nothing."""
        if load.sender != self._gateway:
            self._others[load.sender] = load.peers, now

    @property
    def period_s(self) -> float:
        """How often to say one's own: each of many so seldom that none hears more than LOADS_PER_S."""
        return max(LOAD_S, (len(self._others) + 1) / LOADS_PER_S)

    def surplus(self, peers: int, asked: int, now: float) -> float:
        """How many more to ask to move, by one that has so many peers, of which so many are asked already.

        It begins when there have been far too many for UNEVEN_S, and ends at the mean.
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
