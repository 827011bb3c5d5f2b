"""A page's connection, as its line sees it."""

from typing import Protocol

from kuuki.call.line_messages import LineMessage


class PageConnection(Protocol):
    """Nothing here waits. What is sent comes in its order, or not at all: then the connection is closed.

    ``address``: the key that caps of an address count by; None for loopback without a proxy.
    """

    address: str | None

    def send(self, message: LineMessage) -> None:
        """Send a message after those before; after ``close`` nothing."""
        ...

    def close(self, code: int) -> None:
        """Close with this code, after what was sent before. The first code counts."""
        ...
