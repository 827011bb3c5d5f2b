"""The lines of the report: what was guessed, beside its limit; as JSON, and as tables in docs/mix.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from loadtests.privacy.faces import PRIOR
from loadtests.privacy.guessing import Guessed

PAGE: Final = Path(__file__).parents[2] / "docs/mix.md"
BEGIN: Final = "<!-- privacy: begin -->\n"
END: Final = "<!-- privacy: end -->\n"
_STRONG: Final = 0.8
_STRONG_TO: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One attack on rooms of one size. ``room``: the share that is guessed right of the mixes with the victim alone.
    ``limit``: in shares above the prior; None if there is none. ``bare``: by the same attack where there is no veil, if
    that was tried; ``shows_power``: whether it must find much then.

    What the room alone tells is no matter of the event: in a room of few, whatever most of them show is likelier of
    each. So beside the verdict by the prior stands one by the greater of prior and room.
    """

    attack: str
    people: int
    guessed: Guessed
    room: Guessed
    limit: float | None = None
    bare: Guessed | None = None
    shows_power: bool = True

    @property
    def is_strong(self) -> bool:
        """Whether the attack would have learned enough without the veil to be worth a word."""
        if self.bare is None or not self.shows_power or self.people > _STRONG_TO:
            return True
        return self.bare.share >= _STRONG

    @property
    def holds(self) -> bool:
        """Whether the attack learned no more than it may."""
        return self.is_strong and (self.limit is None or self.guessed.at_most <= PRIOR + self.limit)

    @property
    def base(self) -> float:
        """What is guessed right without the event."""
        return max(PRIOR, self.room.share)

    @property
    def holds_beside_room(self) -> bool:
        """The same, of what the event tells beyond the room."""
        return self.is_strong and (self.limit is None or self.guessed.at_most <= self.base + self.limit)

    @property
    def json(self) -> dict[str, Any]:
        """For the log."""
        return {
            "attack": self.attack,
            "people": self.people,
            "trials": self.guessed.trials,
            "prior": round(PRIOR, 3),
            "room": round(self.room.share, 3),
            "guessed": round(self.guessed.share, 3),
            "at_most": round(self.guessed.at_most, 3),
            "way": self.guessed.way,
            "limit": None if self.limit is None else round(PRIOR + self.limit, 3),
            "bare": None if self.bare is None else round(self.bare.share, 3),
            "holds": self.holds,
            "holds_beside_room": self.holds_beside_room,
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured beside its limit. ``is_least``: whether the limit is the least, not the most."""

    what: str
    people: int
    value: float
    limit: float | None = None
    is_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether it is within its limit."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.is_least else self.value <= self.limit

    @property
    def holds_beside_room(self) -> bool:
        """The same: a price has nothing to do with what a room tells."""
        return self.holds

    @property
    def json(self) -> dict[str, Any]:
        """For the log."""
        return {
            "what": self.what,
            "people": self.people,
            "value": round(self.value, 4),
            "limit": self.limit,
            "holds": self.holds,
        }


def tables(lines: Sequence[Line], figures: Sequence[Figure]) -> str:
    """As they stand in the page."""
    head = (
        "what the attacker sees",
        "people",
        "trials",
        "the room alone",
        "the attack",
        "at most",
        "limit",
        "beyond the room",
    )
    rows = [f"| {' | '.join((*head, 'without the veil', 'holds'))} |", "|---" * 10 + "|"]
    for line in lines:
        limit = "–" if line.limit is None else _percent(PRIOR + line.limit)
        bare = "" if line.bare is None else _percent(line.bare.share)
        shares = [_percent(each) for each in (line.room.share, line.guessed.share, line.guessed.at_most)]
        beyond = f"{100 * (line.guessed.share - line.base):+.1f}"
        cells = (
            line.attack,
            f"{line.people}",
            f"{line.guessed.trials:,}",
            *shares,
            limit,
            beyond,
            bare,
            _verdict(line),
        )
        rows.append(f"| {' | '.join(cells)} |")
    rows += ["", "| price | people | measured | limit | holds |", "|---|---|---|---|---|"]
    for figure in figures:
        sign = "≥" if figure.is_least else "≤"
        limit = "–" if figure.limit is None else f"{sign} {figure.limit:g}"
        rows.append(f"| {figure.what} | {figure.people} | {figure.value:.3f} | {limit} | {_verdict(figure)} |")
    return "\n".join(rows) + "\n"


def _verdict(row: Line | Figure) -> str:
    """Whether a limit holds: as it is, or only for what the event tells beyond the room."""
    if row.limit is None:
        return "–"
    return "yes" if row.holds else "beyond the room" if row.holds_beside_room else "**no**"


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")


def write(text: str, page: Path = PAGE) -> None:
    """Put the tables into the page. Raises ValueError if it has no place for them."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has not both of {BEGIN.strip()} and {END.strip()}")
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
