"""Mixers that take a shard over: what they publish goes on as it was, as they have heard what the one before heard."""

from random import Random

import pytest

from kuuki.many.bulletins import Policy, decode_partials
from kuuki.mood.frames import Score, State
from kuuki.mood.labels import to_integers
from kuuki.mood.mix import Calibration
from kuuki.mood.privacy import Rule
from kuuki.mood.room import Role, Room
from kuuki.times import LIVE_HOLD_S, MOMENT_S, ROOM_GONE_S, TICK_S, VEILS_S
from services.aggregator.mixer import Mixer
from services.aggregator.publications import Publications
from tests.bulletins import bulletin_of, message_of

RULE = Rule(min_group=3)


class Gateways:
    """Two gateways' rooms, with people whose faces waver; what each says at a tick."""

    def __init__(self, people):
        self.dice = Random(1)
        self.rooms = [Room(), Room()]
        self.seq = 0
        for number in range(people):
            self.come(number)

    def come(self, number):
        self.rooms[number % 2].sit(str(number), Role.AUDIENCE, self.now, number=self.dice.getrandbits(32))

    @property
    def now(self):
        return self.seq * TICK_S

    def tick(self):
        self.seq += 1
        for room in self.rooms:
            for seat in room.seats:
                weights = to_integers([self.dice.random() for _ in range(7)])
                room.receive(seat, Score(self.seq, weights, 255), self.now)
        return [
            bulletin_of(f"g{at}", self.seq, {"room": room.fold(self.now)}, RULE, step=room.step or 0)
            for at, room in enumerate(self.rooms)
        ]

    def hear(self, step):
        for room in self.rooms:
            room.grow(step, self.now)


def mixer(key=b"veil"):
    return Mixer(Calibration(), key)


def published(mixer_, bulletins, now, term=1):
    for bulletin in bulletins:
        mixer_.accept(bulletin, now)
    (mixed,) = mixer_.mixes(term, now)
    return mixed


def follows(mixer_, bulletins, now):
    for bulletin in bulletins:
        mixer_.accept(bulletin, now)
    mixer_.follow(now)


def run(gateways, leads, *standby, seconds=LIVE_HOLD_S + 2):
    """Time goes by; the last mix."""
    for _ in range(round(seconds / TICK_S)):
        bulletins = gateways.tick()
        mixed = published(leads, bulletins, gateways.now)
        for each in standby:
            follows(each, bulletins, gateways.now)
        gateways.hear(mixed.step)
    return mixed


def same_but_seq(mix):
    return mix.state, mix.coverage, mix.at_least, mix.at_most, mix.body, mix.draw


def test_whoever_followed_publishes_what_the_one_before_would_have():
    gateways, leads, standby = Gateways(8), mixer(), mixer()
    run(gateways, leads, standby)
    for number in range(8, 12):
        gateways.come(number)
        run(gateways, leads, standby, seconds=MOMENT_S + 1)
    gateways.rooms[0].leave("2")
    run(gateways, leads, standby, seconds=1)
    bulletins = gateways.tick()
    expected, taken_over = (published(each, bulletins, gateways.now, term) for term, each in ((1, leads), (2, standby)))
    assert taken_over.mix.state is State.LIVE
    assert taken_over.mix.body.weights == expected.mix.body.weights
    assert same_but_seq(taken_over.mix)[:-1] == same_but_seq(expected.mix)[:-1]
    assert taken_over.step == expected.step


@pytest.mark.parametrize("killed_after", range(8))
def test_a_moment_is_not_lost_nor_comes_twice_whenever_the_leader_is_killed(killed_after):
    gateways, leads, standby = Gateways(8), mixer(), mixer()
    run(gateways, leads, standby, seconds=MOMENT_S + 2)
    gateways.come(8)
    counted = []
    for tick in range(30):
        bulletins = gateways.tick()
        if tick < killed_after:
            mixed = published(leads, bulletins, gateways.now)
            follows(standby, bulletins, gateways.now)
        else:
            mixed = published(standby, bulletins, gateways.now, term=2)
        gateways.hear(mixed.step)
        counted.append(mixed.mix.draw)
    assert len(set(counted)) == 2, "one draw, for the one who came"
    assert counted == sorted(counted, key=counted.index), "and none goes back"


def test_whoever_knows_nothing_begins_with_a_draw_of_its_own_and_keeps_the_step():
    gateways, leads, fresh = Gateways(8), mixer(), mixer()
    step = run(gateways, leads, seconds=MOMENT_S + 2).step
    bulletins = gateways.tick()
    mixed = published(fresh, bulletins, gateways.now)
    assert mixed.step == step
    assert mixed.mix.state is State.FEW, "it has not seen that there were enough for long enough"
    assert run(gateways, fresh).mix.at_least == 5


def test_without_the_same_key_the_noise_is_another():
    gateways, one, other = Gateways(8), mixer(), mixer(b"other")
    run(gateways, one, other)
    bulletins = gateways.tick()
    bodies = [published(each, bulletins, gateways.now).mix.body for each in (one, other)]
    assert bodies[0] != bodies[1]


def test_whoever_begins_to_follow_later_is_told_where_the_veils_stand():
    gateways, leads, late = Gateways(8), mixer(), mixer()
    run(gateways, leads)
    gateways.rooms[0].leave("2")
    run(gateways, leads, seconds=1)
    said = []
    for tick in range(round(VEILS_S / TICK_S) + 2):
        bulletins = gateways.tick()
        mixed = published(leads, bulletins, gateways.now)
        follows(late, bulletins, gateways.now)
        gateways.hear(mixed.step)
        veils = leads.publications.veils(gateways.now)
        late.publications.adopt(veils)
        late.publications.adopt({f"not {room}": veil for room, veil in veils.items()})
        said += [tick] * len(veils)
    assert len(said) == 2, "at first, and then now and then"
    gateways.rooms[0].leave("4")
    bulletins = gateways.tick()
    expected, taken_over = (published(each, bulletins, gateways.now) for each in (leads, late))
    assert taken_over.mix.state is State.LIVE
    assert same_but_seq(taken_over.mix) == same_but_seq(expected.mix)
    assert list(leads.publications.veils(gateways.now)) == ["room"], "it was drawn anew"


# --- versions side by side, and rooms that are gone for a moment


def as_version_2(bulletin, room):
    """What a gateway of the version before says of the same people."""
    policy = Policy(RULE)
    return decode_partials(message_of(bulletin.stamp.gateway, bulletin.stamp.seq, {"room": (policy, room)}, version=2))


def run_mixed(gateways, leads, seconds, *, is_old):
    """One of two gateways may be of the version before, which hears of no step; the mixes."""
    seen = []
    for _ in range(round(seconds / TICK_S)):
        bulletins = gateways.tick()
        if is_old:
            bulletins[0] = as_version_2(bulletins[0], gateways.rooms[0].fold(gateways.now))
        mixed = published(leads, bulletins, gateways.now)
        assert (mixed.step is None) is is_old
        if mixed.step is not None:
            gateways.hear(mixed.step)
        seen.append(mixed.mix)
    return seen


def test_while_a_gateway_of_the_version_before_is_there_all_who_are_read_count():
    gateways, leads = Gateways(20), mixer()
    seen = run_mixed(gateways, leads, 9, is_old=True)
    assert {(mix.state, mix.at_least) for mix in seen[6:]} == {(State.LIVE, 20)}
    gateways.come(20)
    seen = run_mixed(gateways, leads, 1, is_old=True)
    assert {mix.at_least for mix in seen} == {20}
    assert not any(room.waits(seat, gateways.now) for room in gateways.rooms for seat in room.seats)


def test_no_room_blinks_when_the_last_gateway_is_replaced_or_one_is_taken_back():
    gateways, leads = Gateways(20), mixer()
    run_mixed(gateways, leads, 3, is_old=True)
    for is_old in (False, True, False):
        seen = run_mixed(gateways, leads, MOMENT_S + 4, is_old=is_old)
        assert {(mix.state, mix.at_least) for mix in seen} == {(State.LIVE, 20)}
    gateways.come(20)
    draws = {mix.draw for mix in run_mixed(gateways, leads, MOMENT_S + 1, is_old=False)}
    assert len(draws) == 2, "moments are kept again"


def test_no_room_blinks_when_aggregators_are_replaced_after_their_gateways():
    """The aggregator of before took all who are read at once, and said no step."""
    gateways, leads = Gateways(20), mixer()
    for _ in range(30):
        gateways.tick()
    seen = run_mixed(gateways, leads, 4, is_old=False)
    first = next(at for at, mix in enumerate(seen) if mix.state is State.LIVE)
    assert first * TICK_S <= LIVE_HOLD_S + TICK_S
    assert {(mix.state, mix.at_least) for mix in seen[first:]} == {(State.LIVE, 20)}
    assert len({mix.draw for mix in seen[first:]}) == 1


def test_a_room_that_is_gone_for_a_moment_comes_back_as_it_was():
    gateways, leads = Gateways(8), mixer()
    run(gateways, leads)
    gateways.rooms[0].leave("2")
    before = run(gateways, leads, seconds=1)
    for seq in range(1, 8):  # a gateway with another room goes on
        gateways.seq += 1
        leads.accept(bulletin_of("other", seq, {"another": Room().fold(0.0)}, RULE), gateways.now)
        list(leads.mixes(1, gateways.now))
    bulletins = gateways.tick()
    for bulletin in bulletins:
        leads.accept(bulletin, gateways.now)
    back = next(mixed for mixed in leads.mixes(1, gateways.now) if mixed.room == "room")
    assert back.step == before.step
    for _ in range(8):
        bulletins = gateways.tick()
        for bulletin in bulletins:
            leads.accept(bulletin, gateways.now)
        back = next(mixed for mixed in leads.mixes(1, gateways.now) if mixed.room == "room")
    assert (back.mix.state, back.mix.draw) == (State.LIVE, before.mix.draw)


def test_a_room_that_is_gone_is_known_for_a_while_and_forgotten_then():
    publications = Publications(b"key")
    known = publications.of("room", RULE)
    publications.keep({"room"}, 0.0)
    for now in (1.0, 1.0 + ROOM_GONE_S):
        publications.keep(set(), now)
        assert publications.of("room", RULE) is known
    publications.keep({"room"}, now + 1)
    publications.keep(set(), now + 2)
    publications.keep(set(), now + 2 + ROOM_GONE_S)
    assert publications.of("room", RULE) is known, "it was back in between"
    publications.keep(set(), now + 2.1 + ROOM_GONE_S)
    assert publications.of("room", RULE) is not known


def test_veils_that_were_not_sent_are_said_again():
    gateways, leads = Gateways(8), mixer()
    run(gateways, leads)
    assert list(leads.publications.veils(gateways.now)) == ["room"]
    assert leads.publications.veils(gateways.now) == {}
    leads.publications.say_veils_again()
    assert list(leads.publications.veils(gateways.now)) == ["room"]
