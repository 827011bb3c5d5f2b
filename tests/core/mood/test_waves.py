"""Waves as bytes, and the surges that they are found from: laughs, chance, taps, silences."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.limits import WAVES_SAID
from kuuki.mood.frames import Body, Mix, State
from kuuki.mood.surges import LAUGH_RISE, Surges, spread, threshold
from kuuki.mood.waves import WAVE_MAX_MS, WAVES_BYTES, Source, Wave, WaveKind, pack_waves, unpack_waves
from kuuki.strict import Unfit
from kuuki.times import TICK_S, WAVE_MAX_S, WAVE_SAID_S

pytestmark = pytest.mark.covers

REST = 0.14
LAUGHS, CLAPS = 1, 3

waves = st.builds(
    Wave,
    st.integers(0, 2**32 - 1),
    st.sampled_from(WaveKind),
    st.sampled_from(Source),
    st.integers(0, WAVE_MAX_MS),
    st.none() | st.integers(0, WAVE_MAX_MS),
    st.integers(0, 10_000).map(lambda n: n / 10_000),
    st.integers(0, 10_000).map(lambda n: n / 10_000),
)


@given(st.lists(waves, max_size=WAVES_SAID).map(tuple))
def test_waves_come_back(some):
    assert unpack_waves(pack_waves(some)) == some


@given(st.binary(max_size=WAVES_BYTES + 20))
def test_any_bytes_are_waves_or_unfit(data):
    try:
        found = unpack_waves(data)
    except Unfit:
        return
    assert pack_waves(found) == data


def test_what_is_too_long_is_said_as_the_longest():
    wave = Wave(1, WaveKind.LAUGH, Source.FACES, 10**6, 10**6, 0.5, 0.5)
    assert unpack_waves(pack_waves((wave,)))[0] == replace(wave, began_ms=WAVE_MAX_MS, lasts_ms=WAVE_MAX_MS)


def mix(smiling, tapped=None, at_least=20):
    if smiling is None:
        return Mix(1, 1, State.FEW, 0.0, None, 4, tapped=tapped)
    body = Body(smiling, (0.0, 0.0, 0.0, smiling, 0.0, 0.0, 1 - smiling), 0.0, 0.5, 0.7, (0.0,) * 4)
    return Mix(1, 1, State.LIVE, 1.0, at_least, None, body, tapped=tapped)


def tap(kind, people):
    return tuple(people if at == kind else 0 for at in range(4))


class Night:
    """Mixes of one room, a tick apart, and the waves that they said."""

    def __init__(self, at_least=20, present=30):
        self.surges, self.now, self.at_least, self.present, self.said = Surges(), 0.0, at_least, present, []
        self.term = 1

    def hear(self, *shares, tapped=None, after_s=TICK_S):
        for share in shares:
            self.now += after_s
            said = replace(mix(share, tapped, self.at_least), term=self.term)
            self.said.append(self.surges.hear(said, self.present, self.now))
        return self.said[-1]

    @property
    def waves(self):
        """Each as it was said last, by its number."""
        last = {}
        for some in self.said:
            last |= {wave.number: wave for wave in some}
        return list(last.values())


def laugh(top=0.6, rest=REST):
    """Up within a second, held for one, down within two."""
    up = [rest + (top - rest) * part for part in (0.15, 0.4, 0.7, 0.9, 1.0)]
    down = [rest + (top - rest) * part for part in (0.8, 0.6, 0.45, 0.3, 0.2, 0.12, 0.06, 0.0)]
    return [*up, *[top] * 5, *down]


QUIET = [REST] * 40


def test_a_laugh_is_one_wave_with_its_beginning_peak_and_end():
    night = Night()
    night.hear(*QUIET)
    began = night.now
    first = next(at for at, share in enumerate(laugh(), 1) if night.hear(share))
    assert first <= 4, "said within eight tenths of a second of its beginning"
    assert night.said[-1][0].lasts_ms is None
    (wave,) = night.said[-1]
    assert abs(night.now - wave.began_ms / 1000 - began) <= 2 * TICK_S
    night.hear(*laugh()[first:], *[REST] * 30)
    (wave,) = night.waves
    assert (wave.source, wave.kind) == (Source.FACES, WaveKind.LAUGH)
    assert wave.rise == pytest.approx(0.46, abs=0.03)
    assert wave.share == pytest.approx(0.6, abs=0.01)
    assert 2000 <= wave.lasts_ms <= 3000
    assert night.said[-1] == (), "it has been said for long enough"


def test_a_wave_that_has_ended_is_said_for_a_while():
    night = Night()
    night.hear(*QUIET, *laugh(), *[REST] * 40)
    ended = [some for some in night.said if some and some[0].lasts_ms is not None]
    assert len(ended) == pytest.approx(WAVE_SAID_S / TICK_S, abs=1)
    assert len({some[0].lasts_ms for some in ended}) == 1


def test_laughs_overlap():
    """The second begins before the first is over: from the valley between them."""
    night = Night()
    night.hear(*QUIET, *laugh(0.6)[:13], *laugh(0.75, rest=0.36), *[0.3] * 10)
    one, other = night.waves
    assert (one.number, other.number) == (1, 2)
    assert one.lasts_ms is not None
    assert other.rise == pytest.approx(0.35, abs=0.06)


def test_what_rises_slowly_is_no_wave():
    night = Night()
    night.hear(*QUIET, *[REST + 0.006 * tick for tick in range(100)], *[0.74] * 20)
    assert night.waves == []


def test_a_surge_that_is_no_laugh_is_one_of_smiles():
    night = Night()
    night.hear(*QUIET, *laugh(REST + LAUGH_RISE - 0.03), *QUIET)
    assert [wave.kind for wave in night.waves] == [WaveKind.SMILES]


def test_it_is_a_laugh_where_people_tap_one():
    night = Night()
    night.hear(*QUIET)
    night.hear(*laugh(REST + LAUGH_RISE - 0.03), tapped=tap(LAUGHS, 2))
    assert [(wave.kind, wave.source) for wave in night.waves] == [(WaveKind.LAUGH, Source.FACES)]
    alone = Night()
    alone.hear(*QUIET)
    alone.hear(*laugh(REST + LAUGH_RISE - 0.03), tapped=tap(LAUGHS, 1))
    assert [wave.kind for wave in alone.waves] == [WaveKind.SMILES], "one person's tap names no room's laugh"


@pytest.mark.parametrize(("people", "rise"), [(5, 0.3), (20, 0.14), (200, 0.1)])
def test_what_chance_does_is_no_wave(people, rise):
    night = Night(people)
    night.hear(*QUIET, *laugh(REST + rise), *QUIET)
    assert night.waves == []
    assert rise < threshold(people, 0.15)


def test_the_more_people_the_less_is_chance():
    assert [threshold(people, 0.15) for people in (5, 10, 20, 50, 200)] == sorted(
        [threshold(people, 0.15) for people in (5, 10, 20, 50, 200)], reverse=True
    )
    assert spread(20, 0.15) < spread(20, 0.4)


def test_a_room_that_often_smiles_needs_more():
    dice, calm, busy = Random(1), Night(), Night()
    for _ in range(1500):
        busy.hear(min(1.0, max(0.0, dice.gauss(0.45, 0.03))))
        calm.hear(min(1.0, max(0.0, dice.gauss(0.14, 0.03))))
    before = len(busy.waves), len(calm.waves)
    rise = 1.2 * threshold(20, 0.15)
    assert rise < threshold(20, 0.4)
    busy.hear(*[0.45] * 10, *laugh(0.45 + rise, rest=0.45), *[0.45] * 10)
    calm.hear(*[REST] * 10, *laugh(REST + rise), *[REST] * 10)
    assert (len(busy.waves), len(calm.waves)) == (before[0], before[1] + 1)


def test_who_laughed_is_believed_sooner():
    """A rise that is a little too small for a first laugh."""
    little = laugh(REST + 1.07 * threshold(20, 0.15))
    alone, again = Night(), Night()
    alone.hear(*QUIET, *little, *QUIET)
    again.hear(*QUIET, *laugh(), *[REST] * 20, *little, *QUIET)
    assert (len(alone.waves), len(again.waves)) == (0, 2)


def test_a_room_that_stays_up_is_in_no_wave_for_ever():
    night = Night()
    night.hear(*QUIET, *laugh(0.8)[:6], *[0.8] * round((WAVE_MAX_S + 5) / TICK_S))
    (wave,) = night.waves
    assert 5000 < wave.lasts_ms <= 1000 * (WAVE_MAX_S + 1)


@pytest.mark.parametrize("silence", ["nothing", "few"])
def test_a_silence_ends_a_wave_and_nothing_is_compared_across_it(silence):
    night = Night()
    night.hear(*QUIET, *laugh()[:7])
    if silence == "few":
        night.hear(*[None] * 6)
    night.hear(0.9, after_s=TICK_S if silence == "few" else 5.0)
    night.hear(*[0.9] * 20)
    assert len(night.waves) == 1
    assert night.said[-1] == (), "it is over"


def test_claps_of_a_few_within_a_second_are_a_wave():
    night = Night()
    night.hear(*[None] * 5, tapped=tap(CLAPS, 1))
    assert night.waves == [], "one person is none"
    night.hear(*[None] * 10, tapped=tap(CLAPS, 5))
    night.hear(*[None] * 3, tapped=tap(CLAPS, 0))
    (wave,) = night.waves
    assert (wave.kind, wave.source) == (WaveKind.APPLAUSE, Source.TAPS)
    assert wave.share == pytest.approx(5 / 30, abs=1e-4)
    assert wave.lasts_ms == 2000


def test_in_a_large_room_it_takes_more_people():
    night = Night(present=500)
    night.hear(*[None] * 5, tapped=tap(CLAPS, 20))
    assert night.waves == []
    night.hear(*[None] * 5, tapped=tap(CLAPS, 50))
    assert len(night.waves) == 1


def test_faces_and_each_kind_of_tap_have_waves_of_their_own():
    night = Night()
    night.hear(*QUIET)
    night.hear(*laugh()[:8], tapped=(0, 5, 0, 10))
    assert {(wave.kind, wave.source) for wave in night.said[-1]} == {
        (WaveKind.LAUGH, Source.FACES),
        (WaveKind.LAUGH, Source.TAPS),
        (WaveKind.APPLAUSE, Source.TAPS),
    }
    assert len({wave.number for wave in night.said[-1]}) == 3


def test_taps_without_end_are_no_wave_without_end():
    night = Night()
    night.hear(*[None] * round((WAVE_MAX_S + 1) / TICK_S), tapped=tap(CLAPS, 10))
    first, *_ = night.waves
    assert first.lasts_ms is not None


def test_a_mix_says_those_that_go_on_before_those_that_have_ended():
    night = Night()
    night.hear(*QUIET)
    night.hear(*laugh()[:6], tapped=(0, 5, 5, 0))
    night.hear(*[0.2] * 3, tapped=(0, 0, 0, 10))
    night.hear(*laugh(0.8, rest=0.2)[:5], tapped=(0, 0, 0, 10))
    said = night.said[-1]
    assert len(night.waves) == 5
    assert len(said) == WAVES_SAID
    assert [wave.lasts_ms is None for wave in said] == [False, False, True, True]
    assert [wave.number for wave in said] == sorted(wave.number for wave in said)


def test_claps_are_over_when_too_few_are_left_to_clap():
    night = Night(present=6)
    night.hear(None, None, tapped=tap(CLAPS, 2))
    night.hear(*[None] * 3, tapped=None)
    (wave,) = night.said[-1]
    assert wave.lasts_ms == 200, "as long as they were seen"
    night.hear(*[None] * 20, tapped=None)
    assert night.said[-1] == ()


def test_one_person_with_two_devices_is_no_applause_of_a_room():
    night = Night(present=20)
    night.hear(*[None] * 50, tapped=tap(CLAPS, 2))
    assert night.waves == []


def test_waves_of_a_kind_of_taps_are_apart():
    """However fast a few people stop and begin."""
    night = Night()
    for _ in range(50):
        night.hear(None, tapped=(0, 5, 0, 5))
        night.hear(None, None, tapped=tap(CLAPS, 0))
    assert len(night.waves) == 2 * 6, "in thirty seconds"


def test_what_was_known_under_another_term_is_old():
    """Another aggregator led for ten minutes, and this one leads again: the laugh of then is no wave of ten minutes."""
    night = Night()
    night.hear(*QUIET, *laugh()[:6])
    night.term = 3
    night.hear(0.6, after_s=600.0)
    assert night.said[-1] == ()
    night.hear(*[REST] * 20, *laugh())
    assert night.waves[-1].number == 2, "numbers go on"


def test_mixes_that_come_slowly_are_not_compared():
    night = Night()
    night.hear(*[REST + 0.035 * at for at in range(20)], after_s=0.7)
    assert night.waves == []
