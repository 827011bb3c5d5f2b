"""A reader whose network is gone says nothing and hears nothing: the kernel ends its stream (needs root or sudo)."""

import re
import subprocess
import sys
import time

import pytest

from kuuki.times import SILENT_READER_S, UNACKED_S
from loadtests import server
from tests.browser.namespaces import SERVER, two_hosts
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.network, pytest.mark.slow]

TOKEN = "a token of some length"
_SSL = "import ssl; ssl._create_default_https_context = ssl._create_unverified_context\n"
MAKE = f"""{_SSL}
import json, sys, urllib.request
request = urllib.request.Request(sys.argv[1] + "/rooms", b"{{}}", {{"Authorization": "Bearer " + sys.argv[2]}})
print(json.load(urllib.request.urlopen(request, timeout=10))["room"])
"""
WATCH = f"""{_SSL}
import sys, urllib.request
headers = {{"Authorization": "Bearer " + sys.argv[2], "Accept": "text/event-stream"}}
stream = urllib.request.urlopen(urllib.request.Request(sys.argv[1], headers=headers), timeout=60)
for line in stream:
    if line == b"event: mix\\n":
        print("mix", flush=True)
"""
METRICS = f"{_SSL}import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())"


@pytest.mark.parametrize("options", [(), ("--tls", "self-signed")], ids=["plain", "TLS"])
def test_a_stream_whose_reader_fell_off_the_network_is_ended(options):
    """Seen by what the kernel could not take any more, or by the kernel itself: whichever is sooner."""
    with two_hosts() as hosts:

        def python(host, *arguments):
            return [*hosts.prefix(host), sys.executable, "-c", *arguments]

        def run(host, *arguments):
            done = subprocess.run(python(host, *arguments), capture_output=True, text=True, check=True)
            return done.stdout

        def watchers():
            said = run(hosts.fixed, METRICS, f"{running.health}/metrics")
            found = re.search(r"^kuuki_watchers (\S+)$", said, re.MULTILINE)
            assert found is not None
            return float(found[1])

        environment = {"KUUKI_ADMIN_TOKEN": TOKEN, "KUUKI_STORE": "none"}
        running = server.start("--host", SERVER, *options, before=hosts.prefix(hosts.fixed), environment=environment)
        try:
            room = run(hosts.moving, MAKE, running.url, TOKEN).strip()
            watch = python(hosts.moving, WATCH, f"{running.url}/rooms/{room}/mix", TOKEN)
            with subprocess.Popen(watch, stdout=subprocess.PIPE) as watching:
                try:
                    began = time.monotonic()
                    while time.monotonic() < began + SILENT_READER_S + 1:  # else it may have ended by itself
                        assert watching.stdout.readline() == b"mix\n"
                    assert watchers() == 1
                    hosts.pull()
                    pulled_at = time.monotonic()
                    while watchers():
                        assert time.monotonic() < pulled_at + UNACKED_S + PATIENCE_S
                        time.sleep(0.5)
                    assert watching.poll() is None  # it never heard of it
                finally:
                    watching.kill()
        finally:
            running.stop()
