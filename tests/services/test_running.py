"""A process that starts, waits, and is told to end: it hears so whatever it waits for; a failure is no good end."""

import asyncio
import contextlib
import re
import signal
import socket
import sys
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from loadtests.faults.processes import KUUKI, Process
from loadtests.ports import free_port
from services.launch.running import FAILED, _say_unseen, run_here, running
from tests.patience import PATIENCE_S, until, until_answered
from tests.services.test_workers import children_of


async def for_ever():
    await asyncio.get_running_loop().create_future()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_is_heard_before_it_serves(number):
    cleaned = []

    async def main(stop):
        try:
            await for_ever()
        finally:
            cleaned.append(stop.is_asked)

    asyncio.get_running_loop().call_later(0.01, signal.raise_signal, number)
    assert await asyncio.wait_for(run_here(main), PATIENCE_S) == 0
    assert cleaned == [True]


async def test_once_it_serves_a_signal_ends_its_wait_and_nothing_is_cancelled():
    done = []

    async def main(stop):
        asyncio.get_running_loop().call_later(0.01, signal.raise_signal, signal.SIGTERM)
        await stop.wait()
        await asyncio.sleep(0)
        done.append("goodbye said")

    assert await run_here(main) == 0
    assert done == ["goodbye said"]


async def test_what_fails_at_the_start_is_raised():
    async def broken(stop):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_here(broken)


async def test_a_part_that_fails_returns_or_is_cancelled_ends_the_process_as_failed():
    async def fails():
        raise ZeroDivisionError

    async def returns():
        pass

    async def is_cancelled():
        asyncio.current_task().cancel()
        await for_ever()

    async def main(part, stop):
        async with running(part, stop):
            await stop.wait()

    for part in (fails, returns, is_cancelled):
        assert await asyncio.wait_for(run_here(partial(main, part)), PATIENCE_S) == FAILED


async def test_a_part_that_ends_when_the_process_was_told_to_go_is_no_failure():
    async def ends_when_asked(stop):
        await stop.wait()

    async def main(stop):
        async with running(partial(ends_when_asked, stop), stop):
            asyncio.get_running_loop().call_later(0.01, signal.raise_signal, signal.SIGTERM)
            await stop.wait()
            await asyncio.sleep(0.01)

    assert await run_here(main) == 0


async def test_a_part_that_fails_while_it_is_ended_is_not_overlooked():
    async def fails_at_the_end():
        try:
            await for_ever()
        finally:
            raise ZeroDivisionError

    async def main(stop):
        async with running(fails_at_the_end, stop):
            await asyncio.sleep(0)

    assert await run_here(main) == FAILED


async def test_what_had_failed_and_cannot_end_in_order_ends_as_failed():
    async def fails():
        raise ZeroDivisionError

    async def main(stop):
        async with running(fails, stop):
            await stop.wait()
        raise OSError("what was beside it")

    assert await asyncio.wait_for(run_here(main), PATIENCE_S) == FAILED


async def test_a_failure_before_it_serves_ends_the_start():
    async def fails():
        raise ZeroDivisionError

    async def main(stop):
        async with running(fails, stop):
            await for_ever()

    assert await asyncio.wait_for(run_here(main), PATIENCE_S) == FAILED


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_last_work_is_cancelled_and_waited_for_when_the_process_is_to_go_at_once(number):
    seen = []

    async def goodbye():
        try:
            await for_ever()
        finally:
            await asyncio.sleep(0)
            seen.append("cancelled")

    async def main(stop):
        asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGTERM)
        await stop.wait()
        asyncio.get_running_loop().call_later(0.01, signal.raise_signal, number)
        await stop.last(goodbye())
        seen.append("ended in order")

    assert await asyncio.wait_for(run_here(main), PATIENCE_S) == 0
    assert seen == ["cancelled", "ended in order"]


async def test_last_work_is_not_begun_when_the_process_is_to_go_at_once_already():
    seen = []

    async def goodbye():
        seen.append("begun")

    async def main(stop):
        asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGINT)
        await stop.wait()
        await stop.last(goodbye())

    assert await asyncio.wait_for(run_here(main), PATIENCE_S) == 0
    assert seen == []


async def test_last_work_that_fails_is_logged_without_its_text_and_the_rest_still_ends_in_order():
    ended = []

    async def goodbye():
        raise OSError("10.0.0.1 is away")

    async def main(stop):
        asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGTERM)
        await stop.wait()
        await stop.last(goodbye())
        ended.append(True)

    with capture_logs() as logs:
        assert await asyncio.wait_for(run_here(main), PATIENCE_S) == FAILED
    assert ended == [True]
    assert [entry["kind"] for entry in logs] == ["OSError"]
    assert "10.0.0.1" not in str(logs)


# --- real processes

STUCK = """
import asyncio, sys, time
from services.launch import running
running._FAILED_S = running._GONE_S = 0.5

async def fails():
    raise ZeroDivisionError

async def fails_and_is_stuck(stop):
    async with running.running(fails, stop):
        await stop.wait()
    await asyncio.get_running_loop().create_future()

async def is_told_twice_and_is_stuck(stop):
    print("serves", flush=True)
    await stop.wait()
    print("ends", flush=True)
    await asyncio.get_running_loop().create_future()

async def ends_but_a_thread_does_not(stop):
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 3600)

sys.exit(running.run("stuck", locals()[sys.argv[1]]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("main", "status"), [("fails_and_is_stuck", FAILED), ("ends_but_a_thread_does_not", 0)])
async def test_whatever_it_still_waits_for_a_process_is_gone_in_time(main, status):
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", STUCK, main, stderr=asyncio.subprocess.DEVNULL)
    try:
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == status
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.slow
async def test_who_is_told_twice_is_gone_in_time():
    command = [sys.executable, "-c", STUCK, "is_told_twice_and_is_stuck"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert await process.stdout.readline() == b"serves\n"
        process.send_signal(signal.SIGTERM)
        assert await process.stdout.readline() == b"ends\n"
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.slow
@pytest.mark.network
async def test_the_crowd_of_a_demo_goes_with_its_server(tmp_path):
    command = [*KUUKI, "serve", "--port", "0", "--demo", "2"]
    serve = await Process.start(command, tmp_path / "log", {"KUUKI_STORE": "none"})
    try:
        await serve.line(re.compile("serves at"))
        await until(lambda: children_of(serve.process.pid))
        (crowd,) = children_of(serve.process.pid)
    finally:
        await serve.end(signal.SIGKILL)
    await until(lambda: not Path(f"/proc/{crowd}").exists() or is_dead(crowd))


@pytest.mark.slow
@pytest.mark.network
async def test_a_demo_tells_its_cues_and_marks_them_in_its_record(tmp_path):
    cues = tmp_path / "show.cues"
    cues.write_text('1 laugh 2 1 1 "the ferry"\nrepeat 600\n')
    command = [*KUUKI, "serve", "--port", "0", "--demo", "3", "--demo-cues", str(cues)]
    serve = await Process.start(command, tmp_path / "log", {"KUUKI_STORE": str(tmp_path / "kuuki.sqlite3")})
    try:
        stage = (await serve.line(re.compile(r"stage +(\S+)/r/demo/stage")))[1]
        await until(lambda: "0:01 the ferry" in serve.log.read_text() or not serve.is_alive)
        async with aiohttp.ClientSession() as http:

            async def marks():
                async with http.get(f"{stage}/rooms/demo/timeline") as answer:
                    return [mark["text"] for mark in (await answer.json()).get("marks", ())]  # none: asked too often

            await until_answered(marks, ["the ferry"])
    finally:
        await serve.end(signal.SIGINT)
    assert "No marks are set" not in serve.log.read_text()


def is_dead(pid):
    """Whether it ended, and nobody has asked for its status yet."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


async def status_after(number, command, environment, said, tmp_path):
    """Of a process that is told to end once its log says this."""
    process = await Process.start([*KUUKI, *command], tmp_path / "log", {"KUUKI_LOG": "json", **environment})
    try:
        await until(lambda: said in process.log.read_text() or not process.is_alive)
        process.tell(number)
        return await asyncio.wait_for(process.process.wait(), PATIENCE_S)
    finally:
        await process.end(signal.SIGKILL)


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [["aggregator"], ["serve", "--workers", "1", "--port", "0"]], ids=lambda each: each[0]
)
async def test_who_has_no_store_is_not_ended_by_being_asked_for_a_backup(command, tmp_path):
    nobody = {"KUUKI_REDIS_URL": f"redis://127.0.0.1:{free_port()}"}
    process = await Process.start([*KUUKI, *command], tmp_path / "log", nobody)
    try:
        begun = ("health", "waiting for Redis")  # an aggregator asks Redis for the veil's key first
        await until(
            lambda: process.lines or any(each in process.log.read_text() for each in begun) or not process.is_alive
        )
        process.tell(signal.SIGUSR1)
        await until(lambda: "nothing to back up" in process.log.read_text() or not process.is_alive)
        assert process.is_alive
    finally:
        await process.end(signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.network
@pytest.mark.slow
async def test_a_gateway_that_waits_for_its_store_goes_when_it_is_told(number, tmp_path):
    nobody = {"KUUKI_REDIS_URL": f"redis://127.0.0.1:{free_port()}"}
    assert await status_after(number, ["signal"], nobody, "waiting for Redis", tmp_path) == 0


@pytest.mark.network
@pytest.mark.slow
async def test_a_gateway_that_waits_for_its_store_goes_when_its_parent_does(tmp_path):
    nobody = {"KUUKI_REDIS_URL": f"redis://127.0.0.1:{free_port()}", "KUUKI_LOG": "json"}
    process = await Process.start([*KUUKI, "signal", "--with-parent"], tmp_path / "log", nobody)
    try:
        await until(lambda: "waiting for Redis" in process.log.read_text())
        process.process.stdin.close()
        assert await asyncio.wait_for(process.process.wait(), PATIENCE_S) == 0
    finally:
        await process.end(signal.SIGKILL)


@pytest.mark.parametrize(
    "command",
    [["crowd", "--people", "3", "--seconds", "0"], ["join", "--room", "x", "--source", "synthetic"], ["call"]],
)
@pytest.mark.network
@pytest.mark.slow
async def test_who_waits_for_a_server_that_says_nothing_goes_when_told(command, tmp_path):
    came = asyncio.Event()

    async def say_nothing(reader, writer):
        came.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        url = "http://127.0.0.1:{1}".format(*server.sockets[0].getsockname())
        process = await Process.start([*KUUKI, *command, "--url", url], tmp_path / "log")
        try:
            await asyncio.wait_for(came.wait(), PATIENCE_S)
            process.tell(signal.SIGTERM)
            assert await asyncio.wait_for(process.process.wait(), PATIENCE_S) == 0
        finally:
            await process.end(signal.SIGKILL)


@pytest.mark.slow
async def test_what_keeps_it_from_starting_is_said_in_a_sentence(tmp_path):
    junk = tmp_path / "junk.pem"
    junk.write_text("no certificate")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wrong = {
            f"cannot bind 127.0.0.1:{taken.getsockname()[1]}: Address already in use": (
                ["serve", "--port", str(taken.getsockname()[1])],
                {"KUUKI_STORE": "none"},
            ),
            "cannot bind no.such.host.invalid:0: that host is not known here": (
                ["serve", "--port", "0", "--host", "no.such.host.invalid"],
                {"KUUKI_STORE": "none", "KUUKI_ADMIN_TOKEN": "a" * 16},
            ),
            "the certificate and the key cannot be used": (
                ["serve", "--port", "0", "--tls-cert", str(junk), "--tls-key", str(junk)],
                {"KUUKI_STORE": "none"},
            ),
            "ca, cert or key cannot be used": (
                ["aggregator"],
                {"KUUKI_REDIS_URL": f"rediss://127.0.0.1:6379?ca={junk}"},
            ),
        }
        for sentence, (command, environment) in wrong.items():
            process = await Process.start([*KUUKI, *command], tmp_path / "log", environment)
            assert await asyncio.wait_for(process.process.wait(), PATIENCE_S) == FAILED
            await process.end()
            last = process.log.read_text()
            assert sentence in last
            assert "Traceback" not in last


def test_a_lookup_that_nobody_waits_for_any_more_is_no_fault():
    """uvloop lets it end by itself: with a name server that is away there was an error for each try."""
    no_loop: Any = None
    with capture_logs() as logs:
        _say_unseen(no_loop, {"exception": socket.gaierror(-3, "Temporary failure in name resolution")})
        _say_unseen(no_loop, {"exception": KeyError()})
    assert [entry["kind"] for entry in logs] == ["KeyError"]
