"""A room's record: read, marked, deleted."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final, Literal

from aiohttp import web
from pydantic import ValidationError

from kuuki.errors import Malformed, NotRecorded, Unavailable
from kuuki.limits import TIMELINE_ROWS
from kuuki.mood.mixjson import serialize_published
from kuuki.mood.room import Role
from kuuki.times import HISTORY_S
from services.runtime.http.problem import ProblemError
from services.runtime.rooms import RoomRecord
from services.runtime.timeline import Entry, Mark, Page, Timeline
from services.signal.http.bodies import MarkBody, NewMark, Recording, RowBody
from services.signal.http.guards import address_of, body_of, require_secret
from services.signal.http.keys import TIMELINE, TIMELINE_LIMITS
from services.signal.http.rooms import is_recorded, not_recorded, record_of
from services.signal.http.timelinecsv import HEAD, lines_of, rfc3339
from services.signal.http.timelinewaves import GatheredWaves

_SLICE: Final = 200
"""Rows that are read and written without a pause: 4 ms of the event loop, so ticks are hardly late."""

_WRITE_S: Final = 10.0


async def read(request: web.Request) -> web.StreamResponse:
    """GET /rooms/{room}/timeline."""
    record = await record_of(request)
    require_secret(request, record, Role.AUDIENCE)
    now = asyncio.get_running_loop().time()
    if not request.app[TIMELINE_LIMITS].reads.consume(address_of(request), now):
        raise _too_many("reads")
    form, after = request.query.get("format", "json"), request.query.get("after")
    if form not in ("json", "csv"):
        raise ProblemError(400, "format", "format is json or csv.")
    limit = _limit(request, None if form == "csv" else TIMELINE_ROWS)
    within_s = None if _may(request, record, Role.STAGE) else HISTORY_S
    slices = _slices(request.app[TIMELINE], record.room, after, limit, within_s)
    if form == "csv":
        return await _as_csv(request, record.room, slices)
    return web.Response(text=await _as_json(request.app[TIMELINE], record, slices), content_type="application/json")


def _limit(request: web.Request, default: int | None) -> int | None:
    said = request.query.get("limit")
    if said is None:
        return default
    if not (said.isascii() and said.isdigit() and len(said) <= 4 and 1 <= int(said) <= TIMELINE_ROWS):
        raise ProblemError(400, "limit", f"limit is 1 to {TIMELINE_ROWS}.")
    return int(said)


def _may(request: web.Request, record: RoomRecord, role: Role) -> bool:
    try:
        require_secret(request, record, role)
    except ProblemError:
        return False
    return True


async def _slices(
    timeline: Timeline, room: str, after: str | None, limit: int | None, within_s: float | None
) -> AsyncIterator[Page]:
    """Pages of at most _SLICE rows, with ``limit`` rows in all; None: all there are."""
    while True:
        count = _SLICE if limit is None else min(limit, _SLICE)
        try:
            page = await timeline.read(room, after, count, within_s)
        except Malformed as error:
            raise ProblemError(400, "cursor", "after is a cursor of this room's record.") from error
        yield page
        limit = None if limit is None else limit - count
        after = page.next
        if after is None or limit == 0:
            return
        await asyncio.sleep(0)


async def _as_json(timeline: Timeline, record: RoomRecord, slices: AsyncIterator[Page]) -> str:
    rows: list[str] = []
    marks: list[str] = []
    gathered = GatheredWaves()
    after = None
    async for page in slices:
        rows += [json.dumps(_row(entry, gathered)) for entry in page.rows]
        marks += [json.dumps(_mark(mark)) for mark in page.marks]
        after = page.next
    head = json.dumps(_recording(timeline, record))[1:-1]
    tail = json.dumps({"waves": gathered.waves, "next": after})[1:-1]
    return f'{{{head}, "rows": [{", ".join(rows)}], "marks": [{", ".join(marks)}], {tail}}}'


def _recording(timeline: Timeline, record: RoomRecord) -> Recording:
    if not is_recorded(timeline, record):
        return {"recording": "off", "reason": None, "retention_s": timeline.retention_s}
    refusal = timeline.refusal()
    recording: Literal["on", "refused"] = "on" if refusal is None else "refused"
    return {"recording": recording, "reason": refusal, "retention_s": timeline.retention_s}


def _row(entry: Entry, gathered: GatheredWaves) -> RowBody:
    mix = serialize_published(entry.mix)
    gathered.hear(entry.at_s, mix)
    return {"at": rfc3339(entry.at_s), "cursor": entry.cursor, "mix": mix}


def _mark(mark: Mark) -> dict[str, Any]:
    return MarkBody(id=mark.id, at=rfc3339(mark.at_s), text=mark.text).model_dump()


async def _as_csv(request: web.Request, room: str, slices: AsyncIterator[Page]) -> web.StreamResponse:
    first = await anext(slices)  # a fault in the request must be found before the answer's head is sent
    name = f'attachment; filename="kuuki-{room}.csv"'
    response = web.StreamResponse(headers={"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": name})
    try:
        await response.prepare(request)
        await _write(response, HEAD + lines_of(first))
        async for page in slices:
            await _write(response, lines_of(page))
    except (ConnectionError, TimeoutError, Unavailable):
        if request.transport is not None:
            request.transport.abort()  # the reader is gone or does not read, or the rest is not to be had
    return response


async def _write(response: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(_WRITE_S):
        await response.write(text.encode())


async def mark(request: web.Request) -> web.Response:
    """POST /rooms/{room}/marks."""
    record = await record_of(request)
    require_secret(request, record, Role.STAGE)
    text = _text(await body_of(request))
    timeline = request.app[TIMELINE]
    if not is_recorded(timeline, record):
        raise not_recorded("off")
    if not request.app[TIMELINE_LIMITS].marks.consume(record.room, asyncio.get_running_loop().time()):
        raise _too_many("marks")
    try:
        made = await timeline.mark(record.room, text)
    except NotRecorded as error:
        raise not_recorded(error.reason) from error
    return web.json_response(_mark(made), status=201)


def _text(body: bytes) -> str:
    try:
        return NewMark.model_validate_json(body or b"{}").text
    except ValidationError as error:
        raise ProblemError(422, "body", "text: at most 80 characters, none of them a control character.") from error


async def delete(request: web.Request) -> web.Response:
    """DELETE /rooms/{room}/timeline."""
    record = await record_of(request)
    require_secret(request, record, Role.STAGE)
    await request.app[TIMELINE].delete(record.room)
    return web.Response(status=204)


def _too_many(what: str) -> ProblemError:
    return ProblemError(429, f"too_many_{what}", "Too many at once; try again.", {"Retry-After": "1"})
