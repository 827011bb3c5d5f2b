"""Messages for a line's page: sent at once if it is connected, else kept for a page that comes back in a moment."""

from collections import deque

from kuuki.call.line_messages import LineMessage, serialize_message
from kuuki.limits import WAITING_BYTES, WAITING_MESSAGES
from services.signal.calls.page_connection import PageConnection


class Outbox:
    """A line's messages to its page. Of those that wait, the newest are kept: WAITING_MESSAGES and WAITING_BYTES at
    most, which a page that comes back can take at once. ``page``: the one that is connected now. ``address``: the last
    page's, also while none is connected.
    """

    def __init__(self) -> None:
        self.page: PageConnection | None = None
        self.address: str | None = None
        self._waiting: deque[tuple[int, LineMessage]] = deque()
        self._waiting_bytes = 0
        self._is_closed = False

    def attach(self, page: PageConnection) -> None:
        """Send to this page from now on."""
        self.page, self.address = page, page.address

    def detach(self) -> None:
        """Keep what is sent for the next page."""
        self.page = None

    def send(self, message: LineMessage) -> None:
        """Send this to the page that is connected now, or to the next one."""
        if self.page is not None:
            self.page.send(message)
        elif not self._is_closed:
            self._keep(message)

    def _keep(self, message: LineMessage) -> None:
        size = len(serialize_message(message))
        self._waiting.append((size, message))
        self._waiting_bytes += size
        while len(self._waiting) > WAITING_MESSAGES or self._waiting_bytes > WAITING_BYTES:
            self._waiting_bytes -= self._waiting.popleft()[0]

    def send_waiting(self) -> None:
        """Send the page that is connected now what waits for it, in its order."""
        waiting, self._waiting, self._waiting_bytes = self._waiting, deque(), 0
        for _, message in waiting:
            self.send(message)

    def close(self) -> None:
        """Nothing waits any more; a page that is still connected may be sent its last messages."""
        self._is_closed = True
        self._waiting.clear()
