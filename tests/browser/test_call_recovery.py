"""What must not end a call: a reload, another network, a server that restarts. And what ends one, and is said."""

import asyncio
import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

from loadtests.call_pages import do, look, ready, talk, until_call, until_media
from loadtests.page_waits import until_holds
from loadtests.ports import free_port
from loadtests.server import start
from tests.browser.namespaces import SERVER, two_hosts

pytestmark = pytest.mark.browser

MARK = f"--kuuki-mark={os.getpid()}"
OPEN = "s => s.call?.state === 'talking' && s.call.media === 'open'"


@pytest.mark.parametrize("who", ["caller", "callee"])
async def test_a_reload_resumes_the_call(server, launch, webcam, record_property, who):
    browser = await launch(webcam)
    pages = {
        "caller": await ready(await browser.new_context(locale="en"), server.url, "Aki"),
        "callee": await ready(await browser.new_context(locale="en"), server.url, "Ben"),
    }
    await talk(pages["caller"], pages["callee"])
    call = (await look(pages["caller"]))["call"]["call"]
    other = pages["callee" if who == "caller" else "caller"]
    noticed = asyncio.create_task(until_call(other, "s => s.call?.partner.is === 'away' || s.call?.media !== 'open'"))
    began = time.monotonic()
    await pages[who].reload()
    await noticed
    for page in pages.values():
        await until_call(page, OPEN)
    for page in pages.values():
        await until_media(page)
        assert (await look(page))["call"]["call"] == call
    record_property("media_back_s", round(time.monotonic() - began, 2))


async def test_another_tab_takes_the_line_only_with_the_secret(server, launch, webcam):
    browser = await launch(webcam)
    context = await browser.new_context(locale="en")
    first = await ready(context, server.url, "Aki", camera=False)
    stranger = await ready(context, server.url, "Aki", camera=False)
    assert (await look(first))["link"] == "open", "a tab without the secret takes nothing"
    assert (await look(first))["code"] != (await look(stranger))["code"]
    async with context.expect_page() as opened:
        await first.evaluate("window.open(location.href, '_blank')")  # copies sessionStorage, as duplicating a tab does
    second = await opened.value
    await until_holds(second, "() => !!document.querySelector('kuuki-call')?.session")
    await do(second, "open", "Aki")
    await until_call(first, "s => s.link === 'closed' && s.closedBecause === 'line_taken'")
    await until_call(second, "s => s.link === 'open'")


async def test_the_call_goes_on_while_the_server_restarts(launch, webcam):
    port = str(free_port())
    server = start("--port", port)
    browser = await launch(webcam)
    caller = await ready(await browser.new_context(locale="en"), server.url, "Aki")
    callee = await ready(await browser.new_context(locale="en"), server.url, "Ben")
    try:
        await talk(caller, callee)
        server.process.kill()
        server.process.wait()
        for page in (caller, callee):
            await until_call(page, "s => s.link === 'retrying' && s.call?.state === 'talking'")
        await until_media(callee)
        server = start("--port", port)
        for page in (caller, callee):
            await until_call(page, "s => s.link === 'open' && s.call?.state === 'talking'", 60)
            assert (await look(page))["call"]["media"] == "open"
            await until_media(page)
        await do(caller, "hangUp")
        await until_call(callee, "s => s.ended?.how === 'ended'")
    finally:
        server.stop()


@pytest.mark.slow
async def test_a_killed_partner_is_told_and_may_be_called_again(server, launch, webcam, record_property):
    first, second = await launch(webcam), await launch(webcam, (MARK,))
    caller = await ready(await first.new_context(locale="en"), server.url, "Aki")
    callee = await ready(await second.new_context(locale="en"), server.url, "Ben")
    await talk(caller, callee)
    killed_at = time.monotonic()
    _kill_all()
    away_s = await until_call(caller, "s => s.call?.partner.is === 'away' || s.call?.media === 'trouble'")
    await until_call(caller, "s => s.call === null && s.ended?.how === 'lost'", 60)
    record_property("trouble_said_s", round(away_s, 2))
    record_property("end_said_s", round(time.monotonic() - killed_at, 2))
    assert (await look(caller))["ended"]["canCallAgain"]
    await do(caller, "again")
    await until_call(caller, "s => s.ended?.how === 'unreachable'")


def _kill_all() -> None:
    """SIGKILL to all processes of a browser: the one that was started with its mark, and what that one started."""
    parents = {int(path.parent.name): path for path in Path("/proc").glob("[0-9]*/stat")}
    children: dict[int, list[int]] = {}
    for pid, path in parents.items():
        with contextlib.suppress(OSError):
            children.setdefault(int(path.read_text().rpartition(")")[2].split()[1]), []).append(pid)
    doomed = [pid for pid in parents if MARK.encode() in _command(pid)]
    assert doomed, "the browser was not found"
    while doomed:
        pid = doomed.pop()
        doomed += children.get(pid, [])
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


async def test_another_network(launch, webcam, record_property, tmp_path: Path):
    """The caller's cable is pulled and another one plugged in: another address, another way."""
    token = "an-admin-token-for-tests"
    with two_hosts() as hosts:
        fixed = hosts.prefix(hosts.fixed)
        server = start("--host", SERVER, before=fixed, environment={"KUUKI_ADMIN_TOKEN": token})
        try:
            trusting = (f"--unsafely-treat-insecure-origin-as-secure={server.url}",)
            at_home = await launch(webcam, trusting, before=lambda path: hosts.wrap(hosts.moving, path, tmp_path))
            elsewhere = await launch(webcam, trusting, before=lambda path: hosts.wrap(hosts.fixed, path, tmp_path))
            caller = await ready(await at_home.new_context(locale="en"), server.url, "Aki")
            callee = await ready(await elsewhere.new_context(locale="en"), server.url, "Ben")
            await talk(caller, callee)
            for page in (caller, callee):
                await until_media(page)
            call = (await look(caller))["call"]["call"]
            moved_at = time.monotonic()
            await asyncio.to_thread(hosts.move)
            await asyncio.sleep(1)
            for page in (caller, callee):
                await until_media(page)
            record_property("media_back_s", round(time.monotonic() - moved_at, 2))
            for page in (caller, callee):
                await until_call(page, OPEN)
                assert (await look(page))["call"]["call"] == call
        finally:
            for browser in (at_home, elsewhere):
                await browser.close()
            server.stop()
