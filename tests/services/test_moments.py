"""The published set over gateways, in virtual time: it grows at moments apart, and nothing else draws its noise."""

import asyncio
from contextlib import asynccontextmanager
from itertools import pairwise

from kuuki.errors import CloseCode
from kuuki.mood.frames import LATEST, Presence, State
from kuuki.mood.privacy import Rule
from kuuki.mood.room import Role
from kuuki.times import HELD_S, MOMENT_CLOSES_S, MOMENT_S, PARTIAL_EXPIRES_S, PRESENT_S, TICK_S
from loadtests.fake_transport import OFFER
from tests.services.fakes import FakeSeats, worlds
from tests.virtual import in_virtual_time

HAPPY = (0, 0, 0, 255, 0, 0, 0)
SAD = (0, 0, 0, 0, 255, 0, 0)
SOON = 3 * TICK_S
"""A mix tells what was said before it by then."""


def now():
    return asyncio.get_running_loop().time()


class Person:
    """Who has a seat, and a face that may not be read for a while."""

    def __init__(self, weights=HAPPY):
        self.weights, self.sure, self.presence = weights, 255, Presence.SENSING
        self.peer = self.secret = None

    async def sit(self, here):
        former, self.peer = self.peer, None
        joined = await here.hub.join("shown", Role.AUDIENCE, self.secret, OFFER, None, LATEST)
        self.secret, self.peer = joined.seat_secret, here.maker.answered.pop(joined.answer)
        self.peer.events.opened()
        self.say()
        return former

    def say(self):
        if self.presence is Presence.SENSING:
            self.peer.score(self.weights, self.sure)
        else:
            self.peer.be(self.presence)

    @property
    def waits(self):
        return self.peer.beats[-1][1].waits


@asynccontextmanager
async def venue(people, gateways=2):
    """A standard room; a stage that watches it; people who sit at the gateways in turn and are shown."""
    async with worlds(gateways, FakeSeats()) as here:
        await here[0].add_room("shown", Rule(min_group=3))
        joined = await here[-1].hub.join("shown", Role.STAGE, None, OFFER, None, LATEST)
        stage = here[-1].maker.answered.pop(joined.answer)
        stage.events.opened()
        crowd = [Person() for _ in range(people)]
        for at, person in enumerate(crowd):
            await person.sit(here[at % gateways])
        await watch(stage, crowd, MOMENT_S + 3)
        yield here, stage, crowd


async def watch(stage, crowd, seconds):
    """Everybody says something at each tick."""
    for _ in range(round(seconds / TICK_S)):
        for person in crowd:
            person.say()
        stage.be(Presence.WATCHING)
        await asyncio.sleep(TICK_S)


def draws(stage, since):
    """When the noise was drawn anew."""
    seen = [(at, mix.draw) for at, mix in stage.mixes]
    return [at for (_, before), (at, draw) in pairwise(seen) if draw != before and at >= since]


def shown(stage):
    return stage.mix.body and (stage.mix.at_least, stage.mix.at_most)


@in_virtual_time
async def test_in_a_quiet_room_who_comes_is_in_as_soon_as_all_gateways_know():
    async with venue(4) as (here, stage, crowd):
        assert shown(stage) == (3, 4)
        came_at, new = now(), Person(SAD)
        await new.sit(here[0])
        crowd.append(new)
        while shown(stage) == (3, 4):
            await watch(stage, crowd, TICK_S)
        assert now() - came_at < 6 * TICK_S, "long after the last moment, the next one comes when both gateways know"
        await watch(stage, crowd, 1)
        assert not new.waits
        assert shown(stage) == (5, 9)
        assert len(draws(stage, came_at)) == 1


@in_virtual_time
async def test_those_who_come_one_after_the_other_come_in_together_at_moments_apart():
    async with venue(6) as (here, stage, crowd):
        since = now()
        for at in range(30):
            crowd.append(Person(SAD))
            await crowd[-1].sit(here[at % 2])
            await watch(stage, crowd, 3 * TICK_S)
        came = draws(stage, since)
        assert 3 <= len(came) <= 1 + (now() - since) / MOMENT_S
        assert all(later - soon >= MOMENT_S for soon, later in pairwise(came))
        await watch(stage, crowd, MOMENT_S + 2)
        assert shown(stage) == (20, 49), "nobody waits for ever"
        assert not any(person.waits for person in crowd)


@in_virtual_time
async def test_who_looks_away_keeps_the_place_and_the_last_face_for_a_while():
    async with venue(5) as (_, stage, crowd):
        since, before = now(), stage.mix.body
        crowd[0].sure, crowd[0].weights = 10, SAD
        await watch(stage, crowd, HELD_S - 1)
        assert draws(stage, since) == []
        assert stage.mix.body == before
        await watch(stage, crowd, 2)
        assert len(draws(stage, since)) == 1, "too long"
        crowd[0].sure = 255
        await watch(stage, crowd, MOMENT_S + 1)
        assert len(draws(stage, since)) == 2


@in_virtual_time
async def test_who_pauses_leaves_or_is_heard_no_more_is_out_at_once():
    async with venue(12) as (_, stage, crowd):
        for leaves in ("pause", "bye", "silence"):
            since, person = now(), crowd.pop()
            if leaves == "pause":
                person.presence = Presence.PAUSED
            elif leaves == "bye":
                person.presence = Presence.BYE
            if leaves != "silence":
                person.say()
            await watch(stage, crowd, PRESENT_S + SOON)
            (at,) = draws(stage, since)
            assert at - since <= (PRESENT_S if leaves == "silence" else 0) + SOON, leaves


@in_virtual_time
async def test_half_of_the_room_moves_and_nothing_is_drawn():
    """The places in the published mix go along, also of those who still wait; what is shown is the same."""
    async with venue(10) as (here, stage, crowd):
        since, before = now(), stage.mix.body
        for person in crowd[::2]:  # they sat at the first gateway
            former = await person.sit(here[1])
            await watch(stage, crowd, TICK_S)
            assert former.told is CloseCode.SEAT_TAKEN
        await watch(stage, crowd, MOMENT_S + 2)
        assert draws(stage, since) == []
        assert {mix.state for at, mix in stage.mixes if at >= since} == {State.LIVE}
        assert [mix.body for at, mix in stage.mixes if at >= since and mix.body != before] == []


@in_virtual_time
async def test_who_joins_again_at_the_same_gateway_keeps_the_place():
    async with venue(6) as (here, stage, crowd):
        since = now()
        for person in crowd:
            await person.sit(here[crowd.index(person) % 2])
            await watch(stage, crowd, 2 * TICK_S)
        await watch(stage, crowd, MOMENT_S + 1)
        assert draws(stage, since) == []


@in_virtual_time
async def test_who_waits_and_moves_does_not_come_in_between():
    async with venue(6) as (here, stage, crowd):
        crowd.append(Person(SAD))
        await crowd[-1].sit(here[0])
        await watch(stage, crowd, 2)  # a moment has just been
        crowd.append(Person(SAD))
        await crowd[-1].sit(here[0])
        await watch(stage, crowd, 1)
        since = now()
        await crowd[-1].sit(here[1])
        await watch(stage, crowd, 2)
        assert draws(stage, since) == []
        assert crowd[-1].waits
        await watch(stage, crowd, MOMENT_S)
        assert len(draws(stage, since)) == 1
        assert not crowd[-1].waits


@in_virtual_time
async def test_a_gateway_that_hears_nothing_for_a_while_brings_nobody_in_between():
    """Its own people are out when its partials expire, and come in together at a moment."""
    async with venue(8) as (here, stage, crowd):
        since = now()
        here[0].line.cut()
        await watch(stage, crowd, PARTIAL_EXPIRES_S + 1)
        assert len(draws(stage, since)) == 1
        here[0].line.mend()
        back_at = now()
        await watch(stage, crowd, MOMENT_S + MOMENT_CLOSES_S + 2)
        assert shown(stage) == (5, 9)
        assert len(draws(stage, back_at)) == 1, "they had their moment long ago"


@in_virtual_time
async def test_an_exact_room_has_no_moments():
    async with worlds(2, FakeSeats()) as here:
        await here[0].add_room("shown")
        person = Person()
        await person.sit(here[0])
        joined = await here[1].hub.join("shown", Role.STAGE, None, OFFER, None, LATEST)
        stage = here[1].maker.answered.pop(joined.answer)
        stage.events.opened()
        since = now()
        await watch(stage, [person], 1)
        assert next(at for at, mix in stage.mixes if mix.state is State.LIVE) - since <= SOON
        assert {mix.draw for _, mix in stage.mixes} == {0}
        assert not person.waits
