"""Logs: static sentences with fields, as JSON lines or, on a terminal, as text. Nothing personal is in them."""

import logging
import sys
import traceback
from pathlib import PurePath

import structlog

from services.runtime.settings import LogForm


def set_up(form: LogForm) -> None:
    """Send our log, and the libraries' warnings, to standard error."""
    for_people = sys.stderr.isatty() if form == "auto" else form == "text"
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if for_people else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    hush_libraries()


def hush_libraries() -> None:
    """Silence the libraries whose messages could hold something personal."""
    # Their messages hold addresses, whole packets, requests and Redis's replies. Failures are counted, answered or
    # logged by our own code instead. asyncio's and uvloop's sentences are static, but for the loop's exception handler,
    # which is ours (services/launch/running.py).
    for name in ("aioice", "aiortc", "aiohttp", "redis"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def where_of(error: BaseException | None) -> str:
    """The lines of code that led to an exception, the innermost first; never its text or values, which may be
    personal."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    return " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)) or "unknown"
