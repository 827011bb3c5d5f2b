"""Effects: what a line asks its process to do. A line itself does no I/O, and knows no clock but ``now``."""

from dataclasses import dataclass

from kuuki.call.line_messages import LineMessage
from kuuki.call.notes import CallNote


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Send this to the line's page. ``is_news``: False for a state that the page was sent before."""

    message: LineMessage
    is_news: bool = True


@dataclass(frozen=True, slots=True)
class SendNote:
    """Send this to another line. If no process has that line, ``Line.note_undelivered`` must be called."""

    line: str
    note: CallNote


@dataclass(frozen=True, slots=True)
class LookUpCode:
    """Find the line that has this code. ``Line.code_looked_up`` must be called with the answer."""

    call: str
    code: str


@dataclass(frozen=True, slots=True)
class SpendCode:
    """The line's code was good for the call that was just answered. It leads nowhere now; the line needs another."""


@dataclass(frozen=True, slots=True)
class SetTimer:
    """``Line.timer_fired`` must be called for this call at ``at`` (monotonic seconds)."""

    call: str
    at: float


Effect = SendMessage | SendNote | LookUpCode | SpendCode | SetTimer
