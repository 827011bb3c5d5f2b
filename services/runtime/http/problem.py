"""The one form of HTTP errors: JSON with a static name and a sentence; and the headers that every answer has."""

import json
from typing import Final

from aiohttp import web

from kuuki.limits import BODY_BYTES

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(self), speaker-selection=(self), picture-in-picture=(self), "
    "display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cache-Control": "no-store",
}

_SAID: Final = {
    400: ("malformed", "This is not a request of HTTP/1.1."),
    403: ("forbidden", "Not from here."),
    404: ("not_found", "There is nothing here. See docs/protocol.md."),
    405: ("method_not_allowed", "Not with this method; Allow names those that are."),
    412: ("precondition_failed", "It is not as the request's conditions say."),
    413: ("content_too_large", f"A body is at most {BODY_BYTES} bytes, and only POST has one."),
    415: ("content_encoding", "Bodies come as they are: no Content-Encoding."),
    416: ("range_not_satisfiable", "There is no such part of it."),
    417: ("expectation_failed", "Expect is 100-continue or absent."),
    431: ("head_too_large", "The request's line or headers are too long, or too many."),
    500: ("internal", "Something broke here; it was logged."),
    501: ("transfer_encoding", "Transfer-Encoding is chunked or absent."),
    505: ("http_version", "This is spoken to in HTTP/1.1 (or 1.0)."),
}
"""Name and sentence where only the status is known. An answer repeats nothing of its request."""


class ProblemError(web.HTTPException):
    """An HTTP error with kuuki's JSON body."""

    def __init__(self, status: int, error: str, message: str, headers: dict[str, str] | None = None) -> None:
        self.status_code = status
        text = json.dumps({"error": error, "message": message})
        super().__init__(headers=headers, text=text, content_type="application/json")

    @classmethod
    def of_status(cls, status: int, headers: dict[str, str] | None = None) -> "ProblemError":
        """The problem for a status of which nothing more is known."""
        error, message = _SAID.get(status) or _SAID[400 if status < 500 else 500]
        return cls(status, error, message, headers)

    def as_response(self) -> web.Response:
        """The same as a response, where an exception cannot be raised."""
        return web.Response(status=self.status, body=self.body, headers=self.headers)


def add_headers(response: web.StreamResponse) -> None:
    """Add the HEADERS that a response lacks, and remove Server, which tells what software serves."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Server", None)
