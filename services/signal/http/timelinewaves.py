"""The waves of a part of a record, each once, gathered from its rows: a wave stands in every row while it goes on and
for WAVE_SAID_S after it ended."""

from typing import Final, NamedTuple

from kuuki.mood.mixjson import PublishedMix, WaveBody
from kuuki.times import ROW_S
from services.signal.http.bodies import RecordedWave
from services.signal.http.timelinecsv import rfc3339

_APART_S: Final = 2 * ROW_S
"""Rows are of whole seconds, so a wave's beginning is off by up to so much from row to row."""


class _Said(NamedTuple):
    """A wave as it was said in the row of the second ``at_s``. ``began_s``: unix time."""

    at_s: int
    began_s: float
    wave: RecordedWave


class GatheredWaves:
    """The waves of the rows that were heard, as each was said last.

    A term's aggregator that forgot a room in which nobody was counts its waves from 1 again: a wave that began after
    the last row of its namesake is another one.
    """

    def __init__(self) -> None:
        self._newest: dict[tuple[int, int], _Said] = {}
        self._over: list[_Said] = []

    def hear(self, at_s: int, mix: PublishedMix) -> None:
        """The next row, by its second in unix time."""
        for wave in mix["waves"]:
            said, name = _said(at_s, mix["term"], wave), (mix["term"], wave["number"])
            former = self._newest.get(name)
            if former is not None and said.began_s > former.at_s + _APART_S:
                self._over.append(former)
            self._newest[name] = said

    @property
    def waves(self) -> list[RecordedWave]:
        """By their beginning."""
        return [said.wave for said in sorted([*self._over, *self._newest.values()], key=lambda said: said.began_s)]


def _said(at_s: int, term: int, wave: WaveBody) -> _Said:
    began_s = at_s - wave["began_ms"] / 1000
    recorded: RecordedWave = {
        "at": rfc3339(began_s),
        "term": term,
        "number": wave["number"],
        "kind": wave["kind"],
        "tapped": wave["tapped"],
        "rise": wave["rise"],
        "share": wave["share"],
    }
    return _Said(at_s, began_s, recorded if "lasts_ms" not in wave else {**recorded, "lasts_ms": wave["lasts_ms"]})
