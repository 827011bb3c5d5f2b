"""How a command of the client ends: one line on standard error for what went wrong, and an exit code."""

import os
import sys
from collections.abc import Awaitable

from client.headless.errors import AskedWrongly, SourceFailed, TryLater
from kuuki.errors import KuukiError


async def run_to_end(command: str, work: Awaitable[None], *failures: type[KuukiError]) -> int:
    """Await the work of ``kuuki command``. Exit code: 0 it ended well, 1 it failed, 2 it was asked wrongly.

    ``failures``: what it may raise besides AskedWrongly, TryLater and SourceFailed. Other exceptions are faults of the
    program, and pass. Of several at once the first is told. A reader of standard output that goes away has read enough.
    """
    expected: tuple[type[KuukiError], ...] = (AskedWrongly, TryLater, SourceFailed, *failures)
    problem: BaseException | None = None
    try:
        await work
    except* expected as group:
        problem = _first(group)
    except* BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115, ASYNC230 - else Python complains as it exits
    if problem is None:
        return 0
    sys.stderr.write(f"kuuki {command}: {problem}\n")
    return 2 if isinstance(problem, AskedWrongly) else 1


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
