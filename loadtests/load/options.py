"""What can be asked for on Locust's command line, and in its web UI."""

import os
from argparse import Namespace
from typing import Any
from urllib.parse import urlsplit

from locust.argument_parser import LocustArgumentParser

from client.headless.addresses import loopback_of
from client.headless.crowd.rooms import EXACT
from client.headless.place import parse_place
from kuuki.mood.privacy import Privacy
from loadtests.load.verdict import NO_LIMIT, Limits


def add_options(parser: LocustArgumentParser) -> None:
    """Ours, beside Locust's own. In no group: Locust's web UI shows only what is in none."""
    parser.add_argument("--room", default="", help="the room to use; without it one is made, and closed at the end")
    parser.add_argument(
        "--privacy",
        default="",
        choices=["", *Privacy],
        help="the rule of a room that is made; without it exact on loopback, else what the server does by itself",
    )
    parser.add_argument("--seed", type=int, default=1, help="which crowd, and which show")
    _add_shapes(parser)
    _add_limits(parser)


def _add_shapes(parser: LocustArgumentParser) -> None:
    parser.add_argument(
        "--shape",
        default="",
        choices=["", "step", "spike"],
        help="-u, -r and -t: most users, how fast they come, how long",
    )
    parser.add_argument("--step-users", type=int, default=10, help="step: so many more each time")
    parser.add_argument("--step-s", type=float, default=10.0, help="step: seconds between two steps")
    parser.add_argument("--spike-times", type=float, default=3.0, help="spike: -u is so many times the base")
    parser.add_argument("--spike-after-s", type=float, default=20.0, help="spike: seconds before it")
    parser.add_argument("--spike-for-s", type=float, default=20.0, help="spike: how many seconds it lasts")


def _add_limits(parser: LocustArgumentParser) -> None:
    parser.add_argument(
        "--max-failures",
        type=float,
        default=0.0,
        help=f"to pass: failed events, at most; like all limits, {NO_LIMIT:g} for whatever it is",
    )
    parser.add_argument("--max-join-ms", type=float, default=2000.0, help="to pass: p99 of a join, first mix included")
    parser.add_argument(
        "--max-wait-ms", type=float, default=500.0, help="to pass: p99 from a score to the mix that contains it"
    )
    parser.add_argument("--max-age-ms", type=float, default=1000.0, help="to pass: p99 age of a mix when it was sent")
    parser.add_argument(
        "--max-error", type=float, default=0.001, help="to pass: largest error of a label against the truth"
    )
    parser.add_argument("--summary", default="", help="a file for the summary as JSON", include_in_web_ui=False)


def limits_of(options: Namespace) -> Limits:
    """The limits that were asked for."""
    return Limits(
        failures=options.max_failures,
        join_ms=options.max_join_ms,
        wait_ms=options.max_wait_ms,
        age_ms=options.max_age_ms,
        error=options.max_error,
    )


def room_wanted(host: str, options: Namespace | None) -> tuple[str, str | None, dict[str, Any], str | None]:
    """What ``open_room`` takes: the URL, the room if there is one, what a new one is like, who may make it.

    Raises BadPlace. Secrets come by the environment: ``KUUKI_ADMIN_TOKEN``, ``KUUKI_ROOM_SECRET``.
    """
    token = os.environ.get("KUUKI_ADMIN_TOKEN") or None
    room = options.room if options is not None else ""
    if room.startswith(("http://", "https://")):
        return room, parse_place(room).room, {}, None
    privacy = options.privacy if options is not None else ""
    if not privacy and loopback_of(urlsplit(host).hostname or "") is not None:
        privacy = EXACT["privacy"]
    return host, room or None, {"purpose": EXACT["purpose"], **({"privacy": privacy} if privacy else {})}, token
