"""Names of hosts and origins, as requests and settings have them."""

import re
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?")


def is_plain_host(text: str) -> bool:
    """Whether this is a DNS name or an IPv4 address, perhaps with a port, and nothing else.

    Only such a host may be written into a page's Content-Security-Policy. Anything else might be a wildcard there, or
    end the directive: a room's maker, or whoever forges a Host header, would decide what the page may load.
    """
    return _HOST.fullmatch(text) is not None


def name_of(host: str) -> str:
    """The name or address in a Host header, without its port; empty if there is none in it."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, as a browser's Origin header has them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
