"""Rooms: make, ask, close."""

import re
from typing import Final

from aiohttp import web
from pydantic import ValidationError

from kuuki.errors import RoomUnknown
from kuuki.limits import MIN_GROUP_LEAST, ROOM_ID
from kuuki.mood.privacy import Privacy, Rule
from kuuki.mood.room import Role
from services.runtime.http.problem import ProblemError
from services.runtime.rooms import RoomRecord, Secrets, new_room_id
from services.runtime.settings import Settings
from services.runtime.timeline import Refusal, Timeline
from services.signal.http.bodies import Links, MadeRoom, NewRoom, RoomFacts
from services.signal.http.guards import body_of, require_admin, require_secret
from services.signal.http.keys import ORIGIN, ROOMS, SETTINGS, TIMELINE

_ROOM: Final = re.compile(ROOM_ID)


async def record_of(request: web.Request) -> RoomRecord:
    """The room in the path; RoomUnknown for anything that is not one."""
    room = request.match_info["room"]
    if not _ROOM.fullmatch(room):
        raise RoomUnknown
    return await request.app[ROOMS].get(room)


async def make(request: web.Request) -> web.Response:
    """POST /rooms."""
    require_admin(request)
    body = _parse(await body_of(request))
    settings = request.app[SETTINGS]
    if body.privacy is Privacy.EXACT and not settings.open_to_all:
        raise ProblemError(422, "privacy", "An exact room is possible only on loopback, with no public URL set.")
    if body.min_group < MIN_GROUP_LEAST and not settings.open_to_all:
        least = f"The minimum group is {MIN_GROUP_LEAST} or more; less only on loopback, with no public URL set."
        raise ProblemError(422, "min_group", least)
    rule = Rule(body.privacy, body.min_group)
    kept = _to_record(body.record, request.app[TIMELINE])
    secrets = Secrets.fresh()
    record = RoomRecord(new_room_id(), body.purpose, body.language, rule, body.show, is_recorded=kept)
    record = record.opened_by(secrets)
    await request.app[ROOMS].add(record)
    links = links_of(record.room, secrets, request.app[ORIGIN], settings)
    made = MadeRoom(room=record.room, links=links)
    return web.json_response(made.model_dump(), status=201, headers={"Location": f"/rooms/{record.room}"})


def _to_record(wanted: bool | None, timeline: Timeline) -> bool:
    """Whether a new room is to be recorded. ``wanted`` is what its maker asked for; None: as the store allows.

    What hinders recording for a moment (a full disk) counts only against a maker who asked for it.
    """
    refusal = timeline.refusal()
    if wanted and (not timeline.retention_s or refusal is not None):
        raise not_recorded(refusal or "off")
    return bool(timeline.retention_s) and refusal is not Refusal.NO_AOF if wanted is None else wanted


def is_recorded(timeline: Timeline, record: RoomRecord) -> bool:
    """Whether the room's mixes are to be kept here."""
    return record.is_recorded and timeline.retention_s > 0


def not_recorded(reason: str) -> ProblemError:
    """The answer where what was asked for cannot be kept for sure; ``reason`` is static."""
    return ProblemError(409, "not_recorded", f"This room is not recorded ({reason}). See docs/protocol.md.")


def _parse(body: bytes) -> NewRoom:
    try:
        return NewRoom.model_validate_json(body or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        raise ProblemError(422, "body", f"{where}: {first['msg']}") from error


def links_of(room: str, secrets: Secrets, origin: str, settings: Settings) -> Links:
    """The room's links; with their secrets in the fragment where secrets are needed. Only its maker is given them."""
    audience, stage = f"{origin}/r/{room}", f"{origin}/r/{room}/stage"
    if settings.open_to_all:
        return Links(audience=audience, stage=stage)
    return Links(audience=f"{audience}#k={secrets.audience}", stage=f"{stage}#k={secrets.stage}")


async def ask(request: web.Request) -> web.Response:
    """GET /rooms/{room}."""
    record = await record_of(request)
    require_secret(request, record, Role.AUDIENCE)
    facts = RoomFacts(
        room=record.room,
        purpose=record.purpose,
        min_group=record.rule.min_group,
        language=record.language,
        privacy=record.rule.privacy,
        show=record.show,
        recorded=is_recorded(request.app[TIMELINE], record),
        retention_s=request.app[TIMELINE].retention_s,
    )
    return web.json_response(facts.model_dump(mode="json"))


async def close(request: web.Request) -> web.Response:
    """DELETE /rooms/{room}. The record goes first: once the room is gone, nobody could ask for its deletion."""
    record = await record_of(request)
    require_secret(request, record, Role.STAGE)
    await request.app[TIMELINE].delete(record.room, for_good=True)
    await request.app[ROOMS].remove(record.room)
    return web.Response(status=204)
