"""The veil: what is shown follows what people do, and of who they are no more than one noisy mean of each set."""

import hmac
from dataclasses import replace
from statistics import NormalDist, fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.limits import FRESH, SEQ_MAX, VEIL
from kuuki.mood import veil as veil_module
from kuuki.mood.mix import NOTHING, Means
from kuuki.mood.veil import Veil

numbers = st.integers(0, SEQ_MAX)
shares = st.lists(st.integers(0, 255), min_size=6, max_size=6).map(
    lambda cuts: tuple((high - low) / 255 for low, high in zip([0, *sorted(cuts)], [*sorted(cuts), 255], strict=True))
)
EQUAL = (1 / 7,) * 7
HAPPY = 3


def means(weights=EQUAL, people=20, likeness=0.5):
    return Means(people, 1.0, tuple(weights), likeness, (0.0,) * 4)


def happier(by, weights=EQUAL):
    """As much more *happy* as there is less of all others."""
    return tuple(weight + (by if label == HAPPY else -by / 6) for label, weight in enumerate(weights))


def new(key=b"key", room="room"):
    return Veil.of(key, room)


def first_noise(number, people=20, **of):
    """What a room of equal weights is moved by at its first mix; of so many people that nothing is cut off."""
    veil = new(**of)
    veil.see(number, means(people=people), True)
    shown = veil.over(means(people=people))
    return [shown.weights[at] - 1 / 7 for at in range(7)], shown.likeness - 0.5


def drawn(kind, number):
    """The unit noise of a set, of each weight."""
    return veil_module._noise(hmac.digest(new().secret, kind + number.to_bytes(4), "sha512"), 1.0)[:7]


def shown_after(veil, number, seen):
    veil.see(number, seen, True)
    return veil.over(seen).weights


# --- the noise


@given(numbers)
def test_the_same_people_in_the_same_room_have_the_same_noise_wherever_it_is_published(number):
    assert first_noise(number) == first_noise(number)
    assert first_noise(number) != first_noise(number, key=b"other")
    assert first_noise(number) != first_noise(number, room="other")
    assert first_noise(number) != first_noise((number + 1) & SEQ_MAX)


@given(numbers)
def test_a_first_mix_has_noise_of_its_own(number):
    """The same numbers in two sizes would give noise and mean away to whoever sees a set first and again later."""
    first, later = drawn(b"first", number), drawn(b"later", number)
    assert first_noise(number, 10_000)[0] == pytest.approx([each * VEIL / 10_000 for each in first], abs=1e-12)
    assert first[0] / later[0] != pytest.approx(first[1] / later[1])


def test_the_first_mix_is_moved_by_veil_over_people_and_in_no_direction():
    """By hand: the sd of one of seven normal numbers less their mean is sqrt(6/7)."""
    people, draws = 10_000, 4000
    drawn = [first_noise(number, people) for number in range(draws)]
    for label in range(7):
        column = [each[label] * people for each, _ in drawn]
        assert fmean(column) == pytest.approx(0, abs=5 * VEIL / draws**0.5)
        assert pstdev(column) == pytest.approx(VEIL * (6 / 7) ** 0.5, rel=0.06)
        within = sum(abs(each) < VEIL * (6 / 7) ** 0.5 for each in column) / draws
        assert within == pytest.approx(NormalDist().cdf(1) - NormalDist().cdf(-1), abs=0.04), "Gaussian"
    likeness = [each * people for _, each in drawn]
    assert pstdev(likeness) == pytest.approx(VEIL, rel=0.06)


@given(st.lists(st.tuples(numbers, shares, st.integers(1, 300), st.floats(0, 1)), min_size=1, max_size=9))
def test_what_is_shown_are_shares_whatever_comes(seen):
    veil = new()
    for number, weights, people, likeness in seen:
        exact = means(weights, people, likeness)
        veil.see(number, exact, True)
        shown = veil.over(exact)
        assert sum(shown.weights) == pytest.approx(1)
        assert min(shown.weights) >= 0
        assert 1 / 7 <= shown.likeness <= 1
        assert (shown.people, shown.coverage, shown.taps) == (people, 1.0, (0.0,) * 4)


# --- what people do, and who they are


@given(numbers, st.floats(0, 0.1))
def test_what_one_set_does_is_shown_as_it_is(number, moved):
    veil = new()
    before = shown_after(veil, number, means(people=200))
    after = shown_after(veil, number, means(happier(moved), people=200))
    assert [late - soon for late, soon in zip(after, before, strict=True)] == pytest.approx(
        [moved if label == HAPPY else -moved / 6 for label in range(7)], abs=1e-12
    )


def with_one(number, by=0.0, people=1000):
    """Others count, one more than before."""
    return number, means(happier(by), people + 1)


@given(numbers, st.floats(-0.01, 0.01))
def test_one_who_comes_or_goes_changes_nothing_that_is_shown(number, by):
    """But for where it goes to the noisy mean of those who were there before: that is the same whoever comes."""
    veil, other = new(), new()
    for each in (veil, other):
        each.see(0, means(people=40), True)
    there = shown_after(veil, number ^ 1 << 31, means(happier(by), 41))
    gone = shown_after(other, number ^ 1 << 30, means(happier(-by), 39))
    assert there == pytest.approx(gone)


def test_the_step_when_one_comes_is_a_small_part_of_the_way_to_the_noisy_mean_of_who_was_there():
    people = 20
    part = VEIL**2 / (VEIL**2 + FRESH**2)
    assert 0.15 < part < 0.3
    veil = new()
    before = shown_after(veil, 5, means(people=people))
    after = shown_after(veil, 6, means(people=people + 1))
    for label in range(7):
        noisy = 1 / 7 + drawn(b"later", 5)[label] * FRESH / people
        assert after[label] == pytest.approx(before[label] + part * (noisy - before[label]))


def test_what_is_shown_is_the_filters_mean_of_all_noisy_ones():
    """By hand, of one label: gains, level and doubt, set by set."""
    people, exact, veil = 5000, [1 / 7, 1 / 7 + 0.0001, 1 / 7 - 0.0002, 1 / 7], new()
    noise_sd = FRESH / people * 2.5**0.25
    level, doubt = 1 / 7 + drawn(b"first", 0)[HAPPY] * VEIL / people, (VEIL / people) ** 2 * 6 / 7
    for number, happy in enumerate(exact):
        shown = shown_after(veil, number, means(happier(happy - 1 / 7), people))
        assert shown[HAPPY] == pytest.approx(level, abs=1e-9)
        gain = doubt / (doubt + noise_sd**2 * 6 / 7)
        level += gain * (happy + drawn(b"later", number)[HAPPY] * noise_sd - level)
        doubt = doubt * (1 - gain) + (0.43 / people) ** 2


def test_a_set_that_comes_back_has_the_noise_that_it_had():
    """Own devices that come and go between the same sets do not draw again and again."""
    veil, people = new(), 1000
    for _ in range(400):
        veil.see(1, means(people=people + 1), True)
        veil.see(2, means(people=people), True)
    sd = veil_module.spread(people)
    aims = [[each * sd for each in drawn(b"later", number)] for number in (1, 2)]
    between = [(one + other) / 2 + 1 / 7 for one, other in zip(*aims, strict=True)]
    assert veil.over(means(people=people)).weights == pytest.approx(between, abs=0.0005)


@pytest.mark.parametrize("many", [1, 2])
def test_few_who_come_are_seen_when_somebody_else_comes_or_goes(many):
    veil = new()
    for at in range(20):
        veil.see(at, means(people=20), True)
    before = veil.over(means(people=20)).weights[HAPPY]
    veil.see(100, means(happier(0.04), 20 + many), True)
    one, other = veil.over(means(people=20)).weights[HAPPY], new()
    for at in range(20):
        other.see(at, means(people=20), True)
    other.see(100, means(people=20 + many), True)
    assert other.over(means(people=20)).weights[HAPPY] == pytest.approx(one)
    assert abs(one - before) < 0.06


def test_where_many_come_what_is_shown_goes_there_at_once():
    veil, exact = new(), happier(0.3)
    before = shown_after(veil, 0, means(people=100))[HAPPY]
    first = shown_after(veil, 1, means(exact, 200))[HAPPY]
    assert first - before > 0.25
    assert shown_after(veil, 1, means(exact, 200))[HAPPY] == pytest.approx(first), "once"
    later = shown_after(veil, 2, means(exact, 201))[HAPPY]
    assert later == pytest.approx(first), "and not again when that set ends"


def test_where_as_many_come_as_go_it_is_seen_when_the_next_one_does():
    veil, exact = new(), happier(0.5)
    shown_after(veil, 0, means(people=100))
    hidden = shown_after(veil, 1, means(exact, 100))[HAPPY]
    assert hidden == pytest.approx(1 / 7, abs=0.05)
    assert shown_after(veil, 2, means(exact, 101))[HAPPY] > 1 / 7 + 0.4, "no single person moves a hundred so far"


def test_what_the_others_do_when_somebody_comes_is_taken_to_be_as_in_the_moment_before():
    """A room that begins to laugh goes on laughing: else a fifth of a second of it were lost for good."""
    veil, still = new(), new()
    for each in (veil, still):
        each.see(0, means(people=1000), True)
    veil.see(0, means(happier(0.03), 1000), True)
    still.see(0, means(happier(0.03), 1000), True)
    still.see(0, means(happier(0.03), 1000), True)
    laughing = shown_after(veil, 1, means(happier(0.06), 1001))[HAPPY]
    quiet = shown_after(still, 1, means(happier(0.06), 1001))[HAPPY]
    assert laughing - quiet == pytest.approx(0.03)
    goes_on = shown_after(veil, 1, means(happier(0.09), 1001))[HAPPY]
    assert goes_on - laughing == pytest.approx(0.03), "as was guessed"
    stops = shown_after(still, 1, means(happier(0.1), 1001))[HAPPY]
    assert stops - quiet == pytest.approx(0.04 + 0.04 / 2), "half of the way from what was before to what is after"
    assert shown_after(still, 1, means(happier(0.1), 1001))[HAPPY] == pytest.approx(stops), "once"


# --- what is not shown


def test_until_something_is_shown_there_is_nothing_to_go_on_from():
    veil = new()
    for at in range(9):
        veil.see(at // 2, means(happier(0.05 * at)), False)
    first = shown_after(veil, 9, means())
    assert first == pytest.approx(shown_after(new(), 9, means()))


def test_a_room_that_is_too_small_for_a_while_goes_on_where_it_was():
    hidden, shown = new(), new()
    for veil in (hidden, shown):
        veil.see(1, means(people=40), True)
    hidden.see(2, means(happier(0.01), 39), False)
    shown.see(2, means(happier(0.01), 39), True)
    assert shown_after(hidden, 3, means(people=40)) == shown_after(shown, 3, means(people=40))


def test_a_room_that_was_empty_begins_anew():
    veil = new()
    shown_after(veil, 1, means(happier(0.5), people=5))
    veil.see(0, NOTHING, False)
    assert shown_after(veil, 9, means(people=5)) == pytest.approx(shown_after(new(), 9, means(people=5)))


def test_a_veil_that_has_seen_nobody_adds_nothing():
    assert new().over(means()) == means()


# --- the counter


def test_the_draw_counts_the_sets_one_after_the_other():
    veil = new()
    veil.see(5, means(), True)
    first = veil.draw
    veil.see(5, means(happier(0.1)), True)
    assert veil.draw == first
    for number, people in ((6, 20), (6, 21), (5, 20)):
        veil.see(number, means(people=people), True)
    assert veil.draw == (first + 3) & SEQ_MAX, "also when a set comes back"


def test_a_draw_begins_anywhere_and_goes_round():
    veil, other = new(), new(room="other")
    for each in (veil, other):
        each.see(5, means(), True)
    assert veil.draw != other.draw
    veil = replace(veil, draw=SEQ_MAX)
    veil.see(6, means(), True)
    assert veil.draw == 0


@given(shares, st.lists(st.floats(-3, 3), min_size=7, max_size=7))
def test_the_nearest_shares_keep_the_differences_of_those_that_are_left(exact, noise_):
    common = sum(noise_) / 7
    weights = [share + each - common for share, each in zip(exact, noise_, strict=True)]
    shown = veil_module._shares(weights)
    left = [at for at in range(7) if shown[at] > 0]
    assert sum(shown) == pytest.approx(1)
    assert min(shown) >= 0
    for one in left:
        assert shown[one] - shown[left[0]] == pytest.approx(weights[one] - weights[left[0]], abs=1e-9)
    lowest = min(weights[at] for at in left)
    assert all(weights[at] <= lowest + 1e-9 for at in range(7) if at not in left)
