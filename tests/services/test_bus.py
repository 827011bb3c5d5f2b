"""The forms of the bus, each held to the contract."""

import pytest

from services.runtime.bus import Bus, InProcessBus
from tests.services.bus_contract import BusContract


class TestInProcessBus(BusContract):
    @pytest.fixture
    def bus(self) -> Bus:
        return InProcessBus()


async def test_topics_that_nobody_hears_leave_nothing_behind():
    bus = InProcessBus()
    for number in range(1000):
        topic = f"kuuki.mixes.{number}"
        await bus.publish(topic, b"to nobody")
        subscription = await bus.subscribe(topic, lambda message: None)
        await bus.publish(topic, b"1")
        subscription.close()
    assert not bus._topics
