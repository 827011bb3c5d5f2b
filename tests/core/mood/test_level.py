"""The level: what is shown follows a laugh at once and chance slowly, the same in both languages."""

import json
from itertools import pairwise
from random import Random

import pytest

from kuuki.mood.frames import Mix, State
from kuuki.mood.level import Level
from kuuki.mood.surges import spread
from kuuki.mood.waves import Source, Wave, WaveKind
from kuuki.mood.words import wave_word
from kuuki.times import TICK_S
from tests.golden.make_levels import GOLDEN, golden, mix_of

pytestmark = pytest.mark.covers

REST = 0.14


class Room:
    """Mixes of a room, a tick apart, and what was shown after each."""

    def __init__(self, at_least=20):
        self.level, self.ms, self.seq, self.at_least, self.shown = Level(), 0, 0, at_least, []

    def hear(self, *shares, draw=1, kinds=(), after_ms=1000 * TICK_S, agreement=0.7, taps=0.0, surprise=0.02):
        for share in shares:
            self.ms += after_ms
            self.seq += 1
            line = (self.ms, 1, self.seq, draw, self.at_least, share, surprise, 0.05, agreement, taps, kinds)
            self.shown.append(self.level.hear(mix_of(line), self.ms / 1000))
        return self.shown[-1]

    def changes(self, name, after=0):
        said = [getattr(each, name) for each in self.shown[after:] if each]
        return sum(one != other for one, other in pairwise(said))


def test_the_file_for_both_languages_is_current():
    assert json.loads(GOLDEN.read_text()) == json.loads(json.dumps(golden()))


def test_a_laugh_is_shown_with_the_second_mix_and_fades():
    room = Room()
    room.hear(*[REST] * 50)
    room.hear(0.6, 0.6)
    assert room.shown[-1].share >= REST + 0.8 * (0.6 - REST)
    room.hear(*[REST] * 10)
    assert room.shown[-1].share <= REST + 0.2 * (0.6 - REST)


@pytest.mark.parametrize("at_least", [5, 20, 200])
def test_chance_changes_neither_word_nor_trend_and_hardly_the_number(at_least):
    dice, room, share = Random(4), Room(at_least), 0.3
    for _ in range(3000):
        share += (0.3 - share) * 0.12 + dice.gauss(0.0, spread(at_least, 0.3) * 0.48)
        room.hear(round(min(1.0, max(0.0, share)), 2))
    minutes = 3000 * TICK_S / 60
    assert room.changes("word") / minutes <= 3
    assert room.changes("trend", after=100) / minutes <= 5
    assert room.changes("percent") / minutes <= 30


def test_a_wave_has_its_word_from_the_mix_that_says_it_until_it_ends():
    room = Room()
    room.hear(*[REST] * 50)
    assert room.hear(0.5, kinds=["smiles"]).word == "smiles"
    assert room.hear(*[0.6] * 8, kinds=["smiles", "laugh"]).word == "laughter"
    assert room.hear(*[REST] * 10).word == "quiet"


def test_the_word_and_the_number_never_contradict_each_other():
    """Also before a wave is said, and after it."""
    room = Room()
    room.hear(*[0.1] * 100)
    room.hear(0.8, 0.8)
    room.hear(0.8)
    assert room.shown[-1].word == "beaming"
    room.hear(*[0.8] * 5, kinds=["laugh"])
    room.hear(*[0.1] * 40)
    for each in room.shown:
        assert not (each.word == "quiet" and each.percent > 30), each
        assert not (each.word == "beaming" and each.percent < 50), each


def test_a_word_stands_long_enough_to_be_read():
    room = Room()
    room.hear(*[REST] * 50)
    room.hear(0.5, kinds=["wow"])
    room.hear(*[REST] * 30)
    shown = [each.word for each in room.shown[50:]]
    assert shown.index("quiet") == pytest.approx(8, abs=1)
    assert set(shown) == {"wow", "quiet"}


def test_waves_do_not_change_the_mood_between_them():
    room = Room()
    room.hear(*[REST] * 50)
    for _ in range(5):
        room.hear(*[0.8] * 10, kinds=["laugh"])
        room.hear(*[REST] * 20)
    assert room.shown[-1].mood == pytest.approx(REST, abs=0.02)
    between = [room.shown[at].word for at in range(len(room.shown)) if at < 50 or (at - 50) % 30 >= 25]
    assert set(between) == {"quiet"}, "once the number is back"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("beaming", {"share": 0.8}),
        ("warm", {"share": 0.6}),
        ("gentle", {"share": 0.3}),
        ("quiet", {"share": 0.05}),
        ("surprised", {"share": 0.3, "surprise": 0.5}),
        ("mixed", {"share": 0.3, "agreement": 0.2}),
        ("lively", {"share": 0.3, "taps": 12.0}),
    ],
)
def test_moods_have_words(word, said):
    said = dict(said)
    share = said.pop("share")
    room = Room()
    room.hear(0.2)
    assert room.hear(*[share] * 200, **said).word == word


def test_a_mood_changes_beyond_its_border_only():
    room = Room()
    room.hear(*[0.43] * 100)
    assert room.hear(*[0.46] * 100).word == "gentle", "a little above the border of warm"
    assert room.hear(*[0.55] * 100).word == "warm"
    assert room.hear(*[0.43] * 100).word == "warm", "a little below it"
    assert room.hear(*[0.35] * 100).word == "gentle"


def test_the_trend_is_these_seconds_against_the_last_minute():
    room = Room()
    assert room.hear(*[0.2] * 20).trend is None
    assert room.hear(*[0.2] * 100).trend == "steady"
    assert room.hear(*[0.45] * 40).trend == "rising"
    assert room.hear(*[0.45] * 600).trend == "steady"
    assert room.hear(*[0.2] * 40).trend == "falling"


@pytest.mark.parametrize(("at_least", "steps"), [(5, 10), (20, 5), (200, 5)])
def test_the_number_goes_in_steps(at_least, steps):
    room = Room(at_least)
    room.hear(*[tick / 200 for tick in range(200)])
    assert {each.percent % steps for each in room.shown} == {0}
    assert room.hear(*[1.0] * 50).percent == 100


def test_when_others_count_all_that_is_remembered_takes_the_step():
    room, still = Room(at_least=5), Room(at_least=5)
    for each in (room, still):
        each.hear(*[0.3] * 150)
    room.hear(*[0.42] * 60, draw=2)
    still.hear(*[0.42] * 60)
    assert room.shown[150].share == pytest.approx(0.42), "at once: there is nothing to glide over"
    assert room.level._before == pytest.approx(0.42, abs=0.01)
    assert still.level._before < 0.37


def test_a_laugh_that_comes_with_another_draw_is_no_step():
    """The veil moves what is shown by little when somebody comes or goes: the rest is the room's."""
    room = Room()
    room.hear(*[0.2] * 100)
    room.hear(0.5, draw=2)
    room.hear(*[0.6] * 3, draw=2, kinds=["laugh"])
    assert room.shown[-1].mood == pytest.approx(0.2, abs=0.05)
    assert room.shown[-1].share > 0.5


def test_in_a_large_room_somebody_always_comes():
    room = Room(at_least=200)
    room.hear(*[0.3] * 150)
    for draw, share in enumerate([0.36, 0.42, 0.48, 0.54, 0.54], 2):
        room.hear(share, draw=draw)
    assert room.hear(*[0.54] * 20, draw=9).trend == "rising"


def test_a_step_over_a_hole_is_the_rooms():
    room = Room()
    room.hear(*[0.3] * 150)
    room.seq += 5
    room.hear(*[0.55] * 25, draw=2, after_ms=450)
    assert room.shown[-1].trend == "rising"


def test_after_a_silence_it_begins_anew_but_knows_what_was():
    room = Room()
    room.hear(*[0.2] * 300)
    assert room.hear(0.6, after_ms=10_000).share == 0.6
    assert room.hear(*[0.6] * 30).trend == "rising"


def test_of_few_nothing_is_shown_but_the_taps_word():
    room = Room()
    assert room.hear(None) is None
    clap = Wave(1, WaveKind.APPLAUSE, Source.TAPS, 0, None, 0.5, 0.5)
    over = Wave(2, WaveKind.WOW, Source.TAPS, 0, 400, 0.5, 0.5)
    assert wave_word(Mix(1, 1, State.FEW, 0.0, waves=(over, clap))) == "applause"
    assert wave_word(Mix(1, 1, State.FEW, 0.0, waves=(over,))) is None
