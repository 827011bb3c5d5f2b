"""Where to call: the server's URL and the code, from what a person typed or pasted."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from client.headless.call.errors import BadCode
from client.headless.place import Server, parse_base
from kuuki.call.codes import parse_code
from kuuki.limits import ROOM_ID

_PAGE = re.compile(rf"(?:/r/{ROOM_ID})?/call/?$")


@dataclass(frozen=True, slots=True)
class CallPlace(Server):
    """A server that calls go by. ``code``: whom to call, None to wait."""

    code: str | None = None

    @property
    def line(self) -> str:
        """Where lines are opened."""
        return f"{self.base}/calls"

    def link(self, code: str) -> str:
        """The link that calls this code."""
        return f"{self.base}/call#c={code}"


def parse_call_place(url: str, typed: str | None = None) -> CallPlace:
    """From a server's URL and a code typed in any way; or from a link, as either of them. Raises BadPlace or BadCode.

    >>> parse_call_place("http://127.0.0.1:8080/", "Sakura tanuki momiji 7")
    CallPlace(base='http://127.0.0.1:8080', code='sakura-tanuki-momiji-7')
    >>> parse_call_place("https://kuuki.example/call#c=sakura-tanuki-momiji-7")
    CallPlace(base='https://kuuki.example', code='sakura-tanuki-momiji-7')
    """
    if typed is not None and typed.startswith(("http://", "https://")):
        url = typed
    base = _PAGE.sub("", parse_base(url))
    if typed is not None:
        return CallPlace(base, _code(typed))
    return CallPlace(base, _code(url) if urlsplit(url).fragment else None)


def _code(typed: str) -> str:
    code = parse_code(typed)
    if code is None:
        raise BadCode(f"{typed!r} is no code: they are three words and a digit, like sakura-tanuki-momiji-7.")
    return code
