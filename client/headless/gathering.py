"""STUN and TURN servers for a connection that has made its offer already, and not begun to look for ways.

Relays are named by the answer of a join alone, and a browser takes them then (``setConfiguration``). aiortc takes
servers only with the making of a connection, but keeps them, unread until it gathers, in aioice's public attributes.
So this is the one place where they are put there.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from aiortc import RTCIceServer
from aiortc.rtcicetransport import connection_kwargs

from client.headless.ice import is_known
from kuuki.times import OFFER_CHECKED_S

_CHECK_S: Final = 1.0
"""What is left for the first check of an answered offer when gathering ends."""

_closing: Final[set[asyncio.Task[None]]] = set()


def use_ice_servers(servers: Sequence[RTCIceServer], gatherer: Any, is_answered: bool) -> None:
    """Have an ``RTCIceGatherer`` ask these, once it gathers: the first STUN and the first TURN server that it knows.

    ``is_answered``: it is waited for at the gateway, so a server that is silent is given up in time. aioice looks for
    ways before it checks any, and would wait for 5 s.
    """
    ice = gatherer._connection
    for name, value in connection_kwargs([server for server in servers if is_known(str(server.urls))]).items():
        setattr(ice, name, value)
    if is_answered:
        ice.get_component_candidates = partial(ice.get_component_candidates, timeout=OFFER_CHECKED_S - _CHECK_S)


def release_on_close(gatherer: Any) -> None:
    """Have an ``RTCIceGatherer`` that is closed while it looks for ways, or has just found one, keep nothing.

    aioice goes on asking a relay for whoever waits no more, and holds what it gets while the process lives. It also
    begins to ask for consent if it was closed before its last check was over, and never ends.
    """
    ice = gatherer._connection
    inner, consent = ice.get_component_candidates, ice.query_consent

    async def find(*given: Any, **more: Any) -> Any:
        finding = asyncio.create_task(inner(*given, **more))
        try:
            return await asyncio.shield(finding)
        except asyncio.CancelledError:
            closing = asyncio.create_task(_close_after(finding, ice))
            _closing.add(closing)
            closing.add_done_callback(_closing.discard)
            raise

    async def consent_while_open() -> None:
        if not ice._closing:
            await consent()

    ice.get_component_candidates, ice.query_consent = find, consent_while_open


async def _close_after(finding: asyncio.Task[Any], ice: Any) -> None:
    await asyncio.wait([finding])
    await ice.close()
