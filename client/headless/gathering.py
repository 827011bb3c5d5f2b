"""STUN and TURN servers for a connection that has made its offer, and has not begun to gather candidates.

The servers are named by the answer to a join, and a browser accepts them then (``setConfiguration``). aiortc accepts
them only when a connection is made, but has them in public attributes of aioice's, which are read when it gathers. This
module is the one place that sets those attributes.
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
"""How much of OFFER_CHECKED_S is left for the first connectivity check when gathering ends."""

_closing: Final[set[asyncio.Task[None]]] = set()


def use_ice_servers(servers: Sequence[RTCIceServer], gatherer: Any, is_answered: bool) -> None:
    """Have an ``RTCIceGatherer`` use these when it gathers: the first STUN and the first TURN server that it supports.

    ``is_answered``: the gateway waits for a check, so a silent server is given up in time. aioice gathers all
    candidates before it checks any, and would wait 5 s for a server.
    """
    ice = gatherer._connection
    for name, value in connection_kwargs([server for server in servers if is_known(str(server.urls))]).items():
        setattr(ice, name, value)
    if is_answered:
        ice.get_component_candidates = partial(ice.get_component_candidates, timeout=OFFER_CHECKED_S - _CHECK_S)


def release_on_close(gatherer: Any) -> None:
    """Have an ``RTCIceGatherer`` release everything when it is closed while it gathers or has just found a pair.

    aioice goes on asking a relay after the caller was cancelled, and keeps the allocation for as long as the process
    runs. It also starts its consent checks, which then never end, if it was closed before its last check was over.
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
