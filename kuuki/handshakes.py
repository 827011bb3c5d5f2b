"""A handshake on a network that loses datagrams: until the channel is open, each is sent twice.

Before that, one lost datagram costs a second and more: DTLS and SCTP send it again only when a timer ends. Whoever
receives both drops the second: DTLS as a replay (RFC 6347 section 4.1.2.6). Once the channel is open, a loss heals
with the next frame, and nothing is sent twice.
"""

from collections.abc import Awaitable, Callable

Send = Callable[[bytes], Awaitable[None]]


def twice_until_open(send: Send, is_open: Callable[[], bool], restore: Callable[[], None]) -> Send:
    """What takes the place of ``send`` during the handshake.

    The first datagram after ``is_open`` says so is sent once, and ``restore`` is called: it puts ``send`` back in its
    place.
    """

    async def send_twice(data: bytes) -> None:
        await send(data)
        if is_open():
            restore()
        else:
            await send(data)

    return send_twice
