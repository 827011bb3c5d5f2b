"""A room's mix without a peer: once as JSON, or as an event stream (WHATWG HTML, server-sent events)."""

import asyncio
import contextlib
import json

from aiohttp import web

from kuuki.mixjson import serialize_mix
from kuuki.room import Role
from kuuki.times import MIX_STALE_S, TICK_S
from services.signal.gateway.hall import End, Hall, Held
from services.signal.http.guards import require_secret
from services.signal.http.keys import HUB, METRICS
from services.signal.http.rooms import record_of

_KEEP_ALIVE_S = 15.0
_FIRST_MIX_S = 3 * TICK_S
_WRITE_S = 10.0
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


async def _newest(hall: Hall) -> Held | None:
    """The held mix when it is fresh; else wait some ticks for one."""
    loop = asyncio.get_running_loop()
    if hall.held is None or loop.time() - hall.held.folded_at > MIX_STALE_S:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FIRST_MIX_S):
                await hall.newer.wait()
    return hall.held


def _as_json(held: Held | None) -> dict[str, object]:
    if held is None:
        return {"state": "stale", "people": {}, "coverage": 0.0, "term": 0, "seq": 0, "age_ms": 0}
    age_s = asyncio.get_running_loop().time() - held.folded_at
    return serialize_mix(held.mix, round(age_s * 1000))


async def _stream(request: web.Request, hall: Hall) -> web.StreamResponse:
    gauge = request.app[METRICS].watchers
    request.app[HUB].admit_watcher()
    queue: asyncio.Queue[Held | End] = asyncio.Queue(maxsize=1)
    if hall.held is not None:
        queue.put_nowait(hall.held)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})

    def receive(held: Held | End) -> None:
        if queue.full():
            queue.get_nowait()  # a slow reader skips to the newest
        queue.put_nowait(held)

    hall.watchers.add(receive)
    gauge.inc()
    try:
        await response.prepare(request)
        await _write_all(response, queue)
    except (ConnectionError, TimeoutError):
        _cut(request)  # the reader is gone, or does not read
    finally:
        gauge.dec()
        hall.watchers.discard(receive)
    return response


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _write_all(response: web.StreamResponse, queue: "asyncio.Queue[Held | End]") -> None:
    while True:
        event = await _next_event(queue)
        if not event:
            return
        async with asyncio.timeout(_WRITE_S):
            await response.write(event)
        if event == _CLOSED:
            return


async def _next_event(queue: "asyncio.Queue[Held | End]") -> bytes:
    """Empty at an end of which the reader need not hear: it comes again by itself."""
    try:
        async with asyncio.timeout(_KEEP_ALIVE_S):
            held = await queue.get()
    except TimeoutError:
        return b": still here\n\n"
    if held is End.CLOSED:
        return _CLOSED
    if held is End.GOING_AWAY:
        return b""
    return b"event: mix\ndata: " + json.dumps(_as_json(held)).encode() + b"\n\n"
