"""The probes of a process, /healthz and /readyz: whether it lives, and whether it takes people or work.

Every process answers them at its health port. A gateway answers them at its HTTP port too, where its front asks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

HEALTHZ: Final = "/healthz"
READYZ: Final = "/readyz"


@dataclass(frozen=True, slots=True)
class Probes:
    """What a process says of itself each time it is asked. Both functions return at once.

    ``is_ready``: whether people or work should be sent to it. ``is_late``: of a gateway alone, whether its ticks are
    late; it is said beside, and a late gateway stays ready.
    """

    is_ready: Callable[[], bool]
    is_late: Callable[[], bool] | None = None

    def routes(self) -> list[web.RouteDef]:
        """/healthz is 200 as long as the process answers at all; /readyz is 200 or 503, and its body says why."""
        return [web.get(HEALTHZ, self._healthz), web.get(READYZ, self._readyz)]

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _readyz(self, _: web.Request) -> web.Response:
        is_ready = self.is_ready()
        said = {"ready": is_ready}
        if self.is_late is not None:
            said["late"] = self.is_late()
        return web.json_response(said, status=200 if is_ready else 503)
