"""Whom a connection comes from: the address that a socket or a proxy names, in one form, and the key of its quota.

Sockets and proxies write the same address in many ways. Whatever compares or counts addresses asks here, once, at the
edge; behind it an address is a key, equal for equal clients. What is no address (a name, ``unknown``, an obfuscated
identifier of RFC 7239 section 6.3, garbage) is never a key: it would be a new client with every request.
"""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from kuuki.limits import PROXIES

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

UNKNOWN: Final = "unknown"
"""The key of all connections whose address is not to be had (it was reset before anybody could ask)."""

_PORT: Final = re.compile(r"(:([0-9]{1,5}|_[A-Za-z0-9._-]+)?)?")
_SUBNET: Final = 64
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_NAT64: Final = IPv6Network("64:ff9b::/96")


def parse_address(text: str) -> Address | None:
    """An address as sockets, URLs and proxies write it; None for anything else.

    With or without a port, in brackets, in quotes (RFC 7239), with a zone (``%eth0``, dropped: it is the machine's own
    name for a link). An IPv4 address in IPv6 form (RFC 4291 section 2.5.5.2) is the IPv4 address.

    >>> str(parse_address("192.0.2.7:4711")), str(parse_address('"[2001:db8::1]:80"')), str(parse_address("fe80::1%a"))
    ('192.0.2.7', '2001:db8::1', 'fe80::1')
    >>> str(parse_address("::ffff:192.0.2.7")), parse_address("unknown"), parse_address("_hidden")
    ('192.0.2.7', None, None)
    """
    for host in _hosts(text.strip().strip('"').strip()):
        try:
            return plain(ip_address(host.partition("%")[0]))
        except ValueError:
            continue
    return None


def _hosts(text: str) -> Iterator[str]:
    """What may be the address in there, likeliest first."""
    if text.startswith("["):
        host, closed, port = text[1:].partition("]")
        if closed and _PORT.fullmatch(port):
            yield host
        return
    yield text
    host, colon, port = text.rpartition(":")
    if _PORT.fullmatch(colon + port):
        yield host  # of IPv6, only if all eight groups are written: else the port passes for the last group


def plain(address: Address) -> Address:
    """An IPv4 address in IPv6 form as the IPv4 address that it is; others as they are."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def parse_networks(text: str) -> tuple[Network, ...]:
    """Networks, comma-separated, those of mapped addresses as IPv4 networks. ValueError for what is none.

    >>> [str(network) for network in parse_networks("10.0.0.0/8, ::ffff:172.30.0.0/120, fd00::/8")]
    ['10.0.0.0/8', '172.30.0.0/24', 'fd00::/8']
    """
    return tuple(_plain_network(ip_network(part.strip())) for part in text.split(",") if part.strip())


def _plain_network(network: Network) -> Network:
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        return IPv4Network((int(network.network_address) & 0xFFFF_FFFF, network.prefixlen - _MAPPED.prefixlen))
    return network


def is_loopback(text: str) -> bool:
    """Whether this is an address of loopback, in whatever form; a name is none."""
    address = parse_address(text)
    return address is not None and address.is_loopback


def key_of(address: Address) -> str:
    """The key of an address's quota: an IPv4 address, or of an IPv6 address its /64, all of which one subscriber has.

    Three kinds of IPv6 addresses are someone's IPv4 address, and count as it. NAT64's (64:ff9b::/96, RFC 6052): a
    translator in front of us gives them to all who have IPv4, in one /64. 6to4's (2002::/16, RFC 3056): each IPv4
    address has 65,536 of their /64. Teredo's (2001::/32, RFC 4380): the /64 is the relay's, which many share. Networks
    that an operator chose for NAT64 cannot be known from outside: there, a /64 is one client.

    >>> key_of(IPv6Address("2001:db8:0:1::5")), key_of(IPv6Address("64:ff9b::192.0.2.7"))
    ('2001:db8:0:1::/64', '192.0.2.7')
    """
    carried = address if isinstance(address, IPv4Address) else _carried(address)
    return str(carried or IPv6Network((int(address), _SUBNET), strict=False))


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.teredo[1] if address.teredo else address.sixtofour


def client_of(remote: str | None, forwarded: Sequence[str], proxies: Sequence[Network]) -> str | None:
    """The key of the client behind a connection; None on loopback without a proxy, where all are the same machine.

    ``remote`` is the connection's other end, ``forwarded`` the values of its X-Forwarded-For headers, in order. Whoever
    is among ``proxies`` is believed about whom it serves, and so on along a chain of at most PROXIES of them. One that
    says no address is as far as anybody knows: the quota is then its own.
    """
    address = parse_address(remote or "")
    if address is None:
        return UNKNOWN
    if not forwarded and address.is_loopback:
        return None
    for entry in _nearest_first(forwarded):
        said = parse_address(entry) if is_among(address, proxies) else None
        if said is None:
            break
        address = said
    return key_of(address)


def key_of_connection(remote: str, proxies: Sequence[Network]) -> str | None:
    """What a connection from there counts as, before anything was said on it; None for a proxy's: all its clients come
    from it."""
    address = parse_address(remote)
    if address is None:
        return UNKNOWN
    return None if is_among(address, proxies) else key_of(address)


def is_inside(key: str) -> bool:
    """Whether the addresses behind a key are none of the internet's: private ones, shared ones (100.64.0.0/10), a
    machine's own.

    >>> [is_inside(key) for key in ("10.1.2.3", "100.64.0.1", "fd00::/64", "198.41.0.4", UNKNOWN)]
    [True, True, True, False, False]
    """
    return key != UNKNOWN and not ip_network(key).is_global


def is_among(address: Address, networks: Sequence[Network]) -> bool:
    """Whether one of the networks has this address. Carried addresses (see key_of) are judged as what they are."""
    return any(address in network for network in networks)


def _nearest_first(forwarded: Sequence[str]) -> Iterator[str]:
    """The last entries of a list in several headers (RFC 9110 section 5.3), without the empty ones."""
    entries = [entry for value in forwarded for entry in value.split(",") if entry.strip()]
    return reversed(entries[-PROXIES:])
