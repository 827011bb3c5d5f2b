"""The mixes of a room as an event stream, as ``kuuki serve`` sends them: on each loop, with and without TLS."""

import asyncio
import json

import aiohttp

from loadtests.fake_transport import FakeMaker
from services.signal import event_stream
from tests.patience import PATIENCE_S
from tests.services.harness import serving
from tests.services.loops import on_both_loops, plain_and_tls, serving_tls, trusting_tls


@plain_and_tls
@on_both_loops
async def test_mixes_come_for_longer_than_a_silent_reader_is_waited_for(monkeypatch, secure):
    monkeypatch.setattr(event_stream, "SILENT_READER_S", 0.5)
    async with (
        serving(maker=lambda settings, metrics: FakeMaker(), tls=serving_tls() if secure else None) as kuuki,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting_tls())) as http,
    ):
        async with http.post(f"{kuuki.url}/rooms", json={}) as made:
            room = (await made.json())["room"]
        url, seqs = f"{kuuki.url}/rooms/{room}/mix", []
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(PATIENCE_S), http.get(url, headers={"Accept": "text/event-stream"}) as stream:
            since = loop.time()
            async for line in stream.content:
                if line.startswith(b"data: "):
                    seqs.append(json.loads(line[6:])["seq"])
                if len(seqs) > 3 and loop.time() > since + 1.5:
                    break
        assert len(set(seqs)) == len(seqs) > 3
