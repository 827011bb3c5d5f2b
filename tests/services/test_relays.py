"""Relay credentials are for whom they are meant: what one address gets that tries everything, and what a call gets."""

import asyncio
from typing import Any

import aiohttp
import pytest

from client.headless.ice import parse_links
from kuuki.errors import CloseCode
from kuuki.offers import rewrite
from kuuki.times import TURN_NAME_S, TURN_TEST_AGAIN_S, TURN_TEST_S
from loadtests.fake_transport import OFFER, FakeMaker
from services.runtime.settings import Settings
from services.signal.calls import relays
from services.signal.calls.relays import Relays
from services.signal.gateway import pending
from services.signal.http import participants
from services.signal.http.turn import credentials, password_of, pseudonym
from tests.services.harness import serving
from tests.services.lines import new_call
from tests.services.test_calls_socket import dial, talk

pytestmark = pytest.mark.usefixtures("quiet")

NOON = 20_000 * TURN_NAME_S + TURN_NAME_S / 2
"""Of the clock that these tests give: far from where names change."""

SECRET = "north"
STUN = "stun:stun.example.org:3478"
FIXED = "turn:own:word@fixed.example.org:3478"
TURN = "turn:relay.example.org:3478?transport=udp"
SETTINGS: dict[str, Any] = {
    "host": "127.0.0.1",
    "port": 0,
    "ice_servers": f"{STUN}, {FIXED}",
    "turn": TURN,
    "turn_secret": SECRET,
}
SDP = rewrite(OFFER)
SDP_TYPE = {"Content-Type": "application/sdp"}
HERE = {"X-Forwarded-For": "192.0.2.7"}
THERE = {"X-Forwarded-For": "192.0.2.8"}
SOCKETS = 100
GETS = 1000


class Clock:
    """In the place of the module ``time``."""

    def __init__(self, now):
        self.now = now

    def time(self):
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    clock = Clock(NOON)
    for module in (relays, participants):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
async def kuuki():
    async with serving(Settings(**SETTINGS), lambda settings, metrics: FakeMaker()) as running:
        yield running


@pytest.fixture
async def http():
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield session


async def greet(http, kuuki, headers=HERE, **more):
    return await (await dial(http, kuuki, headers=headers)).greet(**more)


async def ask(client, **more):
    await client.say(type="ice", **more)
    return await client.hear_until(type="ice")


def names_in(message):
    """What a relay counts by: the names behind the expiries, and those that the operator made."""
    return {server["username"].rpartition(":")[2] for server in message["servers"] if "username" in server}


def names_of(headers):
    return {server.username.rpartition(":")[2] for server in parse_links(headers.getall("Link", [])) if server.username}


async def make_room(http, kuuki):
    async with http.post(f"{kuuki.url}/rooms") as answer:
        return f"{kuuki.url}/rooms/{(await answer.json())['room']}"


# --- the name


def test_an_address_has_one_name_whoever_asks_and_whenever():
    made = [credentials(SECRET, "192.0.2.7", NOON + second, ttl_s) for second in range(100) for ttl_s in (30, 3600)]
    assert {name.partition(":")[2] for name, _ in made} == {pseudonym(SECRET, "192.0.2.7", NOON)}
    assert all(password == password_of(SECRET, name) for name, password in made)


def test_names_differ_by_address_by_secret_and_by_day():
    names = [
        pseudonym(secret, address, unix_s)
        for secret in (SECRET, "south")
        for address in ("192.0.2.7", "192.0.2.8", "2001:db8::/64", None)
        for unix_s in (NOON, NOON + TURN_NAME_S)
    ]
    assert len(set(names)) == len(names) == 16


def test_all_gateways_give_an_address_the_same_name():
    """Checked with openssl: the first 16 digits of HMAC-SHA256 of "20000 192.0.2.7" under the HMAC-SHA256 of the label
    under the secret."""
    assert pseudonym(SECRET, "192.0.2.7", NOON) == "3782686ef5daec81"


def test_at_no_time_an_address_has_more_than_two_names_that_hold():
    """No credential holds longer than a name."""
    longest = Settings.model_validate({"turn_ttl_s": TURN_NAME_S})
    with pytest.raises(ValueError, match="turn_ttl_s"):
        Settings.model_validate({"turn_ttl_s": TURN_NAME_S + 1})
    asked = range(0, int(3 * TURN_NAME_S), 3600)
    made = [credentials(SECRET, "192.0.2.7", second, longest.turn_ttl_s)[0].split(":") for second in asked]
    for now in asked:
        held = zip(asked, made, strict=True)
        assert len({name for second, (expiry, name) in held if second <= now < int(expiry)}) <= 2


# --- one host, as a stranger


async def test_one_host_that_asks_everywhere_learns_no_relay(http, kuuki):
    """A hundred lines in all states that are no call, a thousand rooms, and joins that are refused."""
    room = await make_room(http, kuuki)
    lines = [await greet(http, kuuki) for _ in range(SOCKETS)]
    for number, line in enumerate(lines):
        await seem_to_call(line, number)
    told = [message for line in lines for message in await told_of_ice(line)]
    assert set().union(*map(names_in, told)) == set()
    assert {message["no_relay"] for message in told} == {"no_call"}
    for _ in range(GETS // 50):
        answers = await asyncio.gather(*(get(http, room) for _ in range(50)))
        assert not any("Link" in headers for headers in answers)
    for number in range(40):
        assert "Link" not in await refused(http, room, number)


async def seem_to_call(line, number):
    """Nothing, or a call to nobody, or one that no other line knows of, on either side."""
    if number % 4 == 1:
        await line.say(type="ring", call=new_call(), code="wrong-code-of-nobody-1")
    elif number % 4:
        leg = {"call": new_call(), "partner": f"{number:032x}", "side": ("caller", "callee")[number % 2], "name": ""}
        state = ("talking", "incoming")[number % 2]
        await line.say(type="hello", version=1, name="A", language="en", call={**leg, "state": state})


async def told_of_ice(line):
    """The answers to a line that asks a few times."""
    for _ in range(3):
        await line.say(type="ice")
    await line.say(type="still")
    told = []
    while (message := await line.hear()) is not None and message["type"] != "still":
        told += [message] if message["type"] == "ice" else []
    assert line.socket.close_code is None
    return told


async def get(http, room):
    async with http.get(room, headers=HERE) as answer:
        assert answer.status == 200
        return answer.headers


async def refused(http, room, number):
    """A join that is not accepted, in one of five ways."""
    how = [
        (404, f"{room}x/participants", SDP_TYPE, SDP),
        (415, f"{room}/participants", {"Content-Type": "text/plain"}, SDP),
        (400, f"{room}/participants", SDP_TYPE, "v=0\r\n"),
        (400, f"{room}/participants?role=king", SDP_TYPE, SDP),
        (400, f"{room}/participants", {**SDP_TYPE, "Kuuki-Seat": "no"}, SDP),
    ]
    status, url, headers, body = how[number % len(how)]
    async with http.post(url, data=body, headers=headers | HERE) as answer:
        assert answer.status == status
        return answer.headers


async def test_a_join_without_its_link_or_its_turn_learns_no_relay(http, monkeypatch):
    for name, value in (("JOINS_PER_S", 1e-6), ("JOINS_BURST", 1), ("JOIN_WAIT_S", 0.05)):
        monkeypatch.setattr(pending, name, value)
    settings = Settings(**SETTINGS, admin_token="a" * 16, public_url="https://kuuki.example.org")
    async with serving(settings, lambda settings, metrics: FakeMaker()) as kuuki:
        bearer = {"Authorization": f"Bearer {'a' * 16}"}
        async with http.post(f"{kuuki.url}/rooms", headers=bearer) as answer:
            place = f"{kuuki.url}/rooms/{(await answer.json())['room']}/participants"
        for headers, status in (({}, 401), (bearer, 201), (bearer, 429)):
            async with http.post(place, data=SDP, headers=SDP_TYPE | HERE | headers) as answer:
                assert answer.status == status
                assert bool(names_of(answer.headers)) is (status == 201)
        kuuki.hub.turn_away()
        async with http.post(place, data=SDP, headers=SDP_TYPE | HERE | bearer) as answer:
            assert answer.status == 503
            assert "Link" not in answer.headers


async def test_one_host_that_calls_itself_joins_and_tests_has_one_name(http, kuuki, clock):
    """Rights of all three kinds, as many as it can get: what a relay counts by is one name all the same."""
    names = set()
    room = await make_room(http, kuuki)
    lines = [await greet(http, kuuki) for _ in range(SOCKETS)]
    for one, other in zip(lines[::2], lines[1::2], strict=True):
        await talk(one, other)
    for line in lines:
        clock.now += 7.0
        names |= names_in(await ask(line)) | names_in(await ask(line, **{"for": "test"}))
    for _ in range(20):
        async with http.post(f"{room}/participants", data=SDP, headers=SDP_TYPE | HERE) as answer:
            assert answer.status in (201, 429)
            names |= names_of(answer.headers)
    assert names == {pseudonym(SECRET, "192.0.2.7", NOON), "own"}
    clock.now += TURN_NAME_S
    names |= names_in(await ask(lines[0], **{"for": "other"}))
    await asyncio.sleep(relays_again_s())
    names |= names_in(await ask(lines[0]))
    assert len(names - {"own"}) == 2


def relays_again_s():
    """Answers within a second are the same."""
    return 1.01


async def test_another_address_has_another_name(http, kuuki):
    one, other = await greet(http, kuuki, HERE), await greet(http, kuuki, THERE)
    await talk(one, other)
    assert names_in(await ask(one)) == {pseudonym(SECRET, "192.0.2.7", NOON), "own"}
    assert names_in(await ask(other)) == {pseudonym(SECRET, "192.0.2.8", NOON), "own"}


# --- rooms


async def test_rooms_tell_of_relays_with_an_accepted_join_alone(http, kuuki):
    room = await make_room(http, kuuki)
    assert "Link" not in await get(http, room)
    async with http.post(f"{room}/participants", data=SDP, headers=SDP_TYPE | HERE) as answer:
        servers = parse_links(answer.headers.getall("Link"))
    assert [server.urls for server in servers] == [STUN, "turn:fixed.example.org:3478", TURN]
    assert servers[2].username == f"{NOON + 3600:.0f}:{pseudonym(SECRET, '192.0.2.7', NOON)}"
    assert servers[2].credential == password_of(SECRET, servers[2].username)


# --- calls


async def test_a_line_gets_relays_while_its_call_rings_or_is_on_and_not_before_or_after(http, kuuki):
    one, other = await greet(http, kuuki), await greet(http, kuuki)
    call = new_call()
    withheld = {"type": "ice", "servers": [{"urls": [STUN]}], "ttl_s": 3600.0, "no_relay": "no_call"}
    assert await ask(one) == await ask(other) == withheld
    await one.say(type="ring", call=call, code=other.code)
    await one.hear_until(call=call, state="ringing")
    for line in (one, other):
        assert len(names_in(await ask(line))) == 2
    await other.say(type="accept", call=call)
    for line in (one, other):
        await line.hear_until(call=call, state="talking")
        assert len(names_in(await ask(line))) == 2
    await one.say(type="hang_up", call=call)
    for line in (one, other):
        await line.hear_until(call=call, state="ended")
        assert await ask(line) == withheld


async def test_who_waits_for_someone_in_a_call_gets_none_yet(http, kuuki):
    one, other, third = [await greet(http, kuuki) for _ in range(3)]
    code = other.code
    first = await talk(one, other)
    code = (await other.hear_until(type="code"))["code"] or (await other.hear_until(type="code"))["code"]
    call = new_call()
    await third.say(type="ring", call=call, code=code)
    await third.hear_until(call=call, state="waiting")
    assert names_in(await ask(third)) == set()
    await one.say(type="hang_up", call=first)
    await third.hear_until(call=call, state="ringing")
    assert len(names_in(await ask(third))) == 2


async def test_a_call_after_a_restart_gets_relays_once_its_partner_is_back(http):
    """The page's word alone is not enough, and it need not ask twice."""
    async with serving(Settings(**SETTINGS), lambda settings, metrics: FakeMaker()) as kuuki:
        one, other = [await greet(http, kuuki, name=name) for name in ("Aki", "Ben")]
        call = await talk(one, other)
        states = []
        for line, side in ((one, "caller"), (other, "callee")):
            await line.say(type="hello", version=1, name="x", language="en")
            leg = await line.hear_until(type="state", call=call)
            fields = {key: leg[key] for key in ("call", "partner", "state", "name")} | {"side": side}
            states.append({"line": line.welcome["line"], "call": fields})
    async with serving(Settings(**SETTINGS), lambda settings, metrics: FakeMaker()) as kuuki:
        one = await greet(http, kuuki, **states[0])
        await one.say(type="ice")
        await one.say(type="still")
        heard = []
        while (message := await one.hear())["type"] != "still":
            heard.append(message["type"])
        assert "ice" not in heard
        other = await greet(http, kuuki, **states[1])
        assert len(names_in(await one.hear_until(type="ice"))) == 2
        assert len(names_in(await ask(other))) == 2


async def test_a_call_that_only_its_page_knows_of_gets_none_and_is_told_so(http, kuuki):
    liar, honest = await greet(http, kuuki), await greet(http, kuuki, THERE)
    partner = switchboard_id(kuuki, honest)
    standing = {"call": new_call(), "partner": partner, "side": "callee", "state": "talking", "name": ""}
    await liar.say(type="hello", version=1, name="A", language="en", call=standing)
    assert names_in(await ask(liar)) == set()


def switchboard_id(kuuki, client):
    return next(
        line for line, session in kuuki.switchboard._sessions.items() if session.secret == client.welcome["line"]
    )


# --- the network test


async def test_a_network_test_gets_relays_for_half_a_minute_once_a_minute_and_address(http, kuuki):
    lines = [await greet(http, kuuki, headers) for headers in (HERE, HERE, THERE)]
    told = [await ask(line, **{"for": "test"}) for line in lines]
    assert [len(names_in(message)) for message in told] == [2, 0, 2]
    for message in told:
        assert (message["for"], message["ttl_s"]) == ("test", TURN_TEST_S)
    expiry = told[0]["servers"][-1]["username"].partition(":")[0]
    assert expiry == f"{NOON + TURN_TEST_S:.0f}"
    assert "no_relay" not in told[0]
    assert (told[1]["no_relay"], told[1]["servers"]) == ("tested", [{"urls": [STUN]}])


def test_a_minute_later_there_is_another_and_nothing_is_kept_of_the_former():
    given = Relays(Settings(**SETTINGS))
    for number in range(1000):
        assert len(given.for_test(f"192.0.2.{number}", 100.0).servers) == 3
    assert len(given.for_test("192.0.2.1", 100.0 + TURN_TEST_AGAIN_S - 1).servers) == 1
    assert len(given.for_test("192.0.2.1", 100.0 + TURN_TEST_AGAIN_S).servers) == 3
    given.for_test("192.0.2.1", 300.0)
    assert len(given._tests) == 1


def test_on_loopback_all_are_one_address_for_tests():
    given = Relays(Settings(**SETTINGS))
    assert [len(given.for_test(None, 0.0).servers) for _ in range(3)] == [3, 1, 1]


def test_where_there_is_no_relay_none_is_withheld():
    given = Relays(Settings(ice_servers=STUN))
    for _ in range(3):
        assert given.for_test(None, 0.0).no_relay is None
    assert given.without_call() == given.for_call(None)


# --- no calls


async def test_where_calls_are_off_nobody_gets_relays_by_them(http):
    settings = Settings(**SETTINGS, calls="off")
    async with serving(settings, lambda settings, metrics: FakeMaker()) as kuuki:
        for wanted in ({}, {"for": "test"}):
            line = await dial(http, kuuki, headers=HERE)
            await line.say(type="hello", version=1, name="A", language="en")
            await line.say(type="ice", **wanted)
            assert await line.hear() is None
            assert line.socket.close_code == CloseCode.CALLS_OFF
