"""``make privacy`` in small: its attacks find what is there to be found, and its table gets into the page."""

from itertools import groupby

import numpy as np
import pytest

from kuuki.mood.frames import State
from kuuki.mood.labels import WHOLE
from kuuki.times import TICK_S
from loadtests.privacy.attacks import crowd, one_person, own_devices
from loadtests.privacy.events import Cell, look
from loadtests.privacy.faces import FACES, PRIOR, scores_of, wavering_sums
from loadtests.privacy.guessing import Guessed, described
from loadtests.privacy.table import BEGIN, END, PAGE, Figure, Line, tables, write
from loadtests.privacy.venue import Venue

RIGHT = Guessed(500, 1000)


def test_without_the_veil_the_label_is_found():
    for line in one_person(10, 200, 3)[::2]:
        assert line.bare.share > 0.9
    assert own_devices(6, 2, 200, 3, 0.1)[0].bare.share > 0.9
    assert crowd(10, False, 100, 3)[0][0].bare.share > 0.8


def test_with_the_veil_it_is_found_much_less():
    joins, *_ = one_person(10, 400, 3)
    assert joins.guessed.share < 0.65


@pytest.mark.parametrize("comes", [True, False])
def test_levels_are_what_everybody_adds_up_to(monkeypatch, comes):
    """Without noise and own devices, the sets with and without the victim differ by its face."""
    monkeypatch.setattr("kuuki.mood.veil.Veil.over", lambda veil, means: means)
    looks = look(Cell(10, draws=2, comes=comes), 5, np.random.default_rng(1))
    for before, after in ((0, 2), (0, 3), (1, 2)):
        face = (looks.levels[:, after] - looks.levels[:, before]) * (1 if comes else -1)
        assert face == pytest.approx(described(looks.face), abs=0.3)


def test_where_few_are_live_nothing_is_shown_between_two_sets(monkeypatch):
    """Own devices make up the minimum group by turns, and the victim's face is in what they add up to."""
    monkeypatch.setattr("kuuki.mood.veil.Veil.over", lambda veil, means: means)
    states = []
    tick = Venue.tick

    def watched(venue, after_s=TICK_S):
        mix = tick(venue, after_s)
        states.append(mix.state)
        return mix

    monkeypatch.setattr(Venue, "tick", watched)
    looks = look(Cell(4, draws=2, is_at_border=True), 1, np.random.default_rng(1))
    assert [state for state, _ in groupby(states)] == [State.FEW, State.LIVE] * 4
    assert looks.levels[:, 0] - looks.levels[:, 3] == pytest.approx(described(looks.face), abs=0.3)


def test_faces_waver_and_still_are_scores():
    dice = np.random.default_rng(1)
    assert (scores_of(dice.random((50, 7))).sum(1) == WHOLE).all()
    sums = wavering_sums(FACES[:20].sum(0), 20, 30, dice, 0.2)
    assert (sums.sum(1) == 20 * WHOLE).all()
    assert (sums >= 0).all()
    assert 0 < sums.std(0).max() < 0.1 * 20 * WHOLE


@pytest.mark.parametrize(
    ("line", "holds", "beside_room"),
    [
        (Line("x", 20, Guessed(4000, 10_000), RIGHT, 0.05), True, True),
        (Line("x", 20, Guessed(4550, 10_000), RIGHT, 0.05), False, True),
        (Line("x", 20, Guessed(6000, 10_000), RIGHT, 0.05), False, False),
        (Line("x", 20, Guessed(9000, 10_000), RIGHT), True, True),
        (Line("x", 20, Guessed(4000, 10_000), RIGHT, 0.05, Guessed(790, 1000)), False, False),
        (Line("x", 200, Guessed(4000, 10_000), RIGHT, 0.05, Guessed(500, 1000)), True, True),
    ],
)
def test_a_line_holds_by_the_upper_end_of_its_interval_and_only_if_the_attack_is_strong(line, holds, beside_room):
    assert pytest.approx(0.405, abs=0.001) == PRIOR
    assert (line.holds, line.holds_beside_room) == (holds, beside_room)


def test_a_figure_holds_within_its_limit():
    assert Figure("x", 20, 0.04, 0.05).holds
    assert not Figure("x", 20, 0.06, 0.05).holds
    assert not Figure("x", 20, 0.97, 0.98, is_least=True).holds
    assert Figure("x", 20, 0.97).holds


def test_the_tables_get_into_the_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}of before\n{END}after\n")
    write(tables([Line("joins", 20, Guessed(400, 1000), RIGHT, 0.05)], [Figure("price", 20, 0.04, 0.05)]), page)
    text = page.read_text()
    assert text.startswith(f"before\n{BEGIN}")
    assert text.endswith(f"{END}after\n")
    assert "| joins | 20 |" in text
    assert "| price | 20 | 0.040 | ≤ 0.05 | yes |" in text
    assert "of before" not in text
    page.write_text("nothing")
    with pytest.raises(ValueError, match="has not both"):
        write("", page)


def test_the_page_has_the_tables():
    text = PAGE.read_text(encoding="utf-8")
    assert "| joins | 6 |" in text.partition(BEGIN)[2].partition(END)[0], "run `make privacy`"
