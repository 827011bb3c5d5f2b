"""Relay credentials, and the lists of STUN and TURN servers that clients get."""

import base64
import hashlib
import hmac
import re
from typing import Any

import pytest

from client.headless.ice import parse_links
from services.launch.problems import problem_of_gateway
from services.runtime.settings import Settings
from services.signal.http.ice import as_rtc, has_relay, ice_links, ice_servers
from services.signal.http.turn import credentials, password_of, turn_urls

SECRET = "north"
RELAY: dict[str, Any] = {"turn": "turn:relay.example.org:3478?transport=udp", "turn_secret": SECRET}


def test_the_password_is_what_the_draft_asks_for():
    """Checked against ``printf 1433895918:name | openssl dgst -sha1 -hmac north -binary | base64``."""
    assert password_of("north", "1433895918:name") == "1SqlQthkVXADnh6C98tnHRRzmcM="


def test_credentials_expire_and_say_nothing_of_anybody():
    for address in ("192.0.2.7", "2001:db8::/64", None):
        name, password = credentials(SECRET, address, 1_800_000_000.9, 3600)
        assert re.fullmatch(r"1800003600:[0-9a-f]{16}", name)
        digest = hmac.new(SECRET.encode(), name.encode(), hashlib.sha1).digest()
        assert base64.b64decode(password) == digest


@pytest.mark.parametrize(
    "url",
    [
        "turn:relay.example.org",
        "turn:relay.example.org:3478",
        "turns:relay.example.org:5349?transport=tcp",
        "turn:192.0.2.7:3478?transport=udp",
        "turn:[2001:db8::1]:3478",
    ],
)
def test_turn_urls(url):
    assert turn_urls(f" {url} ,, turn:other.example.org,") == (url, "turn:other.example.org")


@pytest.mark.parametrize(
    "url",
    [
        "relay.example.org",
        "stun:relay.example.org",
        "turn:",
        "turn:name:password@relay.example.org:3478",
        "turn:relay.example.org:3478?transport=sctp",
        'turn:relay.example.org>; rel="x',
        "turn:relay.example.org\r\nX: y",
        "turn://relay.example.org",
    ],
)
def test_what_is_no_turn_url(url):
    with pytest.raises(ValueError, match="KUUKI_TURN"):
        turn_urls(url)


@pytest.mark.parametrize("wrong", [{"turn": "turn:relay.example.org"}, {"turn_secret": SECRET}, {**RELAY, "turn": ","}])
def test_address_and_secret_go_together(wrong):
    with pytest.raises(ValueError, match="together"):
        ice_servers(Settings(**wrong), None, 0.0)
    assert "KUUKI_TURN_SECRET" in (problem_of_gateway(Settings(port=0, **wrong)) or "")


@pytest.mark.parametrize("wrong", ["stun.example.org", "stun:", "http://stun.example.org"])
def test_what_is_no_ice_server(wrong):
    with pytest.raises(ValueError, match="KUUKI_ICE_SERVERS"):
        ice_servers(Settings(ice_servers=wrong), None, 0.0)
    assert "KUUKI_ICE_SERVERS" in (problem_of_gateway(Settings(port=0, ice_servers=wrong)) or "")


@pytest.mark.parametrize("wrong", [{"turn_ttl_s": 1}, {"turn_ttl_s": 1e6}, {"code_key": "short"}, {"calls": "maybe"}])
def test_settings_that_cannot_work(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)


@pytest.mark.parametrize(
    ("settings", "has"),
    [
        ({}, False),
        ({"ice_servers": "stun:stun.example.org"}, False),
        ({"ice_servers": "stun:stun.example.org, turn:name:password@turn.example.org"}, True),
        (RELAY, True),
    ],
)
def test_whether_there_is_a_relay(settings, has):
    assert has_relay(Settings(**settings)) is has


def test_servers_are_as_the_browser_takes_them():
    settings = Settings(ice_servers="stun:stun.example.org:3478,turn:a:b@turn.example.org", **RELAY)
    stun, fixed, rest = [as_rtc(server) for server in ice_servers(settings, "192.0.2.7", 1000.0)]
    assert stun == {"urls": ["stun:stun.example.org:3478"]}
    assert fixed == {"urls": ["turn:turn.example.org"], "username": "a", "credential": "b"}
    assert rest["urls"] == [RELAY["turn"]]
    assert rest["username"].startswith("4600:")
    assert rest["credential"] == password_of(SECRET, rest["username"])


def test_every_server_has_a_link():
    settings = Settings(
        ice_servers="stun:stun.example.org:3478", turn="turn:a.example.org,turns:b.example.org", turn_secret="s"
    )
    links = ice_links(settings, "192.0.2.7", 1000.0)
    assert links[0] == '<stun:stun.example.org:3478>; rel="ice-server"'
    assert [link.split(">")[0] for link in links[1:]] == ["<turn:a.example.org", "<turns:b.example.org"]
    assert all('credential-type="password"' in link for link in links[1:])
    heard = parse_links(links)
    assert heard[1].username == heard[2].username
    assert heard[1].credential == password_of("s", heard[1].username or "")
