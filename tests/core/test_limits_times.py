"""Relations between times and limits that the design rests on: a change of one number must not break another."""

import re

import pytest

from kuuki import limits, times
from kuuki.mood import frames
from kuuki.mood.frames import Beat, Body, Mix, Presence, Score, State, Tap


def numbers(module):
    return {name: value for name, value in vars(module).items() if name.isupper() and not isinstance(value, str)}


@pytest.mark.parametrize("module", [limits, times])
def test_every_number_is_positive(module):
    assert numbers(module)
    assert all(value > 0 for value in numbers(module).values())


def test_every_time_is_in_seconds_and_says_so():
    assert all(name.endswith("_S") for name in numbers(times))


def test_a_lost_score_costs_nobody_their_place():
    assert times.KEEP_ALIVE_S * 2 <= times.SCORE_STALE_S
    assert times.TICK_S * 10 <= times.SCORE_STALE_S


def test_someone_stops_counting_before_being_absent_and_is_absent_before_being_closed():
    assert times.SCORE_STALE_S < times.PRESENT_S < times.PEER_SILENT_S


def test_the_dead_are_out_of_the_mix_within_three_seconds():
    assert times.SCORE_STALE_S + 2 * times.TICK_S + times.MIX_WAIT_S <= 3.0
    assert times.PARTIAL_EXPIRES_S + times.TICK_S + times.MIX_WAIT_S <= 3.0


def test_two_lost_beats_do_not_make_a_gateway_dead_nor_a_peer_absent():
    assert times.BEAT_S * 3 <= times.GATEWAY_DEAD_S
    assert times.BEAT_S * 3 < times.PRESENT_S


def test_a_client_calls_its_gateway_dead_before_it_shows_a_stale_mix():
    assert times.GATEWAY_DEAD_S < times.MIX_STALE_S


def test_a_gateway_may_miss_ticks_but_the_mix_goes_stale_only_after_it_expired():
    assert times.TICK_S * 3 < times.PARTIAL_EXPIRES_S < times.MIX_STALE_S


def test_what_is_sent_is_younger_than_what_is_stale_and_as_old_as_what_is_mixed():
    assert times.PARTIAL_EXPIRES_S == times.MIX_LATE_S < times.MIX_STALE_S


def test_a_client_that_is_heard_late_does_not_lose_its_place():
    assert times.DATAGRAM_LATE_S + times.KEEP_ALIVE_S < times.SCORE_STALE_S
    assert limits.DATAGRAMS_WAITING_OPEN < limits.DATAGRAMS_WAITING <= limits.DATAGRAMS_PER_TURN


def test_the_mixers_wait_fits_in_a_tick():
    assert times.MIX_WAIT_S < times.TICK_S / 2


def test_a_pause_is_out_within_a_second_even_when_three_beats_are_lost():
    assert times.REPEAT_S * 3 + times.TICK_S + times.MIX_WAIT_S <= 1.0


def test_a_lease_survives_two_lost_signs_of_life_and_the_next_holder_mixes_within_three_seconds():
    assert times.LEASE_POLL_S * 3 < times.LEASE_TRUST_S < times.LEASE_S
    assert times.LEASE_S + 2 * times.LEASE_POLL_S + 2 * times.TICK_S <= 3.0


def test_mixes_keep_the_beat_of_ticks():
    assert times.TICK_S / 2 < times.MIX_SPACING_S < times.TICK_S


def test_retries_spread_and_grow():
    assert times.RETRY_MIN_S <= times.RETRY_FIRST_S < times.RETRY_MAX_S


def test_a_browser_says_udp_is_blocked_before_its_join_is_closed():
    assert times.UDP_BLOCKED_S < times.PENDING_OFFER_S


def test_as_many_wait_for_their_turn_as_can_have_it_in_time():
    assert limits.JOINS_WAITING == limits.JOINS_PER_S * times.JOIN_WAIT_S


def test_a_join_that_waited_for_its_turn_is_open_before_a_page_says_that_something_is_wrong():
    assert times.JOIN_WAIT_S + times.OFFER_CHECKED_S < times.UDP_BLOCKED_S


def test_who_comes_at_a_gateways_rate_always_finds_a_pending_offer_that_gives_way():
    oldest_s = times.JOIN_PATIENCE_S + 2 * times.TICK_S
    assert limits.JOINS_BURST + limits.JOINS_PER_S * oldest_s < limits.PENDING_PER_GATEWAY
    assert times.OFFER_SURE_S < times.OFFER_CHECKED_S < times.JOIN_PATIENCE_S < times.PENDING_OFFER_S


def test_the_fastest_honest_client_is_within_its_rate():
    honest = 1 / times.TICK_S + 1 / times.BEAT_S + 1 / times.REPEAT_S
    assert honest <= limits.FRAMES_PER_S
    assert limits.FRAMES_BURST >= limits.FRAMES_PER_S
    assert limits.MALFORMED_FRAMES <= limits.FRAMES_BURST


def test_taps_of_the_repeat_interval_fit_the_burst():
    assert limits.TAPS_PER_S * times.SCORE_STALE_S <= limits.TAPS_BURST


def test_a_slow_peer_is_closed_no_sooner_than_a_silent_one():
    assert limits.SLOW_TICKS * times.TICK_S >= times.PEER_SILENT_S


def test_the_largest_frames_fit():
    most = limits.SEQ_MAX
    client: list[frames.Frame] = [
        Score(most, (255, 0, 0, 0, 0, 0, 0), 255),
        Tap(most, (most,) * 4),
        Beat(most, Presence.BYE, most, most, most, most),
    ]
    assert max(len(frames.encode(frame)) for frame in client) <= limits.FRAME_BYTES
    body = Body(1.0, (1.0,) * 7, -1.0, 1.0, 1.0, (655.35,) * 4)
    mix = Mix(most, most, State.LIVE, 1.0, most, most, body, frames.AGE_MAX_MS)
    assert len(frames.encode(mix)) <= limits.MIX_FRAME_BYTES
    assert limits.FRAME_BYTES * 4 <= limits.BUFFERED_BYTES


def test_caps_contain_each_other():
    assert limits.SDP_BYTES <= limits.BODY_BYTES
    assert limits.SDP_LINE_BYTES <= limits.SDP_BYTES
    assert limits.JOINS_BURST <= limits.JOINS_WAITING
    assert limits.PENDING_PER_GATEWAY <= limits.PEERS_PER_GATEWAY
    assert limits.MIN_GROUP <= limits.MIN_GROUP_MAX
    assert limits.SURE_MIN <= 255


@pytest.mark.parametrize("room", ["a", "abcd-efgh-jkmn", "0-1-2-3", "z" * 16, "-".join(["z" * 16] * 4)])
def test_room_ids(room):
    assert re.fullmatch(limits.ROOM_ID, room)
    assert len(room) <= 67


@pytest.mark.parametrize(
    "room",
    ["", "-", "a-", "-a", "a--b", "A", "a_b", "../a", "a\n", "a\0", "\xe9", "\uff11", "z" * 17, "a-b-c-d-e", "\u202ea"],
)
def test_what_is_no_room_id(room):
    assert not re.fullmatch(limits.ROOM_ID, room)
