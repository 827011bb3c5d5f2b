"""Buckets and quotas keep their laws whatever is asked of them, and forget who is idle."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kuuki.admission import Bucket, Buckets, Quota

waits = st.floats(0, 5)


@given(st.floats(0.1, 50), st.integers(1, 50), st.lists(waits, max_size=60))
def test_a_bucket_gives_at_most_its_burst_and_its_rate(rate, burst, steps):
    bucket, now, taken = Bucket.full(rate, burst, 0.0), 0.0, 0
    for wait in steps:
        now += wait
        taken += bucket.consume(now)
        assert taken <= burst + rate * now + 1e-6
        assert 0 <= bucket.tokens <= burst


@given(st.floats(0.1, 50), st.integers(1, 50), st.lists(st.tuples(waits, st.integers(0, 100)), max_size=40))
def test_taking_up_to_gives_whole_tokens_and_all_there_are(rate, burst, steps):
    bucket, now, taken = Bucket.full(rate, burst, 0.0), 0.0, 0
    for wait, wanted in steps:
        now += wait
        got = bucket.consume_up_to(now, wanted)
        taken += got
        assert 0 <= got <= wanted
        assert got == wanted or bucket.tokens < 1
        assert taken <= burst + rate * now + 1e-6


def test_a_full_bucket_gives_its_burst_and_then_its_rate():
    bucket = Bucket.full(2.0, 3, 0.0)
    assert [bucket.consume(0.0) for _ in range(4)] == [True, True, True, False]
    assert not bucket.consume(0.4)
    assert bucket.consume(0.5)
    assert not bucket.consume(0.9)
    assert [bucket.consume(100.0) for _ in range(4)] == [True, True, True, False]


@given(st.floats(0.1, 50), st.integers(1, 50), st.lists(waits, max_size=40))
def test_a_bucket_says_when_its_next_token_comes(rate, burst, steps):
    bucket, now = Bucket.full(rate, burst, 0.0), 0.0
    for wait in steps:
        now += wait
        next_s = bucket.next_s(now)
        assert (next_s == 0.0) is bucket.consume(now)
        if next_s:
            assert not bucket.consume(now + next_s * 0.99)
            now += next_s * 1.01
            assert bucket.consume(now)


def test_a_token_may_be_given_back_but_none_is_made():
    bucket = Bucket.full(1.0, 2, 0.0)
    bucket.refund()
    assert [bucket.consume(0.0) for _ in range(3)] == [True, True, False]
    bucket.refund()
    assert [bucket.consume(0.0) for _ in range(2)] == [True, False]
    buckets = Buckets(1.0, 1)
    buckets.refund("a")
    assert [buckets.consume("a", 0.0) for _ in range(2)] == [True, False]
    buckets.refund("a")
    assert [buckets.consume("a", 0.0) for _ in range(2)] == [True, False]


def test_too_many_tokens_at_once_take_none():
    bucket = Bucket.full(1.0, 3, 0.0)
    assert not bucket.consume(0.0, 4)
    assert bucket.consume(0.0, 3)


def test_a_clock_that_steps_back_adds_nothing_and_takes_nothing():
    bucket = Bucket.full(1.0, 2, 10.0)
    assert bucket.consume(10.0)
    assert bucket.consume(5.0)
    assert not bucket.consume(10.0)


def test_after_a_step_back_a_bucket_fills_as_before():
    bucket = Bucket.full(1.0, 1, 10.0)
    assert bucket.consume(10.0)
    assert not bucket.consume(5.0)
    assert not bucket.consume(10.9)
    assert bucket.consume(11.0)


@given(st.floats(0.1, 20), st.integers(1, 20), st.lists(waits, max_size=30), waits)
def test_forgetting_a_full_bucket_changes_nothing(rate, burst, steps, rest):
    bucket, now = Bucket.full(rate, burst, 0.0), 0.0
    for wait in steps:
        now += wait
        bucket.consume(now)
    now += rest
    if bucket.is_full(now):
        assert bucket.consume_up_to(now, 100) == Bucket.full(rate, burst, now).consume_up_to(now, 100) == burst


@given(st.lists(st.tuples(waits, st.sampled_from("abc")), max_size=60))
def test_each_key_has_a_bucket_of_its_own(steps):
    buckets, alone, now = Buckets(0.5, 3), {key: Bucket.full(0.5, 3, 0.0) for key in "abc"}, 0.0
    for wait, key in steps:
        now += wait
        assert buckets.consume(key, now) is alone[key].consume(now)


def test_a_flood_of_keys_is_forgotten_as_soon_as_their_buckets_are_full():
    buckets = Buckets(0.5, 30)
    most = 0
    for number in range(20_000):
        assert buckets.consume(number, number / 100)
        most = max(most, len(buckets))
    assert most <= 2 * 2 * 100 + 1  # a token comes back in 2 s, and full ones are swept every 2 s
    buckets.consume("last", 1000.0)
    assert len(buckets) == 1


def test_who_still_owes_tokens_is_remembered():
    buckets = Buckets(0.5, 2)
    assert [buckets.consume("a", 0.0) for _ in range(3)] == [True, True, False]
    assert buckets.consume("b", 3.0)
    assert buckets.consume("a", 3.0)
    assert not buckets.consume("a", 3.0)
    assert len(buckets) == 2


class QuotaLaws(RuleBasedStateMachine):
    """A quota beside a plain list of what is held."""

    def __init__(self) -> None:
        super().__init__()
        self.quota, self.held = Quota(in_all=5, per_key=2), []

    @rule(key=st.sampled_from("abcd"))
    def admit(self, key):
        allowed = len(self.held) < 5 and self.held.count(key) < 2
        assert self.quota.admit(key) is allowed
        if allowed:
            self.held.append(key)

    @rule(key=st.sampled_from("abcd"))
    def release(self, key):
        self.quota.release(key)
        if key in self.held:
            self.held.remove(key)

    @invariant()
    def counts(self):
        assert len(self.quota) == len(self.held) <= 5


TestQuotaLaws = QuotaLaws.TestCase


def test_a_quota_keeps_no_trace_of_who_is_gone():
    quota = Quota(3, 2)
    for key in range(100):
        assert quota.admit(key)
        quota.release(key)
        quota.release(key)
    assert len(quota) == 0
    assert not quota._held
