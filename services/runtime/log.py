"""Logs: static sentences with fields, as JSON lines or, on a terminal, for people. Nothing personal in them."""

import logging
import sys
import traceback
from pathlib import PurePath

import structlog

from services.runtime.settings import LogForm


def set_up(form: LogForm) -> None:
    """Send structlog's and the libraries' warnings to standard error."""
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
    """Silence what could say too much."""
    # These write addresses, whole packets, requests, and what Redis said into their messages; failures are counted,
    # answered or said by us instead. asyncio's and uvloop's sentences are static, but for the loop's exception handler,
    # which is ours (services/launch/running.py).
    for name in ("aioice", "aiortc", "aiohttp", "redis"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def where_of(error: BaseException | None) -> str:
    """The places that led to an exception, the innermost first. Never its text, nor values: they may say too much."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    return " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)) or "unknown"
