"""What the stack's timers send when the transport is gone: lost, and no fault of the program's."""

import asyncio
import gc

import pytest
from aiortc.rtcsctptransport import ForwardTsnChunk

from client.headless.call.connection import CallConnection, Way
from client.headless.call.shows import Tracks
from client.headless.connection import Connection


def of_a_room():
    return Connection([], "127.0.0.1", lambda data: None, lambda: None)


def of_a_call():
    connection = CallConnection(Way((), "127.0.0.1"), Tracks(None, None), lambda: None, lambda data: None)
    connection._open_channel()
    return connection


@pytest.mark.parametrize("make", [of_a_room, of_a_call])
@pytest.mark.parametrize("timer", ["_t1_expired", "_t2_expired", "_t3_expired"])
async def test_a_timer_that_fires_on_a_transport_that_is_gone_is_no_fault(make, timer):
    faults = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(str(context)))
    connection = make()
    sctp = connection._peer.sctp
    sctp._t1_chunk = sctp._t2_chunk = sctp._forward_tsn_chunk = ForwardTsnChunk()
    sctp._remote_port = 5000
    before = asyncio.all_tasks()
    getattr(sctp, timer)()
    sending = asyncio.all_tasks() - before
    assert len(sending) == 1
    await asyncio.wait(sending)
    await connection.close()
    del sending
    gc.collect()
    await asyncio.sleep(0)
    assert faults == []
