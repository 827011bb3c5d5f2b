"""Cue sheets as text, and the show that is played without one."""

from random import Random

import pytest

from client.headless.crowd.cues import Cue, CueSheet, Event, parse_cues
from client.headless.crowd.programme import LENGTH_S, laugh_gap_s, make_sheet
from client.headless.errors import BadCueSheet


def test_a_sheet_is_read_in_order_of_time_with_defaults():
    sheet = parse_cues("# a show\n9.5 laugh 2.5 0.8 0.7\n\n4 smile  # early\nrepeat 60\n")
    assert sheet.cues == (Cue(4.0, Event.SMILE), Cue(9.5, Event.LAUGH, 2.5, 0.8, 0.7))
    assert sheet.repeat_s == 60.0


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("4 smile\n5 giggle", "Line 2: 'giggle' is no event; there are smile, laugh, wow, applause, quiet, still"),
        ("x smile", "Line 1: 'at' is 'x'; a number from 0 to"),
        ("-1 smile", "Line 1: 'at'"),
        ("nan smile", "Line 1: 'at'"),
        ("1 smile 2 1.5", "Line 1: 'intensity' is '1.5'; a number from 0 to 1"),
        ("1 smile 2 1 -1", "Line 1: 'spread'"),
        ("1 smile 0", "Line 1: 'for'"),
        ("\n\n1", "Line 3: 1 columns"),
        ("1 smile 1 1 1 1", "Line 1: 6 columns"),
        ("1 smile\nrepeat", "Line 2: “repeat” takes one number"),
        ("1 smile\nrepeat inf", "Line 2: 'repeat'"),
        ("70 smile\nrepeat 60", "repeats after 60 s, but its last cue is at 70 s"),
        ("# nothing", "no cue"),
    ],
)
def test_a_bad_line_is_named_with_what_is_expected(text, names):
    with pytest.raises(BadCueSheet) as error:
        parse_cues(text)
    assert names in str(error.value)


def test_the_clock_stands_while_all_hold_still_and_goes_on_where_it_would_be():
    sheet = CueSheet((Cue(5.0, Event.STILL, 4.0), Cue(2.0, Event.SMILE)), 20.0)
    assert [sheet.clock(t) for t in (4.9, 5.0, 8.9, 9.0)] == [4.9, 5.0, 5.0, 9.0]
    assert sheet.clock(26.0) == 5.0
    assert sheet.place(26.0) == 6.0


def test_laugh_gaps_have_the_quantiles_of_real_laughs():
    dice = Random(3)
    gaps = sorted(laugh_gap_s(dice.random()) for _ in range(20_000))
    for share, expected in ((0.05, 3.7), (0.25, 5.4), (0.5, 7.6), (0.75, 11.0), (0.95, 18.9)):
        assert gaps[int(share * len(gaps))] == pytest.approx(expected, rel=0.05)


def test_the_show_is_the_same_for_the_same_seed_and_holds_still_only_when_asked():
    assert make_sheet(4, with_stills=True) == make_sheet(4, with_stills=True)
    assert make_sheet(4, with_stills=True) != make_sheet(5, with_stills=True)
    stills = make_sheet(4, with_stills=True).stills
    assert min(cue.lasts for cue in stills) > 2.0
    assert len(stills) == LENGTH_S / 10
    assert make_sheet(4, with_stills=False).stills == ()
