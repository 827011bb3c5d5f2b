"""So many at a time over all workers: a browser with pictures and sound takes a core, and four at once take minutes."""

import fcntl
import os
import tempfile
import time
from pathlib import Path
from typing import IO


class Slots:
    """``count`` places for this user's processes on this machine. A process that ends gives its place back."""

    def __init__(self, name: str, count: int) -> None:
        folder = Path(tempfile.gettempdir())
        self._paths = [folder / f"kuuki-{name}-{os.getuid()}-{number}.lock" for number in range(count)]
        self._held: IO[bytes] | None = None

    def take(self) -> None:
        """Wait until there is a place, and have it. Who has one has it already."""
        while self._held is None and not self._take_one():
            time.sleep(0.05)

    def _take_one(self) -> bool:
        for path in self._paths:
            file = path.open("ab")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
            else:
                self._held = file
                return True
        return False

    def give(self) -> None:
        """Have no place any more."""
        if self._held is not None:
            self._held.close()
            self._held = None
