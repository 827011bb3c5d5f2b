"""Tests of what depends on the event loop, and on TLS: on each loop, with and without."""

import asyncio
import gc
import inspect
import ssl

import pytest
import uvloop

from services.launch.tls import self_signed

LOOPS = {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}

plain_and_tls = pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
"""``secure``: whether the server of the test is to have TLS."""


def on_both_loops(test):
    """kuuki runs on uvloop; each loop closes and shakes hands in its own way. What nobody saw fails the test."""

    @pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
    def run(loop, **fixtures):
        faults = []
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.get_loop().set_exception_handler(lambda _, context: faults.append(str(context)))
            runner.run(test(**fixtures))
            gc.collect(1)
        assert faults == []

    asked = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in inspect.signature(test).parameters]
    run.__signature__ = inspect.signature(run).replace(
        parameters=[inspect.Parameter("loop", inspect.Parameter.KEYWORD_ONLY), *asked]
    )
    return run


def serving_tls():
    """A server's context, with a certificate of its own making."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    self_signed(context, None, "127.0.0.1")
    return context


def trusting_tls():
    """A client's context, for such servers."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
