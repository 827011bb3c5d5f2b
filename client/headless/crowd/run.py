"""Run a crowd: join everyone, play the cue sheet, sum up."""

from collections.abc import Callable
from pathlib import Path

from client.headless.crowd.summary import Summary


def _silent(_: str) -> None:
    """Say nothing."""


async def run_crowd(
    *,
    url: str,
    room: str | None = None,
    people: int = 30,
    seconds: float = 30.0,
    cues: Path | None = None,
    seed: int = 0,
    admin_token: str | None = None,
    progress: Callable[[str], None] = _silent,
) -> Summary:
    """A crowd of ``people`` for ``seconds`` (0: until SIGINT or SIGTERM). Raises CannotJoin, BadCueSheet."""
    raise NotImplementedError


async def print_crowd(
    *,
    url: str,
    room: str | None = None,
    people: int = 30,
    seconds: float = 30.0,
    cues: Path | None = None,
    seed: int = 0,
    admin_token: str | None = None,
    as_json: bool = False,
) -> int:
    """``kuuki crowd``: run_crowd with progress on stderr and its summary on stdout. The exit code."""
    raise NotImplementedError
