"""When mixes go out: laws for gateways of any phases, with jitter, that come late, fall silent and come back."""

from dataclasses import dataclass
from itertools import pairwise
from math import inf

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kuuki.mood.mix import Calibration, Partial
from kuuki.times import MIX_SPACING_S, MIX_WAIT_S, PARTIAL_EXPIRES_S, TICK_S
from services.aggregator.mixer import Mixer
from tests.bulletins import bulletin_of, sums_of

ROOM = Partial(1, (0,) * 4, sums_of(1, (255, *[0] * 6)))
LATE_S = 0.005
"""What the mixer allows who is expected."""

EPSILON_S = 1e-9


@dataclass(frozen=True)
class Mixed:
    """Mixes that went out: when, and the seq of each gateway in them."""

    at: float
    seqs: dict[str, int]


def run(arrivals):
    """What goes out when these (at, gateway, seq) come in and every timer fires in time."""
    mixer, gone_out = Mixer(Calibration(), b"veil"), []

    def mix(now):
        (mixed,) = mixer.mixes(1, now)
        assert mixed.inner.present == len(mixed.contains)
        gone_out.append(Mixed(now, {stamp.gateway: stamp.seq for stamp in mixed.contains}))

    due_at = inf
    for at, gateway, seq in sorted(arrivals):
        if due_at < at:
            mix(due_at)
        assert mixer.accept(bulletin_of(gateway, seq, {"room": ROOM}), at)
        due = mixer.due_at(at)
        assert due is not None
        due_at = due
        if due_at <= at:
            mix(at)
            due_at = inf
    if due_at < inf:
        mix(due_at)
    return gone_out


def live(arrivals, now):
    """The newest seq of each gateway that has not expired."""
    heard = [(at, gateway, seq) for at, gateway, seq in arrivals if now - PARTIAL_EXPIRES_S <= at <= now]
    return {gateway: seq for _, gateway, seq in sorted(heard)}


def ticking(gateway, phase_s, ticks, jitter=lambda tick: 0.0):
    return [(phase_s + tick * TICK_S + jitter(tick), gateway, tick + 1) for tick in ticks]


phases = st.floats(0, TICK_S, exclude_max=True)
any_phases = st.lists(phases, min_size=2, max_size=8, unique=True)


@st.composite
def crowds(draw):
    """Up to six gateways over 15 ticks: phases, jitter up to half a tick, late comers, silences."""
    arrivals = []
    for gateway in "ghijkl"[: draw(st.integers(1, 6))]:
        ticks = range(draw(st.integers(0, 6)), draw(st.integers(8, 15)))
        silent = draw(st.sets(st.integers(0, 15), max_size=8))
        jitters = draw(st.lists(st.floats(0, TICK_S / 2), min_size=15, max_size=15))
        arrivals += ticking(gateway, draw(phases), [tick for tick in ticks if tick not in silent], jitters.__getitem__)
    return arrivals


@given(crowds())
def test_every_mix_has_the_newest_of_every_live_gateway_and_of_nobody_else(arrivals):
    for mixed in run(arrivals):
        now = mixed.at + EPSILON_S
        before = [arrival for arrival in arrivals if arrival[0] <= mixed.at]
        assert mixed.seqs.items() <= live(before, mixed.at - EPSILON_S).items() | live(before, now).items()
        assert mixed.seqs.items() >= live(before, now).items() & live(before, mixed.at - EPSILON_S).items()


LATE = [
    *((0.8, "g", 5), (1.0, "g", 6), (1.23125, "g", 7), (1.4, "g", 8)),
    *((0.6421875, "h", 3), (0.7796875, "h", 4), (0.9796875, "h", 5), (1.1796875, "h", 6)),
    *((1.4421875, "h", 7), (1.5796875, "h", 8)),
    *((0.603125, "i", 3), (0.75625, "i", 4), (1.01875, "i", 5), (1.25, "i", 6), (1.55625, "i", 8)),
]
"""The one that makes a round whole comes just before the wait for it is over; then another is waited for once more."""

LONGEST_S = MIX_SPACING_S + 2 * MIX_WAIT_S


@given(crowds())
@example(LATE)
def test_every_bulletin_is_mixed_within_the_spacing_and_two_waits(arrivals):
    gone_out = run(arrivals)
    for at, gateway, seq in arrivals:
        mixed_at = min(mixed.at for mixed in gone_out if mixed.seqs.get(gateway, 0) >= seq)
        assert mixed_at <= at + LONGEST_S + EPSILON_S


@given(crowds())
def test_mixes_of_several_are_never_closer_than_the_spacing(arrivals):
    for former, mixed in pairwise(run(arrivals)):
        alone = len(mixed.seqs) == 1 and former.seqs.keys() == mixed.seqs.keys()
        assert alone or mixed.at - former.at >= MIX_SPACING_S - EPSILON_S


@given(any_phases, st.lists(st.integers(0, 5), min_size=8, max_size=8))
def test_whatever_the_phases_there_is_one_mix_a_tick(phases_s, starts):
    ticks = 60
    arrivals = []
    for gateway, phase_s, start in zip("abcdefgh", phases_s, starts, strict=False):
        arrivals += ticking(gateway, phase_s, range(start, ticks))
    gone_out = [mixed.at for mixed in run(arrivals) if 2.0 <= mixed.at < 12.0]
    assert 48 <= len(gone_out) <= 51
    assert max(later - at for at, later in pairwise(gone_out)) <= TICK_S + MIX_WAIT_S + EPSILON_S


@given(st.integers(2, 300))
def test_many_gateways_spread_over_the_tick_have_one_mix_a_tick(count):
    arrivals = [each for n in range(count) for each in ticking(f"g{n}", n * TICK_S / count, range(12))]
    gone_out = [mixed for mixed in run(arrivals) if 3 * TICK_S < mixed.at <= 12 * TICK_S]
    assert len(gone_out) <= 9
    assert all(len(mixed.seqs) == count for mixed in gone_out)


@given(
    st.floats(0, 0.19),
    st.lists(st.floats(0, 0.01), min_size=2, max_size=8, unique=True),
    st.lists(st.integers(0, 4), min_size=8, max_size=8),
)
def test_gateways_that_tick_together_are_mixed_as_soon_as_the_last_was_heard(phase_s, offsets_s, starts):
    """Whoever came first: a few ticks later each mix has everybody's partial of the very tick."""
    arrivals = []
    for gateway, offset_s, start in zip("abcdefgh", offsets_s, starts, strict=False):
        arrivals += ticking(gateway, phase_s + offset_s, range(start, 20))
    gone_out = [mixed for mixed in run(arrivals) if mixed.at > 14 * TICK_S]
    last_s = phase_s + max(offsets_s)
    for mixed in gone_out:
        late_s = (mixed.at - last_s + TICK_S / 2) % TICK_S - TICK_S / 2
        assert -EPSILON_S <= late_s <= LATE_S + EPSILON_S
        assert len(set(mixed.seqs.values())) == 1


@given(st.randoms(use_true_random=False), st.integers(2, 8), st.lists(st.integers(0, 4), min_size=8, max_size=8))
def test_gateways_that_tick_together_but_for_some_jitter_are_mixed_together(random, count, starts):
    arrivals = []
    for gateway, start in zip("abcdefgh"[:count], starts, strict=False):
        arrivals += ticking(gateway, 0.01, range(start, 24), lambda _: random.uniform(0, 0.03))
    gone_out = [mixed for mixed in run(arrivals) if mixed.at > 14 * TICK_S]
    assert len(gone_out) == 10
    assert all(len(set(mixed.seqs.values())) == 1 for mixed in gone_out)


@given(phases, st.lists(st.floats(0, 0.15), min_size=20, max_size=20))
def test_a_gateway_that_is_alone_is_mixed_at_once(phase_s, jitters):
    arrivals = ticking("g", phase_s, range(20), jitters.__getitem__)
    assert [(mixed.at, mixed.seqs["g"]) for mixed in run(arrivals)] == [(at, seq) for at, _, seq in sorted(arrivals)]


def test_a_gateway_that_is_killed_costs_the_others_no_tick():
    arrivals = ticking("g", 0.0, range(20)) + ticking("h", 0.001, range(20)) + ticking("killed", 0.002, range(5))
    gone_out = run(arrivals)
    assert max(later.at - former.at for former, later in pairwise(gone_out)) <= TICK_S + MIX_WAIT_S
    assert [len(mixed.seqs) for mixed in gone_out][-9:] == [2] * 9


@pytest.mark.parametrize("late_s", [0.03, 0.1, 0.19])
def test_one_late_tick_is_made_good_in_a_few(late_s):
    late = {10: late_s}
    arrivals = ticking("g", 0.0, range(30), lambda tick: late.get(tick, 0.0)) + ticking("h", 0.002, range(30))
    after = [mixed.at for mixed in run(arrivals) if mixed.at > 22 * TICK_S]
    assert all((at - 0.002 + EPSILON_S) % TICK_S <= LATE_S for at in after)
