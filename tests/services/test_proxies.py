"""Whose address a request has, behind proxies."""

from types import SimpleNamespace

import pytest

from services.runtime.settings import Settings
from services.signal.http.guards import address_of
from services.signal.http.keys import SETTINGS


def address_behind(remote: str, forwarded: str | None, trusted: str = "") -> str | None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    app = {SETTINGS: Settings(trusted_proxies=trusted)}
    return address_of(SimpleNamespace(app=app, headers=headers, remote=remote))


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
        ("172.30.0.2", "nonsense", "172.30.0.0/24", "nonsense"),
        ("2001:db8:0:1::5", None, "", "2001:db8:0:1::/64"),
    ],
)
def test_a_proxy_is_believed_if_it_is_trusted(remote, forwarded, trusted, address):
    assert address_behind(remote, forwarded, trusted) == address


def test_trusted_proxies_are_networks():
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(trusted_proxies="the-front")
