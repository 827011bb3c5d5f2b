"""One room, two clients: each hears the same in the version of frames that it reads, over the hub in virtual time."""

from dataclasses import replace

import pytest

from kuuki.mood import frames
from kuuki.mood.frames import LATEST, VERSION, Kind, State, decode_from_gateway
from kuuki.mood.privacy import Rule
from kuuki.mood.room import Role
from kuuki.times import MOMENT_S
from loadtests.fake_transport import OFFER, FakePeer
from tests.services.fakes import keep_alive, world
from tests.virtual import in_virtual_time

RULE = Rule(min_group=1)


@pytest.fixture
def sent(monkeypatch):
    """The bytes that each peer was sent."""
    sent: dict[FakePeer, list[bytes]] = {}
    send = FakePeer.send

    def keep(peer, data):
        sent.setdefault(peer, []).append(data)
        return send(peer, data)

    monkeypatch.setattr(FakePeer, "send", keep)
    return sent


async def join(here, reads, role=Role.AUDIENCE):
    joined = await here.hub.join("veiled", role, None, OFFER, None, reads)
    peer = here.maker.answered.pop(joined.answer)
    peer.events.opened()
    return peer


def of_kind(datas, kind):
    return [data for data in datas if data[2] == kind]


def test_mixes_say_their_draw_to_who_reads_it_and_are_the_same_otherwise(sent):
    @in_virtual_time
    async def test():
        async with world() as here:
            await here.add_room("veiled", RULE)
            old, new = await join(here, VERSION), await join(here, LATEST)
            await keep_alive(old, new, seconds=8)
            assert {data[1] for data in sent[old]} == {VERSION}
            assert {data[1] for data in sent[new]} == {LATEST}
            heard = {peer: {mix.seq: mix for _, mix in peer.mixes} for peer in (old, new)}
            assert heard[old].keys() == heard[new].keys(), "both since the first"
            for seq, mix in heard[new].items():
                assert heard[old][seq] == without_draw(mix)
            live = [mix for mix in heard[new].values() if mix.state is State.LIVE]
            assert live[-1].draw != 0
            assert 1 < len({mix.draw for mix in heard[new].values()}) <= 4, "another one when others count"
            assert {mix.tapped for mix in live} == {(0, 0, 0, 0)}

    test()


def without_draw(mix):
    return replace(mix, draw=0, tapped=None, waves=())


def test_who_waits_for_the_next_moment_is_told_if_it_reads_that(sent):
    @in_virtual_time
    async def test():
        async with world() as here:
            await here.add_room("veiled", RULE)
            first = await join(here, LATEST)
            await keep_alive(first, seconds=MOMENT_S / 2)
            assert first.mix.state is State.LIVE, "it counts since a moment ago"
            old, new, stage = await join(here, VERSION), await join(here, LATEST), await join(here, LATEST, Role.STAGE)
            for waits in (True, False):
                await keep_alive(first, old, new, seconds=1 if waits else 2 * MOMENT_S)
                assert new.beats[-1][1].waits is waits
                assert not any(peer.beats[-1][1].waits for peer in (first, old, stage))
            assert {data[0] & 15 for data in of_kind(sent[old], Kind.BEAT)} == {8}
            assert {data[0] & 15 for data in of_kind(sent[new], Kind.BEAT)} == {9}
            assert {decode_from_gateway(data).waits for data in of_kind(sent[new], Kind.BEAT)} == {True, False}

    test()


def test_both_versions_are_written_and_read():
    assert frames.READ == (LATEST, VERSION) == (2, 1)
