"""What is published: nothing below the minimum group, and only what rounded numbers say."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.limits import MIN_GROUP
from kuuki.mood.frames import State
from kuuki.mood.growth import Growth
from kuuki.mood.labels import WHOLE, to_integers
from kuuki.mood.mix import (
    EMPTY,
    NO_SET,
    NO_TAPS,
    Calibration,
    Partial,
    SetSums,
    Sums,
    describe,
    finish,
    merge_sets,
)
from kuuki.mood.privacy import Gate, Privacy, Publication, Rule, bucket, publish, rounded
from kuuki.mood.veil import Veil
from kuuki.mood.waves import Source, WaveKind
from kuuki.times import LIVE_HOLD_S, OPEN_S

weights = st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda w: sum(w) > 0).map(to_integers)
rooms = st.lists(weights, min_size=MIN_GROUP, max_size=30)
taps = st.tuples(*[st.integers(0, 2000)] * 4)
EXACT = Rule(Privacy.EXACT)


def partial_of(scores, absent=0, tapped=(0, 0, 0, 0)):
    if not scores:
        return Partial(absent, tapped)
    columns = list(zip(*scores, strict=True))
    squares = sum(weight**2 for column in columns for weight in column)
    sums = Sums(len(scores), tuple(map(sum, columns)), squares)
    return Partial(len(scores) + absent, tapped, sums, SetSums(77, sums))


def people(count, present=None):
    partial = partial_of([(0, 0, 0, 255, 0, 0, 0)] * count)
    return Partial(count if present is None else present, partial.taps, partial.inner, partial.counted)


def open_gate(rule=Rule()):  # noqa: B008  frozen
    return Gate(rule, enough_since=-LIVE_HOLD_S)


def room_of(gate):
    return Publication(gate, Veil.of(b"key", "room"))


def published(partial, gate=None, now=0.0, order=(1, 1)):
    room = room_of(gate or open_gate())
    room.look(partial, now)
    return publish(partial, room, order, Calibration())


def finished(partial):
    return finish(partial.inner, partial.present, partial.taps)


def veiled(partial):
    """The means with the noise that this room has."""
    veil = Veil.of(b"key", "room")
    veil.see(partial.counted.number, finished(partial), True)
    return veil.over(finished(partial))


def test_of_two_rules_the_stricter_is_known():
    ladder = [Rule(Privacy.EXACT), Rule(Privacy.STANDARD, 2), Rule(Privacy.STANDARD, MIN_GROUP)]
    assert sorted([ladder[1], ladder[2], ladder[0]], key=lambda rule: rule.strictness) == ladder


# --- the minimum group


@given(st.integers(0, MIN_GROUP - 1), st.integers(0, 5), st.floats(0, 100))
def test_a_mix_of_fewer_than_the_minimum_is_never_live(sensing, absent, now):
    mix = published(people(sensing, sensing + absent), now=now)
    assert mix.state in (State.FEW, State.EMPTY)
    assert mix.body is None
    assert mix.at_least is None
    assert mix.at_most == (MIN_GROUP - 1 if mix.state is State.FEW else 0)


@given(st.lists(st.tuples(st.integers(0, 12), st.floats(0, 2)), max_size=40), st.integers(1, 8))
def test_live_means_enough_people_at_every_look_for_the_whole_hold(looks, min_group):
    """By hand: live exactly when the looks back to LIVE_HOLD_S ago, and those between, all saw enough."""
    gate, now, since = Gate(Rule(min_group=min_group)), 0.0, None
    for sensing, wait in looks:
        now += wait
        mix = published(people(sensing), gate, now)
        since = None if sensing < min_group else now if since is None else since
        is_live = since is not None and now - since >= LIVE_HOLD_S
        assert (mix.state is State.LIVE) is is_live
        assert (mix.body is not None) is is_live
        if is_live:
            assert sensing >= min_group


def test_the_gate_shuts_at_once_and_opens_after_the_hold():
    gate = Gate(Rule())
    assert not gate.is_open(5, 10.0)
    assert not gate.is_open(5, 10.9)
    assert gate.is_open(5, 11.0)
    assert not gate.is_open(4, 11.1)
    assert not gate.is_open(5, 11.2)
    assert not gate.is_open(5, 12.1)
    assert gate.is_open(5, 12.2)


def test_a_clock_that_steps_back_keeps_the_gate_shut():
    gate = Gate(Rule())
    gate.is_open(9, 10.0)
    assert not gate.is_open(9, 5.0)


def test_nobody_is_empty_and_watchers_alone_are_few():
    assert published(EMPTY).state is State.EMPTY
    assert published(EMPTY).at_most == 0
    mix = published(people(0, 3))
    assert (mix.state, mix.coverage, mix.body) == (State.FEW, 0.0, None)


# --- rounding


@given(rooms, st.integers(0, 20), taps)
def test_everything_published_follows_from_the_rounded_numbers_under_the_veil(scores, absent, tapped):
    partial = partial_of(scores, absent, tapped)
    mix, means = published(partial), veiled(partial)
    assert mix.body == describe(rounded(means), Calibration())
    assert mix.coverage == round(means.coverage * 20) / 20
    assert (mix.at_least, mix.at_most) == bucket(len(scores), MIN_GROUP)


@given(rooms)
def test_published_weights_are_whole_percents_that_sum_to_a_hundred(scores):
    shown = published(partial_of(scores)).body.weights
    percents = [Fraction(weight).limit_denominator(10_000) * 100 for weight in shown]
    assert all(percent.denominator == 1 for percent in percents)
    assert sum(percents) == 100


@given(rooms)
def test_rounded_weights_are_within_a_percent_of_the_exact_ones(scores):
    means = veiled(partial_of(scores))
    for percent, exact in zip(rounded(means).weights, means.weights, strict=True):
        assert abs(percent - exact) < 0.01 + 1e-12


@given(rooms, taps)
def test_rounding_twice_is_rounding_once(scores, tapped):
    """So a room that has exactly the rounded numbers looks the same: nobody can tell which of them it was."""
    means = rounded(veiled(partial_of(scores, tapped=tapped)))
    assert rounded(means) == means


@given(rooms)
def test_agreement_is_computed_from_whole_percents(scores):
    """By hand, from what anyone may read: the weights, and one whole percent of likeness."""
    means = veiled(partial_of(scores))
    body = published(partial_of(scores)).body
    percents = [round(weight * 100) for weight in body.weights]
    likeness = round(means.likeness * 100)
    variance = Fraction(likeness, 100) - sum(Fraction(percent, 100) ** 2 for percent in percents)
    assert body.agreement == pytest.approx(
        float(min(max(1 - variance * Fraction(7, 6), Fraction(0)), Fraction(1))), abs=0.00005 + 1e-9
    )


@given(rooms, taps)
def test_tap_rates_are_published_in_halves(scores, tapped):
    for rate in published(partial_of(scores, tapped=tapped)).body.taps:
        assert (rate * 2).is_integer()


@given(st.permutations(range(MIN_GROUP)), st.lists(weights, min_size=MIN_GROUP, max_size=MIN_GROUP))
def test_who_is_who_does_not_matter(order, scores):
    assert published(partial_of(scores)) == published(partial_of([scores[i] for i in order]))


# --- buckets


@given(st.integers(1, 10**9), st.integers(1, 1000))
def test_a_bucket_contains_its_number_and_starts_at_the_minimum(count, min_group):
    count = max(count, min_group)
    at_least, at_most = bucket(count, min_group)
    assert min_group <= at_least <= count <= at_most


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 1000))
def test_buckets_rise_with_the_number_and_never_overlap(one, other, min_group):
    few, many = sorted((max(one, min_group), max(other, min_group)))
    lower, higher = bucket(few, min_group), bucket(many, min_group)
    assert lower == higher or lower[1] < higher[0]


@given(st.integers(1, 10**6))
def test_every_number_of_a_bucket_is_told_alike(count):
    at_least, at_most = bucket(count, 1)
    assert bucket(at_least, 1) == bucket(at_most, 1) == (at_least, at_most)
    if at_least > 1:
        assert bucket(at_least - 1, 1)[1] == at_least - 1


@pytest.mark.parametrize(
    ("count", "min_group", "expected"),
    [
        (1, 1, (1, 1)),
        (2, 1, (2, 4)),
        (4, 2, (2, 4)),
        (5, 5, (5, 9)),
        (9, 5, (5, 9)),
        (10, 5, (10, 19)),
        (7, 7, (7, 9)),
        (49, 5, (20, 49)),
        (99, 5, (50, 99)),
        (100, 5, (100, 199)),
        (999, 5, (500, 999)),
        (1_000_000, 5, (1_000_000, 1_999_999)),
        (300, 250, (250, 499)),
    ],
)
def test_the_edges_of_the_buckets(count, min_group, expected):
    assert bucket(count, min_group) == expected


# --- exact rooms


@given(st.lists(weights, min_size=1, max_size=9), st.integers(0, 5), taps)
def test_an_exact_room_says_everything_at_once(scores, absent, tapped):
    partial = partial_of(scores, absent, tapped)
    mix = published(partial, Gate(EXACT))
    assert mix.state is State.LIVE
    assert mix.at_least == mix.at_most == len(scores)
    assert mix.coverage == len(scores) / (len(scores) + absent)
    assert mix.body == describe(finished(partial), Calibration())
    for published_weight, column in zip(mix.body.weights, zip(*scores, strict=True), strict=True):
        assert abs(published_weight - Fraction(sum(column), WHOLE * len(scores))) <= 0.00005 + 1e-12


def test_an_exact_room_without_scores_is_few_or_empty():
    few, empty = published(people(0, 2), Gate(EXACT)), published(EMPTY, Gate(EXACT))
    assert (few.state, few.at_most, few.body) == (State.FEW, 0, None)
    assert (empty.state, empty.at_most, empty.body) == (State.EMPTY, 0, None)


def test_the_order_of_a_mix_is_the_mixers():
    for gate in (open_gate(), Gate(EXACT)):
        for partial in (EMPTY, people(0, 1), people(2), people(9)):
            mix = published(partial, gate, order=(7, 42))
            assert (mix.term, mix.seq) == (7, 42)


def test_an_exact_rooms_gate_is_open_from_the_first_person_on():
    gate = Gate(EXACT)
    assert not gate.is_open(0, 0.0)
    assert gate.is_open(1, 0.0)


def test_the_default_rule_is_the_standard_one_with_five_people():
    assert Rule() == Rule(Privacy.STANDARD, 5)
    assert Rule().fewest == 5
    assert EXACT.fewest == 1


# --- who counts: moments and the set


def a_set(number, *scores):
    return SetSums(number, partial_of(scores).inner)


HAPPY = (0, 0, 0, 255, 0, 0, 0)
FIVE = a_set(1, *[HAPPY] * 5)
ONE = a_set(2, HAPPY)


def partial_with(counted=FIVE, even=NO_SET, odd=NO_SET):
    inner = merge_sets((counted, even, odd)).sums
    return Partial(inner.people, (0,) * 4, inner, counted, (even, odd))


def shown_room(step=3, now=100.0):
    """A room whose moment 0 has come, and that is shown."""
    room = Publication(open_gate(), Veil.of(b"key", "room"), Growth(step, now))
    for _ in range(2):
        room.lead(partial_with(), (step, step), now)
    assert (room.is_shown, room.is_open) == (True, False)
    return room


def test_those_of_the_moment_that_came_last_count_also_at_a_gateway_that_does_not_know():
    room = shown_room()
    room.lead(partial_with(even=ONE), (2, 3), 100.2)
    assert room.means.people == 6


def test_those_who_wait_do_not_count_until_their_moment_comes():
    room = shown_room()
    counts = []
    for now, known in ((101.0, 3), (105.0, 3), (105.2, 3), (105.4, 4), (105.6, 4)):
        room.lead(partial_with(odd=ONE), (known, known), now)
        counts.append((room.growth.step, room.means.people))
    assert counts == [(3, 5), (4, 5), (4, 5), (5, 6), (5, 6)]


def test_who_waits_for_the_open_moment_does_not_count_while_another_is_closed():
    room = shown_room()
    room.lead(partial_with(odd=ONE), (3, 3), 105.0)
    room.lead(partial_with(even=ONE, odd=ONE), (3, 4), 105.2)
    assert room.means.people == 5
    room.lead(partial_with(even=ONE, odd=ONE), (4, 4), 105.4)
    assert room.means.people == 6, "the odd one"


def test_a_room_of_few_takes_in_whoever_comes_at_once():
    room = Publication(Gate(Rule()), Veil.of(b"key", "room"))
    steps = []
    for now in (0.0, 0.2, 0.4, 0.6):
        even = ONE if room.growth.step < 3 else NO_SET
        room.lead(partial_with(NO_SET, even=even, odd=NO_SET if even is ONE else ONE), (room.growth.step,) * 2, now)
        steps.append(room.growth.step)
    assert steps == [2, 3, 4, 5]
    assert not room.is_shown


def test_few_say_neither_coverage_nor_weights_nor_how_they_change():
    room = Publication(Gate(Rule()), Veil.of(b"key", "room"))
    for now, scores in ((0.0, [HAPPY] * 4), (1.0, [HAPPY] * 3)):
        room.lead(people(len(scores)), (1, 1), now)
        mix = publish(people(len(scores)), room, (1, 1), Calibration())
        assert (mix.state, mix.coverage, mix.body, mix.at_least, mix.at_most) == (State.FEW, 0.0, None, None, 4)


def test_the_published_mix_is_of_who_counts_and_not_of_who_is_read():
    """Of five who count, one is not read now; of two who are read, one does not count yet."""
    room = shown_room()
    sad = a_set(3, (0, 0, 0, 0, 255, 0, 0))
    read = merge_sets((a_set(1, *[HAPPY] * 4), sad)).sums
    partial = Partial(6, (0,) * 4, read, FIVE, (NO_SET, sad))
    room.lead(partial, (3, 3), 101.0)
    mix = publish(partial, room, (1, 1), Calibration())
    assert (mix.at_least, mix.at_most, mix.coverage) == (5, 9, 0.85)
    assert room.means.weights == (0, 0, 0, 1, 0, 0, 0)


def test_whoever_follows_sees_who_counts():
    room = Publication(open_gate(), Veil.of(b"key", "room"))
    room.follow(partial_with(even=ONE), (3, 3), 100.0)
    assert (room.growth.step, room.means.people, room.is_shown) == (3, 6, True)


def test_mixes_of_other_people_have_another_draw():
    room = shown_room()
    first = publish(partial_with(), room, (1, 1), Calibration()).draw
    room.lead(partial_with(a_set(1, *[(0, 0, 0, 0, 0, 0, 255)] * 5)), (3, 3), 100.2)
    assert publish(partial_with(), room, (1, 2), Calibration()).draw == first
    room.lead(partial_with(a_set(9, *[HAPPY] * 5)), (3, 3), 100.4)
    assert publish(partial_with(), room, (1, 3), Calibration()).draw == first + 1


def test_in_a_room_of_few_nothing_tells_how_often_others_came_or_went():
    room = shown_room()
    before = publish(partial_with(), room, (1, 1), Calibration()).draw
    for number, count in ((5, 4), (6, 3), (7, 4), (8, 2)):
        partial = partial_with(a_set(number, *[HAPPY] * count))
        room.lead(partial, (3, 3), 101.0 + number)
        assert publish(partial, room, (1, 2), Calibration()).draw == before
    for now in (120.0, 120.0 + LIVE_HOLD_S):
        room.lead(partial_with(a_set(9, *[HAPPY] * 5)), (3, 3), now)
    assert publish(partial_with(), room, (1, 3), Calibration()).draw == before + 1


def test_a_room_that_begins_is_open_until_all_have_a_place_and_nobody_can_keep_it_open():
    for is_placed in (True, False):
        room = Publication(Gate(Rule()), Veil.of(b"key", "room"))
        opens = []
        for tick in range(20):
            step = room.growth.step
            came = is_placed and step >= 3
            waiting = NO_SET if came else ONE
            partial = partial_with(
                merge_sets((FIVE, ONE)) if came else FIVE,
                *[waiting if at == step // 2 % 2 else NO_SET for at in (0, 1)],
            )
            room.lead(partial, (step, step), tick * 0.2)
            opens.append(room.is_open)
            assert room.means.people == 6 or not room.is_open
        assert opens[0]
        assert opens.index(False) * 0.2 == pytest.approx(OPEN_S if not is_placed else 0.4, abs=0.21)
        assert not any(opens[opens.index(False) :])


def test_an_empty_room_goes_on_waiting_for_its_first_people():
    room = Publication(Gate(Rule()), Veil.of(b"key", "room"))
    for tick in range(50):
        room.lead(EMPTY, (1, 1), tick * 0.2)
    assert room.is_open


def test_a_room_that_vanished_keeps_its_noise_and_its_growth_and_shows_nothing_until_there_are_enough_again():
    room = shown_room()
    before = publish(partial_with(), room, (1, 1), Calibration())
    room.vanish()
    room.lead(partial_with(), (3, 3), 101.0)
    assert publish(partial_with(), room, (1, 2), Calibration()).state is State.FEW
    room.lead(partial_with(), (3, 3), 101.0 + LIVE_HOLD_S)
    again = publish(partial_with(), room, (1, 3), Calibration())
    assert (again.body, again.draw, room.growth.step) == (before.body, before.draw, 3)


def test_whoever_has_no_place_counts_too_while_a_room_is_open():
    """As of a gateway of the version before, or of one that has heard of no step yet."""
    room = Publication(open_gate(), Veil.of(b"key", "room"))
    inner = partial_of([HAPPY] * 5).inner
    room.lead(Partial(5, (0,) * 4, inner, ONE), (1, 1), 0.0)
    assert (room.is_open, room.means.people) == (True, 5)
    before = publish(EMPTY, room, (1, 1), Calibration()).draw
    room.lead(Partial(5, (0,) * 4, inner, a_set(3, HAPPY)), (1, 1), 0.2)
    assert publish(EMPTY, room, (1, 1), Calibration()).draw == before + 1, "others have places: not the same people"


def looked(room, present, tapped, now, inner=0):
    partial = people(inner, present)
    partial = Partial(present, partial.taps, partial.inner, partial.counted, tapped=tapped)
    room.look(partial, now)
    return publish(partial, room, (1, 1), Calibration())


def test_taps_of_this_moment_need_a_minimum_group_that_is_there_not_one_that_shares():
    room = room_of(Gate(Rule()))
    assert looked(room, 5, (0, 1, 0, 0), 0.0).tapped is None, "for less than LIVE_HOLD_S"
    mix = looked(room, 5, (0, 1, 0, 0), 1.0)
    assert (mix.state, mix.tapped) == (State.FEW, (0, 1, 0, 0))
    assert looked(room, 4, (0, 1, 0, 0), 1.2).tapped is None
    assert looked(room, 5, (0, 1, 0, 0), 1.4).tapped is None
    room.vanish()
    assert looked(room, 5, (0, 1, 0, 0), 3.0).tapped is None


@pytest.mark.parametrize(("count", "said"), [(0, 0), (1, 1), (3, 2), (9, 5), (49, 20), (99_999, 50_000)])
def test_how_many_tap_is_said_in_buckets(count, said):
    room = room_of(Gate(Rule()))
    looked(room, 100_000, (0, 0, 0, count), 0.0)
    assert looked(room, 100_000, (0, 0, 0, count), 1.0).tapped == (0, 0, 0, said)


def test_an_exact_room_counts_its_taps():
    room = room_of(Gate(Rule(Privacy.EXACT)))
    assert looked(room, 9, (0, 7, 0, 0), 0.0).tapped == (0, 7, 0, 0)


def test_a_room_with_another_rule_has_another_group_of_tappers():
    room = room_of(Gate(Rule()))
    looked(room, 5, NO_TAPS, 0.0)
    assert looked(room, 5, NO_TAPS, 1.0).tapped == NO_TAPS
    room.gate = Gate(Rule(min_group=10))
    assert looked(room, 5, NO_TAPS, 2.0).tapped is None


def test_a_mix_says_the_waves_of_what_is_published():
    room = room_of(Gate(Rule()))
    for tick in range(10):
        looked(room, 20, NO_TAPS, tick * 0.2)
    (wave,) = looked(room, 20, (0, 0, 0, 7), 2.0).waves
    assert (wave.kind, wave.source, wave.share) == (WaveKind.APPLAUSE, Source.TAPS, 5 / 20), "of buckets alone"
