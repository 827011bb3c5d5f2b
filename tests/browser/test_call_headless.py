"""A Chromium and ``kuuki call``: a page and a program are equal partners."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadtests.call_pages import accept, do, look, ready, scores_sent, until_call, until_media
from loadtests.faces import write_smile_mp4
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser


class Program:
    """A ``kuuki call --json``, and what it printed so far."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "services.launch", "call", "--json", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.said: list[dict[str, Any]] = []

    async def until(self, holds: Callable[[dict[str, Any]], Any], seconds: float = PATIENCE_S) -> dict[str, Any]:
        """The first line (from now on) for which it holds."""
        async with asyncio.timeout(seconds):
            while True:
                line = await asyncio.to_thread(self.process.stdout.readline)
                assert line, f"kuuki call ended; it said {self.said[-3:]}"
                self.said.append(json.loads(line))
                if holds(self.said[-1]):
                    return self.said[-1]

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(PATIENCE_S)


@pytest.fixture
async def film(tmp_path: Path) -> str:
    path = tmp_path / "smile.mp4"
    await asyncio.to_thread(write_smile_mp4, path)
    return str(path)


async def test_a_program_waits_and_a_page_calls(server, launch, webcam, film):
    program = Program("--url", server.url, "--source", film, "--name", "Kiosk")
    try:
        code = (await program.until(lambda said: "code" in said))["code"]
        page = await ready(await (await launch(webcam)).new_context(locale="en"), server.url, "Aki")
        await do(page, "ring", code)
        await until_call(page, "s => s.call?.state === 'talking' && s.call.media === 'open'")
        assert (await look(page))["call"]["partner"]["name"] == "Kiosk"
        await until_media(page)
        await until_call(page, "s => s.call.partner.weights?.[3] >= 0.8")
        await program.until(lambda said: said.get("media", {}).get("video_frames", 0) > 5)
        assert await scores_sent(page) == 0
        await do(page, "share")
        await program.until(lambda said: (said.get("partner") or {}).get("happy", 0) >= 0.8)
        words = next(said["check"] for said in program.said if "check" in said)
        assert words == (await look(page))["call"]["check"]
        await do(page, "hangUp")
        await program.until(lambda said: said.get("state") == "ended")
        second = await program.until(lambda said: "code" in said)
        assert second["code"] != code, "it waits for the next one under another code"
    finally:
        assert program.stop() == 0


async def test_a_program_calls_a_page(server, launch, webcam, film):
    page = await ready(await (await launch(webcam)).new_context(locale="ja"), server.url, "亜希")
    typed = (await look(page))["code"].upper().replace("-", " ")
    program = Program("--url", server.url, typed, "--source", film, "--once")
    try:
        await accept(page)
        await until_call(page, "s => s.call?.state === 'talking' && s.call.media === 'open'")
        await until_media(page)
        await until_call(page, "s => s.call.partner.weights?.[3] >= 0.8")
        await do(page, "hangUp")
        await program.until(lambda said: said.get("state") == "ended")
        assert await asyncio.to_thread(program.process.wait, 10) == 0
    finally:
        program.process.kill()


async def test_a_program_that_nobody_answers_says_why(server):
    program = Program("--url", server.url, "sakura-sakura-sakura-0", "--source", "synthetic")
    await program.until(lambda said: said.get("state") == "unreachable")
    assert await asyncio.to_thread(program.process.wait, 10) == 1
