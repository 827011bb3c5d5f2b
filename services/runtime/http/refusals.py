"""Requests that are refused by their head alone: before the body is read, and whatever the route is."""

from typing import Final, Protocol

from aiohttp import HttpVersion, HttpVersion10, HttpVersion11
from multidict import MultiMapping

from services.runtime.http.problem import ProblemError

_AS_IT_IS: Final = ("", "identity")


class Head(Protocol):
    """A request's head: as the parser found it, or of the request that was made from it."""

    @property
    def method(self) -> str:
        """The method, in upper case."""

    @property
    def version(self) -> HttpVersion:
        """The version of HTTP."""

    @property
    def headers(self) -> MultiMapping[str]:
        """All headers."""


def body_cap(head: Head, body_bytes: int) -> int:
    """The most bytes that the body may have: 0 unless the method is POST.

    A body of no bytes may come in chunks: some proxies send one with a GET whose end they did not see.
    """
    return body_bytes if head.method == "POST" else 0


def refusal(head: Head, body_bytes: int) -> ProblemError | None:
    """Why nothing of this request is read; None if it may be.

    A coded body costs a thousand times its bytes to decode, so none is taken (RFC 9110 section 15.5.16 lets the answer
    name what is); a transfer coding that is not known cannot be read at all (RFC 9112 section 6.1).
    """
    if head.version not in (HttpVersion10, HttpVersion11):
        return ProblemError.of_status(505)
    if any(coding not in _AS_IT_IS for coding in _items(head, "Content-Encoding")):
        return ProblemError.of_status(415, {"Accept-Encoding": "identity"})
    if any(coding not in ("", "chunked") for coding in _items(head, "Transfer-Encoding")):
        return ProblemError.of_status(501)
    if int(head.headers.get("Content-Length", 0)) > body_cap(head, body_bytes):
        return ProblemError.of_status(413)
    if head.version == HttpVersion11 and any(what not in ("", "100-continue") for what in _items(head, "Expect")):
        return ProblemError.of_status(417)
    return None


def _items(head: Head, name: str) -> list[str]:
    """A list's items over all headers of that name, in lower case (RFC 9110 section 5.3)."""
    return [item.strip().lower() for value in head.headers.getall(name, ()) for item in value.split(",")]
