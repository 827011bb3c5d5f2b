"""Shapes as Locust wants them: the schedules of shapes.py under the options of the command line."""

from argparse import Namespace

from locust import LoadTestShape
from locust.env import Environment
from typing_extensions import override

from loadtests.load.shapes import Spike, Step

_FOR_EVER_S = 10 * 365 * 86_400.0


class Shaped(LoadTestShape):
    """Asks a schedule once a second how many users there should be."""

    use_common_options = True

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._environment = environment

    @override
    def tick(self) -> tuple[int, float] | None:
        options = self._environment.parsed_options
        users = None if options is None else self.schedule(options).at(self.get_run_time())
        return None if users is None or options is None else (users, options.spawn_rate or 1.0)

    def schedule(self, options: Namespace) -> Step | Spike:
        """The schedule that these options ask for."""
        raise NotImplementedError


class Steps(Shaped):
    """So many users more every so many seconds."""

    @override
    def schedule(self, options: Namespace) -> Step:
        return Step(options.step_users, options.step_s, options.num_users or 1, options.run_time or _FOR_EVER_S)


class SpikeOnce(Shaped):
    """A base of users, for a while so many times as many, then the base again."""

    @override
    def schedule(self, options: Namespace) -> Spike:
        base = max(1, round((options.num_users or 1) / options.spike_times))
        seconds = options.run_time or _FOR_EVER_S
        return Spike(base, options.spike_times, options.spike_after_s, options.spike_for_s, seconds)


def shape(environment: Environment) -> None:
    """Give Locust the shape that was asked for, and the others for its web UI to choose from."""
    shapes: dict[str, Shaped] = {"step": Steps(environment), "spike": SpikeOnce(environment)}
    environment.available_shape_classes = dict(shapes)
    if environment.parsed_options is not None and environment.parsed_options.shape:
        environment.shape_class = shapes[environment.parsed_options.shape]
        environment.shape_class.runner = environment.runner
