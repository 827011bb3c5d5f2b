"""Which of this machine's addresses a connection offers.

aioice offers all addresses but 127.0.0.1. A client of a gateway on the same machine must do the opposite: offer
loopback alone. aioice has no setting for it and asks for addresses in one place, ``aioice.ice.get_host_addresses``. So
this module replaces that function, once for the whole process. Inside ``only`` the new one returns the given address;
everywhere else it does what the old one did.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import aioice.ice

from kuuki.addresses import parse_address

_only: ContextVar[str | None] = ContextVar("kuuki_only_address", default=None)
_get_all_addresses = aioice.ice.get_host_addresses


def _get_host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    address = _only.get()
    if address is not None:
        return [address]
    addresses: list[str] = _get_all_addresses(use_ipv4, use_ipv6)
    return addresses


@contextmanager
def only(address: str | None) -> Iterator[None]:
    """Candidates that are gathered inside, by this task or one that it makes, have this address; None changes
    nothing."""
    if address is not None:
        _install()
    token = _only.set(address)
    try:
        yield
    finally:
        _only.reset(token)


def _install() -> None:
    global _get_all_addresses  # noqa: PLW0603 - one function of a library is replaced; there is one of it in a process
    if aioice.ice.get_host_addresses is not _get_host_addresses:
        _get_all_addresses = aioice.ice.get_host_addresses
        aioice.ice.get_host_addresses = _get_host_addresses


def loopback_of(host: str) -> str | None:
    """The loopback address that a URL's host means, or None if it is another machine's.

    >>> loopback_of("localhost"), loopback_of("127.0.0.1"), loopback_of("::1"), loopback_of("kuuki.example")
    ('127.0.0.1', '127.0.0.1', '::1', None)
    >>> loopback_of("::ffff:127.0.0.1")
    '127.0.0.1'
    """
    if host == "localhost" or host.endswith(".localhost"):
        return "127.0.0.1"
    address = parse_address(host)
    return str(address) if address is not None and address.is_loopback else None
