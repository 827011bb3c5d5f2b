"""Where a room is: the server's URL, the room's id, the secret that lets one in."""

import os
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from client.headless.errors import BadPlace
from kuuki.limits import ROOM_ID

_PATH = re.compile(rf"/r/(?P<room>{ROOM_ID})(?:/(?:stage|overlay))?/?")


@dataclass(frozen=True, slots=True)
class Server:
    """``base``: the server's URL without a slash at its end."""

    base: str

    @property
    def host(self) -> str:
        """The host of the URL, without brackets or port."""
        return urlsplit(self.base).hostname or ""


@dataclass(frozen=True, slots=True)
class Place(Server):
    """A room of a server. ``key``: what the link carries after ``#k=``, if any."""

    room: str
    key: str | None = None

    @property
    def participants(self) -> str:
        """Where to join."""
        return f"{self.base}/rooms/{self.room}/participants"

    @property
    def headers(self) -> dict[str, str]:
        """The secret, if there is one."""
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


def parse_place(url: str, room: str | None = None) -> Place:
    """From a server's URL and a room, or from a room's link alone. Raises BadPlace.

    A link without a secret takes that of ``KUUKI_ROOM_SECRET``, where command lines need not show it.

    >>> parse_place("http://127.0.0.1:8080/", "demo")
    Place(base='http://127.0.0.1:8080', room='demo', key=None)
    >>> parse_place("https://kuuki.example/r/blue-fox#k=s3cret")
    Place(base='https://kuuki.example', room='blue-fox', key='s3cret')
    """
    base, path, key = _split(url)
    in_link = _PATH.fullmatch(path)
    if in_link:
        base, room = base + path[: in_link.start()], room or in_link["room"]
    else:
        base += path.rstrip("/")
    if not room:
        raise BadPlace("No room: give its id, or the whole link of the room as the URL.")
    if not re.fullmatch(ROOM_ID, room):
        raise BadPlace(f"{room!r} is no room id: they look like “demo” or “blue-fox-7”.")
    return Place(base, room, key or os.environ.get("KUUKI_ROOM_SECRET") or None)


def parse_base(url: str) -> str:
    """A server's URL without a slash at its end. Raises BadPlace."""
    base, path, _ = _split(url)
    return base + path.rstrip("/")


def _split(url: str) -> tuple[str, str, str | None]:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is none
    except ValueError as error:
        raise BadPlace(f"{url!r} is no URL: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadPlace(f"{url!r} is no URL of a kuuki server: it begins with http:// or https:// and names a host.")
    key = parse_qs(parts.fragment).get("k", [None])[0]
    return f"{parts.scheme}://{parts.netloc}", parts.path, key
