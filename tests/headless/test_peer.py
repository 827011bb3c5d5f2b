"""A peer that moves, is lost and comes back: with connections and a server made up here, in virtual time."""

import asyncio
from random import Random
from typing import Any

import pytest

from client.headless import gateway_session as session_module
from client.headless import signaling
from client.headless.errors import CannotJoin, TryLater
from client.headless.join_events import JoinEvents
from client.headless.peer import Peer
from client.headless.place import Place
from client.headless.signaling import Answer
from kuuki.errors import CloseCode
from kuuki.mood.frames import Beat, Mix, Presence, Score, State, Tap, decode_from_client, encode
from kuuki.times import FORMER_S
from tests.virtual import in_virtual_time

WEIGHTS = (0, 0, 0, 255, 0, 0, 0)


class FakeConnection:
    """A channel that opens when the world says so."""

    world: Any = None

    def __init__(self, known, address, on_message, on_closed):
        self.known, self.hear, self.gone = known, on_message, on_closed
        self.ice_servers = None
        self.sent, self.is_closed, self.is_clear, self.seq = [], False, True, 0
        self.opened = asyncio.Event()
        FakeConnection.world.connections.append(self)

    async def offer(self):
        return "an offer"

    async def accept(self, answer, patience_s, ice_servers):
        self.patience_s, self.ice_servers = patience_s, ice_servers
        try:
            async with asyncio.timeout(patience_s):
                await self.opened.wait()
        except TimeoutError as error:
            raise TryLater("no channel") from error

    def send(self, data):
        self.sent.append(decode_from_client(data))
        return True

    async def close(self):
        self.is_closed = True

    def beat(self, presence=Presence.WATCHING, **more):
        self.seq += 1
        self.hear(encode(Beat(self.seq, presence, **more)))


class Dice(Random):
    """Always the same throw."""

    def __init__(self, throw):
        super().__init__(0)
        self.throw = throw

    def random(self):
        return self.throw


class Told(JoinEvents):
    """Keeps each step by its name."""

    def __init__(self, steps):
        self.offered = lambda: steps.append("offered")
        self.answered = lambda: steps.append("answered")
        self.failed = lambda error: steps.append(("failed", getattr(error, "problem", "")))
        self.lost = lambda code: steps.append(("lost", code))
        self.overtaken = lambda: steps.append("overtaken")


class World:
    """The server: what it is asked, and what it answers instead of a join."""

    def __init__(self, monkeypatch, throw=0.5):
        self.connections, self.asked, self.left, self.refusals, self.mixes, self.opens = [], [], [], [], [], []
        self.steps = []
        self.loop = asyncio.get_running_loop()
        FakeConnection.world = self
        monkeypatch.setattr(session_module, "Connection", FakeConnection)
        monkeypatch.setattr(signaling, "join", self.join)
        monkeypatch.setattr(signaling, "leave", self.leave)
        http: Any = None
        self.peer = Peer(
            http,
            Place("http://127.0.0.1:1", "demo"),
            dice=Dice(throw),
            on_mix=lambda mix, at: self.mixes.append((mix.term, mix.seq)),
            on_open=self.opens.append,
            steps=Told(self.steps),
        )

    async def join(self, http, place, role, offer, seat):
        self.asked.append((self.loop.time(), seat))
        if self.refusals:
            refusal = self.refusals.pop(0)
            raise refusal
        relay: Any = f"relay {len(self.asked)}"
        return Answer("an answer", f"/p{len(self.connections)}", "my-seat", [relay])

    async def leave(self, http, place, participant):
        self.left.append(participant)
        return True

    async def enter(self):
        """GatewaySession, and staying."""
        opening = self.loop.create_task(self.peer.open())
        await asyncio.sleep(0)
        await self.open()
        await opening
        self.staying = self.loop.create_task(self.peer.stay())

    async def open(self):
        """The newest channel opens."""
        await asyncio.sleep(0.001)
        self.newest.opened.set()
        await asyncio.sleep(0.001)

    @property
    def newest(self):
        return self.connections[-1]

    async def serve(self, connection, seconds, **beat):
        """The gateway beats for so long."""
        until = self.loop.time() + seconds
        while self.loop.time() < until:
            connection.beat(**beat)
            await asyncio.sleep(min(0.5, max(0.0, until - self.loop.time())))

    async def ask_to_move(self, connection, seconds):
        await self.serve(connection, seconds, code=CloseCode.GOING_AWAY)

    async def end(self):
        self.staying.cancel()
        await asyncio.gather(self.staying, return_exceptions=True)
        await self.peer.close()


@in_virtual_time
async def test_a_move_speaks_on_the_old_channel_until_the_new_one_is_open_then_on_that_alone():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        await world.enter()
        old = world.newest
        world.peer.score(WEIGHTS, 255)
        await world.ask_to_move(old, 0.49)
        assert len(world.asked) == 1
        await world.ask_to_move(old, 0.3)
        assert [seat for _, seat in world.asked] == [None, "my-seat"]
        assert world.peer.score(WEIGHTS, 255) > 1
        assert isinstance(old.sent[-1], Score)
        await world.open()
        before = len(old.sent)
        assert isinstance(world.newest.sent[0], Score), "what was said last is said at once"
        assert world.peer.score(WEIGHTS, 255) == 2
        world.newest.beat()
        assert [frame.seq for frame in world.newest.sent] == [1, 2, 3]
        assert (len(old.sent), old.is_closed, world.left) == (before, False, [])
        await asyncio.sleep(FORMER_S - 0.01)
        world.newest.beat()
        assert not old.is_closed, "until the new gateway has the seat, the one before counts it"
        await asyncio.sleep(0.02)
        assert (len(old.sent), old.is_closed, world.left) == (before, True, [])
        assert all(frame.presence is not Presence.BYE for frame in old.sent if isinstance(frame, Beat))
        assert (world.opens, world.peer.joins, world.peer.moves) == ([True, True], 2, 1)
        await world.end()


@in_virtual_time
async def test_mixes_never_run_backwards_over_a_move():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        await world.enter()
        old = world.newest
        old.hear(encode(Mix(2, 7, State.EMPTY, 0.0)))
        await world.ask_to_move(old, 0.6)
        old.hear(encode(Mix(2, 9, State.EMPTY, 0.0)))
        await world.open()
        old.hear(encode(Mix(2, 11, State.EMPTY, 0.0)))
        for term, seq in [(2, 8), (1, 99), (2, 10)]:
            world.newest.hear(encode(Mix(term, seq, State.EMPTY, 0.0)))
        assert world.mixes == [(2, 7), (2, 9), (2, 10)]
        await world.end()


@pytest.mark.parametrize(("throw", "at"), [(0.0, 0.0), (0.999, 0.999)])
def test_the_wait_before_a_move_is_anywhere_in_a_second(throw, at):
    @in_virtual_time
    async def run():
        with pytest.MonkeyPatch.context() as patch:
            world = World(patch, throw)
            await world.enter()
            asked_at = world.loop.time()
            await world.ask_to_move(world.newest, 1.2)
            assert world.asked[1][0] - asked_at == pytest.approx(at, abs=0.01)
            await world.end()

    run()


@in_virtual_time
async def test_never_two_moves_at_once_and_a_request_on_the_new_channel_is_another_one():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        await world.enter()
        first = world.newest
        await world.ask_to_move(first, 5)
        assert len(world.asked) == 2
        await world.open()
        second = world.newest
        await world.serve(second, 2)
        assert len(world.asked) == 2
        await world.ask_to_move(second, 1)
        assert len(world.asked) == 3
        await world.open()
        await asyncio.sleep(FORMER_S + 0.01)
        assert (second.is_closed, world.peer.moves) == (True, 2)
        await world.end()


@in_virtual_time
async def test_who_paused_is_paused_there_from_the_first_beat_on_and_taps_are_counted_anew():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        await world.enter()
        world.peer.tap("wow")
        world.peer.pause()
        await world.ask_to_move(world.newest, 0.6)
        await world.open()
        assert world.peer.score(WEIGHTS, 255) == 0
        world.peer.tap("laugh")
        assert [type(frame) for frame in world.newest.sent] == [Beat, Tap]
        assert world.newest.sent[0].presence is Presence.PAUSED
        assert world.newest.sent[1].counts == (0, 1, 0, 0)
        await world.end()


@in_virtual_time
async def test_a_move_that_fails_is_tried_again_with_full_jitter_and_the_old_channel_is_kept():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch, 1.0)
        await world.enter()
        old = world.newest
        world.refusals = [TryLater("503"), TryLater("503"), TryLater("503")]
        await world.ask_to_move(old, 16)
        gaps = [
            round(after - before, 1) for (before, _), (after, _) in zip(world.asked[1:], world.asked[2:], strict=False)
        ]
        assert gaps == [2.0, 4.0, 8.0]
        assert world.peer.score(WEIGHTS, 255)
        assert isinstance(old.sent[-1], Score)
        assert [connection.is_closed for connection in world.connections] == [False, True, True, True, False]
        await world.open()
        await asyncio.sleep(FORMER_S + 0.01)
        assert (old.is_closed, world.opens) == (True, [True, True])
        await world.end()


@in_virtual_time
async def test_a_seat_taken_by_the_own_new_join_stops_nothing():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        await world.enter()
        old = world.newest
        await world.ask_to_move(old, 0.8)
        old.beat(Presence.BYE, code=CloseCode.SEAT_TAKEN)
        await world.open()
        await asyncio.sleep(0.5)
        assert not world.staying.done()
        assert (old.is_closed, world.peer.is_open, world.peer.moves, len(world.asked)) == (True, True, 1, 2)
        await world.end()


@in_virtual_time
async def test_a_seat_taken_before_anything_was_asked_for_is_somebody_elses():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        await world.enter()
        world.newest.beat(code=CloseCode.GOING_AWAY)
        world.newest.beat(Presence.BYE, code=CloseCode.SEAT_TAKEN)
        with pytest.raises(CannotJoin, match="taken"):
            await world.staying
        assert (len(world.asked), world.newest.is_closed) == (1, True)


@pytest.mark.parametrize("code", [CloseCode.ROOM_CLOSED, CloseCode.REMOVED, CloseCode.FLOOD])
def test_other_codes_on_the_old_channel_stop_a_move_too(code):
    @in_virtual_time
    async def run():
        with pytest.MonkeyPatch.context() as patch:
            world = World(patch)
            await world.enter()
            await world.ask_to_move(world.newest, 0.8)
            world.connections[0].beat(Presence.BYE, code=code)
            with pytest.raises(CannotJoin):
                await world.staying
            assert all(connection.is_closed for connection in world.connections)
            assert len(world.asked) == 2

    run()


@in_virtual_time
async def test_a_move_refused_for_good_is_the_end():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        await world.enter()
        world.refusals = [CannotJoin("no such room")]
        await world.ask_to_move(world.newest, 0.8)
        with pytest.raises(CannotJoin, match="no such room"):
            await world.staying
        assert all(connection.is_closed for connection in world.connections)


@in_virtual_time
async def test_an_old_channel_that_dies_while_a_later_try_is_far_off_is_a_loss_like_any():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch, 1.0)
        await world.enter()
        old = world.newest
        world.refusals = [TryLater("503")] * 4
        await world.ask_to_move(old, 16.5)  # tried at 1, 3, 7 and 15 s; the next would be at 31 s
        assert len(world.asked) == 5
        old.beat(Presence.BYE, code=CloseCode.GOING_AWAY)
        lost_at = world.loop.time()
        await asyncio.sleep(1.1)
        assert len(world.asked) == 6
        assert world.asked[-1][0] - lost_at == pytest.approx(1.0, abs=0.01)
        await world.open()
        assert (world.opens, world.peer.joins, world.peer.moves) == ([True, False, True], 2, 0)
        await world.end()


@in_virtual_time
async def test_an_old_channel_that_dies_during_the_join_leaves_the_join_to_go_on():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        await world.enter()
        old = world.newest
        await world.ask_to_move(old, 0.8)
        old.gone()
        await asyncio.sleep(2)
        assert (len(world.asked), world.peer.is_open) == (2, False)
        await world.open()
        assert (world.peer.is_open, len(world.asked)) == (True, 2)
        await world.end()


@in_virtual_time
async def test_a_killed_gateway_is_noticed_after_its_silence_and_joined_again_within_a_second_then_with_full_jitter():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch, 1.0)
        await world.enter()
        world.newest.beat()
        silent_since = world.loop.time()
        world.refusals = [TryLater("503"), TryLater("unreachable")]
        await asyncio.sleep(1.49)
        assert world.opens == [True]
        await asyncio.sleep(0.05)
        assert world.opens == [True, False]
        await asyncio.sleep(8)
        tries = [round(at - silent_since, 1) for at, _ in world.asked[1:]]
        assert tries == [2.5, 4.5, 8.5]
        assert {seat for _, seat in world.asked[1:]} == {"my-seat"}
        await world.open()
        assert (world.peer.joins, world.peer.moves) == (2, 0)
        await world.end()


@in_virtual_time
async def test_what_a_gateway_says_before_anybody_listens_is_not_lost():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        opening = world.loop.create_task(world.peer.open())
        await asyncio.sleep(0.001)
        world.newest.opened.set()
        world.newest.beat(code=CloseCode.GOING_AWAY)
        await opening
        world.staying = world.loop.create_task(world.peer.stay())
        await world.ask_to_move(world.newest, 0.8)
        assert len(world.asked) == 2
        await world.end()


@in_virtual_time
async def test_leaving_during_a_move_says_bye_on_the_old_channel_and_leaves_nothing_open():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        await world.enter()
        await world.ask_to_move(world.newest, 0.8)
        await world.end()
        assert world.connections[0].sent[-1].presence is Presence.BYE
        assert world.left == ["/p1"]
        assert all(connection.is_closed for connection in world.connections)


@in_virtual_time
async def test_each_join_has_the_relays_of_its_own_answer(monkeypatch):
    world = World(monkeypatch)
    await world.enter()
    assert (world.newest.known, world.newest.ice_servers) == ([], ["relay 1"])
    world.newest.gone()
    await asyncio.sleep(1.0)
    await world.open()
    assert len(world.connections) == 2
    assert (world.newest.known, world.newest.ice_servers) == ([], ["relay 2"])


@in_virtual_time
async def test_a_join_after_one_that_did_not_open_knows_its_relays_from_the_start(monkeypatch):
    world = World(monkeypatch)
    for known in ([], ["relay 1"], ["relay 2"]):
        with pytest.raises(TryLater):
            await world.peer.open()
        assert world.newest.known == known
    world.refusals.append(TryLater("full"))
    with pytest.raises(TryLater, match="full"):
        await world.peer.open()
    await world.enter()
    assert (world.newest.known, world.newest.ice_servers) == ([], ["relay 5"])


@in_virtual_time
async def test_servers_of_ones_own_come_before_those_of_the_room(monkeypatch):
    monkeypatch.setenv("KUUKI_ICE_SERVERS", "stun:s.example:3478")
    world = World(monkeypatch)
    await world.enter()
    own, theirs = world.newest.ice_servers
    assert (own.urls, theirs) == ("stun:s.example:3478", "relay 1")


@in_virtual_time
async def test_the_first_join_is_given_up_sooner_than_later_ones_until_one_opened(monkeypatch):
    world = World(monkeypatch)
    await world.enter()
    world.newest.gone()
    await asyncio.sleep(0.6)
    assert len(world.connections) == 2
    await asyncio.sleep(5.0)
    assert world.newest.is_closed
    await asyncio.sleep(2.0)
    assert len(world.connections) == 3
    await world.open()
    world.newest.gone()
    await asyncio.sleep(0.6)
    assert [each.patience_s for each in world.connections] == [5.0, 5.0, 10.0, 5.0]


@in_virtual_time
async def test_each_step_of_each_join_is_told(monkeypatch):
    world = World(monkeypatch)
    world.refusals = [TryLater("503", 3.0, "overloaded")]
    with pytest.raises(TryLater):
        await world.peer.open()
    assert world.steps == ["offered", ("failed", "overloaded")]
    world.steps.clear()
    await world.enter()
    assert world.steps == ["offered", "answered"]
    world.newest.gone()
    await asyncio.sleep(1.0)
    await world.open()
    assert world.steps[2:] == [("lost", None), "offered", "answered"]
    await world.end()
    assert len(world.steps) == 5


@in_virtual_time
async def test_an_end_that_was_asked_for_is_no_loss(monkeypatch):
    world = World(monkeypatch)
    await world.enter()
    connection = world.newest

    async def leave(http, place, participant):
        connection.gone()  # the gateway closes it as soon as it is told
        return True

    monkeypatch.setattr(signaling, "leave", leave)
    await world.end()
    assert world.steps == ["offered", "answered"]


@in_virtual_time
async def test_a_seat_taken_by_the_own_new_join_is_no_loss_but_a_closed_room_is():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        await world.enter()
        await world.ask_to_move(world.newest, 0.6)
        world.connections[0].beat(Presence.BYE, code=CloseCode.SEAT_TAKEN)
        await world.open()
        assert not any(step[0] == "lost" for step in world.steps)
        world.newest.beat(Presence.BYE, code=CloseCode.ROOM_CLOSED)
        assert world.steps[-1] == ("lost", CloseCode.ROOM_CLOSED)
        with pytest.raises(CannotJoin) as raised:
            await world.staying
        assert raised.value.problem == "room_closed"
        await world.peer.close()


@in_virtual_time
async def test_a_mix_that_a_newer_one_of_the_same_join_has_overtaken_is_told_and_not_heard(monkeypatch):
    world = World(monkeypatch)
    await world.enter()
    for term, seq in [(2, 7), (2, 9), (2, 8), (1, 99), (2, 9)]:
        world.newest.hear(encode(Mix(term, seq, State.EMPTY, 0.0)))
    assert world.mixes == [(2, 7), (2, 9)]
    assert world.steps.count("overtaken") == 2
    await world.ask_to_move(world.newest, 0.6)
    await world.open()
    world.newest.hear(encode(Mix(2, 8, State.EMPTY, 0.0)))  # another gateway may be a tick behind
    assert world.steps.count("overtaken") == 2
    await world.end()


@in_virtual_time
async def test_who_pauses_just_after_a_move_is_heard_on_neither_channel_as_one_who_shares():
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        await world.enter()
        old = world.newest
        world.peer.score(WEIGHTS, 255)
        await world.ask_to_move(old, 1)
        await world.open()
        assert not old.is_closed
        world.peer.pause()
        await asyncio.sleep(0.01)
        assert old.is_closed
        assert world.newest.sent[-1].presence is Presence.PAUSED
        await world.end()
