"""The report's lines, with what must hold; as tables in docs/mix.md."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from loadtests.waves.judge import LEAVES_S, SOON_S, Score
from loadtests.waves.venue import Cover

PAGE: Final = Path(__file__).parents[2] / "docs/mix.md"
BEGIN: Final = "<!-- waves: begin -->\n"
END: Final = "<!-- waves: end -->\n"

JUDGED: Final = (30, 300)
"""Rooms of so many people have limits; of others it is said how it is."""

WORDS_JUDGED: Final = (6, 30, 300)
WORDS_A_MINUTE: Final = 3.0
FALSE_AN_HOUR: Final = 3.0
RECALL: Final = 0.9
PRECISION: Final = 0.95
ONSET_S: Final = 0.7
_MOST: Final = 0.95
"""What is said of *most* laughs is said of this share of them."""


class Steady(NamedTuple):
    """A room in which everybody smiles on their own."""

    people: int
    cover: Cover
    share: float
    words: float
    trends: float
    numbers: float
    false: float

    @property
    def wrong(self) -> list[str]:
        """What does not hold."""
        if self.cover is not Cover.VEIL or self.share > 0.2:
            return []
        wrong = ["words"] if self.people in WORDS_JUDGED and self.words > WORDS_A_MINUTE else []
        return wrong + (["false waves"] if self.people in JUDGED and self.false > FALSE_AN_HOUR else [])

    @property
    def row(self) -> str:
        """The line of the table."""
        return (
            f"| {self.people} | {self.share:.2f} | {self.cover.value} | {self.words:.1f} | {self.trends:.1f} "
            f"| {self.numbers:.0f} | {self.false:.1f} |"
        )


class Joking(NamedTuple):
    """A room that hears jokes."""

    people: int
    cover: Cover
    score: Score

    @property
    def recall(self) -> float:
        """Of the clear laughs, the share that was found."""
        return self.score.found / max(1, self.score.clear)

    @property
    def precision(self) -> float:
        """Of the waves, the share that is a laugh."""
        return self.score.true / max(1, self.score.waves)

    @property
    def wrong(self) -> list[str]:
        """What does not hold."""
        if self.cover is not Cover.VEIL or self.people not in JUDGED:
            return []
        checks = {
            "recall": self.recall >= RECALL,
            "precision": self.precision >= PRECISION,
            "onset": _median(self.score.errors_s) <= ONSET_S,
            "shown late": _most(self.score.shown_s) <= SOON_S + 1e-6,
            "left late": _most(self.score.left_s) <= LEAVES_S + 1e-6,
            "word left late": _most(self.score.word_left_s) <= LEAVES_S + 1e-6,
        }
        return [name for name, holds in checks.items() if not holds]

    @property
    def row(self) -> str:
        """The line of the table."""
        score = self.score
        return (
            f"| {self.people} | {self.cover.value} | {score.clear} | {self.recall:.3f} | {self.precision:.3f} "
            f"| {_median(score.errors_s):.1f} | {_median(score.said_s):.1f} | {_most(score.shown_s):.1f} "
            f"| {_most(score.left_s):.1f} | {_most(score.word_left_s):.1f} |"
        )


def tables(steady: Sequence[Steady], joking: Sequence[Joking]) -> str:
    """Both tables in Markdown."""
    return "\n".join(
        (
            "| people | smile by themselves | mixes | words a minute | trends a minute | numbers a minute "
            "| false waves an hour |",
            "|---|---|---|---|---|---|---|",
            *[line.row for line in steady],
            "",
            "| people | mixes | clear laughs | found | of the waves, true | error of the beginning, s | said after, s "
            "| number there after, s | number gone after, s | word gone after, s |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *[line.row for line in joking],
        )
    )


def write(text: str) -> None:
    """Put the tables into docs/mix.md."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n\n{END}{after}", encoding="utf-8")


def _median(values: Sequence[float]) -> float:
    return float(np.median(values)) if values else float("nan")


def _most(values: Sequence[float]) -> float:
    return float(np.quantile(values, _MOST, method="inverted_cdf")) if values else float("nan")
