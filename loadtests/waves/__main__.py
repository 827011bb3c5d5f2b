"""``make waves``: rooms that smile on their own and rooms that hear jokes, veiled; tables into docs/mix.md.

The exit status is 1 where something does not hold. ``--hours``: so many of each room; ``--quick``: five minutes of each
room, to see that it runs; writes nothing.
"""

import argparse
import sys
from collections.abc import Sequence
from multiprocessing import Pool
from typing import Final, NamedTuple

import numpy as np

from loadtests.waves.crowd import SMILES, jokes, smiles
from loadtests.waves.judge import Laugh, Score, changes_a_minute, judge, tell, truth
from loadtests.waves.report import Joking, Steady, tables, write
from loadtests.waves.venue import Cover, play

_HOUR_S: Final = 3600.0
_PEOPLE: Final = (6, 12, 20, 30, 49, 100, 300)
_APART: Final = (30, 300)
"""Of these rooms it is said what the veil's share and rounding's are."""

_BUSY: Final = 0.4


class Work(NamedTuple):
    """Nights of one room. ``share``: of people who smile by themselves; ``is_joking``: whether they hear jokes too."""

    people: int
    is_joking: bool
    share: float
    seconds: float
    nights: int


def works(seconds: float, nights: int) -> list[Work]:
    """The largest rooms first: they take longest."""
    steady = [Work(people, False, SMILES, seconds, nights) for people in _PEOPLE]
    busy = [Work(people, False, _BUSY, seconds, nights) for people in (6, 30, 300)]
    joking = [Work(people, True, SMILES, seconds, nights) for people in _PEOPLE]
    return sorted([*steady, *busy, *joking], key=lambda work: -work.people)


def do(work: Work) -> list[Steady] | list[Joking]:
    """The lines of one room."""
    covers = tuple(Cover) if work.people in _APART and work.share == SMILES else (Cover.VEIL,)
    return _joke(work, covers) if work.is_joking else _rest(work, covers)


def _rest(work: Work, covers: Sequence[Cover]) -> list[Steady]:
    counts: dict[Cover, list[list[float]]] = {cover: [] for cover in covers}
    for night in range(work.nights):
        dice = np.random.default_rng([night, work.people, round(100 * work.share)])
        mixes, _ = play(smiles(work.people, work.seconds, [], dice, work.share), dice)
        for cover in covers:
            told = tell(mixes[cover])
            seen = [each for each in told.shown if each]
            words, trends, numbers = zip(*[(each.word, each.trend, each.percent) for each in seen], strict=True)
            a_minute = [changes_a_minute(values) for values in (words, trends, numbers)]
            counts[cover].append([*a_minute, len(told.waves) * _HOUR_S / work.seconds])
    return [Steady(work.people, cover, work.share, *np.mean(each, axis=0).tolist()) for cover, each in counts.items()]


def _joke(work: Work, covers: Sequence[Cover]) -> list[Joking]:
    scores = {cover: Score() for cover in covers}
    for night in range(work.nights):
        said, dice = jokes(night, work.seconds), np.random.default_rng([night, work.people, 1])
        true: list[Laugh] = truth(said, work.seconds, np.random.default_rng([night, 0, 1]))
        mixes, inner = play(smiles(work.people, work.seconds, said, dice), dice)
        for cover in covers:
            judge(tell(mixes[cover]), true, inner, work.people, scores[cover])
    return [Joking(work.people, cover, score) for cover, score in scores.items()]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if all holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="five minutes of each room; nothing is written")
    parser.add_argument("--hours", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    todo = works(300.0, 1) if options.quick else works(_HOUR_S, options.hours)
    steady: list[Steady] = []
    joking: list[Joking] = []
    with Pool(options.processes) as pool:
        for done, lines in enumerate(pool.imap_unordered(do, todo), 1):
            for line in lines:
                if isinstance(line, Joking):
                    joking.append(line)
                else:
                    steady.append(line)
            print(f"{done} of {len(todo)} rooms", file=sys.stderr, flush=True)
    steady.sort(key=lambda line: (line.share, line.people))
    joking.sort(key=lambda line: line.people)
    text = tables(steady, joking)
    print(text)
    if not options.quick:
        write(text)
    judged: list[Steady | Joking] = [*steady, *joking]
    wrong = [(line.people, *line.wrong) for line in judged if line.wrong]
    print("All holds." if not wrong else f"Does not hold: {wrong}")
    return 1 if wrong and not options.quick else 0


if __name__ == "__main__":
    sys.exit(main())
