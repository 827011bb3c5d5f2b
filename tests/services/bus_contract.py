"""What every form of the bus must do. A form's test file makes a class of this with the fixtures ``bus`` and ``peer``.

``peer`` is the bus of another process; where there is one process only, it is the same. ``settle`` waits until what was
published has been delivered; a form that crosses a network waits for that.
"""

import asyncio

import pytest

from services.runtime.bus import Bus


class BusContract:
    """Subclass it, name it Test…, and give it the fixtures ``bus`` and ``peer``."""

    async def settle(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)

    async def test_one_publishers_messages_arrive_in_order_and_once(self, bus: Bus):
        heard: list[bytes] = []
        await bus.subscribe("a", heard.append)
        sent = [str(number).encode() for number in range(100)]
        for message in sent:
            assert await bus.publish("a", message)
        await self.settle()
        assert heard == sent

    async def test_every_subscriber_of_the_topic_hears_and_nobody_else(self, bus: Bus):
        first: list[bytes] = []
        second: list[bytes] = []
        other: list[bytes] = []
        for topic, receive in (("a", first.append), ("a", second.append), ("b", other.append)):
            await bus.subscribe(topic, receive)
        await bus.publish("a", b"1")
        await self.settle()
        assert (first, second, other) == ([b"1"], [b"1"], [])

    async def test_whoever_publishes_all_hear_it_in_one_order(self, bus: Bus, peer: Bus):
        heard: list[list[bytes]] = [[], [], []]
        for listener, receive in zip((bus, bus, peer), heard, strict=True):
            await listener.subscribe("a", receive.append)
        for number in range(50):
            await asyncio.gather(bus.publish("a", b"b%d" % number), peer.publish("a", b"p%d" % number))
            if number % 10 == 0:
                await asyncio.sleep(0)
        await self.settle()
        assert heard[0] == heard[1] == heard[2]
        for publisher in (b"b", b"p"):
            its = [message for message in heard[0] if message.startswith(publisher)]
            assert its == [b"%s%d" % (publisher, number) for number in range(50)]

    async def test_many_go_in_one_go_in_their_order(self, bus: Bus, peer: Bus):
        heard: dict[str, list[bytes]] = {f"t{number}": [] for number in range(8)}
        for topic, receive in heard.items():
            await peer.subscribe(topic, receive.append)
        assert await bus.publish_all([(f"t{number % 8}", b"%d" % number) for number in range(200)])
        await self.settle()
        assert heard == {f"t{at}": [b"%d" % number for number in range(at, 200, 8)] for at in range(8)}
        assert await bus.publish_all([])

    async def test_what_is_whole_is_well_and_loses_nothing(self, bus: Bus):
        lost: list[bool] = []
        await bus.subscribe("a", lambda message: None, lambda: lost.append(True))
        since = asyncio.get_running_loop().time()
        while bus.heard_until < since:  # noqa: ASYNC110 - it is a clock
            await asyncio.sleep(0.01)
        assert bus.is_well
        assert bus.heard_until <= asyncio.get_running_loop().time()
        assert lost == []

    async def test_the_same_receiver_twice_hears_twice(self, bus: Bus):
        heard: list[bytes] = []
        first = await bus.subscribe("a", heard.append)
        await bus.subscribe("a", heard.append)
        await bus.publish("a", b"1")
        await self.settle()
        first.close()
        await bus.publish("a", b"2")
        await self.settle()
        assert heard == [b"1", b"1", b"2"]

    async def test_publish_returns_before_anyone_hears(self, bus: Bus):
        heard: list[bytes] = []
        await bus.subscribe("a", heard.append)
        await bus.publish("a", b"1")
        assert heard == []
        await self.settle()
        assert heard == [b"1"]

    async def test_nothing_is_stored_for_who_comes_later(self, bus: Bus):
        heard: list[bytes] = []
        await bus.publish("a", b"1")
        await self.settle()
        await bus.subscribe("a", heard.append)
        await self.settle()
        assert heard == []

    async def test_a_receiver_that_raises_disturbs_nobody(self, bus: Bus):
        heard: list[bytes] = []

        def fail(message: bytes) -> None:
            raise ValueError

        await bus.subscribe("a", fail)
        await bus.subscribe("a", heard.append)
        for message in (b"1", b"2"):
            await bus.publish("a", message)
        await self.settle()
        assert heard == [b"1", b"2"]

    async def test_after_close_of_a_subscription_nothing_comes_also_what_was_on_its_way(self, bus: Bus):
        heard: list[bytes] = []
        subscription = await bus.subscribe("a", heard.append)
        await bus.publish("a", b"1")
        subscription.close()
        subscription.close()
        await bus.publish("a", b"2")
        await self.settle()
        assert heard == []

    async def test_a_receiver_may_unsubscribe_and_subscribe_while_it_hears(self, bus: Bus):
        heard: list[bytes] = []
        later: list[bytes] = []

        def once(message: bytes) -> None:
            heard.append(message)
            subscription.close()

        subscription = await bus.subscribe("a", once)
        await bus.subscribe("a", later.append)
        for message in (b"1", b"2"):
            await bus.publish("a", message)
        await self.settle()
        assert (heard, later) == ([b"1"], [b"1", b"2"])

    async def test_after_close_nothing_comes_and_nothing_breaks(self, bus: Bus):
        heard: list[bytes] = []
        early = await bus.subscribe("a", heard.append)
        await bus.publish("a", b"1")
        await bus.close()
        await bus.close()
        late = await bus.subscribe("a", heard.append)
        assert not await bus.publish("a", b"2")
        assert not await bus.publish_all([("a", b"3"), ("b", b"4")])
        assert not bus.is_well
        await self.settle()
        early.close()
        late.close()
        assert heard == []

    @pytest.mark.parametrize("message", [b"", bytes(range(256)), b"x" * 1_000_000])
    async def test_any_bytes_arrive_as_they_are(self, bus: Bus, message: bytes):
        heard: list[bytes] = []
        await bus.subscribe("a", heard.append)
        await bus.publish("a", message)
        await self.settle()
        assert heard == [message]
