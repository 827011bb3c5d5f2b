"""The npm registry a year from now: the versions that there are, and a newer one of each package that nobody locked."""

import copy
import json
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote, unquote

import aiohttp
from aiohttp import web

NEWER = "9999.0.0"
"""The newest version of everything; its archive is not there to be had."""


def upstream() -> str:
    """The registry that npm is set up to use here, without a slash at its end."""
    said = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True, check=True)
    return said.stdout.strip().rstrip("/")


@asynccontextmanager
async def next_year() -> AsyncIterator[str]:
    """Serve it on loopback; its address."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=ssl.create_default_context())) as http:
        registry = _Registry(http, upstream())
        application = web.Application()
        application.router.add_get("/{path:.*}", registry.serve)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        registry.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield registry.url
        finally:
            await runner.cleanup()


class _Registry:
    def __init__(self, http: aiohttp.ClientSession, source: str) -> None:
        self._http = http
        self._source = source
        self.url = ""

    async def serve(self, request: web.Request) -> web.Response:
        path = unquote(request.path.lstrip("/"))
        if path.startswith("archive/"):
            return await self._archive(path.removeprefix("archive/"))
        async with self._http.get(f"{self._source}/{quote(path, safe='@')}") as answer:
            if answer.status != web.HTTPOk.status_code:
                return web.Response(status=answer.status)
            about = json.loads(await answer.read())
        return web.json_response(self._aged(about))

    def _aged(self, about: dict) -> dict:  # type: ignore[type-arg]
        """A package's document with a newest version, and all archives served here."""
        versions = about["versions"]
        newest = copy.deepcopy(versions[about["dist-tags"]["latest"]]) | {"version": NEWER}
        for version in versions.values():
            version["dist"]["tarball"] = f"{self.url}/archive/{version['dist']['tarball']}"
        newest["dist"] = {"tarball": f"{self.url}/not-to-be-had", "shasum": "0" * 40}
        return about | {"versions": versions | {NEWER: newest}, "dist-tags": about["dist-tags"] | {"latest": NEWER}}

    async def _archive(self, address: str) -> web.Response:
        async with self._http.get(address) as answer:
            return web.Response(status=answer.status, body=await answer.read())
