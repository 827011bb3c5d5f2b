"""Ports for tests: of one's own share, in turn, and none that somebody has."""

import socket

import pytest

from loadtests.ports import FIRST, LAST, SHARE, Share, share_of


def test_workers_have_shares_of_their_own():
    shares = [share_of(f"gw{number}") for number in range((LAST - FIRST) // SHARE)]
    assert len({port for share in shares for port in share}) == LAST - FIRST
    assert share_of("") == shares[0]
    assert share_of("gw22") == shares[0]


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_that_somebody_has_is_passed_over(kind):
    share = Share(share_of("gw21"))
    first = share.take(1)[0]
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", first + 2))
        assert share.take(3) == range(first + 4, first + 7)


def test_they_go_round_and_come_to_an_end():
    share = Share(range(FIRST + 990, FIRST + 1000), start=8)
    assert [*share.take(2)] == [FIRST + 998, FIRST + 999]
    assert share.take(4)[0] == FIRST + 990
    with pytest.raises(RuntimeError, match="no 11 free ports in a row"):
        share.take(11)
