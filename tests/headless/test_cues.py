"""Cue sheets as text, and the show that is played without one."""

from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from client.headless.crowd.cues import Cue, CueSheet, Event, Stream, parse_cues, read_cues
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
        ('1 smile "a" "b"', "Line 1: a name stands in quotes, behind the columns"),
        ('1 smile "a', "Line 1: a name stands in quotes"),
        ('1 "a" smile', "Line 1: a name stands in quotes"),
        (f'1 smile "{"a" * 81}"', "Line 1: a name has at most 80 characters"),
        ('1 smile "a\tb"', "Line 1: a name has at most 80 characters, all of them printable"),
        ('1 smile\nrepeat 60 "a"', "Line 2: only cues have names"),
        ("1 smile\nlate 0.3 2", "Line 2: “late” takes a share of the people and two times"),
        ("1 smile\nlate 2 0 1", "Line 2: 'share' is '2'; a number from 0 to 1"),
        ("1 smile\nleave 0.3 9 2", "Line 2: 'to' is '2'; a number from 9"),
        ("1 smile\nlate 0.6 0 1\nleave 0.5 2 3", "together they are more than 1"),
        ("1 smile\nlate 0.6 0 61\nrepeat 60", "repeats after 60 s, but people come or go after that"),
    ],
)
def test_a_bad_line_is_named_with_what_is_expected(text, names):
    with pytest.raises(BadCueSheet) as error:
        parse_cues(text)
    assert names in str(error.value)


def test_a_cue_may_have_a_name_and_people_come_late_and_go_early():
    sheet = parse_cues(
        '9.5 laugh 2.5 0.8 0.7 "the ferry · 渡し船"  # loud\n4 smile "#1"\n4 wow\nlate 0.3 2 20\nleave 0.1 50 50'
    )
    assert sheet.cues == (
        Cue(4.0, Event.SMILE, name="#1"),
        Cue(4.0, Event.WOW),
        Cue(9.5, Event.LAUGH, 2.5, 0.8, 0.7, name="the ferry · 渡し船"),
    )
    assert (sheet.late, sheet.leavers) == (Stream(0.3, 2.0, 20.0), Stream(0.1, 50.0, 50.0))
    assert sheet.ends_s == 12.0


def test_names_come_again_when_the_sheet_does():
    sheet = parse_cues('4 smile "a"\n6 wow\n9 laugh "b"')
    assert [(at, cue.name) for at, cue in sheet.named()] == [(4.0, "a"), (9.0, "b")]
    again = replace(sheet, repeat_s=20.0).named()
    assert [(at, cue.name) for at, cue in islice(again, 4)] == [(4.0, "a"), (9.0, "b"), (24.0, "a"), (29.0, "b")]
    assert list(parse_cues("4 smile\nrepeat 60").named()) == []


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    for name, text in (("missing", None), ("bytes", b"\xff\xfe"), ("bad", b"1 giggle")):
        path = tmp_path / name
        if text is not None:
            path.write_bytes(text)
        with pytest.raises(BadCueSheet, match=name):
            read_cues(path)


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
