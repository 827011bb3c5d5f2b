"""A room's record over HTTP: who may read how much of it, marks, deletion, and what is said when it is not kept."""

import asyncio
import csv
import datetime
import io
import time
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from kuuki.errors import NotRecorded, Unavailable
from kuuki.limits import MARK_CHARS, MARKS_BURST, TIMELINE_READS_BURST
from kuuki.mood.frames import encode
from kuuki.mood.labels import LABELS
from kuuki.mood.waves import pack_waves
from kuuki.times import HISTORY_S, TIMELINE_QUIET_S
from loadtests.fake_transport import FakeMaker
from services.runtime.settings import Settings
from services.runtime.sqlite import timeline as timeline_module
from services.runtime.sqlite.store import Store
from services.runtime.sqlite.timeline import SqliteTimeline
from services.runtime.timeline import Refusal, Row
from services.signal.http import timeline as routes
from services.signal.http.bodies import TimelineBody
from tests.patience import cost
from tests.services.harness import serving
from tests.services.test_http import ADMIN, PUBLIC, SDP, SDP_TYPE, ask, bearer, http, make_room
from tests.services.test_timeline import Clock
from tests.services.timeline_contract import CLAPS, LAUGH, mix

__all__ = ["http"]

pytestmark = pytest.mark.usefixtures("quiet")

RETENTION_S = 86_400


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def store(tmp_path):
    store = await Store.open(tmp_path / "kuuki.sqlite3")
    yield store
    await store.close()


@pytest.fixture
async def timeline(store, clock):
    return SqliteTimeline(store, RETENTION_S, clock.wall, clock)


@pytest.fixture
async def kuuki(timeline):
    """Bound to loopback: open to all."""
    async with serving(maker=lambda settings, metrics: FakeMaker(), timeline=timeline) as running:
        yield running


@pytest.fixture
async def public(timeline):
    """With a public URL: secrets are needed."""
    settings = Settings(host="127.0.0.1", port=0, public_url=PUBLIC, admin_token=ADMIN)
    async with serving(settings, lambda settings, metrics: FakeMaker(), timeline=timeline) as running:
        yield running


@pytest.fixture
async def place(http, kuuki):
    """A recorded room."""
    return f"{kuuki.url}/rooms/{(await make_room(http, kuuki, record=True))['room']}"


async def record(timeline, clock, place, seqs):
    """A row a second."""
    for seq in seqs:
        assert await timeline.append([Row(place.rpartition("/")[2], mix(seq))]) == 1
        clock.wall_s += 1


async def refuse(timeline, refusal):
    """As if the last write had been refused."""
    timeline._refusal = refusal


async def test_the_record_is_what_was_published_a_row_a_second(http, timeline, clock, place):
    await record(timeline, clock, place, [1, 2])
    body, _ = await ask(http, "GET", f"{place}/timeline", 200)
    assert (body["recording"], body["reason"], body["retention_s"]) == ("on", None, RETENTION_S)
    assert (body["marks"], body["waves"], body["next"]) == ([], [], None)
    first, second = body["rows"]
    assert first["at"] == "2027-01-15T08:00:00Z"
    assert second["at"] == "2027-01-15T08:00:01Z"
    assert first["mix"] == {
        "state": "live",
        "smiling": 0.66,
        "weights": dict(zip(LABELS, mix(1).body.weights, strict=True)),
        "warmth": 0.5,
        "energy": 0.6,
        "agreement": 0.7,
        "taps": {"smile": 0.0, "laugh": 1.5, "wow": 0.0, "applause": 0.5},
        "people": {"at_least": 10, "at_most": 19},
        "coverage": 0.8,
        "waves": [],
        "draw": 7,
        "term": 1,
        "seq": 1,
    }
    await timeline.append([Row(place.rpartition("/")[2], mix(3, body=None, draw=8))])
    (few,) = (await ask(http, "GET", f"{place}/timeline?after={second['cursor']}", 200))[0]["rows"]
    assert few["mix"] == {"state": "few", "people": {"at_most": 4}, "waves": [], "draw": 8, "term": 1, "seq": 3}


@pytest.mark.slow
async def test_what_the_gateways_publish_is_recorded(http, kuuki, timeline, place):
    """From a join over partials and the aggregator to a row."""
    timeline._wall = lambda: asyncio.get_running_loop().time() + 1_800_000_000
    await ask(http, "POST", f"{place}/participants", 201, data=SDP, headers=SDP_TYPE)
    for _ in range(30):
        body, _ = await ask(http, "GET", f"{place}/timeline", 200)
        if len(body["rows"]) >= 2:
            break
        await asyncio.sleep(0.3)
    assert {row["mix"]["state"] for row in body["rows"]} == {"empty"}
    other = f"{kuuki.url}/rooms/{(await make_room(http, kuuki, record=False))['room']}"
    await ask(http, "POST", f"{other}/participants", 201, data=SDP, headers=SDP_TYPE)
    await asyncio.sleep(1.5)
    body, _ = await ask(http, "GET", f"{other}/timeline", 200)
    assert (body["recording"], body["rows"]) == ("off", [])
    assert kuuki.value("rows_recorded_total") >= 2


async def test_pages_lead_on(http, timeline, clock, place, monkeypatch):
    monkeypatch.setattr(routes, "_SLICE", 2)
    await record(timeline, clock, place, range(1, 8))
    seqs, after = [], ""
    while after is not None:
        body, _ = await ask(http, "GET", f"{place}/timeline?limit=3{after and f'&after={after}'}", 200)
        seqs.append([row["mix"]["seq"] for row in body["rows"]])
        after = body["next"]
    assert seqs == [[1, 2, 3], [4, 5, 6], [7]]
    last = body["rows"][-1]["cursor"]
    await record(timeline, clock, place, [8])
    body, _ = await ask(http, "GET", f"{place}/timeline?after={last}", 200)
    assert [row["mix"]["seq"] for row in body["rows"]] == [8]
    whole, _ = await ask(http, "GET", f"{place}/timeline", 200)
    assert len(whole["rows"]) == 8


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("after=x", "cursor"),
        ("after=", "cursor"),
        ("after=1;DROP", "cursor"),
        ("limit=0", "limit"),
        ("limit=3601", "limit"),
        ("limit=-1", "limit"),
        ("limit=%C2%B2", "limit"),
        ("limit=", "limit"),
        ("format=xml", "format"),
        ("format=csv&after=x", "cursor"),
    ],
)
async def test_a_query_that_is_none(http, place, query, error):
    body, _ = await ask(http, "GET", f"{place}/timeline?{query}", 400)
    assert body["error"] == error


async def test_the_stage_reads_all_and_the_audience_the_last_ten_minutes(http, public, timeline, clock):
    made = await make_room(http, public, ADMIN, record=True)
    place = f"{public.url}/rooms/{made['room']}"
    await record(timeline, clock, place, [1])
    clock.wall_s += HISTORY_S
    await record(timeline, clock, place, [2])
    audience, stage, admin = bearer(made["links"]["audience"]), bearer(made["links"]["stage"]), bearer(f"#k={ADMIN}")
    for headers, seqs in ((audience, [2]), (stage, [1, 2]), (admin, [1, 2])):
        body, _ = await ask(http, "GET", f"{place}/timeline", 200, headers=headers)
        assert [row["mix"]["seq"] for row in body["rows"]] == seqs
        text, _ = await ask(http, "GET", f"{place}/timeline?format=csv", 200, headers=headers)
        assert text.count("\r\n") == 1 + len(seqs)
    await ask(http, "GET", f"{place}/timeline", 401)
    for method, path, json in (("POST", "/marks", {}), ("DELETE", "/timeline", None)):
        for headers in ({}, audience):
            await ask(http, method, place + path, 401, json=json, headers=headers)
    await ask(http, "POST", f"{place}/marks", 201, json={}, headers=stage)
    await ask(http, "DELETE", f"{place}/timeline", 204, headers=stage)


async def test_a_room_that_is_none_has_no_record(http, kuuki):
    place = f"{kuuki.url}/rooms/abcd-abcd-abcd"
    for method, path in (("GET", "/timeline"), ("DELETE", "/timeline"), ("POST", "/marks")):
        await ask(http, method, place + path, 404)


# --- waves


async def test_each_wave_is_told_once_beside_the_marks(http, timeline, clock, place, monkeypatch):
    monkeypatch.setattr(routes, "_SLICE", 2)
    room = place.rpartition("/")[2]
    over = replace(LAUGH, began_ms=3800, lasts_ms=2500, rise=0.4)
    claps = replace(CLAPS, number=8, began_ms=600, lasts_ms=None)
    rows = [(), (LAUGH,), (replace(LAUGH, began_ms=2800),), (over, claps)]
    for seq, waves in enumerate(rows, start=1):
        await timeline.append([Row(room, mix(seq, waves=waves))])
        clock.wall_s += 1
    body, _ = await ask(http, "GET", f"{place}/timeline", 200)
    laugh = {"kind": "laugh", "tapped": False, "share": 0.62}
    clapping = {"kind": "applause", "tapped": True, "share": 1.0, "rise": 1.0}
    name, other = {"term": 1, "number": 7}, {"term": 1, "number": 8}
    at = "2027-01-15T07:59:59.200Z"
    assert body["waves"] == [
        {"at": at, **name, **laugh, "rise": 0.4, "lasts_ms": 2500},
        {"at": "2027-01-15T08:00:02.400Z", **other, **clapping},
    ]
    assert [len(row["mix"]["waves"]) for row in body["rows"]] == [0, 1, 1, 2]
    TypeAdapter(TimelineBody).validate_python(body, strict=True, extra="forbid")
    first, _ = await ask(http, "GET", f"{place}/timeline?limit=3", 200)
    assert first["waves"] == [{"at": at, **name, **laugh, "rise": 0.31}], "it goes on over the page's end"
    second, _ = await ask(http, "GET", f"{place}/timeline?after={first['next']}", 200)
    assert second["waves"] == body["waves"], "and comes again"


# --- marks


@pytest.mark.parametrize("text", ["", "the joke about the goat", "空気 🎉", "x" * MARK_CHARS, "=1+1"])
async def test_a_mark_is_answered_when_it_is_kept(http, clock, place, text):
    clock.wall_s += 0.25
    made, _ = await ask(http, "POST", f"{place}/marks", 201, json={"text": text})
    assert made["text"] == text
    assert datetime.datetime.fromisoformat(made["at"]).timestamp() == clock.wall_s
    assert made["at"].endswith(".250Z")
    body, _ = await ask(http, "GET", f"{place}/timeline", 200)
    assert body["marks"] == [made]


@pytest.mark.parametrize(
    "body",
    [
        {"text": "x" * (MARK_CHARS + 1)},
        {"text": "a\nb"},
        {"text": "a\0b"},
        {"text": "a\x7f"},
        {"text": "\u2028"},
        {"text": 1},
        {"text": None},
        {"words": "a"},
        [],
    ],
)
async def test_a_mark_that_is_none(http, place, body):
    await ask(http, "POST", f"{place}/marks", 422, json=body)


async def test_what_is_no_text_at_all(http, place):
    for data in (b"{", b"\xff", b'{"text": "\\ud800"}'):
        await ask(http, "POST", f"{place}/marks", 422, data=data)


async def test_so_many_marks_and_no_more(http, place):
    for _ in range(MARKS_BURST):
        await ask(http, "POST", f"{place}/marks", 201, json={})
    body, headers = await ask(http, "POST", f"{place}/marks", 429, json={})
    assert (body["error"], headers["Retry-After"]) == ("too_many_marks", "1")


async def test_one_address_reads_so_often_and_no_more(http, place):
    mine = {"X-Forwarded-For": "203.0.113.7"}
    statuses = []
    for _ in range(TIMELINE_READS_BURST + 20):
        async with http.get(f"{place}/timeline", headers=mine) as answer:
            statuses.append(answer.status)
    assert statuses.count(429) >= 1
    assert set(statuses[:TIMELINE_READS_BURST]) == {200}
    await ask(http, "GET", f"{place}/timeline", 200, headers={"X-Forwarded-For": "203.0.113.8"})


# --- when nothing is kept


@pytest.mark.parametrize("refusal", Refusal)
async def test_a_refusal_is_told_with_its_reason(http, kuuki, timeline, place, refusal):
    await refuse(timeline, refusal)
    body, _ = await ask(http, "GET", f"{place}/timeline", 200)
    assert (body["recording"], body["reason"]) == ("refused", refusal)
    answer, _ = await ask(http, "POST", f"{kuuki.url}/rooms", 409, json={"record": True})
    assert answer["error"] == "not_recorded"
    assert refusal in answer["message"]
    facts, _ = await ask(http, "GET", place, 200)
    assert (facts["recorded"], facts["retention_s"]) == (True, RETENTION_S)
    made = await make_room(http, kuuki)
    facts, _ = await ask(http, "GET", f"{kuuki.url}/rooms/{made['room']}", 200)
    assert facts["recorded"] is (refusal is not Refusal.NO_AOF)


async def test_a_mark_that_could_not_be_kept_is_refused(http, timeline, place, monkeypatch):
    for failure, status, error in ((NotRecorded("disk"), 409, "not_recorded"), (Unavailable(""), 503, "unavailable")):

        async def fail(room, text, failure=failure):
            raise failure

        monkeypatch.setattr(timeline, "mark", fail)
        body, _ = await ask(http, "POST", f"{place}/marks", status, json={})
        assert body["error"] == error


async def test_where_nothing_is_kept_rooms_say_so(http):
    async with serving(maker=lambda settings, metrics: FakeMaker()) as kuuki:
        for wanted in (None, False):
            made = await make_room(http, kuuki, record=wanted)
            place = f"{kuuki.url}/rooms/{made['room']}"
            facts, _ = await ask(http, "GET", place, 200)
            assert (facts["recorded"], facts["retention_s"]) == (False, 0)
            body, _ = await ask(http, "GET", f"{place}/timeline", 200)
            assert (body["recording"], body["reason"], body["rows"]) == ("off", None, [])
            answer, _ = await ask(http, "POST", f"{place}/marks", 409, json={})
            assert answer["error"] == "not_recorded"
            await ask(http, "DELETE", f"{place}/timeline", 204)
        await ask(http, "POST", f"{kuuki.url}/rooms", 409, json={"record": True})
        await ask(http, "DELETE", place, 204)


@pytest.mark.parametrize(("wanted", "is_recorded"), [(None, True), (True, True), (False, False)])
async def test_a_room_is_recorded_unless_it_is_not_to_be(http, kuuki, wanted, is_recorded):
    made = await make_room(http, kuuki, record=wanted)
    place = f"{kuuki.url}/rooms/{made['room']}"
    assert (await ask(http, "GET", place, 200))[0]["recorded"] is is_recorded
    await ask(http, "POST", f"{place}/marks", 201 if is_recorded else 409, json={})


@pytest.mark.parametrize("wanted", ["yes", 1, "true"])
async def test_what_is_neither_yes_nor_no_is_no_wish(http, kuuki, wanted):
    await ask(http, "POST", f"{kuuki.url}/rooms", 422, json={"record": wanted})


# --- deletion


async def test_what_its_owner_deletes_is_gone(http, timeline, clock, place):
    await record(timeline, clock, place, [1])
    await ask(http, "POST", f"{place}/marks", 201, json={})
    await ask(http, "DELETE", f"{place}/timeline", 204)
    body, _ = await ask(http, "GET", f"{place}/timeline", 200)
    assert (body["recording"], body["rows"], body["marks"], body["next"]) == ("on", [], [], None)


async def test_a_closed_rooms_record_is_gone_with_it(http, timeline, clock, store, place):
    await record(timeline, clock, place, [1])
    await ask(http, "DELETE", place, 204)
    await ask(http, "GET", f"{place}/timeline", 404)
    clock.now += TIMELINE_QUIET_S + 1
    assert await timeline.append([Row(place.rpartition("/")[2], mix(2))]) == 0
    assert await store.run(lambda connection: connection.execute("SELECT count(*) FROM entries").fetchone()) == (0,)


# --- as CSV


async def test_as_csv_it_is_a_line_a_row_and_a_mark(http, timeline, clock, place, monkeypatch):
    monkeypatch.setattr(routes, "_SLICE", 2)
    await record(timeline, clock, place, [1])
    await timeline.append([Row(place.rpartition("/")[2], mix(2, body=None, draw=8))])
    clock.wall_s += 0.5
    texts = ['say "空気", please', "=HYPERLINK(1)", "+1", "-1", "@a", "＝1", ""]
    for text in texts:
        await ask(http, "POST", f"{place}/marks", 201, json={"text": text})
    clock.wall_s += 0.5
    await timeline.append([Row(place.rpartition("/")[2], mix(3, waves=(LAUGH,)))])
    text, headers = await ask(http, "GET", f"{place}/timeline?format=csv", 200)
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Content-Disposition"] == f'attachment; filename="kuuki-{place.rpartition("/")[2]}.csv"'
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    assert [line["state"] for line in lines] == ["live", "few", *[""] * len(texts), "live"]
    shown = ['say "空気", please', "'=HYPERLINK(1)", "'+1", "'-1", "'@a", "'＝1", "(mark)"]
    assert [line["mark"] for line in lines[2:-1]] == shown
    assert lines[0] == {
        "at": "2027-01-15T08:00:00Z",
        "mark": "",
        "state": "live",
        "people_at_least": "10",
        "people_at_most": "19",
        "coverage": "0.8",
        "smiling": "0.66",
        "warmth": "0.5",
        "energy": "0.6",
        "agreement": "0.7",
        **{label: str(weight) for label, weight in zip(LABELS, mix(1).body.weights, strict=True)},
        **{"taps_smile": "0.0", "taps_laugh": "1.5", "taps_wow": "0.0", "taps_applause": "0.5"},
        **{"draw": "7", "wave": "", "wave_rise": ""},
    }
    said = {"at": "2027-01-15T08:00:01Z", "state": "few", "people_at_most": "4", "draw": "8"}
    assert lines[1] == dict.fromkeys(lines[0], "") | said, "not even a coverage"
    assert lines[2] == dict.fromkeys(lines[0], "") | {"at": "2027-01-15T08:00:01.500Z", "mark": shown[0]}
    assert list(lines[0])[-3:] == ["draw", "wave", "wave_rise"], "new ones are the last: the others are where they were"
    assert (lines[-1]["draw"], lines[-1]["wave"], lines[-1]["wave_rise"]) == ("7", "laugh", "0.31")
    assert text.endswith("\r\n")
    part, _ = await ask(http, "GET", f"{place}/timeline?format=csv&limit=1", 200)
    assert part.count("\r\n") == 2


async def test_a_file_that_cannot_be_had_whole_is_cut_and_not_ended(http, timeline, clock, place, monkeypatch):
    monkeypatch.setattr(routes, "_SLICE", 2)
    await record(timeline, clock, place, range(1, 8))
    whole = timeline.read

    async def fail_later(room, after, limit, within_s=None):
        if after is not None:
            raise Unavailable("")
        return await whole(room, after, limit, within_s)

    monkeypatch.setattr(timeline, "read", fail_later)
    async with http.get(f"{place}/timeline?format=csv") as answer:
        assert answer.status == 200
        with pytest.raises(Exception, match=r"not completed|closed|reset"):
            await answer.read()
    await ask(http, "GET", f"{place}/timeline", 503)


async def test_a_long_record_does_not_hold_up_the_loop(http, store, clock, place):
    """Whoever else waits has a turn again and again: no turn costs a great part of the whole."""
    room = place.rpartition("/")[2]
    waves = pack_waves((LAUGH, CLAPS))
    hour = [(room, clock.wall_s, 1, seq, encode(mix(seq)), 7, waves) for seq in range(3600)]
    await store.run(lambda connection: connection.executemany(timeline_module._ROW, hour))
    turns_s = []

    async def wait():
        while True:
            began_s = time.thread_time()
            await asyncio.sleep(0)
            turns_s.append(time.thread_time() - began_s)

    with cost():
        waiting = asyncio.create_task(wait())
        async with http.get(f"{place}/timeline") as answer:
            text = await answer.read()
        waiting.cancel()
    assert text.count(b'"seq"') == 3600
    assert max(turns_s) < 0.25 * sum(turn_s for turn_s in turns_s if turn_s > 0.001)
