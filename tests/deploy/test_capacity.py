"""How many people a core carries: one number, and what follows from it, wherever it stands."""

import pytest

from kuuki.limits import PEERS_PER_GATEWAY, PEOPLE_PER_CORE
from loadtests.capacity.__main__ import Price, carried
from loadtests.capacity.places import PLACES, ROOT, Place, pods_for, room_to_move


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.file}: {place.pattern}")
def test_each_place_says_it_and_would_say_another(place):
    text = (ROOT / place.file).read_text()
    assert place.written(text, PEOPLE_PER_CORE) == text
    assert place.written(text, 10 * PEOPLE_PER_CORE) != text


def test_a_place_that_is_gone_is_no_place():
    with pytest.raises(ValueError, match=r"compose\.yaml"):
        Place("compose.yaml", r"for (\d+) llamas", lambda people: people).written("for two", 1)


def test_an_autoscaler_leaves_room_for_those_who_move_in():
    assert room_to_move(400) == 300
    assert (pods_for(3000, 400), pods_for(3001, 400)) == (11, 12)
    assert PEOPLE_PER_CORE < PEERS_PER_GATEWAY


def test_carried_is_four_fifths_of_a_core_at_the_price_of_the_largest_crowd_in_time():
    prices = [Price(50, 4.0, 250, 0.3), Price(100, 2.5, 250, 0.6), Price(200, 1.9, 900, 1.0)]
    assert carried(prices) == 300
    assert carried([*prices, Price(150, 2.0, 300, 0.9)]) == 400
    with pytest.raises(ValueError, match="in time"):
        carried([Price(50, 4.0, 700, 0.3)])
