"""Bulletins by room: whatever the order and the company of rooms, each has all its partials with their stamps."""

from hypothesis import given
from hypothesis import strategies as st

from kuuki.many.bulletins import Policy, decode_partials
from kuuki.mood.mix import Partial, merge
from kuuki.mood.privacy import Privacy, Rule
from services.aggregator.gathering import gather
from tests.bulletins import message_of

rules = st.sampled_from([Rule(), Rule(), Rule(min_group=7), Rule(Privacy.EXACT)])
partials = st.builds(Partial, st.integers(0, 9), st.just((0,) * 4))
holdings = st.dictionaries(st.sampled_from("abc"), st.tuples(st.builds(Policy, rules, st.booleans()), partials))
many = st.lists(holdings, max_size=6)


def told(held):
    return [decode_partials(message_of(f"g{number}", 1, rooms)) for number, rooms in enumerate(held)]


@given(many)
def test_each_room_has_what_each_gateway_says_of_it(held):
    gathered = gather(told(held))
    assert gathered.keys() == set().union(*held)
    for room, what in gathered.items():
        said = {f"g{number}": rooms[room] for number, rooms in enumerate(held) if room in rooms}
        assert sorted(stamp.gateway for stamp in what.stamps) == sorted(said)
        assert what.inner == merge(partial for _, partial in said.values())
        assert what.policy.rule.strictness == max(policy.rule.strictness for policy, _ in said.values())
        assert what.policy.is_recorded == all(policy.is_recorded for policy, _ in said.values())


@given(many, st.integers(1, 3))
def test_gateways_with_the_same_rooms_are_added_by_columns(held, times):
    rooms = {f"{room}{number}": each for number in range(3) for room, each in (held or [{}])[0].items()}
    gathered = gather(told([rooms] * times))
    assert {room: what.inner for room, what in gathered.items()} == {
        room: merge([partial] * times) for room, (_, partial) in rooms.items()
    }


@given(st.permutations("abcd"), st.permutations("abcd"))
def test_gateways_with_the_same_rooms_in_another_order_have_one_roster_and_one_tuple_of_stamps(one, other):
    said = Policy(Rule()), Partial(3, (0,) * 4)
    bulletins = told([dict.fromkeys(one, said), dict.fromkeys(other, said)])
    assert bulletins[0].roster == bulletins[1].roster
    assert len({id(what.stamps) for what in gather(bulletins).values()}) == 1


def test_rooms_in_the_same_rosters_share_their_stamps_also_where_rosters_differ():
    said = Policy(Rule()), Partial(3, (0,) * 4)
    gathered = gather(told([dict.fromkeys("ab", said), dict.fromkeys("abc", said)]))
    assert gathered["a"].stamps is gathered["b"].stamps
    assert gathered["c"].stamps != gathered["a"].stamps


def test_nobody_says_nothing():
    assert gather([]) == {}
    assert gather(told([{}, {}])) == {}
