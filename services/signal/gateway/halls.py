"""The halls of a gateway by their room's id: made and subscribed when first needed, closed when nobody is there."""

import asyncio
from collections.abc import Callable

from services.runtime.bus import Bus, Receive
from services.runtime.metrics import Metrics
from services.runtime.rooms import RoomRecord, Rooms
from services.signal.gateway.hall import Hall
from services.signal.gateway.member import Member

Topic = Callable[[Hall], tuple[str, Receive]]
"""What to subscribe to for a hall, and the receiver."""


class Halls(dict[str, Hall]):
    """All halls that stand."""

    def __init__(self, bus: Bus, rooms: Rooms, topic: Topic, metrics: Metrics) -> None:
        super().__init__()
        self._bus = bus
        self._rooms = rooms
        self._topic = topic
        self._metrics = metrics
        self._opening: dict[Hall, asyncio.Task[None]] = {}

    async def of(self, room_id: str) -> Hall:
        """The hall of a room, made and subscribed when first needed. Raises RoomUnknown."""
        record = await self._rooms.get(room_id)
        self._rooms.touch(record)
        hall = self.get(room_id) or self._make(record)
        if hall in self._opening:
            await asyncio.shield(self._opening[hall])  # whoever gives up leaves it to the others
            await self._rooms.get(room_id)  # closed meanwhile?
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
            hall.subscription = await self._bus.subscribe(*self._topic(hall))
        except Exception:
            if self.get(hall.room_id) is hall:
                del self[hall.room_id]  # the next who comes tries again
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
        """The rooms of those in which somebody is are in use."""
        for hall in self.values():
            if hall.members or hall.watchers:
                self._rooms.touch(hall.record)

    def forgive(self, late_s: float) -> None:
        """Nobody was silent for so long: it was this process that stood still."""
        for member in self.members:
            member.made_at += late_s
            member.heard_at += late_s

    def close_idle(self, now: float) -> None:
        """Close those that nobody needs any more."""
        for room_id in [room_id for room_id, hall in self.items() if not hall.is_needed(now)]:
            self.pop(room_id).close()

    def measure(self, now: float) -> None:
        """Say how many stand, and how many show something old."""
        self._metrics.rooms_stale.set(sum(hall.is_stale(now) for hall in self.values()))
        self._metrics.rooms_open.set(len(self))

    async def close(self) -> None:
        """Close all, also those that are just being made."""
        await asyncio.gather(*self._opening.values(), return_exceptions=True)
        for hall in self.values():
            hall.close()
        self.clear()
