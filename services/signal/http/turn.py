"""TURN REST credentials (draft-uberti-behave-turn-rest-00): names that hold an expiry, signed with a shared secret.

A relay's quota is by name, without the expiry before it (coturn: ``user-quota``). So an address has one name, however
often its people ask, and at whichever gateway. Otherwise one host would fill the relay under a thousand names.
"""

import base64
import hashlib
import hmac
import re
from typing import Final

from kuuki.times import TURN_NAME_S

_URL: Final = re.compile(r"turns?:(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(\?transport=(udp|tcp))?")


def turn_urls(text: str) -> tuple[str, ...]:
    """The URLs of KUUKI_TURN; ValueError if one is none (RFC 7065)."""
    urls = tuple(url.strip() for url in text.split(",") if url.strip())
    if not all(_URL.fullmatch(url) for url in urls):
        raise ValueError("KUUKI_TURN: each is turn:host:port or turns:host:port, perhaps with ?transport=udp or tcp")
    return urls


_NAMES: Final = b"kuuki: names at the relay"
"""What the key of the names is derived from, beside the secret. No password is derived from it."""

_NAME_DIGITS: Final = 16


def credentials(secret: str, address: str | None, unix_s: float, ttl_s: float) -> tuple[str, str]:
    """A name and its password, good for so long from ``unix_s`` (wall-clock seconds since 1970).

    ``address`` is the client's key (kuuki/addresses.py). The name says when it expires; without the secret it
    tells nothing about anybody. coturn checks the password (``use-auth-secret``).
    """
    name = f"{int(unix_s + ttl_s)}:{pseudonym(secret, address, unix_s)}"
    return name, password_of(secret, name)


def pseudonym(secret: str, address: str | None, unix_s: float) -> str:
    """The name of an address at the relay, which changes every TURN_NAME_S: 64 bits that do not tell the address."""
    key = hmac.new(secret.encode(), _NAMES, hashlib.sha256).digest()
    what = f"{int(unix_s // TURN_NAME_S)} {address or ''}"
    return hmac.new(key, what.encode(), hashlib.sha256).hexdigest()[:_NAME_DIGITS]


def password_of(secret: str, name: str) -> str:
    """Base64 of HMAC-SHA1, as the draft and coturn ask for it."""
    return base64.b64encode(hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()).decode()
