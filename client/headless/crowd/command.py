"""``kuuki crowd``: the crowd on a terminal. Progress goes to stderr, the summary to stdout."""

import json
import sys
from pathlib import Path
from typing import TextIO

from client.headless.crowd.run import run_crowd
from client.headless.crowd.summary import Summary
from client.headless.errors import AskedWrongly, CannotJoin, TryLater


async def print_crowd(  # noqa: PLR0913 - what the command can be told
    *,
    url: str,
    room: str | None = None,
    people: int = 30,
    seconds: float = 30.0,
    cues: Path | None = None,
    seed: int = 1,
    admin_token: str | None = None,
    as_json: bool = False,
    with_parent: bool = False,
    marks: bool = False,
) -> int:
    """Run a crowd to its end. The exit code: 0, 1 if it could not join, 2 if it was asked wrongly."""
    try:
        summary = await run_crowd(
            url=url,
            room=room,
            people=people,
            seconds=seconds,
            cues=cues,
            seed=seed,
            admin_token=admin_token,
            progress=lambda text: _say(text, sys.stderr),
            with_parent=with_parent,
            marks=marks,
        )
    except (AskedWrongly, CannotJoin, TryLater) as error:
        _say(f"kuuki crowd: {error}", sys.stderr)
        return 2 if isinstance(error, AskedWrongly) else 1
    _say(json.dumps(summary.as_json()) if as_json else _in_words(summary), sys.stdout)
    return 0


def _in_words(summary: Summary) -> str:
    lines = [
        f"{summary.joined} of {summary.people} joined, sent {summary.sent} scores and received {summary.mixes} mixes."
    ]
    if summary.end_to_end_p50_ms is not None:
        lines.append(
            f"From a score to the mix that contains it: {summary.end_to_end_p50_ms:.0f} ms (median), "
            f"{summary.end_to_end_p99_ms:.0f} ms (99 %)."
        )
    if summary.truth_error_max is None:
        lines.append(
            "The truth could not be judged: it takes a room with exact mixes in which nobody else senses, "
            "and a cue sheet with still phases of more than a second."
        )
    else:
        lines.append(f"Largest error of a label in {summary.truth_judged} mixes: {summary.truth_error_max:.5f}.")
    return "\n".join(lines)


def _say(text: str, where: TextIO) -> None:
    where.write(text + "\n")
    where.flush()
