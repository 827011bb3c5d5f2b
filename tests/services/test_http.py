"""HTTP from outside: every route, who may, and what a stranger may send. The transport is a list (fakes.py)."""

import asyncio
import contextlib
import json
import re
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.exposition import generate_latest
from yarl import URL

from kuuki.limits import SDP_BYTES, WATCHERS_PER_ADDRESS, WATCHERS_PER_GATEWAY
from kuuki.many import membership
from kuuki.mood.frames import Kind, Presence
from kuuki.offers import rewrite
from loadtests.fake_transport import OFFER, FakeMaker, FakePeer
from services.launch.openapi import document
from services.runtime.metrics import Metrics
from services.runtime.rooms import new_room_id
from services.runtime.settings import Settings
from services.signal import event_stream, feeds
from services.signal.app import make_app
from services.signal.gateway import departures, pending
from services.signal.http import guards
from services.signal.http.unsent import unsent_bytes, until_sent
from tests.patience import PATIENCE_S, until, until_answered
from tests.services.harness import serving

pytestmark = pytest.mark.usefixtures("quiet")

SDP = rewrite(OFFER)
ADMIN = "an admin token of some length"
PUBLIC = "https://kuuki.example.org"
SDP_TYPE = {"Content-Type": "application/sdp"}


@pytest.fixture
def maker(monkeypatch):
    for its in (departures, membership):
        monkeypatch.setattr(its, "GOODBYE_S", 0.02)  # fake peers hear at once
    return FakeMaker()


@pytest.fixture
def pages(tmp_path):
    """A built web folder, and a secret beside it."""
    (tmp_path / "secret.txt").write_text("secret")
    root = tmp_path / "dist"
    for name in ("assets/app-1a2b.js", "models/faces.onnx", "ort/ort.wasm", "index.html", *TOP_FILES):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


TOP_FILES = ("favicon.svg", "kuuki.webmanifest", "licences.txt")


@pytest.fixture
async def kuuki(maker, pages):
    """Bound to loopback: open to all."""
    async with serving(maker=lambda settings, metrics: maker, pages=pages) as running:
        yield running


@pytest.fixture
async def public(maker):
    """With a public URL: secrets are needed."""
    settings = Settings(host="127.0.0.1", port=0, public_url=PUBLIC, admin_token=ADMIN)
    async with serving(settings, lambda settings, metrics: maker) as running:
        yield running


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


async def ask(http, method, url, status, **more):
    """A request that must have this status; errors must be the protocol's JSON. The body and the headers."""
    async with asyncio.timeout(PATIENCE_S), http.request(method, url, **more) as answer:
        text = await answer.text()
        assert answer.status == status, (answer.status, text)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in answer.headers
        if status >= 400:
            assert answer.content_type == "application/json"
            problem = json.loads(text)
            assert problem.keys() == {"error", "message"}
            assert problem["error"].replace("_", "").isalnum()
        body = json.loads(text) if answer.content_type == "application/json" else text
        return body, answer.headers


async def make_room(http, kuuki, token=None, **body):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    made, _ = await ask(http, "POST", f"{kuuki.url}/rooms", 201, json=body, headers=headers)
    return made


def bearer(link):
    return {"Authorization": f"Bearer {link.partition('#k=')[2]}"}


async def raw(kuuki, data, timeout_s=PATIENCE_S):
    """Send bytes on a connection of their own; what comes back until it is closed (None if it stays open)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", kuuki.port)
    try:
        writer.write(data)
        async with asyncio.timeout(timeout_s):
            return await reader.read()
    except TimeoutError:
        return None
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


# --- rooms


async def test_a_room_is_made_asked_and_closed(http, kuuki):
    made, headers = await ask(http, "POST", f"{kuuki.url}/rooms", 201, json={"language": "ja", "min_group": 3})
    room = made["room"]
    assert headers["Location"] == f"/rooms/{room}"
    assert made["links"] == {"audience": f"{kuuki.url}/r/{room}", "stage": f"{kuuki.url}/r/{room}/stage"}
    facts, _ = await ask(http, "GET", f"{kuuki.url}/rooms/{room}", 200)
    assert facts == {
        "room": room,
        "purpose": "event",
        "min_group": 3,
        "language": "ja",
        "privacy": "standard",
        "show": None,
        "recorded": False,
        "retention_s": 0,
    }
    await ask(http, "DELETE", f"{kuuki.url}/rooms/{room}", 204)
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/mix")):
        await ask(http, method, f"{kuuki.url}/rooms/{room}{path}", 404)


async def test_all_fields_are_optional_and_so_is_the_body(http, kuuki):
    for more in ({}, {"data": b""}, {"data": b"{}"}, {"json": {}}):
        made, _ = await ask(http, "POST", f"{kuuki.url}/rooms", 201, **more)
        facts, _ = await ask(http, "GET", f"{kuuki.url}/rooms/{made['room']}", 200)
        assert (facts["purpose"], facts["min_group"], facts["privacy"]) == ("event", 5, "standard")


@pytest.mark.parametrize("purpose", ["event", "performance", "private"])
async def test_purposes_that_are_served(http, kuuki, purpose):
    made = await make_room(http, kuuki, purpose=purpose)
    assert (await ask(http, "GET", f"{kuuki.url}/rooms/{made['room']}", 200))[0]["purpose"] == purpose


@pytest.mark.parametrize("purpose", ["work", "education", "recruitment"])
async def test_purposes_that_the_law_forbids_are_refused_with_the_reason(http, kuuki, purpose):
    problem, _ = await ask(http, "POST", f"{kuuki.url}/rooms", 422, json={"purpose": purpose})
    assert problem["error"] == "purpose_refused"
    assert "Art. 5(1)(f)" in problem["message"]
    assert len(kuuki.rooms) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe{}",
        b'{"purpose": "\xff"}',
        b'{"purpose": "\\ud800"}',
        b"[" * 30_000,
        b'{"a":' * 10_000,
        b'{"purpose": ["work"]}',
        b'{"purpose": {"a": 1}}',
        b'{"purpose": "Work"}',
        b'{"purpose": null}',
        b'{"min_group": 0}',
        b'{"min_group": 1001}',
        b'{"min_group": 5.5}',
        b'{"min_group": true}',
        b'{"min_group": 1e400}',
        b'{"min_group": NaN}',
        b'{"min_group": ' + b"9" * 5000 + b"}",
        b'{"language": "de"}',
        b'{"privacy": "none"}',
        b'{"is_kept": true}',
        b'{"show": "http://example.org"}',
        b'{"show": "https://"}',
        b'{"show": "https://*"}',
        b'{"show": "https://*.example.org"}',
        b'{"show": "https://a@example.org"}',
        b'{"show": "https://@example.org"}',
        b'{"show": "https://example.org:443:1"}',
        b'{"show": "https://example.org; script-src *"}',
        b'{"show": "https://example.org,https://b"}',
        b'{"show": "https://example.org/\\r\\nSet-Cookie: a=b"}',
        b'{"show": "https://exam\\u0000ple.org"}',
        b'{"show": "https://[::1"}',
        b'{"show": "javascript:alert(1)"}',
        b'{"show": " https://example.org"}',
        b'{"show": "https://' + b"a" * 2048 + b'"}',
    ],
)
async def test_bodies_that_are_none_say_why(http, kuuki, body):
    await ask(http, "POST", f"{kuuki.url}/rooms", 422, data=body)
    assert len(kuuki.rooms) == 0


async def test_a_two_megabyte_body_is_too_large(http, kuuki):
    room = (await make_room(http, kuuki))["room"]
    for path, headers in (("/rooms", {}), (f"/rooms/{room}/participants", SDP_TYPE)):
        for body in (b" " * 2_000_000, chunks(b" " * 50_000, 40)):
            async with http.post(kuuki.url + path, data=body, headers=headers) as answer:
                assert answer.status == 413, path
                assert (await answer.json())["error"] == "content_too_large"


async def chunks(chunk, count):
    for _ in range(count):
        yield chunk


# --- joining and leaving


async def test_a_join_answers_as_the_protocol_says(http, kuuki, maker):
    room = (await make_room(http, kuuki))["room"]
    place = f"{kuuki.url}/rooms/{room}/participants"
    answer, headers = await ask(http, "POST", place, 201, data=SDP, headers=SDP_TYPE)
    assert answer.startswith("v=0")
    assert headers["Content-Type"].startswith("application/sdp")
    assert headers["Location"].startswith(f"/rooms/{room}/participants/")
    assert headers["ETag"].startswith('"')
    assert len(headers["Kuuki-Seat"]) >= 16
    assert headers["Kuuki-Frames"] == "1", "the versions of frames that are read, the newest first"
    maker.peers[0].events.opened()
    again = {**SDP_TYPE, "Kuuki-Seat": headers["Kuuki-Seat"]}
    _, second = await ask(http, "POST", f"{place}?role=audience", 201, data=SDP, headers=again)
    assert second["Kuuki-Seat"] == headers["Kuuki-Seat"]
    assert second["Location"] != headers["Location"]
    await ask(http, "DELETE", kuuki.url + headers["Location"], 204)
    assert maker.peers[0].told.name == "REMOVED"


READS: list[tuple[tuple[str, ...], int]] = [
    ((), 1),
    (("1",), 1),
    (("2",), 2),
    (("2, 1",), 2),
    (("1,2",), 2),
    (("2 ,\t1",), 2),
    (("3",), 1),
    (("3, 2",), 2),
    (("0, 255, 999",), 1),
    ((", ".join(["1"] * 9 + ["2"]),), 2),
    (("1", "2"), 2),
]
"""The headers by which a client says what it reads, and the version of frames that it gets."""


def reading(*said):
    """The headers of a join."""
    return [*SDP_TYPE.items(), *[("Kuuki-Frames", each) for each in said]]


async def test_a_client_gets_frames_of_the_newest_version_that_both_know(http, kuuki, maker, monkeypatch):
    sent: dict[FakePeer, set[tuple[Kind, int, int]]] = {}

    def keep(peer, data):
        items, version, kind = data[0] & 15, data[1], Kind(data[2])
        sent.setdefault(peer, set()).add((kind, version, items))
        return True

    monkeypatch.setattr(FakePeer, "send", keep)
    place = f"{kuuki.url}/rooms/{(await make_room(http, kuuki))['room']}/participants"
    for said, _ in READS:
        _, headers = await ask(http, "POST", place, 201, data=SDP, headers=reading(*said))
        assert headers["Kuuki-Frames"] == "1", "in whatever it is written to, a client writes version 1"
        maker.peers[-1].events.opened()
    of_version = {1: {(Kind.BEAT, 1, 8), (Kind.MIX, 1, 10)}, 2: {(Kind.BEAT, 2, 9), (Kind.MIX, 2, 13)}}
    wanted = [of_version[version] for _, version in READS]
    await until(lambda: [sent.get(peer) for peer in maker.peers] == wanted)


@pytest.mark.parametrize(
    "said",
    ["", "x", "2, x", "2,", ",2", "2 1", "2;1", "-1", "1.0", "+2", "0x2", "２", "1000", "1," * 10 + "2", "2, 1" * 1000],
)
async def test_what_is_no_list_of_versions_is_refused(http, kuuki, maker, said):
    place = f"{kuuki.url}/rooms/{(await make_room(http, kuuki))['room']}/participants"
    for headers in (reading(said), reading("2", said)):
        problem, _ = await ask(http, "POST", place, 400, data=SDP, headers=headers)
        assert problem["error"] == "frames"
    assert maker.peers == []
    join = json.loads(document())["paths"]["/rooms/{room}/participants"]["post"]
    (told,) = [each for each in join["parameters"] if each["name"] == "Kuuki-Frames"]
    assert not re.search(told["schema"]["pattern"], said)


async def test_deleting_what_is_not_there_answers_the_same(http, kuuki):
    room = (await make_room(http, kuuki))["room"]
    for path in (f"{room}/participants/nobody", "nowhere/participants/nobody", "%00/participants/%0d%0a"):
        body, headers = await ask(http, "DELETE", f"{kuuki.url}/rooms/{path}", 204)
        assert (body, headers.get("Content-Length")) == ("", None)


@pytest.mark.parametrize(
    ("status", "more"),
    [
        (400, {"data": ""}),
        (400, {"data": "v=0"}),
        (400, {"data": SDP.encode() + b"\xff"}),
        (400, {"data": SDP + "a" * SDP_BYTES}),
        (400, {"data": SDP, "params": {"role": "boss"}}),
        (400, {"data": SDP, "params": {"role": "\u202eegats"}}),
        (400, {"data": SDP, "headers": {**SDP_TYPE, "Kuuki-Seat": "short"}}),
        (400, {"data": SDP, "headers": {**SDP_TYPE, "Kuuki-Seat": "s" * 65}}),
        (400, {"data": SDP, "headers": {**SDP_TYPE, "Kuuki-Seat": "座" * 20}}),
        (415, {"data": SDP, "headers": {"Content-Type": "text/plain"}}),
        (415, {"json": {"type": "offer", "sdp": SDP}, "headers": {}}),
    ],
)
async def test_joins_that_are_none(http, kuuki, maker, status, more):
    room = (await make_room(http, kuuki))["room"]
    place = f"{kuuki.url}/rooms/{room}/participants"
    await ask(http, "POST", place, status, **({"headers": SDP_TYPE} | more))
    assert maker.peers == []
    assert len(kuuki.hub.pending) == 0


async def test_refused_offers_are_counted_by_reason(http, kuuki):
    place = f"{kuuki.url}/rooms/{(await make_room(http, kuuki))['room']}/participants"
    for body in ("", "junk", SDP.replace("setup:actpass", "setup:bogus")):
        await ask(http, "POST", place, 400, data=body, headers=SDP_TYPE)
    assert kuuki.samples("offers_refused_total") == {"not_sdp": 2, "setup": 1}


async def test_who_waits_in_vain_for_a_turn_is_told_to_come_again(http, maker, monkeypatch):
    for name, value in (("JOINS_PER_S", 1e-6), ("JOINS_BURST", 2), ("JOIN_WAIT_S", 0.1)):
        monkeypatch.setattr(pending, name, value)
    async with serving(maker=lambda settings, metrics: maker) as kuuki:
        place = f"{kuuki.url}/rooms/{(await make_room(http, kuuki))['room']}/participants"
        for _ in range(2):
            await ask(http, "POST", place, 201, data=SDP, headers=SDP_TYPE)
        problem, headers = await ask(http, "POST", place, 429, data=SDP, headers=SDP_TYPE)
        assert (problem["error"], headers["Retry-After"]) == ("too_many_pending_offers", "1")
        assert kuuki.samples("joins_total") == {"too_many_pending_offers": 1}


async def test_turns_are_of_addresses_as_proxies_tell_them_and_one_ipv6_network_is_one(http, kuuki, monkeypatch):
    place, turns = f"{kuuki.url}/rooms/{(await make_room(http, kuuki))['room']}/participants", []

    async def note(address):
        turns.append(address)
        await turn(address)

    turn = kuuki.hub.pending.turn
    monkeypatch.setattr(kuuki.hub.pending, "turn", note)
    for forwarded in ("198.51.100.9, 203.0.113.7", "203.0.113.8", "2001:db8:0:1::1", "2001:db8:0:1::2"):
        headers = {**SDP_TYPE, "X-Forwarded-For": forwarded}
        await ask(http, "POST", place, 201, data=SDP, headers=headers)
    assert turns == ["203.0.113.7", "203.0.113.8", *["2001:db8:0:1::/64"] * 2]


# --- who may


async def test_where_secrets_are_needed_each_link_opens_its_own_and_no_more(http, public):
    await ask(http, "POST", f"{public.url}/rooms", 401, json={})
    await ask(http, "POST", f"{public.url}/rooms", 401, json={}, headers={"Authorization": "Bearer wrong"})
    links = (made := await make_room(http, public, ADMIN))["links"]
    assert links["audience"].startswith(f"{PUBLIC}/r/{made['room']}#k=")
    audience, stage, admin = bearer(links["audience"]), bearer(links["stage"]), {"Authorization": f"bearer {ADMIN}"}
    assert audience != stage
    place = f"{public.url}/rooms/{made['room']}"
    for headers, reads, stages in (({}, 0, 0), (audience, 1, 0), (stage, 1, 1), (admin, 1, 1)):
        for path in ("", "/mix"):
            await ask(http, "GET", place + path, 200 if reads else 401, headers=headers)
        for role, may in (("audience", reads), ("overlay", reads), ("stage", stages)):
            status = 201 if may else 401
            await ask(http, "POST", f"{place}/participants?role={role}", status, data=SDP, headers=SDP_TYPE | headers)
    for headers in ({}, audience):
        await ask(http, "DELETE", place, 401, headers=headers)
    await ask(http, "DELETE", place, 204, headers=stage)


async def test_one_rooms_secret_opens_no_other(http, public):
    mine, theirs = [await make_room(http, public, ADMIN) for _ in range(2)]
    for link in mine["links"].values():
        await ask(http, "GET", f"{public.url}/rooms/{theirs['room']}", 401, headers=bearer(link))
        await ask(http, "DELETE", f"{public.url}/rooms/{theirs['room']}", 401, headers=bearer(link))
        await ask(http, "POST", f"{public.url}/rooms", 401, headers=bearer(link))


@pytest.mark.parametrize(
    "value", [b"Bearer \xff\xfe", b"Bearer", b"Bearer ", b"Basic YTpi", b"\xe7\xa9\xba", b"Bearer " + b"a" * 8000]
)
async def test_authorization_that_is_none_is_a_401(http, public, value):
    room = (await make_room(http, public, ADMIN))["room"]
    for line in (b"POST /rooms", b"GET /rooms/" + room.encode()):
        head = line + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: " + value + b"\r\n\r\n"
        assert b" 401 " in (await raw(public, head)).partition(b"\r\n")[0]


async def test_groups_of_one_or_two_are_for_loopback_only(http, kuuki, public):
    for least in (1, 2, 3):
        made = await make_room(http, kuuki, min_group=least)
        facts, _ = await ask(http, "GET", f"{kuuki.url}/rooms/{made['room']}", 200)
        assert facts["min_group"] == least
    headers = {"Authorization": f"Bearer {ADMIN}"}
    for least in (1, 2):
        refused, _ = await ask(http, "POST", f"{public.url}/rooms", 422, json={"min_group": least}, headers=headers)
        assert refused["error"] == "min_group"
        assert "3 or more" in refused["message"]
    await ask(http, "POST", f"{public.url}/rooms", 422, json={"min_group": 0}, headers=headers)
    assert len(public.rooms) == 0
    await make_room(http, public, ADMIN, min_group=3)


async def test_exact_rooms_are_for_loopback_only(http, kuuki, public):
    await make_room(http, kuuki, privacy="exact")
    headers = {"Authorization": f"Bearer {ADMIN}"}
    refused, _ = await ask(http, "POST", f"{public.url}/rooms", 422, json={"privacy": "exact"}, headers=headers)
    assert "public URL" in refused["message"], "this one is on loopback too"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1", "http://localhost:1", "file://"]
)
async def test_foreign_origins_are_refused(http, kuuki, origin):
    room = (await make_room(http, kuuki))["room"]
    for method, path in (("POST", "/rooms"), ("GET", f"/rooms/{room}/mix"), ("DELETE", f"/rooms/{room}"), ("GET", "/")):
        problem, _ = await ask(http, method, kuuki.url + path, 403, headers={"Origin": origin})
        assert problem["error"] == "origin"


async def test_own_origins_are_served(http, kuuki, public):
    await ask(http, "POST", f"{kuuki.url}/rooms", 201, headers={"Origin": kuuki.url})
    local = {"Host": f"localhost:{kuuki.port}", "Origin": f"http://localhost:{kuuki.port}"}
    await ask(http, "POST", f"{kuuki.url}/rooms", 201, headers=local)
    headers = {"Authorization": f"Bearer {ADMIN}", "Origin": PUBLIC}
    await ask(http, "POST", f"{public.url}/rooms", 201, headers=headers)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "0.0.0.0", "[", "a@b", ""]
)
async def test_on_loopback_other_hosts_are_refused(http, kuuki, host):
    problem, _ = await ask(http, "GET", f"{kuuki.url}/", 403, headers={"Host": host})
    assert problem["error"] == "host"


# --- ids


@pytest.mark.parametrize(
    "room",
    [
        *("..", "%2e%2e%2f", "%0d%0aSet-Cookie:a", "%00", "a" * 5000, "%E2%80%AEabc", "A", "a%20b", "a-b-c-d-e", "-"),
        *("a-", "%ff", "abcd-efgh-jkmn%0a", "%D9%A3"),
    ],
)
async def test_ids_that_are_none_are_unknown_rooms(http, kuuki, room):
    for method, path in (("GET", ""), ("GET", "/mix"), ("DELETE", ""), ("POST", "/participants")):
        url = URL(f"{kuuki.url}/rooms/{room}{path}", encoded=True)
        problem, headers = await ask(http, method, url, 404, headers=SDP_TYPE)
        assert problem["error"] in ("room_unknown", "not_found")
        assert "Set-Cookie" not in headers


async def test_a_thousand_guessed_ids_get_equal_answers(http, public):
    await make_room(http, public, ADMIN)
    answers = set()
    for number in range(1000):
        path, headers = ("", "/mix")[number % 2], ({}, {"Authorization": "Bearer guess"})[number // 2 % 2]
        async with http.get(f"{public.url}/rooms/{new_room_id()}{path}", headers=headers) as answer:
            kept = {name: value for name, value in answer.headers.items() if name != "Date"}
            answers.add((answer.status, await answer.text(), tuple(sorted(kept.items()))))
    assert len(answers) == 1


async def test_what_there_is_not_is_a_problem_too(http, kuuki):
    for method, path, status in (("GET", "/nothing", 404), ("PUT", "/rooms", 405), ("PATCH", "/rooms/abc/mix", 405)):
        _, headers = await ask(http, method, kuuki.url + path, status)
        assert ("Allow" in headers) is (status == 405)


# --- the mix


async def test_the_mix_as_json(http, kuuki, maker):
    room = (await make_room(http, kuuki, privacy="exact"))["room"]
    empty, _ = await ask(http, "GET", f"{kuuki.url}/rooms/{room}/mix", 200)
    assert (empty["state"], empty["people"]) == ("empty", {"at_most": 0})
    await ask(http, "POST", f"{kuuki.url}/rooms/{room}/participants", 201, data=SDP, headers=SDP_TYPE)
    maker.peers[0].events.opened()

    async def state():
        maker.peers[0].score()
        return (await ask(http, "GET", f"{kuuki.url}/rooms/{room}/mix", 200))[0]["state"]

    await until_answered(state, "live")
    live, headers = await ask(http, "GET", f"{kuuki.url}/rooms/{room}/mix", 200)
    assert (live["state"], live["people"], live["weights"]["happy"]) == ("live", {"at_least": 1, "at_most": 1}, 1.0)
    assert isinstance(live["age_ms"], int)
    assert (live["term"], live["seq"]) > (empty["term"], empty["seq"])
    assert headers["Cache-Control"] == "no-store"


async def test_of_a_silent_aggregator_the_mix_is_stale(http, kuuki):
    room = (await make_room(http, kuuki))["room"]
    await kuuki.bus.close()
    mix, _ = await ask(http, "GET", f"{kuuki.url}/rooms/{room}/mix", 200)
    assert (mix["state"], mix["people"]) == ("stale", {})


async def read_event(answer):
    lines = []
    async with asyncio.timeout(PATIENCE_S):
        while line := (await answer.content.readline()).decode().rstrip("\n"):
            lines.append(line)
    return dict(line.split(": ", 1) for line in lines)


async def test_the_event_stream_begins_at_once_and_ends_with_the_room(http, kuuki):
    room = (await make_room(http, kuuki))["room"]
    url, headers = f"{kuuki.url}/rooms/{room}/mix", {"Accept": "text/event-stream"}
    async with http.get(url, headers=headers) as first:
        assert first.content_type == "text/event-stream"
        event = await read_event(first)
        assert event["event"] == "mix"
        await asyncio.sleep(0.05)
        async with http.get(url, headers=headers) as second:
            held = json.loads((await read_event(second))["data"])
            assert kuuki.value("watchers") == 2
            newer = json.loads((await read_event(second))["data"])
            assert (newer["term"], newer["seq"]) > (held["term"], held["seq"])
            assert held["state"] == "empty"
            await ask(http, "DELETE", f"{kuuki.url}/rooms/{room}", 204)
            for stream in (first, second):
                events = []
                while not stream.content.at_eof() and (event := await read_event(stream)):
                    events.append(event["event"])
                assert events[-1] == "closed"
    assert kuuki.value("watchers") == 0


async def test_a_reader_that_goes_leaves_nothing(http, kuuki):
    room = (await make_room(http, kuuki))["room"]
    before = len(asyncio.all_tasks())
    for abrupt in (False, True):
        reader, writer = await asyncio.open_connection("127.0.0.1", kuuki.port)
        head = f"GET /rooms/{room}/mix HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
        writer.write(head.encode())
        await reader.readuntil(b"event: mix")
        assert kuuki.value("watchers") == 1
        if abrupt:
            linger = (1).to_bytes(4, "little") + bytes(4)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.close()
        await until(lambda: kuuki.value("watchers") == 0)
    assert kuuki.hub.halls[room].watchers == set()
    await until(lambda: len(asyncio.all_tasks()) <= before)


async def test_a_reader_that_does_not_read_is_cut(http, kuuki, monkeypatch):
    monkeypatch.setattr(event_stream, "SILENT_READER_S", 0.3)
    room = (await make_room(http, kuuki))["room"]
    hall = await kuuki.hub.hall(room)
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    server.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(server, ("127.0.0.1", kuuki.port))
    head = f"GET /rooms/{room}/mix HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
    await loop.sock_sendall(server, head.encode())
    await until(lambda: hall.watchers)
    (watcher,) = hall.watchers
    monkeypatch.setattr(feeds, "_as_json", lambda held: {"padding": "x" * 1_000_000})

    def is_cut():
        watcher(hall.held)
        return kuuki.value("watchers") == 0

    await until(is_cut)
    server.close()


async def test_nothing_waits_for_a_reader_that_is_slow_and_it_goes_on_with_the_newest(http, kuuki, monkeypatch):
    transports = []
    as_json = feeds._as_json

    async def seen(transport):
        await until_sent(transport)
        transports.append(transport)

    monkeypatch.setattr(event_stream, "until_sent", seen)
    monkeypatch.setattr(feeds, "_as_json", lambda held: as_json(held) | {"padding": "x" * 30_000})
    room = (await make_room(http, kuuki))["room"]
    hall = await kuuki.hub.hall(room)
    lazy = socket.socket()
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    lazy.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(lazy, ("127.0.0.1", kuuki.port))
    head = f"GET /rooms/{room}/mix HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
    await loop.sock_sendall(lazy, head.encode())
    await until(lambda: transports and unsent_bytes(transports[0]))
    at = hall.held.mix.seq
    await until(lambda: hall.held.mix.seq > at + 10)
    assert unsent_bytes(transports[0]) <= 31_000, "one mix and no more"
    newest = hall.held.mix.seq
    reader, writer = await asyncio.open_connection(sock=lazy, limit=100_000)
    seqs = []
    async with asyncio.timeout(PATIENCE_S):
        while not seqs or seqs[-1] < newest:
            line = await reader.readline()
            if line.startswith(b"data: "):
                seqs.append(json.loads(line[6:])["seq"])
    assert len([seq for seq in seqs if at < seq < newest]) <= 1
    writer.close()


async def test_an_event_says_when_it_was_written(http, kuuki):
    room = (await make_room(http, kuuki))["room"]
    began = asyncio.get_running_loop().time()
    async with http.get(f"{kuuki.url}/rooms/{room}/mix", headers={"Accept": "text/event-stream"}) as stream:
        written = [int((await read_event(stream))["id"]) for _ in range(3)]
    assert 0 <= written[0] < written[1] < written[2] <= (asyncio.get_running_loop().time() - began) * 1000


async def test_event_streams_are_counted_over_all_rooms(http, kuuki):
    rooms = [(await make_room(http, kuuki))["room"] for _ in range(2)]
    stream = {"Accept": "text/event-stream"}
    with contextlib.ExitStack() as others:
        for number in range(WATCHERS_PER_GATEWAY - 1):
            others.enter_context(kuuki.hub.watching(f"192.0.2.{number // 4}"))
        async with http.get(f"{kuuki.url}/rooms/{rooms[0]}/mix", headers=stream) as last:
            assert last.status == 200
            problem, _ = await ask(http, "GET", f"{kuuki.url}/rooms/{rooms[1]}/mix", 429, headers=stream)
            assert problem["error"] == "too_many_watchers"
    async with http.get(f"{kuuki.url}/rooms/{rooms[1]}/mix", headers=stream) as again:
        assert again.status == 200


async def test_one_address_cannot_take_all_event_streams(http, kuuki):
    room = (await make_room(http, kuuki))["room"]
    url, stream = f"{kuuki.url}/rooms/{room}/mix", {"Accept": "text/event-stream"}
    with contextlib.ExitStack() as others:
        for _ in range(WATCHERS_PER_ADDRESS):
            others.enter_context(kuuki.hub.watching("192.0.2.1"))
        one, other = stream | {"X-Forwarded-For": "192.0.2.1"}, stream | {"X-Forwarded-For": "192.0.2.2"}
        problem, _ = await ask(http, "GET", url, 429, headers=one)
        assert problem["error"] == "too_many_watchers"
        async with http.get(url, headers=other) as answer:
            assert answer.status == 200


async def test_open_streams_do_not_hold_the_server_when_it_goes_away(maker):
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession() as http:
        async with serving(maker=lambda settings, metrics: maker) as kuuki:
            room = (await make_room(http, kuuki))["room"]
            stream = await http.get(f"{kuuki.url}/rooms/{room}/mix", headers={"Accept": "text/event-stream"})
            await read_event(stream)
            await ask(http, "POST", f"{kuuki.url}/rooms/{room}/participants", 201, data=SDP, headers=SDP_TYPE)
            maker.peers[0].events.opened()
            maker.peers[0].be(Presence.SENSING)
            began = loop.time()
        assert loop.time() - began < PATIENCE_S
        await stream.content.read()  # ended, not cut: that would raise
        assert maker.peers[0].told.name == "GOING_AWAY"
        stream.close()


# --- connections


async def test_who_sends_half_a_request_is_cut(maker):
    async with serving(maker=lambda settings, metrics: maker, idle_s=0.4) as kuuki:
        reader, writer = await asyncio.open_connection("127.0.0.1", kuuki.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")

        def is_cut():
            writer.write(b"X: a\r\n")  # one every now and then, for ever
            return reader.at_eof() or reader.exception() is not None  # what it had not read yet makes it a reset

        await until(is_cut)
        writer.close()


@pytest.mark.slow
async def test_who_dribbles_a_body_is_told_and_cut(http, kuuki, monkeypatch):
    monkeypatch.setattr(guards, "_BODY_S", 0.3)
    room = (await make_room(http, kuuki))["room"]
    for path in ("/rooms", f"/rooms/{room}/participants"):
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sdp\r\nContent-Length: 9\r\n\r\n"
        answer = await raw(kuuki, head.encode() + b"{")
        assert answer is not None
        assert b" 408 " in answer.partition(b"\r\n")[0]


async def test_a_hundred_thousand_trailers_are_refused(kuuki):
    head = b"POST /rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    trailers = b"".join(b"X-Trailer-%d: a\r\n" % number for number in range(100_000))
    answer = await raw(kuuki, head + trailers + b"\r\n")
    assert answer is not None
    assert answer == b"" or b" 400 " in answer.partition(b"\r\n")[0]
    assert len(kuuki.rooms) <= 1


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
        b"GET / HTTP/9.9\r\n\r\n",
        b"NOT A REQUEST\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nA: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"".join(b"A%d: a\r\n" % n for n in range(5000)) + b"\r\n",
        b"POST /rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n" + bytes(1000),
    ],
)
async def test_bytes_that_are_no_request_get_no_traceback(kuuki, data):
    answer = await raw(kuuki, data, timeout_s=1)
    if answer:
        assert b"Traceback" not in answer
        assert answer.split(b" ")[1][:1] in b"234"


# --- pages and files


async def test_pages_have_a_policy_that_frames_only_the_rooms_show(http, kuuki):
    plain = (await make_room(http, kuuki))["room"]
    shown = (await make_room(http, kuuki, show="https://player.example.org:8443/a?b=c#d"))["room"]
    for path, frames in (
        ("/", "'none'"),
        (f"/r/{plain}", "'none'"),
        (f"/r/{shown}", "https://player.example.org:8443"),
        (f"/r/{shown}/stage", "https://player.example.org:8443"),
        ("/r/unknown", "'none'"),
        ("/r/%0d%0a", "'none'"),
    ):
        body, headers = await ask(http, "GET", URL(kuuki.url + path, encoded=True), 200)
        assert body == "index.html"
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["frame-src"] == frames
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["Permissions-Policy"].startswith("camera=(self)")
        assert headers["Cache-Control"] == "no-cache"


async def test_files_are_served_with_their_types_and_ages(http, kuuki):
    for path, kind, age in (
        ("/assets/app-1a2b.js", "text/javascript", "immutable"),
        ("/models/faces.onnx", "application/octet-stream", "no-cache"),
        ("/ort/ort.wasm", "application/wasm", "no-cache"),
        ("/favicon.svg", "image/svg+xml", "no-cache"),
        ("/kuuki.webmanifest", "application/manifest+json", "no-cache"),
        ("/licences.txt", "text/plain", "no-cache"),
    ):
        body, headers = await ask(http, "GET", kuuki.url + path, 200)
        assert (body, headers["Content-Type"].partition(";")[0]) == (path[1:], kind)
        assert age in headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2findex.html",
        "/assets/..%2fmodels%2ffaces.onnx",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/..%5c..%5csecret.txt",
        "/assets/%00",
        "/assets/app-1a2b.js%00.png",
        "/assets/" + "a" * 3000,
        "/assets/" + "a/" * 1500,
        "/assets/",
        "/assets/.",
        "/assets",
        "/models/%ff%fe",
        "/favicon.svg/",
        "/index.html",
        "/manifest.webmanifest",
    ],
)
async def test_what_is_no_file_of_ours_is_not_found(http, kuuki, path):
    await ask(http, "GET", URL(kuuki.url + path, encoded=True), 404)


async def test_what_every_page_names_is_served(http, kuuki):
    index = (Path(__file__).parents[2] / "client/web/index.html").read_text()
    named = [path for path in re.findall(r'(?:href|src)="([^"]+)"', index) if not path.startswith("/src/")]
    assert len(named) >= 2
    for path in named:
        await ask(http, "GET", f"{kuuki.url}{path}", 200)


async def test_links_out_of_the_folder_are_not_followed(http, kuuki, pages):
    (pages / "assets" / "out.txt").symlink_to(pages.parent / "secret.txt")
    await ask(http, "GET", f"{kuuki.url}/assets/out.txt", 404)


# --- probes and the document


async def test_probes_answer_any_host_and_ready_says_when_not(http, kuuki):
    other = {"Host": "10.0.0.7:8080"}
    await until(lambda: kuuki.hub.is_ready(asyncio.get_running_loop().time()))
    assert (await ask(http, "GET", f"{kuuki.url}/healthz", 200, headers=other))[0] == {"status": "ok"}
    assert (await ask(http, "GET", f"{kuuki.url}/readyz", 200, headers=other))[0] == {"ready": True, "late": False}
    kuuki.hub.turn_away()
    async with http.get(f"{kuuki.url}/readyz") as answer:
        assert (answer.status, await answer.json()) == (503, {"ready": False, "late": False})
    room = (await make_room(http, kuuki))["room"]
    _, headers = await ask(http, "POST", f"{kuuki.url}/rooms/{room}/participants", 503, data=SDP, headers=SDP_TYPE)
    assert headers["Retry-After"] == "1"


async def test_a_gateway_that_is_late_refuses_joins_says_so_and_stays_ready(http, maker):
    async with serving(maker=lambda settings, metrics: maker, sheds=True) as kuuki:
        room = (await make_room(http, kuuki))["room"]
        join = f"{kuuki.url}/rooms/{room}/participants"
        maker.waits_s = 1.0
        await until(lambda: kuuki.hub.is_late)
        problem, headers = await ask(http, "POST", join, 503, data=SDP, headers=SDP_TYPE)
        assert (problem["error"], headers["Retry-After"]) == ("overloaded", "3")
        assert headers["Connection"] == "close"
        assert (await ask(http, "GET", f"{kuuki.url}/readyz", 200))[0] == {"ready": True, "late": True}
        assert kuuki.value("overloaded") == 1
        maker.waits_s = 0.0
        await until(lambda: not kuuki.hub.is_late)
        await ask(http, "POST", join, 201, data=SDP, headers=SDP_TYPE)


async def test_metrics_name_no_room_no_address_and_no_seat(http, kuuki):
    room = (await make_room(http, kuuki))["room"]
    headers = {**SDP_TYPE, "X-Forwarded-For": "203.0.113.7", "Kuuki-Seat": "s" * 20}
    _, joined = await ask(http, "POST", f"{kuuki.url}/rooms/{room}/participants", 201, data=SDP, headers=headers)
    metrics = generate_latest(kuuki.metrics.registry).decode()
    assert "kuuki_rooms_open" in metrics
    for secret in (room, "203.0.113.7", "s" * 20, joined["Location"].rpartition("/")[2]):
        assert secret not in metrics


def matches(value, schema, schemas):
    """Whether a value is as a (small) JSON schema says."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return any(matches(value, each, schemas) for each in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    if schema["type"] == "object" and "properties" in schema:
        known = schema["properties"]
        return (
            isinstance(value, dict)
            and set(schema.get("required", ())) <= value.keys() <= known.keys()
            and all(matches(each, known[name], schemas) for name, each in value.items())
        )
    if schema["type"] == "array":
        return isinstance(value, list) and all(matches(each, schema["items"], schemas) for each in value)
    kinds: dict[str, Any] = {
        "object": dict,
        "string": str,
        "integer": int,
        "number": (int, float),
        "null": type(None),
        "boolean": bool,
    }
    in_range = schema["type"] not in ("integer", "number") or (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
    )
    return isinstance(value, kinds[schema["type"]]) and in_range


async def test_the_document_is_true(http, kuuki, maker):
    told = json.loads(document())
    schemas = told["components"]["schemas"]

    async def check(method, path, status, shape, **more):
        url = kuuki.url + path.format(room=room)
        answer, _ = await ask(http, method, url, status, **more)
        answers = told["paths"][path.replace("nowhere", "{room}")][method.lower()]["responses"]
        schema = answers.get(str(status), answers["default"])["content"]["application/json"]["schema"]
        assert schema["$ref"].endswith(shape)
        assert matches(answer, schema, schemas), answer

    room = (await make_room(http, kuuki, privacy="exact", show="https://a.example"))["room"]
    await check("POST", "/rooms", 201, "MadeRoom")
    await check("POST", "/rooms", 422, "Problem", json={"purpose": "work"})
    await check("GET", "/rooms/{room}", 200, "RoomFacts")
    await check("GET", "/rooms/nowhere", 404, "Problem")
    await check("GET", "/rooms/{room}/mix", 200, "MixBody")
    await ask(http, "POST", f"{kuuki.url}/rooms/{room}/participants", 201, data=SDP, headers=SDP_TYPE)
    maker.peers[0].events.opened()
    maker.peers[0].score()
    await asyncio.sleep(0.5)
    await check("GET", "/rooms/{room}/mix", 200, "MixBody")
    assert not matches({"state": "live"}, {"$ref": "MixBody"}, schemas)
    assert not matches({"error": 1, "message": ""}, {"$ref": "Problem"}, schemas)


async def test_every_route_of_the_document_is_served_and_every_api_route_is_in_it(kuuki, pages):
    told = {(method.upper(), path) for path, methods in json.loads(document())["paths"].items() for method in methods}
    app = make_app(Settings(), kuuki.rooms, kuuki.hub, kuuki.switchboard, Metrics(), kuuki.url)
    served = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource.canonical.startswith("/rooms") and route.method != "HEAD"
    }
    assert told == served
