"""A room's mix without a peer: once as JSON, or as an event stream (WHATWG HTML, server-sent events)."""

import asyncio
import contextlib
import json
from collections.abc import Iterator

from aiohttp import web

from kuuki.mood.mixjson import NO_MIX, MixBody, serialize_mix
from kuuki.mood.room import Role
from kuuki.times import MIX_STALE_S, STREAM_KEEP_ALIVE_S, TICK_S
from services.signal.event_stream import EventStream, Newest
from services.signal.gateway.hall import End, Hall, ReceivedMix
from services.signal.http.guards import address_of, require_secret
from services.signal.http.keys import HUB
from services.signal.http.rooms import record_of

_FIRST_MIX_S = 3 * TICK_S
_CLOSED = b"event: closed\ndata: {}\n\n"


async def mix(request: web.Request) -> web.StreamResponse:
    """GET /rooms/{room}/mix."""
    record = await record_of(request)
    require_secret(request, record, Role.AUDIENCE)
    hall = await request.app[HUB].hall(record.room)
    if "text/event-stream" in request.headers.get("Accept", ""):
        return await _stream(request, hall)
    hall.look_in(asyncio.get_running_loop().time())
    return web.json_response(_as_json(await _newest(hall)))


async def _newest(hall: Hall) -> ReceivedMix | None:
    """The mix that the hall holds; where that is stale, wait up to three ticks for a newer one."""
    loop = asyncio.get_running_loop()
    if hall.held is None or loop.time() - hall.held.folded_at > MIX_STALE_S:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FIRST_MIX_S):
                await hall.newer.wait()
    return hall.held


def _as_json(held: ReceivedMix | None) -> MixBody:
    if held is None:
        return NO_MIX
    age_s = asyncio.get_running_loop().time() - held.folded_at
    return serialize_mix(held.mix, round(age_s * 1000))


async def _stream(request: web.Request, hall: Hall) -> web.StreamResponse:
    newest: Newest[ReceivedMix | End] = Newest()
    stream = EventStream(request)
    with request.app[HUB].watching(address_of(request)), _watched(hall, newest):
        try:
            await stream.open()
            await _write_all(stream, newest)
        except (ConnectionError, TimeoutError):
            stream.cut()
    return stream.response


@contextlib.contextmanager
def _watched(hall: Hall, newest: "Newest[ReceivedMix | End]") -> Iterator[None]:
    if hall.held is not None:
        newest.put(hall.held)
    hall.watchers.add(newest.put)
    try:
        yield
    finally:
        hall.watchers.discard(newest.put)


async def _write_all(stream: EventStream, newest: "Newest[ReceivedMix | End]") -> None:
    """Write the newest mix each time that all before it has left this machine.

    A mix that waited in the socket would look younger to its reader than it is: its age is said when it is written. The
    id of each event is when it was written, in ms since the stream began. So of a mix that waited on its way all the
    same, the reader can tell how much longer it took than the quickest one.
    """
    began = asyncio.get_running_loop().time()
    while event := await _next_event(newest, began):
        await stream.write(event)
        if event == _CLOSED:
            return


async def _next_event(newest: "Newest[ReceivedMix | End]", began: float) -> bytes:
    """The next event's bytes. Empty where the gateway goes away: the reader connects again by itself."""
    try:
        held = await newest.get(STREAM_KEEP_ALIVE_S)
    except TimeoutError:
        return b": still here\n\n"
    if held is End.CLOSED:
        return _CLOSED
    if held is End.GOING_AWAY:
        return b""
    written_ms = round((asyncio.get_running_loop().time() - began) * 1000)
    return f"event: mix\nid: {written_ms}\ndata: {json.dumps(_as_json(held))}\n\n".encode()
