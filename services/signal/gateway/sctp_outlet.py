"""The way out of one peer's channel: a message goes now, or it is skipped. Knows the stack's names, not its import.

The stack queues whatever it is given, and sends it in order when the client has acknowledged enough. After some seconds
in which a client was out of reach, it would send mixes of that time, each with the age that it had when it was queued:
old news that says it is fresh. The stack also sends from a task of its own, one turn of the event loop later, and a
turn may be long. So a message is given to the stack only when the stack sends it at once; when ``send`` returns True,
its datagram has been handed to the socket.
"""

from collections.abc import Coroutine
from typing import Any, Final

_BINARY: Final = 53  # RFC 8831 section 8


class Outlet:
    """``sctp``: the stack's transport; ``channel``: the client's."""

    def __init__(self, sctp: Any, channel: Any) -> None:
        self._sctp = sctp
        self._channel = channel

    @property
    def is_clear(self) -> bool:
        """Whether the stack would send at once: nothing waits, and the client has acknowledged enough."""
        sctp, waiting = self._sctp, self._channel.bufferedAmount
        is_up = self._channel.readyState == "open" and sctp.state == "connected"
        return is_up and not sctp._outbound_queue and sctp._flight_size + waiting < sctp._cwnd

    def send(self, data: bytes) -> bool:
        """Send now; False if it would have to wait. What the stack raises is raised here."""
        if not self.is_clear:
            return False
        self._channel._addBufferedAmount(len(data))
        self._sctp._data_channel_queue.append((self._channel, _BINARY, data))
        _run(self._sctp._data_channel_flush())
        return True


def _run(sending: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never waits: from a message to its datagram, each step of the stack is synchronous."""
    try:
        sending.send(None)
    except StopIteration:
        return
    sending.close()
    raise RuntimeError("the stack waited while it sent")
