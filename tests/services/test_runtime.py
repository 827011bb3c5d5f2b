"""Rooms, settings, ticker and log."""

import asyncio
import importlib
import logging
import re

import aiohttp
import aiohttp.log
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import ValidationError

from kuuki.errors import RoomUnknown, TooMany
from kuuki.limits import ROOM_ID
from kuuki.mood.room import Role
from kuuki.times import ROOM_IDLE_S
from loadtests import rooms_in_memory
from loadtests.rooms_in_memory import InProcessRooms
from services.runtime.log import hush_libraries
from services.runtime.rooms import RoomRecord, Secrets, is_same, new_room_id, serialize_record
from services.runtime.settings import Settings
from services.runtime.ticker import ticks
from tests.virtual import in_virtual_time


def test_new_ids_are_room_ids_and_differ():
    made = {new_room_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(ROOM_ID, room) for room in made)
    assert not set("ilo01") & set("".join(made))


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


async def test_rooms_that_nobody_used_for_a_day_are_closed_when_another_is_made():
    clock, closed = Clock(), []
    rooms = InProcessRooms(clock)
    rooms.on_removed(closed.append)
    await rooms.add(RoomRecord("old"))
    await rooms.add(RoomRecord("kept", is_kept=True))
    await rooms.add(RoomRecord("used"))
    clock.now = 10.0
    rooms.touch(await rooms.get("used"))
    clock.now = ROOM_IDLE_S + 1
    await rooms.add(RoomRecord("new"))
    assert closed == ["old"]
    assert len(rooms) == 3
    for act in (rooms.get, rooms.remove):
        with pytest.raises(RoomUnknown):
            await act("old")


async def test_there_are_so_many_rooms_and_no_more(monkeypatch):
    monkeypatch.setattr(rooms_in_memory, "ROOMS", 3)
    clock = Clock()
    rooms = InProcessRooms(clock)
    for room in "abc":
        await rooms.add(RoomRecord(room))
    clock.now = ROOM_IDLE_S
    with pytest.raises(TooMany):
        await rooms.add(RoomRecord("d"))
    clock.now = ROOM_IDLE_S + 1
    await rooms.add(RoomRecord("d"))
    assert len(rooms) == 1


def test_the_stages_secret_opens_everything_and_the_audiences_not_the_stage():
    own, other = Secrets.fresh(), Secrets.fresh()
    record = RoomRecord("a").opened_by(own)
    opens = {(secret == own.stage, role): record.allows(secret, role) for secret in own for role in Role}
    assert opens == {
        (is_stage, role): is_stage or role is not Role.STAGE for is_stage in (True, False) for role in Role
    }
    for secret in ("", *other, own.stage[:-1], record.stage_digest, record.audience_digest, "é", "\udcff"):
        assert not any(record.allows(secret, role) for role in Role)
    assert len({*own, *other}) == 4
    assert not any(RoomRecord("b").allows(secret, role) for secret in ("", *own) for role in Role)
    assert not any(secret in serialize_record(record) for secret in own)
    assert is_same("a", "a")


@pytest.mark.parametrize(
    ("host", "public_url", "is_open"),
    [
        ("127.0.0.1", None, True),
        ("127.8.8.8", None, True),
        ("::1", None, True),
        ("localhost", None, True),
        ("127.0.0.1", "https://kuuki.example.org", False),
        ("0.0.0.0", None, False),
        ("::", None, False),
        ("192.0.2.7", None, False),
        ("localhost.example.org", None, False),
        ("", None, False),
    ],
)
def test_only_what_is_bound_to_loopback_without_a_public_url_is_open(host, public_url, is_open):
    assert Settings(host=host, public_url=public_url).open_to_all is is_open


@pytest.mark.parametrize(
    "wrong",
    [
        {"gateway_address": "gateway.example.org"},
        {"public_url": "kuuki.example.org"},
        {"admin_token": "short"},
        {"port": 65536},
        {"tls": "yes"},
        {"log": "loud"},
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(wrong):
    with pytest.raises(ValidationError):
        Settings(**wrong)


@in_virtual_time
async def test_ticks_have_no_drift_and_missed_ones_are_left_out():
    loop = asyncio.get_running_loop()
    work_s = iter([0.0, 0.15, 0.5, 0.25, 0.0])
    ats = []
    async for late_s in ticks(0.2):
        assert late_s == pytest.approx(0, abs=1e-6)
        ats.append(round(loop.time(), 6))
        if len(ats) == 6:
            break
        await asyncio.sleep(next(work_s))
    assert ats == [0.2, 0.4, 0.6, 1.2, 1.6, 1.8]


def names_of(package):
    """The names of all loggers that a library has made by now."""
    return [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == package]


def test_libraries_that_log_packets_and_addresses_are_silent(caplog):
    hush_libraries()
    for each in ("aioice.ice", "aiortc.rtcdtlstransport", "redis.asyncio.cluster"):
        importlib.import_module(each)
    of_aiohttp = [each.name for each in vars(aiohttp.log).values() if isinstance(each, logging.Logger)]
    assert len(of_aiohttp) >= 6
    for name in {*of_aiohttp, *(name for each in ("aioice", "aiortc", "aiohttp", "redis") for name in names_of(each))}:
        for level in (logging.WARNING, logging.ERROR):
            logging.getLogger(name).log(level, "192.0.2.7 said something")
    assert caplog.records == []


def test_what_asyncio_says_by_itself_is_heard(caplog):
    """Its sentences are static; what its exception handler gets is said by us."""
    hush_libraries()
    logging.getLogger("asyncio").warning("socket.send() raised exception.")
    assert len(caplog.records) == 1


async def test_a_websocket_whose_subprotocol_we_do_not_know_is_not_repeated(caplog):
    async def upgrade(request):
        line = web.WebSocketResponse()
        await line.prepare(request)
        return line

    hush_libraries()
    app = web.Application()
    app.router.add_get("/calls", upgrade)
    async with (
        TestServer(app, access_log=None) as server,
        aiohttp.ClientSession() as http,
        http.ws_connect(server.make_url("/calls"), protocols=["Bob"]) as line,
    ):
        assert line.protocol is None
    assert caplog.records == []
