"""Waves in a record: each stands in some row with its end, is gathered once from the rows, and is told in a file."""

import asyncio
import csv
import datetime
import io
from dataclasses import replace
from random import Random

import pytest

from kuuki.limits import WAVES_SAID
from kuuki.mood.frames import Body, Mix, State
from kuuki.mood.mix import EMPTY
from kuuki.mood.mixjson import serialize_published
from kuuki.mood.surges import Surges
from kuuki.mood.waves import Source, Wave, WaveKind
from kuuki.times import ROW_S, TICK_S, WAVE_SAID_S
from services.aggregator.mixer import RoomMix
from services.aggregator.recorder import Recorder
from services.runtime.metrics import Metrics
from services.runtime.timeline import Entry, NoTimeline, Page
from services.signal.http.timelinecsv import COLUMNS, lines_of
from services.signal.http.timelinewaves import GatheredWaves
from tests.services.timeline_contract import mix
from tests.virtual import in_virtual_time

REST = 0.14
LAUGHS, WOWS, CLAPS = 1, 2, 3
PRESENT = 30
EVENING_S = 400
BEGAN_S = 1_800_000_000


class Rows(NoTimeline):
    """A timeline that keeps the rows, by whole seconds after BEGAN_S."""

    def __init__(self):
        self.rows = []

    async def append(self, rows):
        at_s = BEGAN_S + int(asyncio.get_running_loop().time())
        self.rows += [Entry(at_s, str(at_s), row.mix) for row in rows]
        return len(rows)


class Evening:
    """A room that laughs, and taps, again and again: with gaps of ``gap_s`` on average, short ones and long ones."""

    def __init__(self, seed, gap_s, tapped):
        self.dice, self.chance, self.tapped = Random(seed), TICK_S / gap_s, tapped
        self.surges, self.seq, self.said = Surges(), 0, []
        self._face, self._left = [], [0] * 4

    def mix(self, now):
        """The next mix, as an aggregator publishes it."""
        self.seq += 1
        share = self._share()
        body = Body(share, (0.0, 0.0, 0.0, share, 0.0, 0.0, 1 - share), 0.0, 0.5, 0.7, (0.0,) * 4)
        mix = Mix(1, self.seq, State.LIVE, 1.0, 20, None, body, tapped=self._taps())
        self.said.append(replace(mix, waves=self.surges.hear(mix, PRESENT, now)))
        return self.said[-1]

    def _share(self):
        if not self._face and self.dice.random() < self.chance:
            parts = (0.4, 0.8, *[1.0] * self.dice.randint(1, 10), 0.6, 0.3, 0.1)
            top = self.dice.uniform(0.4, 0.9)
            self._face = [REST + (top - REST) * part for part in parts]
        return self._face.pop(0) if self._face else REST

    def _taps(self):
        for kind in self.tapped:
            is_new = self._left[kind] == 0 and self.dice.random() < self.chance
            self._left[kind] = self.dice.randint(1, 15) if is_new else max(0, self._left[kind] - 1)
        return tuple(10 if left else 0 for left in self._left)

    @property
    def ended(self):
        """The waves that have ended, as each was said last, by number."""
        last = {wave.number: wave for published in self.said for wave in published.waves}
        return {number: wave for number, wave in last.items() if wave.lasts_ms is not None}


async def recorded(evening):
    """The rows of EVENING_S of it, and of a quiet while after that. Mixes come a little late, as they do."""
    timeline = Rows()
    recorder = Recorder(timeline, Metrics())
    running = asyncio.create_task(recorder.run())
    loop, phase_s = asyncio.get_running_loop(), evening.dice.uniform(0, TICK_S)
    for tick in range(round((EVENING_S + 10) / TICK_S)):
        if tick * TICK_S >= EVENING_S:
            evening.chance = 0.0
        await asyncio.sleep(phase_s + tick * TICK_S + evening.dice.uniform(0, 0.04) - loop.time())
        recorder.observe(RoomMix("a", evening.mix(loop.time()), (), EMPTY, is_recorded=True))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return timeline.rows


def ends_in(rows):
    return {wave.number for entry in rows for wave in entry.mix.waves if wave.lasts_ms is not None}


@pytest.mark.parametrize("seed", range(6))
@in_virtual_time
async def test_each_wave_stands_in_some_row_with_its_end(seed):
    """A row has one of five mixes, and a wave that has ended is in ten: also in one more, should a second be lost."""
    evening = Evening(seed, gap_s=6.0, tapped=(CLAPS,))
    rows = await recorded(evening)
    assert len(rows) == pytest.approx(EVENING_S + 10, abs=2)
    assert len(evening.ended) > 70
    assert min(wave.lasts_ms for wave in evening.ended.values()) < ROW_S * 1000 / 2
    assert ends_in(rows) == ends_in(rows[::2]) == ends_in(rows[1::2]) == set(evening.ended)


@pytest.mark.parametrize("seed", range(6))
@in_virtual_time
async def test_no_end_is_crowded_out_however_much_surges_at_once(seed):
    """Faces and three kinds of taps, every other second or so: waves of a kind of taps are apart, so there is room."""
    evening = Evening(seed, gap_s=2.0, tapped=(LAUGHS, WOWS, CLAPS))
    rows = await recorded(evening)
    assert max(len(entry.mix.waves) for entry in rows) <= WAVES_SAID
    assert len(set(evening.ended) - ends_in(rows)) <= 1, "at most one, of some 150"


@pytest.mark.parametrize("seed", range(3))
@in_virtual_time
async def test_they_are_gathered_from_the_rows_once_each_as_they_were_said_last(seed):
    evening = Evening(seed, gap_s=6.0, tapped=(CLAPS,))
    gathered = gathered_from(await recorded(evening))
    assert [wave["number"] for wave in gathered] == sorted(evening.ended, key=lambda n: began(gathered, n))
    for wave in gathered:
        said = evening.ended[wave["number"]]
        assert (wave["lasts_ms"], wave["rise"], wave["share"]) == (said.lasts_ms, said.rise, said.share)
        assert wave["tapped"] is (said.source is Source.TAPS)
    for at, number in true_beginnings(evening).items():
        assert abs(began(gathered, number) - BEGAN_S - at) <= ROW_S + TICK_S


def began(gathered, number):
    (at,) = {wave["at"] for wave in gathered if wave["number"] == number}
    return datetime.datetime.fromisoformat(at).timestamp()


def true_beginnings(evening):
    """When the mix was made that said a wave first, in seconds, less how long ago that wave had begun then."""
    firsts = {}
    for published in evening.said:
        for wave in published.waves:
            firsts.setdefault(wave.number, published.seq * TICK_S - wave.began_ms / 1000)
    return {at: number for number, at in firsts.items()}


# --- gathered


def gathered_from(rows):
    gathered = GatheredWaves()
    for entry in rows:
        gathered.hear(entry.at_s, serialize_published(entry.mix))
    return gathered.waves


def laugh(began_ms, lasts_ms=None, number=1, source=Source.FACES, kind=WaveKind.LAUGH, rise=0.3):
    return Wave(number, kind, source, began_ms, lasts_ms, rise, 0.6)


def entries(*rows, term=1):
    """A row a second with these waves."""
    return [Entry(BEGAN_S + at, str(at), mix(at + 1, term, waves=waves)) for at, waves in enumerate(rows)]


def test_a_wave_that_goes_on_at_the_end_of_the_rows_has_no_end():
    (wave,) = gathered_from(entries((), (laugh(1500),), (laugh(2500, rise=0.4),)))
    assert wave == {
        "at": "2027-01-15T07:59:59.500Z",
        "term": 1,
        "number": 1,
        "kind": "laugh",
        "tapped": False,
        "rise": 0.4,
        "share": 0.6,
    }


def test_a_wave_that_became_a_laugh_is_one():
    (wave,) = gathered_from(entries((laugh(500, kind=WaveKind.SMILES),), (laugh(1500),), (laugh(2500, 1700),)))
    assert (wave["kind"], wave["lasts_ms"]) == ("laugh", 1700)


def test_the_same_number_of_another_term_is_another_wave():
    rows = [*entries((laugh(500, 400),)), *entries((), (laugh(300, 200),), term=2)]
    assert [(wave["term"], wave["lasts_ms"]) for wave in gathered_from(rows)] == [(1, 400), (2, 200)]


def test_a_term_that_counts_from_1_again_has_another_wave_of_that_number():
    """An aggregator forgets a room in which nobody was for ten seconds."""
    rows = entries((laugh(500, 400),), (laugh(1500, 400),), *[()] * 12, (laugh(700),), (laugh(1700, 900),))
    assert [wave["lasts_ms"] for wave in gathered_from(rows)] == [400, 900]


def test_they_are_in_the_order_of_their_beginnings():
    taps = laugh(1000, number=2, source=Source.TAPS)
    assert [wave["number"] for wave in gathered_from(entries((laugh(200), taps), ()))] == [2, 1]


def test_of_rows_without_waves_there_are_none():
    assert gathered_from(entries((), ())) == gathered_from([]) == []


# --- in a file


@pytest.mark.parametrize(
    ("waves", "cells"),
    [
        ((), ("", "")),
        ((laugh(1200),), ("laugh", "0.3")),
        ((laugh(1200, kind=WaveKind.SMILES),), ("smiles", "0.3")),
        ((laugh(1200, kind=WaveKind.APPLAUSE, source=Source.TAPS),), ("applause tapped", "0.3")),
        ((laugh(1500, 501),), ("laugh", "0.3")),  # it ended 999 ms ago: after the row before
        ((laugh(1500, 500),), ("", "")),
        ((laugh(9000), laugh(1500, 1000, 2, rise=0.2)), ("laugh", "0.2")),
        ((laugh(9000), laugh(3500, 1000, 2, rise=0.2)), ("laugh", "0.3")),
    ],
)
def test_a_line_tells_the_newest_wave_that_goes_on_or_ended_in_its_second(waves, cells):
    text = ",".join(COLUMNS) + "\r\n" + lines_of(Page(rows=tuple(entries(waves))))
    (line,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert (line["wave"], line["wave_rise"]) == cells


def test_lines_of_a_wave_end_with_the_second_of_its_end():
    rows = entries((), (laugh(800),), (laugh(1800),), (laugh(2800, 2600),), (laugh(3800, 2600),), ())
    lines = lines_of(Page(rows=tuple(rows))).splitlines()
    assert ["laugh" in line for line in lines] == [False, True, True, True, False, False]
    assert WAVE_SAID_S > ROW_S, "or an end might be in no row"
