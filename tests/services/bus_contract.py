"""What every form of the bus must do. A form's test file makes a class of this with a ``bus`` fixture.

``settle`` waits until what was published has been delivered; a form that crosses a network waits for that.
"""

import asyncio

import pytest

from services.runtime.bus import Bus


class BusContract:
    """Subclass it, name it Test…, and give it a fixture ``bus``."""

    async def settle(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)

    async def test_one_publishers_messages_arrive_in_order_and_once(self, bus: Bus):
        heard: list[bytes] = []
        await bus.subscribe("a", heard.append)
        sent = [str(number).encode() for number in range(100)]
        for message in sent:
            await bus.publish("a", message)
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
        await bus.publish("a", b"2")
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
