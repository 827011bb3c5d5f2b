"""The way out, with the stack's real SCTP over a wire that is only a list."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiortc.rtcdatachannel import RTCDataChannel, RTCDataChannelParameters
from aiortc.rtcsctptransport import DataChunk, RTCSctpTransport, SackChunk, parse_packet

from kuuki.limits import MIX_FRAME_BYTES
from kuuki.times import BEAT_S, TICK_S
from services.signal.gateway.sctp_outlet import Outlet
from tests.virtual import in_virtual_time, jump

MIX = bytes(range(MIX_FRAME_BYTES))


class Wire:
    """An association that is up, with one channel; ``sent`` is (when, message). The client answers when told to."""

    def __init__(self):
        self.sent, self.last_tsn = [], None
        dtls: Any = SimpleNamespace(state="connected", _role="server", _send_data=self._send)
        self.sctp = RTCSctpTransport(dtls)
        self.sctp._remote_port, self.sctp._ssthresh = 5000, 131072
        self.sctp._set_state(self.sctp.State.ESTABLISHED)
        parameters = RTCDataChannelParameters(label="kuuki", ordered=False, maxRetransmits=0, id=0)
        self.channel = RTCDataChannel(self.sctp, parameters, False)
        self.channel._setReadyState("open")
        self.outlet = Outlet(self.sctp, self.channel)

    async def _send(self, packet):
        for chunk in parse_packet(packet)[3]:
            if isinstance(chunk, DataChunk):
                self.last_tsn = chunk.tsn
                self.sent.append((asyncio.get_running_loop().time(), chunk.user_data))

    async def acknowledge(self):
        sack = SackChunk()
        sack.cumulative_tsn, sack.advertised_rwnd = self.last_tsn, 131072
        await self.sctp._receive_chunk(sack)

    def acknowledge_after(self, seconds):
        tsn, loop = self.last_tsn, asyncio.get_running_loop()

        async def acknowledge():
            sack = SackChunk()
            sack.cumulative_tsn, sack.advertised_rwnd = tsn, 131072
            await self.sctp._receive_chunk(sack)

        return loop.call_later(seconds, lambda: tasks.add(loop.create_task(acknowledge())))


tasks = set()


@in_virtual_time
async def test_what_is_sent_is_on_the_wire_before_anything_else_runs():
    wire = Wire()
    for number in range(3):
        assert wire.outlet.send(bytes([number]))
        assert wire.sent[-1] == (0.0, bytes([number]))
    jump(3.0)  # whatever else this turn of the loop does
    await asyncio.sleep(0)
    assert [data for _, data in wire.sent] == [b"\0", b"\1", b"\2"]
    assert wire.channel.bufferedAmount == 0
    await wire.acknowledge()
    wire.sctp._t3_cancel()


@in_virtual_time
async def test_to_who_acknowledges_nothing_nothing_waits_and_nothing_old_goes_out():
    wire = Wire()
    went = [wire.outlet.send(MIX) for _ in range(200)]
    assert went == [True] * sum(went) + [False] * (200 - sum(went))
    assert len(wire.sent) == sum(went)
    assert (len(wire.sctp._outbound_queue), wire.channel.bufferedAmount) == (0, 0)
    before = len(wire.sent)
    await asyncio.sleep(0.5)
    await wire.acknowledge()
    await asyncio.sleep(5)
    assert len(wire.sent) == before, "what would not go at once is not sent later"
    assert wire.outlet.send(b"newest")
    assert wire.sent[-1] == (asyncio.get_running_loop().time(), b"newest")
    await wire.acknowledge()


@in_virtual_time
async def test_a_client_that_was_out_of_reach_gets_what_is_true_when_it_is_back():
    wire = Wire()
    for tick in range(100):
        wire.outlet.send(str(tick).encode() + MIX)
        await asyncio.sleep(TICK_S)
    at_most = 100 * TICK_S
    assert all(at <= float(data[: -len(MIX)]) * TICK_S + 0.001 for at, data in wire.sent)
    assert wire.sent[-1][0] > at_most - 5 * TICK_S, "it is tried again and again, each time with the newest"
    wire.sctp._t3_cancel()


@pytest.mark.parametrize("rtt_s", [0.01, 0.3, 1.0])
def test_an_honest_client_gets_every_mix_and_every_beat_however_far_it_is(rtt_s):
    @in_virtual_time
    async def run():
        wire = Wire()
        skipped, loop = 0, asyncio.get_running_loop()
        for tick in range(150):
            skipped += not wire.outlet.send(MIX)
            if tick % round(BEAT_S / TICK_S + 0.5) == 0:
                skipped += not wire.outlet.send(b"beat")
            wire.acknowledge_after(rtt_s)
            await asyncio.sleep(TICK_S)
        assert skipped == 0
        await asyncio.sleep(rtt_s + 1)
        assert loop.time() > 0
        tasks.clear()

    run()


@in_virtual_time
async def test_a_channel_that_is_closing_takes_nothing():
    wire = Wire()
    wire.channel._setReadyState("closing")
    assert not wire.outlet.send(b"x")
    wire.channel._setReadyState("open")
    wire.sctp._set_state(wire.sctp.State.CLOSED)
    assert not wire.outlet.send(b"x")
    assert wire.sent == []


@in_virtual_time
async def test_a_stack_that_waits_while_it_sends_is_not_taken_for_one_that_sent():
    wire = Wire()

    async def slow(packet):
        await asyncio.sleep(1)

    wire.sctp.transport._send_data = slow
    with pytest.raises(RuntimeError):
        wire.outlet.send(b"x")
