"""The call's pages, what they may do, and what ``kuuki serve`` says of them."""

import aiohttp
import pytest

from loadtests.fake_transport import FakeMaker
from services.launch.welcome import welcome
from services.runtime.exchange import InProcessExchange
from services.runtime.metrics import Metrics
from services.runtime.settings import Settings
from services.signal.app import make_switchboard
from services.signal.http.pages import _sockets
from tests.services.harness import serving

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture
async def kuuki(tmp_path):
    (tmp_path / "index.html").write_text("the page")
    async with serving(maker=lambda settings, metrics: FakeMaker(), pages=tmp_path) as running:
        yield running


async def policy_of(http, url, **more):
    async with http.get(url, **more) as answer:
        assert (answer.status, await answer.text()) == (200, "the page")
        policy = answer.headers["Content-Security-Policy"]
        return dict(part.strip().split(" ", 1) for part in policy.split(";")), answer.headers


async def test_a_call_and_the_sound_have_the_one_page_with_and_without_a_room(kuuki):
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{kuuki.url}/rooms", json={"show": "https://player.example.org/a"}) as answer:
            room = (await answer.json())["room"]
        for path, frames in (
            ("/call", "'none'"),
            ("/sound", "'none'"),
            (f"/r/{room}/call", "https://player.example.org"),
        ):
            policy, headers = await policy_of(http, kuuki.url + path)
            host = kuuki.url.removeprefix("http://")
            assert policy["connect-src"] == f"'self' ws://{host} wss://{host}"
            assert policy["frame-src"] == frames
            assert policy["media-src"] == "'self' blob:"
            allowed = headers["Permissions-Policy"].split(", ")
            for device in ("camera", "microphone", "speaker-selection", "picture-in-picture"):
                assert f"{device}=(self)" in allowed
            assert "display-capture=()" in allowed


@pytest.mark.parametrize(
    "host",
    ["a;script-src *", "*", "*.example.org", "a b", "'unsafe-inline'", "[::1]:8080", "", "a:b", "a:8080:1", "a\r\nb"],
)
def test_a_host_that_could_change_the_policy_is_not_written_into_it(host):
    assert _sockets(host) == ""


async def test_a_hostile_host_changes_no_policy(tmp_path):
    (tmp_path / "index.html").write_text("the page")
    settings = Settings(host="127.0.0.1", port=0, public_url="https://kuuki.example.org", admin_token="x" * 16)
    hostile = {"Host": "a.example.org; script-src *"}
    async with (
        serving(settings, lambda settings, metrics: FakeMaker(), pages=tmp_path) as kuuki,
        aiohttp.ClientSession() as http,
    ):
        policy, _ = await policy_of(http, f"{kuuki.url}/call", headers=hostile)
        assert policy["connect-src"] == "'self'"
        assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"


@pytest.mark.parametrize(("calls", "is_said"), [("on", True), ("off", False)])
def test_the_welcome_says_where_to_call(capsys, calls, is_said):
    welcome("http://127.0.0.1:8080", None, Settings(calls=calls))
    assert ("  call       http://127.0.0.1:8080/call" in capsys.readouterr().out) is is_said


async def test_codes_are_the_same_after_a_restart_only_with_a_key():
    def codes(**settings):
        board = make_switchboard(Settings(**settings), InProcessExchange(), Metrics())
        return [board._services.directory._derive("a" * 32, index) for index in range(5)]

    assert codes() != codes()
    assert codes(code_key="k" * 16) == codes(code_key="k" * 16)
    assert codes(code_key="k" * 16) != codes(code_key="l" * 16)
    assert len(set(codes())) == 5
