"""Until when a process has heard everything: what its own beats prove, and what a slow one does not."""

from kuuki.times import BUS_SETTLE_S
from services.runtime.redis.heartbeats import HeardUntil


def test_quick_beats_are_believed_at_once():
    heard = HeardUntil(10.0)
    assert heard.until(10.1) == 10.0
    heard.back(10.2, 10.21)
    assert heard.until(10.21) == 10.2
    heard.back(10.4, 10.41)
    assert heard.until(10.5) == 10.4


def test_after_a_slow_beat_others_older_messages_may_still_come():
    heard = HeardUntil(10.0)
    for sent_at in (10.2, 10.4, 10.6, 10.795):  # all come back when Redis goes on; the last was quick
        heard.back(sent_at, 10.8)
        assert heard.until(10.8) == 10.0
    assert heard.until(10.8 + BUS_SETTLE_S - 0.001) == 10.0
    assert heard.until(10.8 + BUS_SETTLE_S) == 10.795


def test_a_redis_that_is_always_slow_is_heard_late_but_heard():
    heard = HeardUntil(0.0)
    until = []
    for tick in range(1, 50):
        sent_at = tick * 0.2
        heard.back(sent_at, sent_at + 0.15)
        until.append(heard.until(sent_at + 0.19))
        assert sent_at - until[-1] <= 0.2 + 1e-9
    assert until == sorted(until)
