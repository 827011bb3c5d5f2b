"""What ``kuuki join`` says on standard output: JSON lines for programs, one calm line for people."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol, TextIO

from rich.console import Console
from rich.status import Status
from typing_extensions import override

from client.headless.sources import Sensed
from kuuki.limits import SURE_MIN
from kuuki.mood.frames import Mix, State
from kuuki.mood.labels import LABELS, WHOLE
from kuuki.mood.mixjson import serialize_mix

FACES: Final = {
    "angry": "angry",
    "disgust": "disgusted",
    "fear": "afraid",
    "happy": "smiling",
    "sad": "sad",
    "surprise": "surprised",
    "neutral": "neutral",
}
"""What a face of each label looks like, as the pages say it: in words for people a label never names a feeling."""


class Say(Protocol):
    """Told of each own score and each mix."""

    def score(self, sensed: Sensed, seq: int) -> None:
        """What was read of the own face, and the seq it was sent with (0: it was not sent)."""
        ...

    def mix(self, mix: Mix) -> None:
        """A mix was received."""
        ...


def score_json(sensed: Sensed, seq: int) -> dict[str, Any]:
    """The own score as an object: ``score`` label → weight 0..1, or null without a face; ``sure`` 0..1."""
    score = None
    if sensed.weights is not None:
        score = {label: round(weight / WHOLE, 4) for label, weight in zip(LABELS, sensed.weights, strict=True)}
    return {"score": score, "sure": round(sensed.sure / WHOLE, 4), "seq": seq, "at_s": sensed.at_s}


class JsonLines:
    """Writes objects, one a line, so that a program that reads them has each at once."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, said: dict[str, Any]) -> None:
        """One object."""
        self._out.write(json.dumps(said) + "\n")
        self._out.flush()


class _Lines(Say):
    def __init__(self, lines: JsonLines) -> None:
        self._lines = lines

    @override
    def score(self, sensed: Sensed, seq: int) -> None:
        self._lines.write(score_json(sensed, seq))

    @override
    def mix(self, mix: Mix) -> None:
        self._lines.write({"mix": serialize_mix(mix, mix.age_ms)})


@contextmanager
def in_lines(out: TextIO) -> Iterator[Say]:
    """One JSON object a line."""
    yield _Lines(JsonLines(out))


class _Words(Say):
    """One line that changes in place; on something else than a terminal, a line whenever it says something new."""

    def __init__(self, console: Console, status: Status | None) -> None:
        self._console = console
        self._status = status
        self._own = "no face yet"
        self._room = "waiting for its mood"
        self._said = ""

    @override
    def score(self, sensed: Sensed, seq: int) -> None:
        self._own = own_in_words(sensed)
        if self._status is not None:
            self._show()

    @override
    def mix(self, mix: Mix) -> None:
        self._room = room_in_words(mix)
        self._show()

    def _show(self) -> None:
        if self._status is not None:
            self._status.update(f"You: {self._own}.  The room: {self._room}.")
        elif self._room != self._said:
            self._said = self._room
            self._console.print(f"The room: {self._room}.")


@contextmanager
def in_words(out: TextIO, room: str) -> Iterator[Say]:
    """Words for people: in place on a terminal, a line for each change elsewhere."""
    console = Console(file=out, highlight=False)
    if not console.is_terminal:
        yield _Words(console, None)
        return
    console.print(f"In room {room}. Pictures stay on this machine; seven numbers leave it. Ctrl-C leaves.")
    with console.status("Joining", spinner="dots") as status:
        yield _Words(console, status)


def own_in_words(sensed: Sensed) -> str:
    """What the own face looks like most."""
    if sensed.weights is None or sensed.sure < SURE_MIN:
        return "no face seen"
    strongest = max(range(len(LABELS)), key=sensed.weights.__getitem__)
    return f"{FACES[LABELS[strongest]]} {sensed.weights[strongest] / WHOLE:.0%}"


def room_in_words(mix: Mix) -> str:
    """The mood of the room, or why there is none."""
    if mix.state is State.LIVE and mix.body is not None:
        people = f"{mix.at_least}" if mix.at_least == mix.at_most else f"{mix.at_least} to {mix.at_most}"
        return f"{mix.body.smiling:.0%} smiling, of {people} who share their expression"
    return {
        State.FEW: "too few share their expression to show a mood",
        State.STALE: "no news for over 2 s, joining again",
    }.get(mix.state, "nobody is here yet")
