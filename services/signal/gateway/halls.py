"""The halls of a gateway by their room's id: made and subscribed when first needed, closed when needed no more."""

import asyncio

from services.runtime.bus import Bus
from services.runtime.metrics import Metrics
from services.runtime.rooms import RoomRecord, Rooms
from services.signal.gateway.hall import Hall
from services.signal.gateway.member import Member
from services.signal.gateway.mix_receiver import Folds, MixReceiver


class Halls(dict[str, Hall]):
    """All halls that stand. ``newest`` brings each its mixes, of which ``folds`` say how old they are."""

    def __init__(self, bus: Bus, rooms: Rooms, receiver: MixReceiver, folds: Folds, metrics: Metrics) -> None:
        super().__init__()
        self._bus = bus
        self._rooms = rooms
        self._receiver = receiver
        self._folds = folds
        self._metrics = metrics
        self._opening: dict[Hall, asyncio.Task[None]] = {}

    async def of(self, room_id: str) -> Hall:
        """The hall of a room, made and subscribed when first needed. Raises RoomUnknown."""
        record = await self._rooms.get(room_id)
        self._rooms.touch(record)
        hall = self.get(room_id) or self._make(record)
        if hall in self._opening:
            await asyncio.shield(self._opening[hall])  # others wait for it too: one that gives up does not end it
            await self._rooms.get(room_id)  # raises if the room was closed meanwhile
        return hall

    def _make(self, record: RoomRecord) -> Hall:
        hall = self[record.room] = Hall.of(record, self._metrics)
        loop = asyncio.get_running_loop()
        hall.look_in(loop.time())
        task = self._opening[hall] = loop.create_task(self._subscribe(hall))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return hall

    async def _subscribe(self, hall: Hall) -> None:
        try:
            hall.subscription = await self._bus.subscribe(*self._receiver.topic_of(hall, self._folds))
        except Exception:
            if self.get(hall.room_id) is hall:
                del self[hall.room_id]  # the next join or watcher makes it anew
            raise
        finally:
            del self._opening[hall]
        if self.get(hall.room_id) is not hall:  # its room was closed meanwhile
            hall.close()

    @property
    def members(self) -> list[Member]:
        """Everyone in all of them."""
        return [member for hall in self.values() for member in hall.members.values()]

    def keep(self) -> None:
        """Say that the rooms with members or watchers are in use, so that they are not swept as idle."""
        for hall in self.values():
            if hall.members or hall.watchers:
                self._rooms.touch(hall.record)

    def forgive(self, late_s: float) -> None:
        """Do not count that this process stood still for so long: no client was silent, they were not read."""
        for member in self.members:
            member.membership.forgive(late_s)

    def close_idle(self, now: float) -> None:
        """Close the halls that are no longer needed."""
        for room_id in [room_id for room_id, hall in self.items() if not hall.is_needed(now)]:
            self.pop(room_id).close()

    def measure(self, now: float) -> None:
        """Set the gauges: how many halls stand, and in how many the newest mix is old."""
        self._metrics.rooms_stale.set(sum(hall.is_stale(now) for hall in self.values()))
        self._metrics.rooms_open.set(len(self))

    async def close(self) -> None:
        """Close all, those that are just being subscribed too."""
        await asyncio.gather(*self._opening.values(), return_exceptions=True)
        for hall in self.values():
            hall.close()
        self.clear()
