"""What every form of the exchange must do. A form's test file makes a class of this with ``exchange`` and ``clock``.

``settle`` waits until what was sent has been delivered; a form that crosses a network waits for that.
``Clock.add`` lets time pass for claims.
"""

import asyncio

import pytest

from services.runtime.exchange import Exchange


class Clock:
    """Monotonic seconds by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def add(self, seconds: float) -> None:
        self.now += seconds


class ExchangeContract:
    """Subclass it, name it Test…, and give it the fixtures ``exchange`` and ``clock``."""

    async def settle(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)

    # --- notes

    async def test_one_senders_notes_arrive_in_order_and_once(self, exchange: Exchange):
        heard: list[bytes] = []
        await exchange.attach("a", heard.append)
        sent = [str(number).encode() for number in range(100)]
        assert [await exchange.send("a", note) for note in sent] == [True] * 100
        await self.settle()
        assert heard == sent

    async def test_whom_nobody_attends_cannot_be_told(self, exchange: Exchange):
        heard: list[bytes] = []
        await exchange.attach("a", heard.append)
        assert not await exchange.send("b", b"1")
        await self.settle()
        await exchange.attach("b", heard.append)
        await self.settle()
        assert heard == []

    async def test_every_receiver_of_a_line_hears_all_in_the_same_order(self, exchange: Exchange):
        first: list[bytes] = []
        second: list[bytes] = []
        other: list[bytes] = []
        for line, heard in (("a", first), ("a", second), ("b", other)):
            await exchange.attach(line, heard.append)
        for number in range(20):
            await exchange.send("a", b"%d" % number)
        await self.settle()
        assert first == second == [b"%d" % number for number in range(20)]
        assert other == []

    async def test_attaching_the_same_twice_is_once(self, exchange: Exchange):
        heard: list[bytes] = []
        receive = heard.append
        await exchange.attach("a", receive)
        await exchange.attach("a", receive)
        await exchange.send("a", b"1")
        await self.settle()
        assert heard == [b"1"]
        await exchange.detach("a", receive)
        assert not await exchange.send("a", b"2")

    async def test_send_returns_before_anyone_hears(self, exchange: Exchange):
        heard: list[bytes] = []
        await exchange.attach("a", heard.append)
        await exchange.send("a", b"1")
        assert heard == []
        await self.settle()
        assert heard == [b"1"]

    async def test_after_detaching_nothing_comes_also_what_was_on_its_way(self, exchange: Exchange):
        heard: list[bytes] = []
        others: list[bytes] = []
        receive = heard.append
        await exchange.attach("a", receive)
        await exchange.attach("a", others.append)
        await exchange.send("a", b"1")
        await exchange.detach("a", receive)
        await exchange.detach("a", receive)
        await exchange.detach("nobody", receive)
        assert await exchange.send("a", b"2")
        await self.settle()
        assert heard == []
        assert others == [b"1", b"2"]

    async def test_a_receiver_that_raises_disturbs_nobody(self, exchange: Exchange):
        heard: list[bytes] = []

        def fail(note: bytes) -> None:
            raise ValueError

        await exchange.attach("a", fail)
        await exchange.attach("a", heard.append)
        for note in (b"1", b"2"):
            await exchange.send("a", note)
        await self.settle()
        assert heard == [b"1", b"2"]

    @pytest.mark.parametrize("note", [b"", bytes(range(256)), b"x" * 100_000])
    async def test_any_bytes_arrive_as_they_are(self, exchange: Exchange, note: bytes):
        heard: list[bytes] = []
        await exchange.attach("a", heard.append)
        await exchange.send("a", note)
        await self.settle()
        assert heard == [note]

    # --- codes

    async def test_a_code_leads_to_the_line_that_claimed_it_and_to_no_other(self, exchange: Exchange):
        assert await exchange.find("x") is None
        assert await exchange.claim("x", "a", 60.0)
        assert not await exchange.claim("x", "b", 60.0)
        assert await exchange.find("x") == "a"
        assert await exchange.claim("y", "b", 60.0)
        assert await exchange.find("y") == "b"

    async def test_of_many_who_claim_at_once_one_has_it(self, exchange: Exchange):
        lines = [f"line {number}" for number in range(20)]
        got = await asyncio.gather(*(exchange.claim("x", line, 60.0) for line in lines))
        assert sum(got) == 1
        assert await exchange.find("x") == lines[got.index(True)]

    async def test_a_claim_ends_after_its_time_unless_it_is_claimed_again(self, exchange: Exchange, clock: Clock):
        await exchange.claim("x", "a", 60.0)
        await exchange.claim("y", "a", 60.0)
        await clock.add(40.0)
        assert await exchange.claim("x", "a", 60.0)
        await clock.add(40.0)
        assert await exchange.find("x") == "a"
        assert await exchange.find("y") is None
        assert not await exchange.claim("x", "b", 60.0)
        assert await exchange.claim("y", "b", 60.0)
        assert await exchange.find("y") == "b"

    async def test_only_its_line_can_free_a_code(self, exchange: Exchange):
        await exchange.claim("x", "a", 60.0)
        await exchange.release("x", "b")
        assert await exchange.find("x") == "a"
        await exchange.release("x", "a")
        await exchange.release("x", "a")
        await exchange.release("unknown", "a")
        assert await exchange.find("x") is None
        assert await exchange.claim("x", "b", 60.0)

    async def test_a_retired_code_leads_to_nobody_and_is_nobodys_for_its_time(self, exchange: Exchange, clock: Clock):
        await exchange.claim("x", "a", 300.0)
        await exchange.claim("y", "b", 300.0)
        await exchange.retire("x", "a", 200.0)
        await exchange.retire("y", "a", 200.0)
        await exchange.retire("z", "a", 200.0)  # its claim ran out
        await exchange.release("x", "a")
        assert [await exchange.find(code) for code in "xyz"] == [None, "b", None]
        assert [await exchange.claim(code, line, 200.0) for code, line in ("xa", "xb", "za")] == [False] * 3
        await clock.add(201.0)
        assert await exchange.claim("x", "a", 300.0)
        assert await exchange.find("x") == "a"

    # --- the end

    async def test_after_close_nothing_comes_and_nothing_breaks(self, exchange: Exchange):
        heard: list[bytes] = []
        await exchange.attach("a", heard.append)
        await exchange.send("a", b"1")
        await exchange.close()
        await exchange.close()
        await exchange.attach("a", heard.append)
        assert not await exchange.send("a", b"2")
        await exchange.claim("x", "a", 60.0)
        assert await exchange.find("x") is None
        await exchange.release("x", "a")
        await exchange.retire("x", "a", 60.0)
        await exchange.detach("a", heard.append)
        await self.settle()
        assert heard == []
