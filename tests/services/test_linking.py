"""What a process says of its link to Redis at the start: whether a network may carry scores in the clear."""

import contextlib

import pytest
from structlog.testing import capture_logs

from services.launch.linking import linked
from services.launch.running import Stop
from services.runtime.metrics import Metrics
from services.runtime.redis.url import parse_url
from services.runtime.settings import Settings

AWAY = "redis.invalid:1"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://127.0.0.1", False),
        ("redis://localhost", False),
        ("redis://[::1]:7000", False),
        ("unix:///run/redis.sock", False),
        ("rediss://redis.example.org", False),
        ("rediss+sentinel://a,b/kuuki", False),
        ("redis://redis", True),
        ("redis://10.1.2.3", True),
        ("redis://localhost.example.org", True),
        ("redis+cluster://127.0.0.1:1,10.1.2.3:1", True),
        ("redis+sentinel://a,b/kuuki", True),
    ],
)
def test_what_a_network_may_carry_in_the_clear(url, expected):
    assert parse_url(url).is_plain_beyond_this_host is expected


async def said(**settings) -> list[str]:
    with capture_logs() as entries, contextlib.suppress(OSError):
        async with linked(Settings(port=0, store="none", **settings), Metrics(), Stop()):
            pass
    return [each["event"] for each in entries if "unencrypted" in each["event"]]


@pytest.mark.network
async def test_it_is_said_once_and_not_to_who_knows():
    (event,) = await said(redis_url=f"redis://me:secret@{AWAY}")
    assert "rediss" in event
    assert "KUUKI_REDIS_PLAIN=1" in event
    assert "secret" not in event
    assert await said(redis_url=f"redis://{AWAY}", redis_plain=True) == []
    assert await said(redis_url=f"rediss://{AWAY}") == []
    assert await said(redis_url="redis://127.0.0.1:1") == []
