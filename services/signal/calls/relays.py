"""Whom this process tells of relays on /calls, and with what: a call that rings or is on, and a test now and then."""

import time
from typing import Any, Final, Literal

from kuuki.admission import Buckets
from kuuki.times import TURN_TEST_AGAIN_S, TURN_TEST_S
from services.runtime.settings import Settings
from services.signal.http.ice import as_rtc, has_relay, ice_servers, without_relays

Message = dict[str, Any]
Why = Literal["no_call", "tested"]
"""Why the relays are left out: the line has no call that needs one; this address had its test a moment ago."""

_TESTS: Final = 1
"""Tests of an address in TURN_TEST_AGAIN_S."""


class Relays:
    """Answers to ``ice``. ``address`` is the client's key; None (loopback without a proxy) counts as one address."""

    def __init__(self, settings: Settings) -> None:
        self.has_any = has_relay(settings)
        self._settings = settings
        self._tests = Buckets(_TESTS / TURN_TEST_AGAIN_S, _TESTS)

    def for_call(self, address: str | None) -> Message:
        """With credentials that hold for KUUKI_TURN_TTL_S."""
        servers = ice_servers(self._settings, address, time.time())
        return {"type": "ice", "servers": [as_rtc(server) for server in servers], "ttl_s": self._settings.turn_ttl_s}

    def for_test(self, address: str | None, now: float) -> Message:
        """With credentials that hold for TURN_TEST_S, if this address had none for TURN_TEST_AGAIN_S; ``now`` is
        monotonic seconds."""
        if self.has_any and not self._tests.consume(address, now):
            return {**self.withheld("tested"), "for": "test", "ttl_s": TURN_TEST_S}
        servers = ice_servers(self._settings, address, time.time(), TURN_TEST_S)
        return {"type": "ice", "servers": [as_rtc(server) for server in servers], "ttl_s": TURN_TEST_S, "for": "test"}

    def withheld(self, why: Why) -> Message:
        """Without relays, and why, if there are any."""
        servers = [as_rtc(server) for server in without_relays(self._settings)]
        message: Message = {"type": "ice", "servers": servers, "ttl_s": self._settings.turn_ttl_s}
        return message | {"no_relay": why} if self.has_any else message
