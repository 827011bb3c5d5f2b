"""Whose address a request has, behind proxies."""

from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from multidict import CIMultiDict

from kuuki.offers import rewrite
from loadtests.fake_transport import OFFER, FakeMaker
from services.runtime.settings import Settings
from services.signal.http.guards import address_of
from services.signal.http.keys import SETTINGS
from tests.services.harness import serving


def address_behind(remote: str, forwarded: str | None, trusted: str = "") -> str | None:
    lines = [] if forwarded is None else forwarded.split("|")
    headers = CIMultiDict([("X-Forwarded-For", line) for line in lines])
    app = {SETTINGS: Settings(trusted_proxies=trusted)}
    request: Any = SimpleNamespace(app=app, headers=headers, remote=remote)
    return address_of(request)


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "address"),
    [
        ("127.0.0.1", None, "", None),
        ("127.0.0.1", "198.51.100.9, 203.0.113.7", "", "203.0.113.7"),
        ("127.0.0.1", "127.0.0.1", "", "127.0.0.1"),  # said by a proxy: no way around the limits
        ("172.30.0.2", "203.0.113.7", "", "172.30.0.2"),
        ("172.30.0.2", "203.0.113.7", "10.0.0.0/8, 172.30.0.0/24", "203.0.113.7"),
        ("::ffff:172.30.0.2", "203.0.113.7", "172.30.0.0/24", "203.0.113.7"),
        ("172.30.0.2", None, "172.30.0.0/24", "172.30.0.2"),
        ("172.30.0.2", "198.51.100.9, 203.0.113.7, 10.1.2.3", "172.30.0.0/24,10.0.0.0/8", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.9", "172.30.0.0/24", "203.0.113.7"),
        ("172.30.0.2", "nonsense", "172.30.0.0/24", "172.30.0.2"),  # no new client with every word
        ("172.30.0.2", "203.0.113.7:4711", "172.30.0.0/24", "203.0.113.7"),
        ("172.30.0.2", "198.51.100.9|203.0.113.7", "172.30.0.0/24", "203.0.113.7"),  # two headers
        ("172.30.0.2", "203.0.113.7", "::ffff:172.30.0.0/120", "203.0.113.7"),
        ("::ffff:192.0.2.1", None, "", "192.0.2.1"),
        ("::ffff:192.0.2.2", None, "", "192.0.2.2"),
        ("2001:db8:0:1::5", None, "", "2001:db8:0:1::/64"),
        (None, None, "", "unknown"),  # reset before it could be asked: no way around the limits
    ],
)
def test_a_proxy_is_believed_if_it_is_trusted(remote, forwarded, trusted, address):
    assert address_behind(remote, forwarded, trusted) == address


def test_trusted_proxies_are_networks():
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(trusted_proxies="the-front")


@pytest.mark.parametrize(
    ("setting", "value", "meant"),
    [
        ("host", "::ffff:127.0.0.1", "127.0.0.1"),
        ("host", "0:0:0:0:0:0:0:1", "::1"),
        ("host", "0::0", "::"),
        ("host", "fe80::1%eth0", "fe80::1%eth0"),
        ("host", "kuuki.example", "kuuki.example"),
        ("host", "", ""),
        ("gateway_address", "::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_addresses_of_the_settings_are_in_one_form(setting, value, meant):
    assert getattr(Settings(**{setting: value}), setting) == meant


@pytest.mark.parametrize(("host", "is_own"), [("::ffff:127.0.0.1", True), ("::1", True), ("::", False), ("", False)])
def test_loopback_is_known_in_every_form(host, is_own):
    assert Settings(host=host).on_loopback is is_own


@pytest.mark.parametrize(
    "forwarded",
    [
        "203.0.113.7:{number}",
        "[2001:db8:0:1::{number}]:{number}",
        "::ffff:203.0.113.7",
        "garbage-{number}",
        "198.51.100.{number}, _hidden{number}",
    ],
)
async def test_no_form_is_a_way_around_the_limit_of_an_address(forwarded):
    asked = []
    async with serving(maker=lambda settings, metrics: FakeMaker()) as kuuki, aiohttp.ClientSession() as http:
        turn = kuuki.hub.pending.turn

        async def noted(address):
            asked.append(address)
            await turn(address)

        kuuki.hub.pending.turn = noted
        made = await (await http.post(f"{kuuki.url}/rooms")).json()
        place = f"{kuuki.url}/rooms/{made['room']}/participants"
        for number in range(1, 5):
            headers = {"Content-Type": "application/sdp", "X-Forwarded-For": forwarded.format(number=number)}
            async with http.post(place, data=rewrite(OFFER), headers=headers) as answer:
                assert answer.status == 201
    assert len(asked) == 4
    assert len(set(asked)) == 1, "one address, one lane"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.2"])
async def test_on_loopback_all_names_of_loopback_are_answered(host):
    async with serving(maker=lambda settings, metrics: FakeMaker()) as kuuki, aiohttp.ClientSession() as http:
        async with http.post(f"{kuuki.url}/rooms", headers={"Host": f"{host}:{kuuki.port}"}) as answer:
            assert answer.status == 201
        async with http.post(f"{kuuki.url}/rooms", headers={"Host": "127.0.0.1.example.org"}) as answer:
            assert answer.status == 403


@pytest.mark.parametrize(
    ("forwarded", "counted"),
    [
        ("198.41.0.4", 0),
        ("2a00:1450::1", 0),
        ("10.1.2.3", 1),  # a node's, of a cluster that hides clients'
        ("198.41.0.4, 100.64.0.9", 1),
        ("fd00::7", 1),
        (None, 0),  # this machine itself
    ],
)
async def test_a_join_from_a_private_address_is_counted(forwarded, counted):
    """Where strangers come it means that a proxy hides theirs, and all share the limits of one."""
    async with serving(maker=lambda settings, metrics: FakeMaker()) as kuuki, aiohttp.ClientSession() as http:
        made = await (await http.post(f"{kuuki.url}/rooms")).json()
        headers = {"Content-Type": "application/sdp"} | ({} if forwarded is None else {"X-Forwarded-For": forwarded})
        place = f"{kuuki.url}/rooms/{made['room']}/participants"
        async with http.post(place, data=rewrite(OFFER), headers=headers) as answer:
            assert answer.status == 201
        assert kuuki.metrics.registry.get_sample_value("kuuki_joins_from_inside_total") == counted
