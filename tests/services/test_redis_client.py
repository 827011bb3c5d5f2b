"""The redis_client: commands and scripts on each form of Redis, and Unavailable in time when it is away."""

import asyncio
import socket
import struct

import pytest
import uvloop
from structlog.testing import capture_logs

from kuuki.errors import Unavailable
from kuuki.limits import REDIS_WAITING
from loadtests.redis_groups import RedisCluster, RedisSentinels
from loadtests.redis_servers import RedisServer
from services.runtime.redis.client import RedisClient, Script
from tests.patience import PATIENCE_S, until

pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("quiet")]

ECHO = Script("redis.call('SET', KEYS[1], ARGV[1]) return {redis.call('GET', KEYS[1]), 7}")


async def use(url: str) -> None:
    redis_client = RedisClient(url)
    try:
        for number in range(20):  # in a cluster: on every node
            assert await redis_client.run(ECHO, [f"key {number}"], [b"\x00\xff"]) == [b"\x00\xff", 7]
            assert await redis_client.client.get(f"key {number}") == b"\x00\xff"
        assert await redis_client.ask("GET", "key 3") == b"\x00\xff"
        assert await redis_client.ask("GET", "none") is None
    finally:
        await redis_client.close()
    with pytest.raises(Unavailable):
        await redis_client.ask("GET", "key 3")


async def test_one_server(clean_redis: RedisServer):
    await use(clean_redis.url)


async def test_a_cluster(redis_cluster: RedisCluster):
    await use(redis_cluster.url)


async def test_sentinels(redis_sentinels: RedisSentinels):
    await use(redis_sentinels.url)


async def test_a_socket():
    with RedisServer(options=("unixsocket the.sock",)) as server:
        await use(f"unix://{server.folder}/the.sock")


async def test_a_script_is_known_again_after_redis_forgot_it(clean_redis: RedisServer):
    redis_client = RedisClient(clean_redis.url)
    with clean_redis.client as client:
        for _ in range(2):
            client.script_flush()
            assert await redis_client.run(ECHO, ["key"], ["1"]) == [b"1", 7]
    await redis_client.close()


async def test_what_redis_refuses_is_unavailable_too(clean_redis: RedisServer):
    redis_client = RedisClient(clean_redis.url)
    await redis_client.ask("SET", "text", "1")
    for refused in (("HGET", "text", "field"), ("NO-SUCH-COMMAND",)):
        with pytest.raises(Unavailable):
            await redis_client.ask(*refused)
    with pytest.raises(Unavailable):
        await redis_client.run(Script("return redis.call('HGET', KEYS[1], 'field')"), ["text"])
    with pytest.raises(Unavailable):
        await redis_client.client.hget("text", "field")
    assert await redis_client.ask("GET", "text") == b"1"
    await redis_client.close()


async def test_away_stopped_and_back():
    with RedisServer() as server:
        redis_client = RedisClient(server.url)
        await redis_client.ask("SET", "key", "1")
        server.kill()
        with capture_logs() as logs:
            for _ in range(2):
                with pytest.raises(Unavailable):
                    await redis_client.ask("GET", "key")
            server.start()
            assert await redis_client.ask("GET", "key") is None
        assert [entry["event"] for entry in logs] == ["Redis is away", "Redis is back"]
        server.stop()
        try:
            with pytest.raises(Unavailable):
                await redis_client.ask("GET", "key")
        finally:
            server.cont()
        assert await redis_client.ask("SET", "key", "2")
        await redis_client.close()


class Resetting:
    """What seems to be a Redis: it answers a command and, some time later, resets the connection."""

    async def serve(self, reader, writer):
        while line := await reader.readline():
            words = [await self._word(reader) for _ in range(int(line[1:]))]
            writer.write(b"$1\r\n1\r\n" if words[0] == b"GET" else b"+OK\r\n")
            if words[0] == b"GET":
                await writer.drain()
                await asyncio.sleep(0.01)
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                return

    @staticmethod
    async def _word(reader):
        length = int((await reader.readline())[1:])
        return (await reader.readexactly(length + 2))[:-2]


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_connection_that_is_reset_while_nobody_uses_it_is_unavailable(loop_factory):
    async def ask():
        async with await asyncio.start_server(Resetting().serve, "127.0.0.1", 0) as server:
            redis_client = RedisClient(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            answers = []
            for _ in range(4):
                try:
                    answers.append(await redis_client.ask("GET", "key"))
                except Unavailable:
                    answers.append(None)
                await asyncio.sleep(0.1)
            await redis_client.close()
            return answers

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        assert runner.run(ask()) == [b"1", None, b"1", None]


async def test_who_waits_is_bounded():
    with RedisServer() as server:
        redis_client = RedisClient(server.url)
        await redis_client.ask("PING")
        server.stop()
        try:
            loop = asyncio.get_running_loop()
            since = loop.time()
            asked = [asyncio.create_task(redis_client.ask("GET", "key")) for _ in range(REDIS_WAITING)]
            await asyncio.sleep(0)
            with pytest.raises(Unavailable):
                await redis_client.ask("GET", "key")
            assert not any(each.done() for each in asked), "refused at once"
            answers = await asyncio.gather(*asked, return_exceptions=True)
            assert loop.time() - since < PATIENCE_S, "not one connection's queue after the other's"
            assert all(isinstance(answer, Unavailable) for answer in answers)
        finally:
            server.cont()
        assert await redis_client.ask("PING")
        await redis_client.close()


async def test_sentinels_lead_to_the_new_master():
    with RedisSentinels(sentinels=1) as sentinels:
        redis_client = RedisClient(sentinels.url)
        await redis_client.ask("SET", "key", "1")
        sentinels.master.kill()
        outcome: list[bool] = []

        async def ask() -> None:
            while not outcome:
                try:
                    outcome.append(bool(await redis_client.ask("SET", "key", "2")))
                except Unavailable:
                    await asyncio.sleep(0.1)

        task = asyncio.create_task(ask())
        await until(lambda: outcome == [True])
        await task
        await redis_client.close()


async def test_the_password_is_never_said(capsys: pytest.CaptureFixture[str]):
    with RedisServer(options=("requirepass hush-hush",)) as server:
        redis_client = RedisClient(f"redis://:hush-no@127.0.0.1:{server.port}")
        with capture_logs() as logs, pytest.raises(Unavailable) as raised:
            await redis_client.ask("GET", "key")
        assert "hush" not in f"{logs} {raised.value} {raised.value.__cause__} {redis_client.target}"
        await redis_client.close()
        right = RedisClient(f"redis://:hush-hush@127.0.0.1:{server.port}")
        assert await right.ask("GET", "key") is None
        await right.close()


@pytest.mark.deadlines
async def test_who_is_cancelled_while_redis_goes_away_is_cancelled(clean_redis, monkeypatch):
    redis_client = RedisClient(clean_redis.url)

    async def fails_when_cancelled(*command):
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            raise ConnectionError("closed by the library") from None

    monkeypatch.setattr(redis_client.client, "ask_plainly", fails_when_cancelled)
    asking = asyncio.ensure_future(redis_client.ask("PING"))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert asking.cancelled()
    with pytest.raises(Unavailable):  # its own deadline is no cancellation
        await redis_client.ask("PING")
    await redis_client.close()


async def test_who_is_cancelled_as_a_command_goes_out_is_cancelled(clean_redis):
    """asyncio.wait_for of Python 3.11, in the library, loses a cancel that comes between its end and its caller's."""
    redis_client = RedisClient(clean_redis.url)
    await redis_client.ask("SET", "key", "1")
    for steps in range(30):
        asking = asyncio.ensure_future(redis_client.ask("GET", "key"))
        for _ in range(steps):
            await asyncio.sleep(0)
        is_asked = asking.cancel()
        outcome = (await asyncio.gather(asking, return_exceptions=True))[0]
        assert isinstance(outcome, asyncio.CancelledError) if is_asked else outcome == b"1", steps
    await redis_client.close()
