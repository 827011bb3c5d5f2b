"""The forms of the exchange, each held to the contract."""

import pytest

from services.runtime.exchange import Exchange, InProcessExchange
from tests.services.exchange_contract import Clock, ExchangeContract


@pytest.fixture
def clock() -> Clock:
    return Clock()


class TestInProcessExchange(ExchangeContract):
    @pytest.fixture
    def exchange(self, clock: Clock) -> Exchange:
        return InProcessExchange(clock)


async def test_what_nobody_holds_leaves_nothing_behind(clock):
    exchange = InProcessExchange(clock)
    for number in range(1000):
        line = f"line {number}"
        take = [].append
        await exchange.attach(line, take)
        await exchange.claim(f"kept {number}", line, 5.0)
        await exchange.claim(f"freed {number}", line, 5.0)
        await exchange.release(f"freed {number}", line)
        await exchange.detach(line, take)
    assert len(exchange) == 1000
    await clock.add(11.0)
    await exchange.claim("another", "line", 5.0)
    assert len(exchange) == 1


async def test_a_receiver_that_fails_is_logged_without_what_it_was_told(clock, capsys):
    exchange = InProcessExchange(clock)
    failing = TestInProcessExchange()

    def fail(note: bytes) -> None:
        raise ValueError(note)

    await exchange.attach("a line", fail)
    await exchange.send("a line", b"private")
    await failing.settle()
    said = capsys.readouterr()
    assert "a receiver on the exchange failed" in said.out + said.err
    assert "private" not in said.out + said.err
    assert "a line" not in said.out + said.err


async def test_without_a_clock_it_is_the_loops():
    exchange = InProcessExchange()
    await exchange.claim("x", "a", 0.0)
    assert await exchange.find("x") is None
    await exchange.claim("x", "a", 60.0)
    assert await exchange.find("x") == "a"
