"""Balance: who has too many, for how long, and what is forgotten."""

import pytest

from kuuki.limits import LOADS_PER_S, UNEVEN_PEERS
from kuuki.many.balance import Balance
from kuuki.many.notices import Load
from kuuki.times import LOAD_S, UNEVEN_S


def watched(peers, others, seconds, asked=0, balance=None, began=0.0):
    """The surplus once a second, while the others say the same."""
    balance = balance or Balance("me")
    said = []
    for second in range(seconds):
        for name, each in others.items():
            balance.heard(Load(name, each), began + second)
        said.append(balance.surplus(peers, asked, began + second))
    return said


def test_one_alone_has_never_too_many():
    assert set(watched(2000, {}, 10)) == {0}


def test_what_oneself_said_is_not_another_one():
    assert set(watched(2000, {"me": 0}, 10)) == {0}


def test_after_a_while_what_is_over_the_mean_is_asked():
    wait = round(UNEVEN_S)
    assert watched(150, {"a": 150, "b": 0}, wait + 2) == [0] * wait + [50, 50]


def test_who_has_fewer_asks_nobody():
    assert set(watched(0, {"a": 150, "b": 150}, 10)) == {0}


@pytest.mark.parametrize(("peers", "other"), [(UNEVEN_PEERS * 2, 0), (1100, 900), (1050, 950)])
def test_small_differences_stay(peers, other):
    assert set(watched(peers, {"a": other}, 10)) == {0}


def test_once_begun_it_goes_on_to_the_mean():
    balance = Balance("me")
    watched(150, {"a": 50}, 5, balance=balance)
    assert watched(150, {"a": 50}, 1, asked=45, balance=balance, began=5.0) == [5]
    assert watched(101, {"a": 99}, 1, balance=balance, began=6.0) == [1]
    assert watched(100, {"a": 100}, 1, balance=balance, began=7.0) == [0]
    assert watched(105, {"a": 95}, 5, balance=balance, began=8.0) == [0] * 5, "then small differences stay again"


def test_a_difference_that_goes_by_itself_was_none():
    balance = Balance("me")
    watched(150, {"a": 50}, 2, balance=balance)
    assert watched(105, {"a": 95}, 1, balance=balance, began=2.0) == [0]
    assert watched(150, {"a": 50}, 2, balance=balance, began=3.0) == [0, 0], "its time begins anew"


def test_who_was_not_heard_of_three_times_is_gone():
    balance = Balance("me")
    watched(150, {"a": 0}, 5, balance=balance)
    last = 4.0
    assert balance.surplus(150, 0, last + 3 * LOAD_S) == 75
    assert balance.surplus(150, 0, last + 3 * LOAD_S + 0.1) == 0


def test_many_gateways_speak_seldom():
    balance = Balance("me")
    assert balance.period_s == LOAD_S
    for number in range(1000):
        balance.heard(Load(str(number), 1), 0.0)
    assert 1001 / balance.period_s == pytest.approx(LOADS_PER_S)
