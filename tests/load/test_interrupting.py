"""An interrupt is heard, whichever greenlet runs when it comes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.network, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
RUN = """
import os, signal
import gevent
from loadtests.load.interrupting import hear_interrupts

def keep_everything():
    told = False
    while True:
        try:
            gevent.sleep(0.001)
            if not told:
                told = True
                os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):
                pass
        except BaseException:
            pass

hear_interrupts()
try:
    gevent.spawn(keep_everything).join(20)
    print("kept")
except KeyboardInterrupt:
    print("heard")
    os._exit(0)
os._exit(1)
"""


@pytest.mark.parametrize("hears", [True, False])
def test_an_interrupt_is_heard_though_a_greenlet_keeps_everything(hears):
    """Without it Python raises in the greenlet that keeps it, if that runs: here it does."""
    run = RUN if hears else RUN.replace("hear_interrupts()\n", "\n", 1).replace("join(20)", "join(1)")
    said = subprocess.run(
        [sys.executable, "-c", run], stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT, env=os.environ
    ).stdout
    assert said == ("heard\n" if hears else "kept\n")
