"""Which clients this process tells of relays on /calls, and with what: a call that rings or is on, and a test now and
then.
"""

import time
from collections.abc import Iterable
from typing import Final

from kuuki.admission import Buckets
from kuuki.call.line_messages import IceServers, RtcIceServer, WhyNoRelay
from kuuki.times import TURN_TEST_AGAIN_S, TURN_TEST_S
from services.runtime.settings import Settings
from services.signal.http.ice import IceServer, as_rtc, has_relay, ice_servers, without_relays

_TESTS: Final = 1
"""Tests of an address in TURN_TEST_AGAIN_S."""


class Relays:
    """Answers to ``ice``. ``address`` is the client's key; None (loopback without a proxy) counts as one address."""

    def __init__(self, settings: Settings) -> None:
        self.has_any = has_relay(settings)
        self._settings = settings
        self._tests = Buckets(_TESTS / TURN_TEST_AGAIN_S, _TESTS)

    def for_call(self, address: str | None) -> IceServers:
        """With credentials that hold for KUUKI_TURN_TTL_S."""
        servers = ice_servers(self._settings, address, time.time())
        return IceServers(_as_rtc(servers), self._settings.turn_ttl_s)

    def for_test(self, address: str | None, now: float) -> IceServers:
        """With credentials that hold for TURN_TEST_S, if this address had none for TURN_TEST_AGAIN_S; ``now`` is
        monotonic seconds.
        """
        if self.has_any and not self._tests.consume(address, now):
            servers = _as_rtc(without_relays(self._settings))
            return IceServers(servers, TURN_TEST_S, no_relay="tested", is_test=True)
        servers = _as_rtc(ice_servers(self._settings, address, time.time(), TURN_TEST_S))
        return IceServers(servers, TURN_TEST_S, is_test=True)

    def without_call(self) -> IceServers:
        """For a line that has no call to connect for: without relays, and why, if there are any."""
        why: WhyNoRelay | None = "no_call" if self.has_any else None
        return IceServers(_as_rtc(without_relays(self._settings)), self._settings.turn_ttl_s, no_relay=why)


def _as_rtc(servers: Iterable[IceServer]) -> tuple[RtcIceServer, ...]:
    return tuple(as_rtc(server) for server in servers)
