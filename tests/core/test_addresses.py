"""Whom a connection comes from, in all forms that sockets and proxies write."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.addresses import (
    UNKNOWN,
    client_of,
    is_inside,
    is_loopback,
    key_of,
    key_of_connection,
    parse_address,
    parse_networks,
    plain,
)
from kuuki.limits import PROXIES

LOOPBACK = parse_networks("127.0.0.0/8, ::1")
V4 = st.ip_addresses(v=4)
V6 = st.ip_addresses(v=6)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7\t", "192.0.2.7"),
        ("192.0.2.7:4711", "192.0.2.7"),
        ("192.0.2.7:", "192.0.2.7"),
        ("192.0.2.7:_hidden", "192.0.2.7"),
        ('"192.0.2.7:4711"', "192.0.2.7"),
        ("[192.0.2.7]:4711", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ('"[2001:db8::1]:_x.y-z"', "2001:db8::1"),
        ("2001:db8:1:2:3:4:5:6:4711", "2001:db8:1:2:3:4:5:6"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::FFFF:c000:0207", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:80", "192.0.2.7"),
        ("::ffff:127.0.0.1", "127.0.0.1"),
    ],
)
def test_the_forms_of_an_address(text, address):
    assert parse_address(text) == ip_address(address)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", '""', ":", "[]", "[", "]", "::::", "unknown", "Unknown", "_hidden", "_SEVKISEK:80", "localhost"),
        *("kuuki.example", "192.0.2", "192.0.2.7.8", "192.0.2.256", "192.0.2.07", "192.0.2.7:x", "192.0.2.7:123456"),
        *(
            "192.0.2.7 198.51.100.1",
            "192.0.2.7/24",
            "[2001:db8::1",
            "[2001:db8::1]x",
            "[2001:db8::1]:80:80",
            "3221225991",
        ),
        *("١٩٢.٠.٢.٧", "192.0.2.7\x00", "for=192.0.2.7", "http://192.0.2.7", "a" * 10_000, "1:" * 5_000),
    ],
)
def test_what_is_no_address(text):
    assert parse_address(text) is None


@given(V4 | V6, st.integers(0, 65535))
def test_an_address_is_itself_in_every_form(address, port):
    whole = address.exploded
    forms = [str(address), f"[{address}]", f"[{address}]:{port}", f'"[{address}]:{port}"', f"{whole}:{port}"]
    assert {parse_address(form) for form in forms} == {plain(address)}


@given(V4)
def test_a_mapped_address_is_the_ipv4_one(address):
    mapped = IPv6Address(f"::ffff:{address}")
    assert plain(mapped) == address == parse_address(str(mapped))


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_none(text):
    address = parse_address(text)
    assert address is None or parse_address(str(address)) == address
    assert is_loopback(text) == (address is not None and address.is_loopback)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1::5", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::", "2001:db8:0:1::/64"),
        ("::1", "::/64"),
        ("64:ff9b::192.0.2.7", "192.0.2.7"),
        ("64:ff9b:1::192.0.2.7", "64:ff9b:1::/64"),
        ("2002:c000:207:1234::1", "192.0.2.7"),
        ("2001:0:cb00:7101:8000:63bf:3fff:fdf8", "192.0.2.7"),
    ],
)
def test_the_key_of_a_quota(address, key):
    assert key_of(ip_address(address)) == key


@pytest.mark.parametrize("key", ["10.1.2.3", "100.64.0.1", "fd00::/64", "127.0.0.1"])
def test_keys_of_addresses_that_are_none_of_the_internets(key):
    assert is_inside(key)
    assert not is_inside("198.41.0.4")
    assert not is_inside(UNKNOWN)


@given(V6, st.integers(0, 2**64 - 1))
def test_all_of_a_64_have_one_key(address, host):
    neighbour = IPv6Address(int(address) >> 64 << 64 | host)
    if not any(carrier in key_of(each) for carrier in "." for each in (address, neighbour)):
        assert key_of(address) == key_of(neighbour)


def test_networks_of_mapped_addresses_are_ipv4_networks():
    networks = parse_networks("::ffff:0:0/96, ::ffff:172.30.0.2, 10.0.0.0/8,, fd00::/8 ,::/0")
    assert [str(network) for network in networks] == [
        "0.0.0.0/0",
        "172.30.0.2/32",
        "10.0.0.0/8",
        "fd00::/8",
        "::/0",
    ]
    assert parse_networks("") == ()
    for wrong in ("the-front", "10.0.0.1/8", "::ffff:10.0.0.1/104", "10.0.0.0/33"):
        with pytest.raises(ValueError, match=r"."):
            parse_networks(wrong)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "::ffff:127.0.0.1", "0:0:0:0:0:0:0:1"])
def test_loopback_in_every_form(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost", "", "192.0.2.7", "::", "::2", "2002:7f00:1::1", "64:ff9b::127.0.0.1"])
def test_what_is_not_loopback(host):
    assert not is_loopback(host)


# --- behind proxies

FRONT = "172.30.0.2"
TRUSTED = parse_networks("172.30.0.0/24, 10.0.0.0/8, 2001:db8:f::/48, 127.0.0.0/8, ::1")


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("127.0.0.1", [], None),
        ("::1", [], None),
        ("::ffff:127.0.0.1", [], None),
        ("127.0.0.1", [""], "127.0.0.1"),  # there is a proxy: its clients are not this machine
        ("127.0.0.1", ["127.0.0.1"], "127.0.0.1"),
        ("::1", ["garbage"], "::/64"),
        ("192.0.2.7", [], "192.0.2.7"),
        ("::ffff:192.0.2.7", [], "192.0.2.7"),  # bound to ::, all of IPv4 comes so
        ("192.0.2.7", ["198.51.100.9"], "192.0.2.7"),
        ("fe80::1%eth0", [], "fe80::/64"),
        (None, [], UNKNOWN),
        ("", ["198.51.100.9"], UNKNOWN),
        ("/run/kuuki.socket", [], UNKNOWN),
        (FRONT, [], FRONT),
        (FRONT, ["203.0.113.7"], "203.0.113.7"),
        (FRONT, ["203.0.113.7:4711"], "203.0.113.7"),
        (FRONT, ["[2001:db8:0:1::7]:4711"], "2001:db8:0:1::/64"),
        (FRONT, ["::ffff:203.0.113.7"], "203.0.113.7"),
        ("::ffff:172.30.0.2", ["203.0.113.7"], "203.0.113.7"),
        ("2001:db8:f::1", ["203.0.113.7"], "203.0.113.7"),
        (FRONT, ["198.51.100.9, 203.0.113.7"], "203.0.113.7"),
        (FRONT, ["198.51.100.9, 203.0.113.7, 10.1.2.3"], "203.0.113.7"),
        (FRONT, ["198.51.100.9", "203.0.113.7", "10.1.2.3:80"], "203.0.113.7"),  # a list in several headers
        (FRONT, ["203.0.113.7, , ", ""], "203.0.113.7"),
        (FRONT, ["10.1.2.3"], "10.1.2.3"),
        (FRONT, [" , "], FRONT),
        (FRONT, ["unknown"], FRONT),
        (FRONT, ["203.0.113.7, unknown"], FRONT),  # what stands before it may be the client's own words
        (FRONT, ["203.0.113.7, _hidden, 10.1.2.3"], "10.1.2.3"),
        ("64:ff9b::10.0.0.1", ["203.0.113.7"], "10.0.0.1"),  # counted as 10.0.0.1, not believed as it
        ("2002:ac1e:2::1", ["203.0.113.7"], "172.30.0.2"),
    ],
)
def test_the_client_is_who_the_last_believed_proxy_names(remote, forwarded, client):
    assert client_of(remote, forwarded, TRUSTED) == client


def test_a_chain_of_proxies_is_believed_so_far_and_no_further():
    chain = [f"10.0.0.{number}" for number in range(1, 2 * PROXIES)]
    assert client_of(FRONT, [",".join(["203.0.113.7", *chain])], TRUSTED) == chain[-PROXIES]


@given(st.lists(st.text(max_size=30)), V4 | V6)
def test_what_a_client_writes_is_no_new_client(forged, address):
    """The proxy adds whom it saw at the end: whatever stood there before, the key is that one's."""
    seen = key_of(plain(address))
    if not any(plain(address) in network for network in TRUSTED):
        assert client_of(FRONT, [*forged, str(address)], TRUSTED) == seen
        assert client_of(FRONT, [",".join([*forged, f"[{address}]:80"])], TRUSTED) == seen
        assert client_of(str(address), forged, TRUSTED) == seen


@given(st.lists(st.text(max_size=30).filter(lambda text: parse_address(text.rpartition(",")[2]) is None), min_size=1))
def test_garbage_of_a_proxy_is_the_proxy(garbage):
    if garbage[-1].rpartition(",")[2].strip():
        assert client_of(FRONT, garbage, TRUSTED) == FRONT


def test_loopback_is_trusted_as_any_proxy():
    assert client_of("127.0.0.1", ["203.0.113.7"], LOOPBACK) == "203.0.113.7"
    assert client_of("::ffff:127.0.0.1", ["203.0.113.7"], LOOPBACK) == "203.0.113.7"
    assert client_of("127.0.0.1", ["203.0.113.7"], ()) == "127.0.0.1"
    assert isinstance(parse_address("::ffff:127.0.0.1"), IPv4Address)


@pytest.mark.parametrize(
    ("remote", "key"),
    [("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"), ("127.0.0.1", None), ("", UNKNOWN)],
)
def test_a_connection_counts_as_its_other_end_but_not_a_proxys(remote, key):
    assert key_of_connection(remote, LOOPBACK) == key
