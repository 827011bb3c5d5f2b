"""The mix: merging is exact and blind to order, finishing equals exact arithmetic on the scores."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.limits import SEQ_MAX
from kuuki.mood.frames import Beat, Body, Presence, Score, Tap
from kuuki.mood.labels import AROUSAL, HAPPY, LABELS, VALENCE, WHOLE, to_integers
from kuuki.mood.mix import (
    EMPTY,
    LENGTHS,
    NO_SET,
    NOBODY,
    Calibration,
    Means,
    Partial,
    SetSums,
    Sums,
    agreement,
    describe,
    energy,
    finish,
    merge,
    merge_sets,
)
from kuuki.mood.room import Role, Room
from kuuki.times import TAP_WINDOW_S
from tests.bulletins import sums_of

counts = st.integers(0, 2**40)
sums = st.just(NOBODY) | st.builds(Sums, counts, st.tuples(*[counts] * 7), counts)
sets = st.just(NO_SET) | st.builds(SetSums, st.integers(0, SEQ_MAX), sums)
partials = st.builds(Partial, counts, st.tuples(*[counts] * 4), sums, sets, st.tuples(sets, sets))
weights = st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda w: sum(w) > 0).map(to_integers)
sure = tuple(tuple(float(i == j) for i in range(7)) for j in range(7))


def partial_of(scores, present=0, taps=(0, 0, 0, 0)):
    room = Room()
    for number, score in enumerate(scores):
        room.sit(str(number), Role.AUDIENCE, 0.0)
        room.receive(str(number), Score(1, score, 255), 0.0)
    folded = room.fold(0.0)
    return Partial(max(present, folded.present), taps, folded.inner)


def finished(partial):
    return finish(partial.inner, partial.present, partial.taps)


@given(counts, st.tuples(*[counts] * 4), sums, sets, st.tuples(sets, sets), st.tuples(*[counts] * 4))
def test_a_partial_is_the_tuple_of_its_numbers(present, taps, inner, counted, waiting, tapped):
    partial = Partial(present, taps, inner, counted, waiting, tapped)
    assert (partial.present, partial.taps, partial.tapped, partial.inner) == (present, taps, tapped, inner)
    assert (partial.counted, partial.waiting) == (counted, waiting)
    assert partial.sensing == inner.people
    assert Partial.of(partial) == partial
    assert len(partial) in LENGTHS
    whole = (present, *taps, *tapped, *_flat(inner), *(n for each in (counted, *waiting) for n in _flat_set(each)))
    assert tuple(partial) == whole[: len(partial)]
    assert not any(whole[len(partial) :])
    assert len(partial) == LENGTHS[0] or any(partial[LENGTHS[LENGTHS.index(len(partial)) - 1] :])


def _flat(each):
    return (each.people, *each.weights, each.squares)


def _flat_set(each):
    return (each.number >> 16, each.number & 0xFFFF, *_flat(each.sums))


@given(st.lists(sets, min_size=1, max_size=5), st.integers(0, 3))
def test_numbers_of_sets_add_up_modulo_2_32_however_they_are_merged(each, at):
    """Halves of sixteen bits: a few of the largest overflow the lower one."""
    merged = merge(Partial(0, (0,) * 4, counted=one, waiting=(NO_SET, one)) for one in each)
    assert merged.counted == merged.waiting[1] == merge_sets(each)
    assert merged.counted.number == sum(one.number for one in each) % 2**32
    in_parts = merge([merge([Partial(0, (0,) * 4, counted=one)]) for one in each[at:] + each[:at]])
    assert in_parts.counted == merged.counted


# --- what sums can be


ALL_HAPPY = (0, 0, 0, 255, 0, 0, 0)


@given(st.lists(weights, min_size=1, max_size=5))
def test_every_fold_is_plausible(audience):
    assert partial_of(audience).is_plausible
    assert finished(partial_of(audience)).people == len(audience)


@pytest.mark.parametrize(
    "bad",
    [
        Sums(0, (0,) * 7, 1),
        Sums(1, (0,) * 7, 0),
        Sums(1, (0, 0, 0, 510, 0, 0, 0), 65025),
        Sums(1, ALL_HAPPY, 65026),
        Sums(1, ALL_HAPPY, 254),
        Sums(2, ALL_HAPPY, 65025),
        Sums(2**32, (0, 0, 0, 255 * 2**32, 0, 0, 0), 65025 * 2**32),
    ],
)
def test_what_no_fold_can_give_is_implausible_wherever_it_stands(bad):
    good = sums_of(1, ALL_HAPPY)
    assert Partial(1, (0,) * 4, good, SetSums(7, good), (SetSums(7, good), SetSums(7, good))).is_plausible
    assert not Partial(1, (0,) * 4, bad).is_plausible
    assert not Partial(1, (0,) * 4, good, SetSums(7, bad)).is_plausible
    assert not Partial(1, (0,) * 4, good, SetSums(7, good), (SetSums(7, bad), NO_SET)).is_plausible
    assert not Partial(1, (0,) * 4, good, SetSums(7, good), (NO_SET, SetSums(7, bad))).is_plausible


# --- merge


@given(partials, partials, partials)
def test_merging_is_associative(a, b, c):
    assert merge([merge([a, b]), c]) == merge([a, merge([b, c])]) == merge([a, b, c])


@given(partials, partials)
def test_merging_is_commutative(a, b):
    assert merge([a, b]) == merge([b, a])


@given(partials)
def test_empty_is_the_identity(partial):
    assert merge([partial]) == merge([EMPTY, partial]) == merge([partial, EMPTY]) == partial
    assert merge([]) == EMPTY


@given(st.lists(partials, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(held, rng):
    shuffled = rng.sample(held, len(held))
    assert merge(shuffled) == merge(held)


@given(partials, st.integers(0, 9))
def test_merging_is_a_multiset_sum(partial, times):
    """A partial that comes twice counts twice: keeping the newest of each gateway is the mixer's work."""
    merged = merge([partial] * times)
    assert merged.present == partial.present * times
    assert merged.taps == tuple(count * times for count in partial.taps)
    assert merged.inner.weights == tuple(weight * times for weight in partial.inner.weights)
    assert merged.inner.squares == partial.inner.squares * times


@given(st.lists(weights, max_size=12), st.integers(1, 4))
def test_a_room_on_many_gateways_is_the_room_on_one(scores, gateways):
    parts = [partial_of(scores[number::gateways]) for number in range(gateways)]
    assert merge(parts) == partial_of(scores)


# --- finish


@given(st.lists(weights, min_size=1, max_size=30), st.integers(0, 50), st.tuples(*[st.integers(0, 999)] * 4))
def test_finishing_is_the_exact_arithmetic_of_the_scores(scores, more, taps):
    present = len(scores) + more
    means = finished(partial_of(scores, present, taps))
    people = len(scores)
    fractions = [[Fraction(weight, WHOLE) for weight in score] for score in scores]
    assert means.people == people
    assert means.coverage == float(Fraction(people, present))
    assert means.weights == tuple(float(sum(column) / people) for column in zip(*fractions, strict=True))
    assert means.likeness == float(sum(weight**2 for score in fractions for weight in score) / people)
    assert means.taps == tuple(float(Fraction(count) * 60 / int(TAP_WINDOW_S) / present) for count in taps)


@given(st.lists(weights, min_size=1, max_size=30))
def test_sums_are_the_scores_own_integers(scores):
    inner = partial_of(scores).inner
    assert inner.weights == tuple(map(sum, zip(*scores, strict=True)))
    assert inner.squares == sum(weight**2 for score in scores for weight in score)
    assert sum(inner.weights) == WHOLE * len(scores)


def test_nobody_has_means_of_zero():
    assert finished(EMPTY) == Means(0, 0.0, (0.0,) * 7, 0.0, (0.0,) * 4)


def test_people_who_are_present_but_do_not_sense_thin_the_coverage():
    assert finished(Partial(4, (0, 0, 0, 0))).coverage == 0.0
    assert finished(partial_of([(255, 0, 0, 0, 0, 0, 0)], present=4)).coverage == 0.25


def test_coverage_is_never_above_one():
    more_than_present = Partial(1, (0, 0, 0, 0), partial_of([(255, 0, 0, 0, 0, 0, 0)] * 3).inner)
    assert finished(more_than_present).coverage == 1.0


def test_a_million_people_lose_no_digit():
    rng = random.Random(1)
    gateways = []
    for _ in range(1000):
        score = to_integers([rng.random() for _ in range(7)])
        gateways.append(Partial(1000, (6000,) * 4, sums_of(1000, score)))
    merged = merge(gateways)
    means = finished(merged)
    assert means.people == merged.present == 1_000_000
    assert sum(merged.inner.weights) == 255_000_000
    assert sum(map(Fraction, means.weights)) == pytest.approx(1, abs=1e-15)
    assert means.taps == (36.0,) * 4


# --- describe


@given(st.lists(weights, min_size=1, max_size=20))
def test_every_number_stays_in_its_range_and_on_the_grid(scores):
    body = describe(finished(partial_of(scores)), Calibration())
    assert -1 <= body.warmth <= 1
    for share in (body.smiling, body.energy, body.agreement, *body.weights):
        assert 0 <= share <= 1
    for number in (body.smiling, body.warmth, body.energy, body.agreement, *body.weights):
        assert number == round(number * 10_000) / 10_000


@given(weights, st.integers(1, 9))
def test_a_room_of_equals_agrees_unless_each_of_them_wavers(score, people):
    means = finished(partial_of([score] * people))
    assert agreement(means.weights, means.likeness) == pytest.approx(1)


def test_agreement_falls_from_one_to_nothing():
    means = finished(partial_of([tuple(WHOLE * (i == j) for i in range(7)) for j in range(7)]))
    assert agreement(means.weights, means.likeness) == pytest.approx(0, abs=1e-12)
    halves = finished(partial_of([(255, 0, 0, 0, 0, 0, 0), (0, 0, 0, 255, 0, 0, 0)]))
    assert agreement(halves.weights, halves.likeness) == pytest.approx(1 - 0.5 * 7 / 6)


@given(st.lists(weights, min_size=1, max_size=8))
def test_agreement_is_the_likeness_of_two_people_picked_at_random(scores):
    """By hand: the mean over all pairs of half their squared distance, stretched so that 6/7 is 0."""
    pairs: list[Fraction] = [
        sum((Fraction(left - right, WHOLE) ** 2 for left, right in zip(a, b, strict=True)), Fraction(0)) / 2
        for a in scores
        for b in scores
    ]
    means = finished(partial_of(scores))
    expected = max(Fraction(0), 1 - sum(pairs, Fraction(0)) / len(pairs) * Fraction(7, 6))
    assert agreement(means.weights, means.likeness) == pytest.approx(float(expected), abs=1e-12)


def test_numbers_that_were_rounded_apart_are_clipped():
    assert agreement(sure[0], likeness=0.99) == 1.0
    assert agreement((1 / 7,) * 7, likeness=1.01) == 0.0


def test_energy_runs_from_the_calmest_label_to_the_most_aroused():
    assert energy((0.0,) * 7) == 0.0
    by_label = {label: energy(sure[i]) for i, label in enumerate(LABELS)}
    assert by_label["sad"] == 0.0
    assert by_label["surprise"] == 1.0
    assert by_label["neutral"] == pytest.approx(0.27 / 0.94)
    for i, label in enumerate(LABELS):
        assert by_label[label] == pytest.approx((AROUSAL[i] + 0.27) / 0.94)


@pytest.mark.parametrize("label", range(7))
def test_warmth_of_one_label_is_its_valence(label):
    assert describe(Means(1, 1.0, sure[label], 1.0, (0.0,) * 4), Calibration()).warmth == VALENCE[label]


@given(st.floats(0, 1), st.floats(0, 1))
def test_smiling_rises_with_the_happy_weight_and_stays_a_share(low, high):
    low, high = sorted((low, high))
    smiling = Calibration().smiling
    assert 0 <= smiling(low) <= smiling(high) <= 1


def test_the_calibration_is_a_line_between_its_ends():
    calibration = Calibration()
    assert calibration.smiling(0.0) == calibration.smiling(0.072) == 0.0
    assert calibration.smiling(0.072 + 0.760) == calibration.smiling(1.0) == 1.0
    assert calibration.smiling(0.072 + 0.380) == pytest.approx(0.5)


def test_a_body_says_what_its_means_say():
    means = Means(10, 0.8, (0.0, 0.0, 0.0, 0.6, 0.0, 0.1, 0.3), 0.7, (0.0, 1.5, 0.25, 12.346))
    body = describe(means, Calibration(offset=0.1, gain=0.8))
    assert body == Body(
        smiling=0.625,
        weights=means.weights,
        warmth=round(0.6 * 0.81 + 0.1 * 0.40, 4),
        energy=round((0.6 * 0.51 + 0.1 * 0.67 + 0.27) / 0.94, 4),
        agreement=round(1 - (0.7 - 0.46) * 7 / 6, 4),
        taps=(0.0, 1.5, 0.25, 12.35),
    )
    assert means.weights[HAPPY] == 0.6


def test_a_room_that_watches_and_taps_has_rates_per_present_person_and_minute():
    room = Room()
    for number in range(4):
        room.sit(str(number), Role.AUDIENCE, 0.0)
    room.receive("0", Beat(1, Presence.WATCHING), 1.0)
    room.receive("1", Tap(1, (2, 0, 0, 4)), 1.0)
    assert finished(room.fold(1.0)).taps == (3.0, 0.0, 0.0, 6.0)
