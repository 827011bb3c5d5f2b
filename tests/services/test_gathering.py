"""Bulletins by room: whatever the order and the company of rooms, each has all its rows with their stamps."""

from hypothesis import given
from hypothesis import strategies as st

from kuuki.many.bulletins import PartialsBulletin, RoomPartial, Stamp
from kuuki.mood.mix import Partial, merge
from kuuki.mood.privacy import Privacy, Rule
from services.aggregator.gathering import gather

rules = st.sampled_from([Rule(), Rule(), Rule(min_group=7), Rule(Privacy.EXACT)])
partials = st.builds(Partial, st.integers(0, 9), st.just((0,) * 4), st.just(()))
holdings = st.dictionaries(st.sampled_from("abc"), st.builds(RoomPartial.of, rules, partials, st.booleans()))
many = st.lists(holdings, max_size=6)


def told(held):
    return [PartialsBulletin.of(Stamp(f"g{number}", 1), 0, rooms) for number, rooms in enumerate(held)]


@given(many)
def test_each_room_has_what_each_gateway_says_of_it(held):
    bulletins = told(held)
    gathered = gather(bulletins)
    assert gathered.keys() == set().union(*held)
    for room, what in gathered.items():
        said = {bulletin.stamp: bulletin.rooms[room] for bulletin in bulletins if room in bulletin.rooms}
        assert len(what.stamps) == len(what.rows) == len(said)
        assert dict(zip(what.stamps, what.rows, strict=True)) == {stamp: each.row for stamp, each in said.items()}
        assert what.inner == merge(each.partial for each in said.values())
        assert what.rule.strictness == max(each.rule.strictness for each in said.values())
        assert what.is_recorded == all(each.is_recorded for each in said.values())


@given(many, st.integers(1, 3))
def test_gateways_with_the_same_rooms_are_added_by_columns(held, times):
    rooms = {f"{room}{number}": each for number in range(3) for room, each in (held or [{}])[0].items()}
    gathered = gather(told([rooms] * times))
    assert {room: what.inner for room, what in gathered.items()} == {
        room: merge([each.partial] * times) for room, each in rooms.items()
    }


def test_nobody_says_nothing():
    assert gather([]) == {}
    assert gather(told([{}, {}])) == {}
