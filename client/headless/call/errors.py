"""What can go wrong with a call. Each text says what is wrong and what to do.

KuukiError (kuuki/errors.py)
├── AskedWrongly (client/headless/errors.py)
│   └── BadCode        no code, or no link of one
├── CannotCall         this server gives no line (any more), or the call broke
│   └── NotAnswered    the other side did not take the call; ``how``: declined, busy, …
└── TryLater (client/headless/errors.py)
"""

from typing import Final

from client.headless.errors import AskedWrongly
from kuuki.call.calling import LegState
from kuuki.errors import CloseCode, KuukiError

_HOW: Final = {
    LegState.UNREACHABLE: "Nobody can be reached by this code: it may be misheard, spent (a code is good for one "
    "answered call), or its page closed. Ask for the code again.",
    LegState.DECLINED: "They declined. Ask them by another way before you call again.",
    LegState.BUSY: "They are in a call, and someone else waits already. Call again in a while.",
    LegState.TIMED_OUT: "It rang, and nobody answered. Call again later.",
    LegState.CANCELLED: "The call was cancelled before it was answered. Call again if that was not meant.",
    LegState.MISSED: "The caller gave up before it was answered.",
    LegState.LOST: "The connection was lost: nothing was heard for half a minute. Ask for the new code and call again.",
}

_WHY: Final = {
    CloseCode.LINE_TAKEN: "This line was taken over by a newer page with the same secret.",
    CloseCode.CALLS_OFF: "This server serves no calls (KUUKI_CALLS=off). Ask whoever runs it, or use another server.",
    CloseCode.FLOOD: "The server closed this line: it sent too much. Wait a minute and start again.",
    CloseCode.MALFORMED: "The server closed this line: it does not understand it. Update kuuki on both sides.",
}


class BadCode(AskedWrongly):
    """No code, or no link of one."""


class CannotCall(KuukiError):
    """There is no line (any more), or the call broke; trying again at once would not help."""


class NotAnswered(CannotCall):
    """The call came to nothing. ``how``: the end of its leg."""

    def __init__(self, how: LegState) -> None:
        super().__init__(how_in_words(how))
        self.how = how


def how_in_words(how: LegState) -> str:
    """What an end that is no good one means, and what to do."""
    return _HOW.get(how, f"The call ended: {how.value}.")


def why_closed(code: int | None) -> str:
    """What a line's close code means."""
    known = next((text for reason, text in _WHY.items() if reason == code), None)
    return known or f"The server closed this line for good (code {code})."
