"""Parses Redis URLs. Pure. Errors say what is wrong and where, and never quote the URL: it has a password.

    redis://[name:password@]host[:6379][/db]             one server (rediss: with TLS)
    unix://[name:password@]/path/of/the.sock             one server on this machine
    redis+sentinel://[name:password@]host[:26379],…/service
    redis+cluster://[name:password@]host[:6379],…

Name and password are the servers'; sentinels may have others: ?sentinel_name=…&sentinel_password=…
With TLS: ?ca=file of certificates to trust, ?cert=…&key=… to show. All may be percent-encoded.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, unquote

from kuuki.addresses import is_loopback

_PORT: Final = 6379
_SENTINEL_PORT: Final = 26379


class BadUrl(ValueError):
    """A Redis URL that cannot be used: what is wrong, where, and what to write instead. Safe to show and to log."""

    def __init__(self, wrong: str, instead: str) -> None:
        super().__init__(f"the Redis URL: {wrong}; {instead}")


class Topology(StrEnum):
    """Whether there is one server, one behind sentinels, or a cluster."""

    SINGLE = "single"
    SENTINEL = "sentinel"
    CLUSTER = "cluster"


class Address(NamedTuple):
    """A TCP host and port; or the path of a socket, and port 0."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Tls:
    """Paths of PEM files; without ``ca`` the authorities that the system trusts are trusted."""

    ca: str | None = None
    cert: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """The name and the password of a Redis user; either may be missing."""

    name: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """What a URL names: the one server, the sentinels, or nodes from which the cluster's others are found."""

    topology: Topology
    addresses: tuple[Address, ...]
    login: Login = Login()
    sentinel_login: Login = Login()
    service: str = ""
    db: int = 0
    tls: Tls | None = None

    @property
    def is_plain_beyond_this_host(self) -> bool:
        """Whether a network may carry in the clear what is said to these addresses: no TLS, and not all are this
        host's."""
        return self.tls is None and not all(map(_is_here, self.addresses))


def _is_here(address: Address) -> bool:
    return address.port == 0 or address.host == "localhost" or is_loopback(address.host)


_SCHEMES: Final = {
    "redis": (Topology.SINGLE, False),
    "rediss": (Topology.SINGLE, True),
    "unix": (Topology.SINGLE, False),
    "redis+sentinel": (Topology.SENTINEL, False),
    "rediss+sentinel": (Topology.SENTINEL, True),
    "redis+cluster": (Topology.CLUSTER, False),
    "rediss+cluster": (Topology.CLUSTER, True),
}
_OPTIONS: Final = {"ca", "cert", "key", "db", "sentinel_name", "sentinel_password"}


def parse_url(url: str) -> Target:
    """What the URL names. Raises BadUrl."""
    scheme, separator, rest = url.strip().partition("://")
    if not separator or scheme.lower() not in _SCHEMES:
        raise BadUrl("it begins with none of " + ", ".join(f"{each}://" for each in _SCHEMES), "begin with one of them")
    topology, with_tls = _SCHEMES[scheme.lower()]
    rest, _, query = rest.partition("?")
    options = _options(query, with_tls=with_tls)
    login, rest = _login(rest)
    tls = Tls(options.get("ca"), options.get("cert"), options.get("key")) if with_tls else None
    if scheme.lower() == "unix":
        return Target(topology, (_socket(rest),), login, db=_db(options.get("db", "")))
    hosts, _, path = rest.partition("/")
    addresses = _addresses(hosts, _SENTINEL_PORT if topology is Topology.SENTINEL else _PORT)
    if topology is Topology.SENTINEL:
        sentinels = Login(options.get("sentinel_name"), options.get("sentinel_password"))
        return Target(topology, addresses, login, sentinels, _service(path), _db(options.get("db", "")), tls)
    if topology is Topology.CLUSTER:
        _no_database(path, options)
        return Target(topology, addresses, login, tls=tls)
    if len(addresses) > 1:
        raise BadUrl("it names several servers", "write redis+sentinel:// or redis+cluster:// for more than one")
    return Target(topology, addresses, login, db=_db(unquote(path) or options.get("db", "")), tls=tls)


def _options(query: str, *, with_tls: bool) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    if options.keys() - _OPTIONS:
        raise BadUrl("it has an option after ? that is unknown", "options are " + ", ".join(sorted(_OPTIONS)))
    if not with_tls and options.keys() & {"ca", "cert", "key"}:
        raise BadUrl("it has certificates but no TLS", "begin with rediss")
    return options


def _login(rest: str) -> tuple[Login, str]:
    before, at, after = rest.rpartition("@")
    name, _, password = before.partition(":")
    if not at:
        return Login(), rest
    return Login(unquote(name) or None, unquote(password) or None), after


def _socket(path: str) -> Address:
    if not path.startswith("/"):
        raise BadUrl("it has no path of a socket", "write unix:///path/of/the.sock")
    return Address(unquote(path), 0)


def _addresses(hosts: str, port: int) -> tuple[Address, ...]:
    return tuple(_address(text.strip(), number, port) for number, text in enumerate(hosts.split(","), 1))


def _address(text: str, number: int, default: int) -> Address:
    instead = "write host:port, with commas between several, and percent-encode a password (@ is %40, / is %2F)"
    host, colon, port = _split(text)
    if not host:
        raise BadUrl(f"address {number} has no host", instead)
    if not colon:
        return Address(host, default)
    if not (port.isascii() and port.isdecimal() and 0 < int(port) <= 65535):
        raise BadUrl(f"the port of address {number} is none of 1..65535", instead)
    return Address(host, int(port))


def _split(text: str) -> tuple[str, str, str]:
    """Host, colon and port, also of ``[::1]:6379``."""
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, rest[:1], rest[1:]
    return text.partition(":")


def _service(path: str) -> str:
    service = unquote(path)
    if not service or "/" in service:
        raise BadUrl("it does not name the service that the sentinels watch", "end the addresses with /its-name")
    return service


def _no_database(path: str, options: dict[str, str]) -> None:
    if path not in ("", "0") or options.get("db", "0") != "0":
        raise BadUrl("it names a database", "a cluster has one only: leave it out")


def _db(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise BadUrl("its database is no number", "write /0 or leave it out")
    return int(text)
