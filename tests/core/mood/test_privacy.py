"""What is published: nothing below the minimum group, and only what rounded numbers say."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.limits import MIN_GROUP
from kuuki.mood.frames import State
from kuuki.mood.labels import WHOLE, to_integers
from kuuki.mood.mix import EMPTY, Calibration, Cohort, Partial, describe, finish
from kuuki.mood.privacy import Gate, Privacy, Rule, bucket, publish, rounded
from kuuki.times import LIVE_HOLD_S

weights = st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda w: sum(w) > 0).map(to_integers)
rooms = st.lists(weights, min_size=MIN_GROUP, max_size=30)
taps = st.tuples(*[st.integers(0, 2000)] * 4)
EXACT = Rule(Privacy.EXACT)


def partial_of(scores, absent=0, tapped=(0, 0, 0, 0)):
    if not scores:
        return Partial(absent, tapped, ())
    columns = list(zip(*scores, strict=True))
    squares = tuple(sum(weight**2 for weight in column) for column in columns)
    return Partial(len(scores) + absent, tapped, (Cohort(0, len(scores), tuple(map(sum, columns)), squares),))


def people(count, present=None):
    partial = partial_of([(0, 0, 0, 255, 0, 0, 0)] * count)
    return Partial(count if present is None else present, partial.taps, partial.cohorts)


def open_gate(rule=Rule()):  # noqa: B008  frozen
    return Gate(rule, enough_since=-LIVE_HOLD_S)


def published(partial, gate=None, now=0.0):
    return publish(partial, gate or open_gate(), (1, 1), now, Calibration())


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
def test_everything_published_follows_from_the_rounded_numbers(scores, absent, tapped):
    partial = partial_of(scores, absent, tapped)
    mix, means = published(partial), finish(partial)
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
    means = finish(partial_of(scores))
    for percent, exact in zip(rounded(means).weights, means.weights, strict=True):
        assert abs(percent - exact) < 0.01 + 1e-12


@given(rooms, taps)
def test_rounding_twice_is_rounding_once(scores, tapped):
    """So a room that has exactly the rounded numbers looks the same: nobody can tell which of them it was."""
    means = rounded(finish(partial_of(scores, tapped=tapped)))
    assert rounded(means) == means


@given(rooms)
def test_agreement_is_computed_from_whole_percents(scores):
    """By hand, from what anyone may read: the weights, and one whole percent of likeness."""
    means = finish(partial_of(scores))
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
    assert mix.body == describe(finish(partial), Calibration())
    for published_weight, column in zip(mix.body.weights, zip(*scores, strict=True), strict=True):
        assert abs(published_weight - Fraction(sum(column), WHOLE * len(scores))) <= 0.00005 + 1e-12


def test_an_exact_room_without_scores_is_few_or_empty():
    few, empty = published(people(0, 2), Gate(EXACT)), published(EMPTY, Gate(EXACT))
    assert (few.state, few.at_most, few.body) == (State.FEW, 0, None)
    assert (empty.state, empty.at_most, empty.body) == (State.EMPTY, 0, None)


def test_the_order_of_a_mix_is_the_mixers():
    for gate in (open_gate(), Gate(EXACT)):
        for partial in (EMPTY, people(0, 1), people(2), people(9)):
            mix = publish(partial, gate, (7, 42), 0.0, Calibration())
            assert (mix.term, mix.seq) == (7, 42)


def test_an_exact_rooms_gate_is_open_from_the_first_person_on():
    gate = Gate(EXACT)
    assert not gate.is_open(0, 0.0)
    assert gate.is_open(1, 0.0)


def test_the_default_rule_is_the_standard_one_with_five_people():
    assert Rule() == Rule(Privacy.STANDARD, 5)
    assert Rule().fewest == 5
    assert EXACT.fewest == 1
