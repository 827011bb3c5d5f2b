"""The UDP sockets that all peers of a gateway may have together. Each is an open file, of which a process has few."""

import asyncio
import contextlib
import errno
from collections.abc import Iterator
from typing import Final

import structlog

from kuuki.episodes import Episode
from kuuki.errors import Full

log = structlog.get_logger(__name__)

_NO_ROOM: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Sockets:
    """``most``: how many there may be. They are counted from before a peer is made until it is closed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._trouble = Episode()

    def __len__(self) -> int:
        return self._held

    def reserve(self, count: int) -> None:
        """Count that many more. Raises Full if they are too many, or none at all."""
        if count == 0:
            raise self.full("no_candidate")
        if self._held + count > self._most:
            raise self.full("files")
        self._held += count

    def release(self, count: int) -> None:
        """That many were closed."""
        self._held -= count

    def full(self, reason: str) -> Full:
        """The exception to raise. That joins are refused is logged when it begins, not each time."""
        if self._trouble.begins(asyncio.get_running_loop().time()):
            log.warning("joins are refused: no socket for another peer", reason=reason, count=self._held)
        return Full(reason)

    @contextlib.contextmanager
    def named(self) -> Iterator[None]:
        """Raise Full when the machine has no more files or memory, in whatever part of the library that happens."""
        try:
            yield
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            raise self.full("files") from error
