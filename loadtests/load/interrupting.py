"""Ctrl-C reaches the main greenlet, whatever runs when it comes."""

import signal

import gevent


def hear_interrupts() -> None:
    """Have SIGINT end what the main greenlet waits for.

    Python's own handler raises in whichever greenlet runs just then, and one that catches everything keeps it: then the
    run goes on as if nothing had been pressed (gevent's issue 1815). gevent's handler runs in the loop.
    """
    gevent.signal_handler(signal.SIGINT, _interrupt)


def _interrupt() -> None:
    gevent.get_hub().handle_system_error(KeyboardInterrupt, KeyboardInterrupt())
