"""What ``kuuki call`` says on standard output: JSON lines for programs, calm words for people."""

from dataclasses import asdict
from typing import Final, TextIO

from rich.console import Console
from typing_extensions import override

from client.headless.call.connection import MediaCounts
from client.headless.call.errors import how_in_words
from client.headless.call.ladder import Link
from client.headless.call.listener import Listener
from client.headless.call.partner import Weights
from client.headless.saying import FACES, JsonLines
from kuuki.call.calling import LegState, Side
from kuuki.call.line_messages import LegStatus

_SERVER_LOST: Final = "The server cannot be reached; trying again. A call that is on continues."
_PARTNER_SILENT: Final = "Nothing is heard from the partner; a new connection is being made."

_STATES: Final = {
    LegState.CALLING: "Calling.",
    LegState.RINGING: "It rings.",
    LegState.WAITING: "They are in a call, and know that you wait. Ctrl-C gives up.",
    LegState.INCOMING: "{name} calls.",
    LegState.KNOCKING: "{name} calls and waits.",
    LegState.TALKING: "In a call with {name}. Ctrl-C hangs up.",
    LegState.ENDED: "The call has ended.",
    LegState.MISSED: "{name} gave up before the call was answered.",
    LegState.CROSSED: "You called each other.",
}


class CallSay(Listener):
    """Told of everything that ``kuuki call`` does."""

    def __init__(self) -> None:
        self._server_trouble: str | None = None
        self._media_trouble: str | None = None
        self._trouble: str | None = None

    def waits(self, code: str, link: str) -> None:
        """Nobody is in a call: this is how to call."""

    def counted(self, counts: MediaCounts) -> None:
        """Once a second in a call: what came and went so far."""

    def trouble(self, text: str | None) -> None:
        """Something is wrong; None: no more."""

    @override
    def media(self, link: Link) -> None:
        self._media_trouble = _PARTNER_SILENT if link is Link.RENEWING else None
        self._weigh()

    @override
    def server(self, is_open: bool) -> None:
        self._server_trouble = None if is_open else _SERVER_LOST
        self._weigh()

    def _weigh(self) -> None:
        trouble = self._media_trouble or self._server_trouble
        if trouble != self._trouble:
            self._trouble = trouble
            self.trouble(trouble)


class InLines(CallSay):
    """One JSON object a line."""

    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._lines = JsonLines(out)

    @override
    def waits(self, code: str, link: str) -> None:
        self._lines.write({"code": code})
        self._lines.write({"link": link})

    @override
    def counted(self, counts: MediaCounts) -> None:
        self._lines.write({"media": asdict(counts)})

    @override
    def state(self, leg: LegStatus) -> None:
        said = {"state": leg.state, "side": leg.side, "name": leg.name, "partner_is": leg.partner_is}
        self._lines.write({**said, "reason": reason} if (reason := _reason(leg)) else said)

    @override
    def partner(self, weights: Weights | None) -> None:
        self._lines.write({"partner": weights})

    @override
    def check(self, words: tuple[str, ...]) -> None:
        self._lines.write({"check": words})

    @override
    def trouble(self, text: str | None) -> None:
        self._lines.write({"trouble": text})


class InWords(CallSay):
    """A line whenever there is something new; the partner's expression when another one is the strongest."""

    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._console = Console(file=out, highlight=False)
        self._said = ""

    @override
    def waits(self, code: str, link: str) -> None:
        self._console.print(
            f"Your code: [bold]{code}[/bold]  ({link})\nWaiting for a call. Ctrl-C ends.", soft_wrap=True
        )

    @override
    def state(self, leg: LegStatus) -> None:
        words = _STATES.get(leg.state) or how_in_words(leg.state)
        self._say(words.format(name=leg.name or "Someone"))
        if leg.partner_is != "here" and not leg.state.is_end:
            self._say("Their page is away; the call waits for it.")

    @override
    def partner(self, weights: Weights | None) -> None:
        if weights:
            self._say(f"Their expression: {FACES[max(weights, key=weights.__getitem__)]}.")
        else:
            self._say("They share no expression just now.")

    @override
    def check(self, words: tuple[str, ...]) -> None:
        self._say(
            f"If a voice that you know reads the same four words, nobody is listening in between: {' '.join(words)}."
        )

    @override
    def trouble(self, text: str | None) -> None:
        self._say(text or "All is well again.")

    def _say(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self._console.print(text, markup=False, soft_wrap=True)


def _reason(leg: LegStatus) -> str | None:
    """Why a call came to nothing, in words."""
    is_well = leg.state in (LegState.ENDED, LegState.CROSSED) or not leg.state.is_end
    is_ours = leg.side is Side.CALLER or leg.state is LegState.LOST
    return None if is_well or not is_ours else how_in_words(leg.state)
