"""The mix: merging is exact and blind to order, finishing equals exact arithmetic on the scores."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.mood.frames import Beat, Body, Presence, Score, Tap
from kuuki.mood.labels import AROUSAL, HAPPY, LABELS, VALENCE, WHOLE, to_integers
from kuuki.mood.mix import EMPTY, Calibration, Cohort, Means, Partial, agreement, describe, energy, finish, merge
from kuuki.mood.room import Role, Room
from kuuki.times import TAP_WINDOW_S

counts = st.integers(0, 2**40)
seven_counts = st.tuples(*[counts] * 7)
cohorts = st.lists(st.builds(Cohort, st.integers(0, 5), counts, seven_counts, seven_counts), max_size=4).map(
    lambda parts: tuple(sorted({part.cohort: part for part in parts}.values(), key=lambda part: part.cohort))
)
partials = st.builds(Partial, counts, st.tuples(*[counts] * 4), cohorts)
weights = st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda w: sum(w) > 0).map(to_integers)
sure = tuple(tuple(float(i == j) for i in range(7)) for j in range(7))


def partial_of(scores, present=0, taps=(0, 0, 0, 0)):
    room = Room()
    for number, score in enumerate(scores):
        room.sit(str(number), Role.AUDIENCE, 0.0)
        room.receive(str(number), Score(1, score, 255), 0.0)
    folded = room.fold(0.0)
    return Partial(max(present, folded.present), taps, folded.cohorts)


@given(counts, st.tuples(*[counts] * 4), cohorts)
def test_a_partial_is_the_tuple_of_its_numbers(present, taps, cohorts):
    partial = Partial(present, taps, cohorts)
    assert (partial.present, partial.taps, partial.cohorts) == (present, taps, cohorts)
    assert partial.ids == tuple(cohort.cohort for cohort in cohorts)
    assert partial.sensing == sum(cohort.sensing for cohort in cohorts)
    assert Partial.of(partial) == partial == (present, *taps, *(n for cohort in cohorts for n in _flat(cohort)))


def _flat(cohort):
    return (cohort.cohort, cohort.sensing, *cohort.sums, *cohort.squares)


# --- what sums can be


ALL_HAPPY = (0, 0, 0, 255, 0, 0, 0)


@given(st.lists(weights, min_size=1, max_size=5))
def test_every_fold_is_plausible(audience):
    assert partial_of(audience).is_plausible
    assert finish(partial_of(audience)).sensing == len(audience)


@pytest.mark.parametrize(
    "cohort",
    [
        Cohort(0, 0, (0,) * 7, (0,) * 7),
        Cohort(0, 1, (0,) * 7, (0,) * 7),
        Cohort(0, 1, (0, 0, 0, 510, 0, 0, 0), (0, 0, 0, 65025, 0, 0, 0)),
        Cohort(0, 1, ALL_HAPPY, (0, 0, 0, 65026, 0, 0, 0)),
        Cohort(0, 1, ALL_HAPPY, (0, 0, 0, 254, 0, 0, 0)),
        Cohort(0, 2, ALL_HAPPY, (0, 0, 0, 65025, 0, 0, 0)),
        Cohort(0, 2**32, (0, 0, 0, 255 * 2**32, 0, 0, 0), (0, 0, 0, 65025 * 2**32, 0, 0, 0)),
    ],
)
def test_what_no_fold_can_give_is_implausible(cohort):
    assert partial_of([ALL_HAPPY]).is_plausible
    assert not Partial(1, (0,) * 4, (cohort,)).is_plausible


@pytest.mark.parametrize(("ids", "is_plausible"), [((0, 1), True), ((1, 0), False), ((1, 1), False)])
def test_cohorts_out_of_their_order_are_implausible(ids, is_plausible):
    cohorts = tuple(Cohort(id_, 1, ALL_HAPPY, (0, 0, 0, 65025, 0, 0, 0)) for id_ in ids)
    assert Partial(2, (0,) * 4, cohorts).is_plausible is is_plausible


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
    assert merged.total.sums == tuple(sum_ * times for sum_ in partial.total.sums)
    assert merged.total.squares == tuple(square * times for square in partial.total.squares)


@given(st.lists(weights, max_size=12), st.integers(1, 4))
def test_a_room_on_many_gateways_is_the_room_on_one(scores, gateways):
    parts = [partial_of(scores[number::gateways]) for number in range(gateways)]
    assert merge(parts) == partial_of(scores)


@given(st.lists(partials, max_size=4))
def test_merged_cohorts_are_sorted_and_each_once(held):
    numbers = [part.cohort for part in merge(held).cohorts]
    assert numbers == sorted(set(numbers))


# --- finish


@given(st.lists(weights, min_size=1, max_size=30), st.integers(0, 50), st.tuples(*[st.integers(0, 999)] * 4))
def test_finishing_is_the_exact_arithmetic_of_the_scores(scores, more, taps):
    present = len(scores) + more
    means = finish(partial_of(scores, present, taps))
    people = len(scores)
    fractions = [[Fraction(weight, WHOLE) for weight in score] for score in scores]
    assert means.sensing == people
    assert means.coverage == float(Fraction(people, present))
    assert means.weights == tuple(float(sum(column) / people) for column in zip(*fractions, strict=True))
    assert means.likeness == float(sum(weight**2 for score in fractions for weight in score) / people)
    assert means.taps == tuple(float(Fraction(count) * 60 / int(TAP_WINDOW_S) / present) for count in taps)


@given(st.lists(weights, min_size=1, max_size=30))
def test_sums_are_the_scores_own_integers(scores):
    total = partial_of(scores).total
    assert total.sums == tuple(map(sum, zip(*scores, strict=True)))
    assert total.squares == tuple(sum(weight**2 for weight in column) for column in zip(*scores, strict=True))
    assert sum(total.sums) == WHOLE * len(scores)


def test_nobody_has_means_of_zero():
    assert finish(EMPTY) == Means(0, 0.0, (0.0,) * 7, 0.0, (0.0,) * 4)


def test_people_who_are_present_but_do_not_sense_thin_the_coverage():
    assert finish(Partial(4, (0, 0, 0, 0), ())).coverage == 0.0
    assert finish(partial_of([(255, 0, 0, 0, 0, 0, 0)], present=4)).coverage == 0.25


def test_coverage_is_never_above_one():
    more_than_present = Partial(1, (0, 0, 0, 0), partial_of([(255, 0, 0, 0, 0, 0, 0)] * 3).cohorts)
    assert finish(more_than_present).coverage == 1.0


def test_a_million_people_lose_no_digit():
    rng = random.Random(1)
    gateways = []
    for _ in range(1000):
        score = to_integers([rng.random() for _ in range(7)])
        sums = tuple(1000 * weight for weight in score)
        gateways.append(Partial(1000, (6000,) * 4, (Cohort(0, 1000, sums, tuple(1000 * w * w for w in score)),)))
    merged = merge(gateways)
    means = finish(merged)
    assert means.sensing == merged.present == 1_000_000
    assert sum(merged.total.sums) == 255_000_000
    assert sum(map(Fraction, means.weights)) == pytest.approx(1, abs=1e-15)
    assert means.taps == (36.0,) * 4


# --- describe


@given(st.lists(weights, min_size=1, max_size=20))
def test_every_number_stays_in_its_range_and_on_the_grid(scores):
    body = describe(finish(partial_of(scores)), Calibration())
    assert -1 <= body.warmth <= 1
    for share in (body.smiling, body.energy, body.agreement, *body.weights):
        assert 0 <= share <= 1
    for number in (body.smiling, body.warmth, body.energy, body.agreement, *body.weights):
        assert number == round(number * 10_000) / 10_000


@given(weights, st.integers(1, 9))
def test_a_room_of_equals_agrees_unless_each_of_them_wavers(score, people):
    means = finish(partial_of([score] * people))
    assert agreement(means.weights, means.likeness) == pytest.approx(1)


def test_agreement_falls_from_one_to_nothing():
    means = finish(partial_of([tuple(WHOLE * (i == j) for i in range(7)) for j in range(7)]))
    assert agreement(means.weights, means.likeness) == pytest.approx(0, abs=1e-12)
    halves = finish(partial_of([(255, 0, 0, 0, 0, 0, 0), (0, 0, 0, 255, 0, 0, 0)]))
    assert agreement(halves.weights, halves.likeness) == pytest.approx(1 - 0.5 * 7 / 6)


@given(st.lists(weights, min_size=1, max_size=8))
def test_agreement_is_the_likeness_of_two_people_picked_at_random(scores):
    """By hand: the mean over all pairs of half their squared distance, stretched so that 6/7 is 0."""
    pairs: list[Fraction] = [
        sum((Fraction(left - right, WHOLE) ** 2 for left, right in zip(a, b, strict=True)), Fraction(0)) / 2
        for a in scores
        for b in scores
    ]
    means = finish(partial_of(scores))
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
    assert finish(room.fold(1.0)).taps == (3.0, 0.0, 0.0, 6.0)
