import asyncio

import pytest

from edge import hub
from edge.connection import Connection
from edge.hub import Hub
from mesh.broker import Heard
from mesh.errors import Internal, Unavailable
from tests.edge.stage import Peer, Services, Stage, a_peer
from tests.patience import until


async def enter(hub: Hub, connection: Connection, *room_ids: str) -> None:
    """Into rooms, having been told everything up to where they stand."""
    async with hub.holding(connection, room_ids) as rooms:
        for room in rooms:
            room.release(connection, room.head.revision)


async def entered(stage: Stage, *room_ids: str) -> Peer:
    stage.backends.people.remember(stage.services.add_user("ann"))  # who writes has a name
    peer = a_peer()
    await enter(stage.hub, peer.connection, *room_ids)
    return peer


def is_clean(stage: Stage) -> bool:
    """Whether nothing is left of those who were here."""
    hub = stage.hub
    return not (hub.rooms or hub.users or hub._opening or hub._tasks._tasks) and len(stage.subscriber._heard) == 1


async def test_a_room_is_opened_once_for_many_and_closed_behind_the_last(stage: Stage, services: Services) -> None:
    services.add_room("r").write()
    peers = await asyncio.gather(*(entered(stage, "r") for _ in range(5)))
    assert len(services.asked("GetHeads")) == 1
    services.logs["r"].write()
    await stage.publish("r", 2)
    for peer in peers:
        await until(peer.revisions)
        assert peer.revisions() == [2]
        stage.end(peer)
    assert is_clean(stage)


async def test_what_is_published_while_a_room_is_being_opened_is_not_missed(stage: Stage, services: Services) -> None:
    log = services.add_room("r")
    log.write()
    with services.paused("GetHeads"):
        entering = asyncio.create_task(entered(stage, "r"))
        await until(lambda: services.asked("GetHeads"))
        log.write()
        log.write()
        await stage.publish("r", 3)
        await until(lambda: stage.hub.rooms["r"].feed.known == 3)
    peer = await entering
    await until(lambda: peer.revisions() == [2, 3])
    stage.end(peer)


async def test_a_room_that_everybody_left_while_it_was_being_opened_is_closed_then(
    stage: Stage, services: Services
) -> None:
    services.add_room("r")
    peer = a_peer()
    with services.paused("GetHeads"):
        entering = asyncio.create_task(enter(stage.hub, peer.connection, "r"))
        await until(lambda: services.asked("GetHeads"))
        stage.end(peer)
        assert "r" in stage.hub.rooms
        later = asyncio.create_task(entered(stage, "r"))
        await asyncio.sleep(0)
    await entering
    assert not peer.connection.rooms
    stage.end(await later)
    assert len(services.asked("GetHeads")) == 1
    assert is_clean(stage)


async def test_a_room_that_cannot_be_opened_leaves_nothing_behind(stage: Stage, services: Services) -> None:
    services.add_room("good")
    peer = a_peer()
    heads, services.answers["GetHeads"] = services.answers["GetHeads"], Internal()
    with pytest.raises(Internal):
        await enter(stage.hub, peer.connection, "good", "bad")
    assert not peer.connection.rooms
    await until(lambda: is_clean(stage))
    services.answers["GetHeads"] = heads
    await enter(stage.hub, peer.connection, "good")
    stage.end(peer)


async def test_who_comes_the_moment_that_opening_has_failed_opens_the_room_anew(
    stage: Stage, services: Services
) -> None:
    services.add_room("r")
    heads, services.answers["GetHeads"] = services.answers["GetHeads"], Internal()
    later: list[asyncio.Task[Peer]] = []

    def come(_opening: object) -> None:
        services.answers["GetHeads"] = heads
        later.append(asyncio.create_task(entered(stage, "r")))

    with services.paused("GetHeads"):
        failing = [asyncio.create_task(entered(stage, "r")) for _ in range(2)]
        await until(lambda: services.asked("GetHeads"))
        stage.hub._opening["r"].add_done_callback(come)
    results = await asyncio.gather(*failing, return_exceptions=True)
    assert [type(result) for result in results] == [Internal, Internal]
    peer = await later[0]
    stage.write("r")
    assert peer.revisions() == [1]


async def test_a_failure_inside_leaves_a_connection_where_it_was(stage: Stage, services: Services) -> None:
    services.add_room("old")
    services.add_room("new")
    peer = await entered(stage, "old")

    async def fail() -> None:
        async with stage.hub.holding(peer.connection, ["old", "new"]):
            stage.write("old")
            raise Unavailable("away")

    with pytest.raises(Unavailable):
        await fail()
    assert list(peer.connection.rooms) == ["old"]
    assert list(stage.hub.rooms) == ["old"]
    stage.write("old")
    assert peer.revisions() == [1, 2]
    stage.end(peer)
    assert is_clean(stage)


async def test_every_connection_of_a_user_waits_until_the_user_is_listened_to(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe, may_go = stage.subscriber.subscribe, asyncio.Event()

    async def slowly(channel: str, heard: Heard) -> None:
        await may_go.wait()
        await subscribe(channel, heard)

    monkeypatch.setattr(stage.subscriber, "subscribe", slowly)
    peers = [a_peer(), a_peer()]
    entering = [asyncio.create_task(stage.hub.enter(peer.connection, "ann")) for peer in peers]
    done, _ = await asyncio.wait(entering, timeout=0.02)
    assert not done
    may_go.set()
    assert await asyncio.gather(*entering) == [True, False]
    assert [stage.hub.leave(peer.connection) for peer in peers] == [False, True]
    assert is_clean(stage)


async def test_leaving_twice_or_without_having_entered_is_nothing(stage: Stage) -> None:
    peer = a_peer()
    assert not stage.hub.leave(peer.connection)
    assert await stage.hub.enter(peer.connection, "ann")
    assert stage.hub.leave(peer.connection)
    assert not stage.hub.leave(peer.connection)
    assert is_clean(stage)


async def test_the_gauges_count_what_is_there(stage: Stage, services: Services) -> None:
    services.add_room("r")
    rooms, connections = hub.ROOMS._value.get(), hub.CONNECTIONS._value.get()
    peer = await entered(stage, "r")
    await stage.hub.enter(peer.connection, "ann")
    assert (hub.ROOMS._value.get(), hub.CONNECTIONS._value.get()) == (rooms + 1, connections + 1)
    stage.end(peer)
    assert (hub.ROOMS._value.get(), hub.CONNECTIONS._value.get()) == (rooms, connections)


async def test_coming_and_going_in_a_crowd_leaves_nothing_behind(stage: Stage, services: Services) -> None:
    rooms = [f"r{number}" for number in range(4)]
    for room_id in rooms:
        services.add_room(room_id, "ann", "bob").write()

    async def visit(number: int) -> None:
        peer = await stage.log_in("ann" if number % 2 else "bob")
        assert len(peer.of("welcome")[0]["rooms"]) == 4
        for room_id in rooms[number % 4 :]:
            stage.write(room_id)
        stage.end(peer)

    await asyncio.gather(*(visit(number) for number in range(40)))
    await until(lambda: is_clean(stage))
