"""Places, ICE servers, retries, addresses, the words of ``kuuki join``."""

import asyncio
import importlib
import pkgutil
import sys
from types import ModuleType

import aioice.ice
import pytest

import client.headless
from client.headless.addresses import loopback_of, only
from client.headless.errors import BadPlace
from client.headless.ice import parse_links, parse_servers
from client.headless.place import Place, parse_place
from client.headless.saying import FACES, own_in_words, room_in_words, score_json
from client.headless.sources import Sensed
from kuuki.mood.frames import Mix, State
from kuuki.mood.labels import LABELS


@pytest.mark.parametrize(
    ("url", "room", "place"),
    [
        ("http://127.0.0.1:8080/", "demo", Place("http://127.0.0.1:8080", "demo")),
        ("https://k.example/r/blue-fox#k=s3", None, Place("https://k.example", "blue-fox", "s3")),
        ("https://k.example/r/blue-fox/stage#k=s3", None, Place("https://k.example", "blue-fox", "s3")),
        ("https://k.example/sub/", "a1", Place("https://k.example/sub", "a1")),
        ("http://[::1]:80", "a1", Place("http://[::1]:80", "a1")),
    ],
)
def test_a_place_is_read_from_a_url_or_a_link(url, room, place, monkeypatch):
    monkeypatch.delenv("KUUKI_ROOM_SECRET", raising=False)
    assert parse_place(url, room) == place


def test_a_room_secret_may_come_from_the_environment_but_a_link_wins(monkeypatch):
    monkeypatch.setenv("KUUKI_ROOM_SECRET", "from-env")
    assert parse_place("http://127.0.0.1", "demo").headers == {"Authorization": "Bearer from-env"}
    assert parse_place("http://127.0.0.1/r/demo#k=from-link").key == "from-link"


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://x", "http://", "http://a:99999", "http://[::1"])
def test_what_is_no_url_is_said_to_be_none(url):
    with pytest.raises(BadPlace, match="is no URL"):
        parse_place(url, "demo")


@pytest.mark.parametrize("room", [None, "", "../etc", "Ä", "a b"])
def test_a_bad_room_is_refused_before_anything_is_sent(room):
    with pytest.raises(BadPlace, match="room"):
        parse_place("http://127.0.0.1", room)


def test_ice_servers_of_the_environment():
    stun, turn = parse_servers("stun:s.example:3478, turn:ada:pw@t.example:3478,")
    assert (stun.urls, stun.username) == ("stun:s.example:3478", None)
    assert (turn.urls, turn.username, turn.credential) == ("turn:t.example:3478", "ada", "pw")
    assert parse_servers("") == []
    (encoded,) = parse_servers("turns:17%3Aada:p%40%2C%3Aw@t.example:5349")
    assert (encoded.urls, encoded.username, encoded.credential) == ("turns:t.example:5349", "17:ada", "p@,:w")


def test_ice_servers_of_an_answer_and_no_other_links():
    links = [
        '<turn:t.example:3478>; rel="ice-server"; username="17:x"; credential="c=,"; credential-type="password"',
        '<https://k.example/>; rel="next", <stun:s.example>; rel="ice-server"',
    ]
    turn, stun = parse_links(links)
    assert (turn.urls, turn.username, turn.credential) == ("turn:t.example:3478", "17:x", "c=,")
    assert stun.urls == "stun:s.example"


async def test_only_loopback_is_offered_inside_and_only_inside():
    def ask():
        return aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True)

    async def asked_in_a_task():
        return ask()

    before = ask()
    with only("127.0.0.1"):
        assert ask() == ["127.0.0.1"]
        assert await asyncio.create_task(asked_in_a_task()) == ["127.0.0.1"]
    assert ask() == before
    with only(None):
        assert ask() == before


@pytest.mark.parametrize(
    ("host", "address"), [("localhost", "127.0.0.1"), ("127.0.0.9", "127.0.0.9"), ("::1", "::1"), ("10.0.0.1", None)]
)
def test_what_loopback_means(host, address):
    assert loopback_of(host) == address


def test_the_own_score_as_json_and_in_words():
    seen = Sensed(1.2, (0, 0, 0, 204, 0, 0, 51), 255)
    said = score_json(seen, 9)
    assert said["score"]["happy"] == 0.8
    assert sum(said["score"].values()) == pytest.approx(1.0)
    assert (said["sure"], said["seq"], said["at_s"]) == (1.0, 9, 1.2)
    assert own_in_words(seen) == "smiling 80%"
    assert score_json(Sensed(0.0, None, 0), 0)["score"] is None
    assert own_in_words(Sensed(0.0, None, 0)) == "no face seen"


def test_in_words_every_label_is_a_face_and_another_one():
    assert set(FACES) == set(LABELS)
    assert len(set(FACES.values())) == len(LABELS)


def test_the_room_in_words_never_shows_a_mood_that_it_has_not():
    assert "too few" in room_in_words(Mix(1, 1, State.FEW, 0.5, at_most=4))
    assert "no news" in room_in_words(Mix(1, 1, State.STALE, 0.5))
    assert "nobody" in room_in_words(Mix(1, 1, State.EMPTY, 0.0, at_most=0))


def test_no_module_takes_the_place_of_a_name_of_the_library():
    """A module that is imported becomes an attribute of its package, over whatever has its name there."""
    for module in pkgutil.walk_packages(client.headless.__path__, "client.headless."):
        importlib.import_module(module.name)
    packages = [module for name, module in sys.modules.items() if f"{name}.".startswith("client.headless.")]
    named = [(module, name) for module in packages for name in getattr(module, "__all__", [])]
    assert len(named) > len(client.headless.__all__)
    assert [name for module, name in named if isinstance(getattr(module, name), ModuleType)] == []
