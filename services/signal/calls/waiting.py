"""Messages for a page that is away for a moment: the newest, as many as a page that comes back can take at once."""

import json
from collections import deque
from typing import Any

from kuuki.limits import WAITING_BYTES, WAITING_MESSAGES

Message = dict[str, Any]


class Waiting:
    """WAITING_MESSAGES and WAITING_BYTES at most; the oldest give way."""

    def __init__(self) -> None:
        self._messages: deque[tuple[int, Message]] = deque()
        self._bytes = 0

    def add(self, message: Message) -> None:
        """Keep this, after what was said before."""
        size = len(json.dumps(message))
        self._messages.append((size, message))
        self._bytes += size
        while len(self._messages) > WAITING_MESSAGES or self._bytes > WAITING_BYTES:
            self._bytes -= self._messages.popleft()[0]

    def take(self) -> list[Message]:
        """All of it, in its order; nothing waits any more."""
        messages = [message for _, message in self._messages]
        self._messages.clear()
        self._bytes = 0
        return messages
