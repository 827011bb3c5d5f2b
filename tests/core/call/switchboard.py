"""Lines that are joined without any I/O: what one sends, the other receives, in order; time is a number."""

import json
from collections import deque
from dataclasses import replace
from typing import Any

from kuuki.call.calling import Event
from kuuki.call.effects import Effect, LookUpCode, SendMessage, SendNote, SetTimer, SpendCode
from kuuki.call.line_messages import serialize_message
from kuuki.call.lines import Line
from kuuki.call.notes import CallNote, TakenNote, decode_note, encode_note
from kuuki.call.signaling import Act, Hello, Ring, Standing

IDS = "0123456789abcdef"


def call_id(n: int) -> str:
    return f"{n:022d}"


class Switchboard:
    """Lines by a letter each; the code of line ``a`` is ``a``, each time anew, unless ``has_store`` is False.
    ``deaf`` lines are attached nowhere. Bad news that lines keep back is said at once unless ``keeps_back``.
    """

    def __init__(self, names: str = "abc") -> None:
        self.now = 0.0
        self.lines = {name: self._line(name) for name in names}
        self.heard: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
        self.renewed: list[str] = []
        self.has_store = True
        self.deaf: set[str] = set()
        self.holds_notes = False
        self.holds_finds = False
        self.keeps_back = False
        self.finds: deque[tuple[str, LookUpCode]] = deque()
        self.late: deque[tuple[str, str]] = deque()
        self._notes: deque[tuple[str, SendNote]] = deque()
        for name, line in self.lines.items():
            self._do(name, line.page_connected(Hello(name.upper(), "en"), self.now))

    def _line(self, name: str) -> Line:
        line = Line(name, self.now)
        line.code = name
        return line

    def ring(self, who: str, whom: str, n: int) -> str:
        self._do(who, self.lines[who].message_received(Ring(call_id(n), whom), self.now))
        return call_id(n)

    def act(self, who: str, event: Event, call: str) -> None:
        self.say(who, Act(event, call))

    def say(self, who: str, message: Any) -> None:
        self._do(who, self.lines[who].message_received(message, self.now))

    def note(self, whom: str, note: CallNote) -> None:
        self._do(whom, self.lines[whom].note_received(note, self.now))

    def restart(self, who: str, standing: Standing | None) -> None:
        """The line is forgotten, and its page comes back with what it knows."""
        self.lines[who] = self._line(who)
        self.deaf.discard(who)
        self._do(who, self.lines[who].page_connected(Hello(who.upper(), "en", call=standing), self.now))

    def leave(self, who: str) -> None:
        self._do(who, self.lines[who].page_disconnected())

    def back(self, who: str, standing: Standing | None = None) -> None:
        self._do(who, self.lines[who].page_connected(Hello(who.upper(), "en", call=standing), self.now))

    def expire(self, who: str) -> None:
        self._do(who, self.lines[who].expire(self.now))
        self.deaf.add(who)

    def close(self, who: str) -> None:
        self._do(who, self.lines[who].close(self.now))
        self.deaf.add(who)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.now += 1.0
            for name in list(self.lines):
                if name not in self.deaf:
                    self._do(name, self.lines[name].tick(self.now))

    def deliver(self) -> None:
        """All notes, and the notes that they lead to."""
        self.holds_notes = False
        self._deliver()

    def find(self) -> None:
        """The answers to what was looked up."""
        self.holds_finds = False
        while self.finds:
            self._find(*self.finds.popleft())

    def come_out(self) -> None:
        """The bad news that was kept back."""
        self.keeps_back = False
        while self.late:
            who, call = self.late.popleft()
            self._do(who, self.lines[who].timer_fired(call, self.now))

    def states(self, who: str, call: str) -> list[str]:
        return [message["state"] for message in self.heard[who] if message.get("call") == call and "state" in message]

    def last(self, who: str, call: str) -> dict[str, Any]:
        return [message for message in self.heard[who] if message.get("call") == call][-1]

    def _do(self, who: str, effects: list[Effect]) -> None:
        for effect in effects:
            self._perform(who, effect)
        if not self.holds_finds:
            self.find()
        if not self.holds_notes:
            self._deliver()
        if not self.keeps_back:
            self.come_out()

    def _perform(self, who: str, effect: Effect) -> None:
        if isinstance(effect, SendMessage):
            self.heard[who].append(json.loads(serialize_message(effect.message)))
        elif isinstance(effect, SpendCode):
            self.renewed.append(who)
            self.lines[who].code = who if self.has_store else ""
        elif isinstance(effect, LookUpCode):
            self.finds.append((who, effect))
        elif isinstance(effect, SetTimer):
            self.late.append((who, effect.call))
        else:
            self._notes.append((who, replace(effect, note=_over_the_wire(effect.note))))

    def _find(self, who: str, find: LookUpCode) -> None:
        partner = find.code if find.code in self.lines else None
        self._do(who, self.lines[who].code_looked_up(find.call, partner, self.now))

    def _deliver(self) -> None:
        while self._notes:
            sender, tell = self._notes.popleft()
            if tell.line in self.deaf or tell.line not in self.lines:
                self._do(sender, self.lines[sender].note_undelivered(tell.line, tell.note, self.now))
            else:
                self._do(tell.line, self.lines[tell.line].note_received(tell.note, self.now))


def _over_the_wire(note: CallNote) -> CallNote:
    """The note as it comes: a line's id, which is a letter here, has 32 there."""
    came = decode_note(encode_note(replace(note, sender=32 * note.sender)))
    assert not isinstance(came, TakenNote)
    return replace(came, sender=note.sender)
