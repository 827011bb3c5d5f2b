"""What every form of the registry of rooms must do. A form's test file makes a class of this.

It needs the fixtures ``rooms`` and ``others``: two registries, as two processes have them, which may be the same one.
``settle`` waits until what was said at one is known at the other. ``pass_idle`` lets so much time pass that a room that
nobody uses is gone.
"""

import asyncio

import pytest

from kuuki.errors import RoomUnknown
from kuuki.mood.privacy import Privacy, Rule
from kuuki.mood.room import Role
from services.runtime.rooms import RoomRecord, Rooms, Secrets

FULL = RoomRecord(
    "abcd-efgh-jkmn",
    "performance",
    "ja",
    Rule(Privacy.STANDARD, 7),
    "https://show.example/air",
    "a" * 64,
    "b" * 64,
    True,
)


class RoomsContract:
    """Subclass it, name it Test…, and give it the fixtures."""

    async def settle(self) -> None:
        await asyncio.sleep(0)

    async def pass_idle(self, rooms: Rooms) -> None:
        raise NotImplementedError

    @pytest.mark.parametrize("record", [RoomRecord("a"), FULL, RoomRecord("b", rule=Rule(Privacy.EXACT))])
    async def test_a_room_made_at_one_is_known_at_the_other_at_once(self, rooms: Rooms, others: Rooms, record):
        await rooms.add(record)
        assert await others.get(record.room) == await rooms.get(record.room) == record

    async def test_its_secrets_open_it_at_the_other(self, rooms: Rooms, others: Rooms):
        secrets = Secrets.fresh()
        await rooms.add(RoomRecord("a").opened_by(secrets))
        record = await others.get("a")
        assert record.allows(secrets.stage, Role.STAGE)
        assert record.allows(secrets.audience, Role.AUDIENCE)
        assert not record.allows(secrets.audience, Role.STAGE)

    async def test_a_room_that_is_none_is_unknown(self, rooms: Rooms):
        for act in (rooms.get, rooms.remove):
            with pytest.raises(RoomUnknown):
                await act("none")

    async def test_one_made_again_takes_the_place_of_the_former(self, rooms: Rooms, others: Rooms):
        await rooms.add(RoomRecord("a"))
        await rooms.add(RoomRecord("a", language="ja"))
        assert (await others.get("a")).language == "ja"

    async def test_a_closed_room_is_gone_for_good_at_both_and_both_are_told_once(self, rooms: Rooms, others: Rooms):
        told: list[str] = []
        rooms.on_removed(lambda room: told.append(f"rooms {room}"))
        others.on_removed(lambda room: told.append(f"others {room}"))
        record = RoomRecord("a")
        await rooms.add(record)
        for registry in (rooms, others):
            registry.touch(await registry.get("a"))
        await others.remove("a")
        await self.settle()
        assert sorted(told) == ["others a", "rooms a"]
        for registry in (rooms, others):
            registry.touch(record)
            with pytest.raises(RoomUnknown):
                await registry.get("a")
            with pytest.raises(RoomUnknown):
                await registry.remove("a")

    async def test_a_room_that_nobody_uses_is_gone_in_the_end_unless_it_is_kept(self, rooms: Rooms):
        await rooms.add(RoomRecord("idle"))
        await rooms.add(RoomRecord("kept", is_kept=True))
        await self.pass_idle(rooms)
        await rooms.add(RoomRecord("new"))
        with pytest.raises(RoomUnknown):
            await rooms.get("idle")
        assert (await rooms.get("kept")).is_kept
        assert await rooms.get("new") == RoomRecord("new")

    async def test_a_room_in_use_stays(self, rooms: Rooms):
        await rooms.add(RoomRecord("used"))
        for _ in range(3):
            await self.pass_some(rooms)
            rooms.touch(await rooms.get("used"))
        assert await rooms.get("used") == RoomRecord("used")

    async def pass_some(self, rooms: Rooms) -> None:
        """Two thirds of what makes a room idle."""
        raise NotImplementedError
