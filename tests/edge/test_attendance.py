import asyncio

import pytest

from edge import catching_up, delivery, frames
from edge.connection import WRITE_BUFFER_BYTES
from edge.frames import JoinRoom, LeaveRoom
from mesh.errors import Forbidden, Internal
from parlance.message.v1 import live_pb2
from parlance.room.v1 import room_pb2
from tests.edge.stage import Peer, Services, Stage, a_peer
from tests.patience import until


def summary(peer: Peer, room_id: str) -> dict[str, object]:
    """The room as the welcome lists it."""
    found: dict[str, object] = next(room for room in peer.of("welcome")[0]["rooms"] if room["id"] == room_id)
    return found


def removed(user_id: str, room_id: str) -> live_pb2.MemberLeft:
    return live_pb2.MemberLeft(user_id=user_id, room_id=room_id, removed=True)


async def test_the_welcome_covers_what_it_shows_and_events_follow_from_there(stage: Stage, services: Services) -> None:
    log = services.add_room("r", "ann")
    log.write("bob")
    services.add_user("bob")
    with services.paused("BatchGetUsers"):  # bob's name
        logging_in = asyncio.create_task(stage.log_in("ann"))
        await until(lambda: services.asked("BatchGetUsers"))
        log.write("ann")
        stage.hear("r", 2)
    peer = await logging_in
    assert summary(peer, "r")["revision"] == 1
    stage.write("r")
    assert peer.revisions() == [2, 3]


async def test_a_resumed_room_begins_with_what_was_missed(stage: Stage, services: Services) -> None:
    log = services.add_room("r", "ann")
    for _ in range(5):
        log.write()
    log.change("m1")
    log.change("m4")
    peer = await stage.log_in("ann", r=2)
    stage.write("r")
    assert peer.of("welcome")[0]["reset"] == []
    assert peer.revisions() == [3, 5, 6, 7, 8]
    assert [frame["type"] for frame in peer.frames[1:]] == [
        "message",
        "message",
        "message_updated",
        "message",
        "message",
    ]


async def test_a_large_replay_is_not_held_against_the_one_who_asked_for_it(stage: Stage, services: Services) -> None:
    log = services.add_room("r", "ann")
    log.write()
    for _ in range(400):
        log.write(body="x" * 4000)
    peer = a_peer()
    peer.wire.reads = False
    auth = frames.Auth(token=services.token("ann"), resume={"r": 1})
    await stage.handlers.handle(peer.connection, auth, "")
    stage.write("r")
    assert not peer.connection.closing
    peer.connection.write(bytes(WRITE_BUFFER_BYTES))
    peer.connection.check_reading()
    assert peer.connection.closing


async def test_a_second_large_answer_waits_until_the_first_is_read(stage: Stage, services: Services) -> None:
    services.add_room("r", "ann")
    peer = await stage.log_in("ann")
    peer.wire.reads = False
    peer.connection.write(bytes(WRITE_BUFFER_BYTES + 1))
    await stage.do(peer, JoinRoom(room="r"))
    assert peer.connection.closing


async def test_more_than_enough_is_not_replayed_and_the_most_recent_rooms_come_first(
    stage: Stage, services: Services
) -> None:
    for room_id in ("r", "s", "t"):
        log = services.add_room(room_id, "ann")
        log.write()
        for _ in range(210):
            log.write(body="x" * 4000)
    peer = await stage.log_in("ann", r=1, s=1, t=1)
    rooms = [room["id"] for room in peer.of("welcome")[0]["rooms"]]
    assert peer.of("welcome")[0]["reset"] == rooms[2:]
    assert {event["room"] for event in peer.of("message")} == set(rooms[:2])


async def test_who_comes_back_after_a_moment_is_told_without_asking_the_log(stage: Stage, services: Services) -> None:
    services.add_room("r", "ann", "bob")
    await stage.log_in("bob")
    for _ in range(4):
        stage.write("r")
    heads = len(services.asked("GetHeads"))
    peer = await stage.log_in("ann", r=2)
    stage.write("r")
    assert peer.revisions() == [3, 4, 5]
    assert not services.asked("ListChanges")
    assert len(services.asked("GetHeads")) == heads


async def test_who_comes_from_an_edge_that_was_ahead_is_told_nothing_twice(
    stage: Stage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "GAP_SECONDS", 60.0)
    log = services.add_room("r", "ann", "bob")
    here = await stage.log_in("bob")
    for _ in range(3):
        log.write()
    there = await stage.log_in("ann", r=2)
    assert there.revisions() == [3]
    stage.hear("r", 1, 3)
    stage.write("r")
    assert here.revisions() == [1, 2, 3, 4]
    assert there.revisions() == [3, 4]


async def test_a_room_that_cannot_be_resumed_is_started_anew(
    stage: Stage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "MAX_REPLAYED", 3)
    for room_id in ("far", "near", "ahead"):
        log = services.add_room(room_id, "ann")
        for _ in range(5):
            log.write()
    peer = await stage.log_in("ann", far=1, near=2, ahead=9, unknown=1)
    assert peer.of("welcome")[0]["reset"] == ["ahead", "far", "unknown"]
    assert [(frame["room"], frame["revision"]) for frame in peer.of("message")] == [
        ("near", 3),
        ("near", 4),
        ("near", 5),
    ]
    stage.write("far")
    assert peer.frames[-1]["revision"] == 6


async def test_joining_covers_what_the_answer_shows_and_nothing_comes_twice(stage: Stage, services: Services) -> None:
    log = services.add_room("r", "bob")
    services.add_user("ann")
    here, peer = await stage.log_in("bob"), await stage.log_in("ann")
    stage.write("r")
    with services.paused("ListMessages"):
        log.write()  # stored, and not yet published
        joining = asyncio.create_task(stage.do(peer, JoinRoom(id=1, room="r")))
        await until(lambda: services.asked("ListMessages"))
        log.write()
        stage.hear("r", 2, 3)
    await joining
    assert (peer.of("ack")[0]["revision"], len(peer.of("ack")[0]["messages"])) == (2, 2)
    stage.write("r")
    assert peer.revisions() == [3, 4]
    assert here.revisions() == [1, 2, 3, 4]


async def test_a_join_that_fails_leaves_nothing_behind(stage: Stage, services: Services) -> None:
    services.add_room("r", "bob")
    services.add_user("ann")
    await stage.log_in("bob")
    peer = await stage.log_in("ann")
    latest, services.answers["ListMessages"] = services.answers["ListMessages"], Internal()
    with pytest.raises(Internal):
        await stage.do(peer, JoinRoom(id=1, room="r"))
    room = stage.hub.rooms["r"]
    assert (len(room), list(peer.connection.rooms)) == (1, [])
    stage.write("r")
    assert not room._since_held
    assert peer.revisions() == []
    services.answers["ListMessages"] = latest
    await stage.do(peer, JoinRoom(id=2, room="r"))
    stage.write("r")
    assert peer.revisions() == [2]


async def test_joining_again_in_vain_costs_no_event(stage: Stage, services: Services) -> None:
    services.add_room("r", "ann")
    peer = await stage.log_in("ann")
    stage.write("r")
    services.answers["ListMessages"] = Internal()
    with services.paused("ListMessages"):
        joining = asyncio.create_task(stage.do(peer, JoinRoom(id=1, room="r")))
        await until(lambda: services.asked("ListMessages"))
        stage.write("r")
    with pytest.raises(Internal):
        await joining
    stage.write("r")
    assert peer.revisions() == [1, 2, 3]


async def test_who_is_brought_in_while_it_logs_in_is_told_once(stage: Stage, services: Services) -> None:
    services.add_room("old", "ann")
    with services.paused("ListUserRooms"):
        logging_in = asyncio.create_task(stage.log_in("ann"))
        await until(lambda: services.asked("ListUserRooms"))
        services.add_room("new", "ann")
        await stage.tell("user:ann", room_created=live_pb2.RoomCreated(room_id="old"))
        await stage.tell("user:ann", room_created=live_pb2.RoomCreated(room_id="new"))
        await until(lambda: stage.attendance_waits("ann"))
    peer = await logging_in
    await until(lambda: peer.of("room_created"))
    stage.write("new")
    stage.write("old")
    assert [frame["type"] for frame in peer.frames] == ["welcome", "room_created", "message", "message"]


async def test_who_is_brought_into_a_room_during_a_join_that_fails_is_in_it_afterwards(
    stage: Stage, services: Services
) -> None:
    services.add_room("r", "ann")
    services.add_user("ann")
    services.members["r"].clear()
    peer = await stage.log_in("ann")
    services.answers["JoinRoom"] = Forbidden("No.", reason="BANNED")
    with services.paused("JoinRoom"):
        joining = asyncio.create_task(stage.do(peer, JoinRoom(id=1, room="elsewhere")))
        await until(lambda: services.asked("JoinRoom"))
        services.members["r"].add("ann")
        await stage.tell("user:ann", room_created=live_pb2.RoomCreated(room_id="r"))
        await until(lambda: stage.attendance_waits("ann"))
    with pytest.raises(Forbidden):
        await joining
    await until(lambda: peer.of("room_created"))
    stage.write("r")
    assert peer.revisions() == [1]


async def test_a_join_and_an_invitation_to_the_same_room_bring_each_event_once(
    stage: Stage, services: Services
) -> None:
    log = services.add_room("r", "bob")
    services.add_user("ann")
    here, peer = await stage.log_in("bob"), await stage.log_in("ann")
    with services.paused("GetRoom"):
        services.members["r"].add("ann")
        inviting = asyncio.create_task(stage.attendance.let_in([peer.connection], "r"))
        await until(lambda: services.asked("GetRoom"))
        joining = asyncio.create_task(stage.do(peer, JoinRoom(id=1, room="r")))
        log.write()
    await asyncio.gather(inviting, joining)
    stage.hear("r", 1)
    stage.write("r")
    covered = peer.of("ack")[0]["revision"]
    assert peer.revisions() == list(range(covered + 1, 3))
    assert here.revisions() == [1, 2]


async def test_a_connection_that_ends_while_it_is_let_in_leaves_nothing_behind(
    stage: Stage, services: Services
) -> None:
    peer = await stage.log_in("ann")
    services.add_room("r", "ann")
    with services.paused("GetRoom"):
        inviting = asyncio.create_task(stage.attendance.let_in([peer.connection], "r"))
        await until(lambda: services.asked("GetRoom"))
        stage.end(peer)
    await inviting
    assert not stage.hub.rooms
    assert not peer.connection.rooms


async def test_a_connection_that_ends_while_its_room_is_opened_leaves_nothing_behind(
    stage: Stage, services: Services
) -> None:
    peer = await stage.log_in("ann")
    services.add_room("r", "ann")
    with services.paused("GetHeads"):
        inviting = asyncio.create_task(stage.attendance.let_in([peer.connection], "r"))
        await until(lambda: services.asked("GetHeads"))
        stage.end(peer)
    await inviting
    await until(lambda: not stage.hub.rooms)


async def test_who_could_not_be_let_in_is_let_in_the_next_time(stage: Stage, services: Services) -> None:
    peer = await stage.log_in("ann")
    services.add_room("r", "ann").write("bob")
    services.add_user("bob")
    names, services.answers["BatchGetUsers"] = services.answers["BatchGetUsers"], Internal()
    with pytest.raises(Internal):
        await stage.attendance.let_in([peer.connection], "r")
    assert not stage.hub.rooms
    services.answers["BatchGetUsers"] = names
    await stage.attendance.let_in([peer.connection], "r")
    stage.write("r")
    assert [frame["type"] for frame in peer.frames] == ["welcome", "room_created", "message"]


async def test_who_is_no_member_is_not_let_in(stage: Stage, services: Services) -> None:
    services.add_room("r", "bob")
    peer = await stage.log_in("ann")
    await stage.attendance.let_in([peer.connection], "r")
    assert [frame["type"] for frame in peer.frames] == ["welcome"]
    assert not stage.hub.rooms


async def test_who_is_removed_while_it_joins_is_told_so_and_not_let_in(stage: Stage, services: Services) -> None:
    services.add_room("r")
    peer = await stage.log_in("ann")
    with services.paused("ListMessages"):
        joining = asyncio.create_task(stage.do(peer, JoinRoom(id=1, room="r")))
        await until(lambda: services.asked("ListMessages"))
        await stage.tell("user:ann", member_left=removed("ann", "r"))
        await until(lambda: not peer.connection.rooms)
    with pytest.raises(Forbidden) as error:
        await joining
    assert error.value.reason == "NOT_A_MEMBER"
    assert not stage.hub.rooms


async def test_who_is_removed_while_it_logs_in_does_not_find_the_room(stage: Stage, services: Services) -> None:
    services.add_room("kept", "ann")
    services.add_room("lost", "ann").write("bob")
    services.add_user("bob")
    with services.paused("BatchGetUsers"):
        logging_in = asyncio.create_task(stage.log_in("ann"))
        await until(lambda: services.asked("BatchGetUsers"))
        await stage.tell("user:ann", member_left=removed("ann", "lost"))
        await until(lambda: "lost" not in stage.hub.rooms)
    peer = await logging_in
    assert [room["id"] for room in peer.of("welcome")[0]["rooms"]] == ["kept"]
    assert list(peer.connection.rooms) == ["kept"]


async def test_who_leaves_hears_nothing_more(stage: Stage, services: Services) -> None:
    services.add_room("r", "ann", "bob")
    ann, bob = await stage.log_in("ann"), await stage.log_in("bob")
    await stage.do(ann, LeaveRoom(id=1, room="r"))
    stage.write("r")
    assert (ann.frames[-1], ann.revisions(), bob.revisions()) == ({"type": "ack", "id": 1}, [], [1])


async def test_a_guest_enters_only_its_own_room(stage: Stage, services: Services) -> None:
    services.add_user("gus", is_guest=True, guest_room_id="own")
    services.add_room("own", "gus")
    services.add_room("other")
    peer = await stage.log_in("gus")
    with pytest.raises(Forbidden) as error:
        await stage.do(peer, JoinRoom(id=1, room="other"))
    assert error.value.reason == "GUEST_NOT_ALLOWED"
    assert not services.asked("JoinRoom")
    await stage.do(peer, JoinRoom(id=2, room="own"))
    assert peer.of("ack")[0]["id"] == 2


async def test_a_direct_room_shows_its_people(stage: Stage, services: Services) -> None:
    services.add_user("bob")
    services.add_room("d", "ann")
    room = room_pb2.Room(id="d", kind=room_pb2.ROOM_KIND_DIRECT, direct_user_ids=["ann", "bob"])
    services.answers["ListUserRooms"] = room_pb2.ListUserRoomsResponse(rooms=[room_pb2.UserRoom(room=room)])
    peer = await stage.log_in("ann")
    assert summary(peer, "d")["people"] == [
        {"id": "ann", "name": "Ann", "guest": False},
        {"id": "bob", "name": "Bob", "guest": False},
    ]


async def test_an_own_answer_names_a_guest_as_one(stage: Stage, services: Services) -> None:
    services.add_user("gus", is_guest=True)
    peer = await stage.log_in("gus")
    assert peer.of("welcome")[0]["user"] == {"id": "gus", "name": "Gus", "guest": True}
    assert frames.Person("gus", "Gus", guest=True) == stage.backends.people.known("gus")
