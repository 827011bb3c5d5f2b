"""Locust's users: greenlets, each of which waits for one life at the venue."""

from collections.abc import Coroutine
from typing import Any

from locust import User, constant, task
from typing_extensions import override

from loadtests.load.here import HERE
from loadtests.load.venue import Venue


class _Guest(User):
    """A life that ends by itself (it was refused, say) begins again after a while."""

    abstract = True
    wait_time = constant(3)

    @task
    def stay(self) -> None:
        """Live one life at the venue, and wait for its end."""
        HERE.live(self.life)

    def life(self, venue: Venue) -> Coroutine[Any, Any, None]:
        """What this user does at the venue; a subclass says which of the lives there it is."""
        raise NotImplementedError


class Audience(_Guest):
    """A person of the crowd: scores and taps by the show, over a data channel."""

    weight = 94

    @override
    def life(self, venue: Venue) -> Coroutine[Any, Any, None]:
        return venue.audience()


class Stage(_Guest):
    """Watches the mix; it must never run backwards."""

    weight = 4

    @override
    def life(self, venue: Venue) -> Coroutine[Any, Any, None]:
        return venue.stage()


class Caller(_Guest):
    """Two lines that call each other by turns, and share an expression. One user, two programs."""

    weight = 2

    @override
    def life(self, venue: Venue) -> Coroutine[Any, Any, None]:
        return venue.pair()
