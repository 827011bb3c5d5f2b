"""The pages and what they load, with a Content-Security-Policy that fits the room."""

import mimetypes
from pathlib import Path
from typing import IO, Any, Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from kuuki.errors import RoomUnknown, Unavailable
from services.runtime.http.problem import ProblemError
from services.signal.http.hosts import is_plain_host, origin_of
from services.signal.http.keys import PAGES
from services.signal.http.rooms import record_of

_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
"""The same on every machine: browsers run no script and compile no module of another type."""
_FOLDERS: Final = ("assets", "models", "ort")
_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'{sockets}; "
    "img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; frame-src {frames}"
)


async def page(request: web.Request) -> web.StreamResponse:
    """The one page of the app, for /, /call, /sound, /r/{room}, /r/{room}/stage and /r/{room}/call."""
    index = request.app[PAGES] / "index.html"
    if not index.is_file():
        raise ProblemError(503, "not_built", "The pages are not built: run `make setup`.")
    response = _FileAnswer(index)
    response.headers["Content-Security-Policy"] = _POLICY.format(
        frames=await _frames(request), sockets=_sockets(request.host)
    )
    response.headers["Cache-Control"] = "no-cache"
    await response.prepare(request)
    return response


def _sockets(host: str) -> str:
    """The WebSockets of this host: up to Safari 15, 'self' does not cover them."""
    return f" ws://{host} wss://{host}" if is_plain_host(host) else ""


async def _frames(request: web.Request) -> str:
    """The origin of the room's show, or nothing."""
    if "room" not in request.match_info:
        return "'none'"
    try:
        show = (await record_of(request)).show
    except (RoomUnknown, Unavailable):  # the page says so itself
        return "'none'"
    return origin_of(show) if show else "'none'"


async def asset(request: web.Request) -> web.StreamResponse:
    """A built file. The names of those in assets/ hold a hash of their content; the others are revalidated."""
    path = _file(request)
    if path is None:
        raise web.HTTPNotFound
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    is_hashed = request.path.startswith("/assets/")
    age = "public, max-age=31536000, immutable" if is_hashed else "no-cache"
    response = _FileAnswer(path, headers={"Content-Type": kind, "Cache-Control": age})
    await response.prepare(request)
    return response


class _FileAnswer(web.FileResponse):
    """A file as the answer, whose errors are problems with a body, as everywhere.

    aiohttp answers conditions and ranges that it cannot meet with an empty body. The route that makes this sends it
    itself: what were raised after the route has returned would be answered by nobody.
    """

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send it, as web.FileResponse does. A second call does nothing."""
        return None if self.prepared else await super().prepare(request)

    async def _sendfile(self, request: web.BaseRequest, fobj: IO[Any], offset: int, count: int) -> AbstractStreamWriter:
        """Send the file through the transport.

        asyncio's sendfile, which uvloop lacks, goes past the transport, and never ends once the connection is cut.
        """
        writer = await web.StreamResponse.prepare(self, request)
        if writer is None:
            raise ConnectionResetError("it was sent already")
        return await self._sendfile_fallback(writer, fobj, offset, count)

    def set_status(self, status: int, reason: str | None = None) -> None:
        """Set it, as web.StreamResponse does. Raises ProblemError for the status of an error."""
        if status >= 400:
            raise ProblemError.of_status(status)
        super().set_status(status, reason)


def _file(request: web.Request) -> Path | None:
    """The file that the path names, if it is in the folder that the path begins with; links out are not followed."""
    root = request.app[PAGES].resolve()
    top = request.path.split("/", 2)[1]
    try:
        path = (root / request.path.removeprefix("/")).resolve()
        return path if path.is_relative_to(root / top) and path.is_file() else None
    except (OSError, ValueError):  # a NUL, or a name too long
        return None


def routes() -> list[web.RouteDef]:
    """Routes of pages and files."""
    paths = ("/", "/call", "/sound", "/r/{room}", "/r/{room}/stage", "/r/{room}/call")
    pages = [web.get(path, page) for path in paths]
    folders = [web.get(f"/{folder}/{{file:.+}}", asset) for folder in _FOLDERS]
    files = [web.get(f"/{name}", asset) for name in ("favicon.svg", "kuuki.webmanifest", "licences.txt")]
    return [*pages, *folders, *files]
