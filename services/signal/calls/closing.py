"""With which code a page's socket is closed when what it asked for fails, by a table."""

from collections.abc import Mapping
from typing import Final

import structlog
from aiohttp import WSCloseCode

from kuuki.errors import CloseCode, TooMany, Unavailable

log = structlog.get_logger(__name__)

CODES: Final[Mapping[type[BaseException], int]] = {
    Exception: WSCloseCode.INTERNAL_ERROR,  # RFC 6455's code for a fault of ours: the page comes again
    TooMany: CloseCode.FULL,
    Unavailable: CloseCode.FULL,
}
"""An exception's code is that of its nearest ancestor. What breaks the protocol is answered where it is parsed."""


def close_code_of(error: Exception) -> int:
    """The code; a fault of ours is logged by its kind, for its text may repeat what was said."""
    code = next(CODES[kind] for kind in type(error).__mro__ if kind in CODES)
    if code == WSCloseCode.INTERNAL_ERROR:
        log.error("a line failed unexpectedly", kind=type(error).__name__)
    return code
