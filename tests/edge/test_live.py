import asyncio
from typing import Any

import pytest

from mesh.errors import Internal
from parlance.message.v1 import live_pb2
from parlance.room.v1 import room_pb2
from tests.edge.stage import Peer, Services, Stage
from tests.patience import until


@pytest.fixture
async def together(stage: Stage, services: Services) -> tuple[Peer, Peer]:
    """Ann and bob in a room."""
    services.add_room("r", "ann", "bob")
    return await stage.log_in("ann"), await stage.log_in("bob")


def last(peer: Peer) -> dict[str, Any]:
    return peer.frames[-1]


async def test_typing_and_presence_are_told_to_the_others(stage: Stage, together: tuple[Peer, Peer]) -> None:
    ann, bob = together
    await stage.tell("room:r", typing=live_pb2.Typing(room_id="r", user_id="ann", on=True))
    await until(lambda: bob.of("typing"))
    await stage.tell("room:r", presence=live_pb2.Presence(user_id="ann", online=True))
    await until(lambda: bob.of("presence"))
    person = {"id": "ann", "name": "Ann", "guest": False}
    assert bob.of("typing") == [{"type": "typing", "room": "r", "user": person, "on": True}]
    assert bob.of("presence") == [{"type": "presence", "room": "r", "user": person, "online": True}]
    assert [frame["type"] for frame in ann.frames] == ["welcome"]


async def test_reading_is_told_to_the_others_and_to_ones_own_connections(
    stage: Stage, together: tuple[Peer, Peer]
) -> None:
    ann, bob = together
    read = live_pb2.Read(room_id="r", user_id="ann", seq=3)
    await stage.tell("room:r", read=read)
    await stage.tell("user:ann", read=read)
    await until(lambda: ann.of("read") and bob.of("read"))
    told = {"type": "read", "room": "r", "user": "ann", "seq": 3}
    assert (ann.of("read"), bob.of("read")) == ([told], [told])


async def test_a_new_member_is_told_by_name_and_without_one_if_need_be(
    stage: Stage, services: Services, together: tuple[Peer, Peer]
) -> None:
    ann, _ = together
    services.add_user("cid")
    await stage.tell("room:r", member_joined=live_pb2.MemberJoined(room_id="r", user_id="cid"))
    await until(lambda: ann.of("member_joined"))
    assert last(ann)["user"]["name"] == "Cid"
    services.answers["BatchGetUsers"] = Internal()
    await stage.tell("room:r", member_joined=live_pb2.MemberJoined(room_id="r", user_id="dan"))
    await until(lambda: len(ann.of("member_joined")) == 2)
    assert last(ann)["user"] == {"id": "dan", "name": "Unknown user", "guest": False}


async def test_who_is_removed_is_put_out_and_told_once_however_often_it_is_heard(
    stage: Stage, together: tuple[Peer, Peer]
) -> None:
    ann, bob = together
    left = live_pb2.MemberLeft(room_id="r", user_id="ann", removed=True)
    await stage.tell("user:ann", member_left=left)
    await stage.tell("room:r", member_left=left)
    await until(lambda: bob.of("member_left"))
    stage.write("r")
    assert [frame["type"] for frame in ann.frames] == ["welcome", "member_left"]
    assert last(ann)["removed"]
    assert [frame["type"] for frame in bob.frames] == ["welcome", "member_left", "message"]


async def test_who_is_put_out_is_told_even_when_its_name_is_not_known(
    stage: Stage, services: Services, together: tuple[Peer, Peer]
) -> None:
    ann, _ = together
    stage.backends.people.forget("ann")
    services.answers["BatchGetUsers"] = Internal()
    await stage.tell("user:ann", member_left=live_pb2.MemberLeft(room_id="r", user_id="ann", removed=True))
    await until(lambda: ann.of("member_left"))
    assert not ann.connection.rooms


async def test_a_deleted_room_is_left_by_everybody_and_closed(stage: Stage, together: tuple[Peer, Peer]) -> None:
    await stage.tell("user:ann", room_deleted=live_pb2.RoomDeleted(room_id="r"))
    await stage.tell("room:r", room_deleted=live_pb2.RoomDeleted(room_id="r"))
    for peer in together:
        await until(lambda peer=peer: peer.of("room_deleted"))  # type: ignore[misc]  # the peer of this round
        assert peer.of("room_deleted") == [{"type": "room_deleted", "room": "r"}]
        assert not peer.connection.rooms
    assert not stage.hub.rooms


async def test_a_changed_room_is_told_as_it_is_now(
    stage: Stage, services: Services, together: tuple[Peer, Peer]
) -> None:
    room = room_pb2.Room(id="r", name="New", topic="Other things")
    services.answers["GetRoom"] = room_pb2.GetRoomResponse(room=room)
    await stage.tell("room:r", room_updated=live_pb2.RoomUpdated(room_id="r"))
    for peer in together:
        await until(lambda peer=peer: peer.of("room_updated"))  # type: ignore[misc]  # the peer of this round
        assert last(peer) == {"type": "room_updated", "room": "r", "name": "New", "topic": "Other things"}


async def test_news_of_a_room_that_nobody_here_is_in_is_nothing(stage: Stage) -> None:
    peer = await stage.log_in("ann")
    await stage.tell("user:ann", member_left=live_pb2.MemberLeft(room_id="elsewhere", user_id="ann"))
    await stage.tell("user:ann", room_deleted=live_pb2.RoomDeleted(room_id="elsewhere"))
    await stage.tell("user:ann", read=live_pb2.Read(room_id="elsewhere", user_id="ann", seq=1))
    await until(lambda: peer.of("read"))
    assert [frame["type"] for frame in peer.frames] == ["welcome", "read"]


async def test_the_end_of_all_sessions_but_one_closes_the_other_connections(stage: Stage) -> None:
    peer = await stage.log_in("ann")
    await stage.tell(
        "user:ann", session_revoked=live_pb2.SessionRevoked(user_id="ann", except_session_id="session-ann")
    )
    await stage.tell("user:ann", session_revoked=live_pb2.SessionRevoked(user_id="ann", session_ids=["another"]))
    await stage.tell("user:ann", read=live_pb2.Read(room_id="r", user_id="ann", seq=1))
    await until(lambda: peer.of("read"))
    assert not peer.connection.closing
    await stage.tell("user:ann", session_revoked=live_pb2.SessionRevoked(user_id="ann"))
    await until(lambda: peer.of("close"))
    assert last(peer) == {"type": "close", "code": 4403, "reason": "SESSION_ENDED"}
    stage.end(peer)


async def test_a_session_that_ends_while_it_logs_in_is_not_welcomed(stage: Stage, services: Services) -> None:
    services.add_room("r", "ann")
    with services.paused("ListUserRooms"):
        logging_in = asyncio.create_task(stage.log_in("ann"))
        await until(lambda: services.asked("ListUserRooms"))
        await stage.tell("user:ann", session_revoked=live_pb2.SessionRevoked(user_id="ann"))
        (connection,) = stage.hub.users["ann"]
        await until(lambda: connection.closing)
    peer = await logging_in
    assert [frame["type"] for frame in peer.frames] == ["close"]
    stage.end(peer)
    assert not stage.hub.rooms


async def test_a_new_name_is_asked_for(stage: Stage, services: Services, together: tuple[Peer, Peer]) -> None:
    _, bob = together
    services.add_user("ann", display_name="Anna")
    await stage.tell("user:ann", user_updated=live_pb2.UserUpdated(user_id="ann"))
    await until(lambda: stage.backends.people.known("ann") is None)
    stage.write("r", "ann")
    await until(lambda: bob.of("message"))
    assert last(bob)["message"]["sender"]["name"] == "Anna"
