"""TURN REST credentials (draft-uberti-behave-turn-rest-00): names that hold an expiry, signed with a shared secret."""

import base64
import hashlib
import hmac
import re
import secrets
from typing import Final

_URL: Final = re.compile(r"turns?:(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(\?transport=(udp|tcp))?")


def turn_urls(text: str) -> tuple[str, ...]:
    """The URLs of KUUKI_TURN; ValueError if one is none (RFC 7065)."""
    urls = tuple(url.strip() for url in text.split(",") if url.strip())
    if not all(_URL.fullmatch(url) for url in urls):
        raise ValueError("KUUKI_TURN: each is turn:host:port or turns:host:port, perhaps with ?transport=udp or tcp")
    return urls


def credentials(secret: str, unix_s: float, ttl_s: float) -> tuple[str, str]:
    """A name and its password, good for so long from ``unix_s`` (wall-clock seconds since 1970).

    The name says when it expires and nothing about anybody; coturn checks the password (``use-auth-secret``).
    """
    name = f"{int(unix_s + ttl_s)}:{secrets.token_hex(8)}"
    return name, password_of(secret, name)


def password_of(secret: str, name: str) -> str:
    """Base64 of HMAC-SHA1: what the draft and coturn ask for."""
    return base64.b64encode(hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()).decode()
