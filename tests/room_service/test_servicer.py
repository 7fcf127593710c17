from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from mesh import access
from mesh.errors import Forbidden, Invalid, NotFound, Unauthenticated
from parlance.room.v1 import room_pb2
from room_service.model import Role, RoomKind
from room_service.servicer import RoomServicer
from tests.grpc_adapter import Calls
from tests.room_service.house import House

SERVICE = room_pb2.DESCRIPTOR.services_by_name["RoomService"]


@pytest.fixture
async def call(house: House) -> Calls:
    return Calls(SERVICE, RoomServicer(house))


async def create_lobby(call: Calls) -> room_pb2.Room:
    request = room_pb2.CreateRoomRequest(user_id="ada", kind=room_pb2.ROOM_KIND_PUBLIC, name="Lobby")
    response = await call("CreateRoom", request)
    room: room_pb2.Room = response.room
    return room


def test_every_method_says_who_may_call_it() -> None:
    callers = {method.name: access.allowed_callers(getattr(RoomServicer, method.name)) for method in SERVICE.methods}
    assert all(access.EDGE in allowed for allowed in callers.values()), callers
    assert {name: allowed - {access.EDGE} for name, allowed in callers.items() if len(allowed) > 1} == {
        "CheckMembership": {access.MESSAGE},
        "NoteActivity": {access.MESSAGE},
        "CreateRoom": {access.CLI},
        "GetRoom": {access.CLI},
        "JoinRoom": {access.CLI},
        "AddMember": {access.CLI},
    }


async def test_who_is_not_named_is_refused(call: Calls) -> None:
    with pytest.raises(Forbidden):
        await call("DeleteRoom", room_pb2.DeleteRoomRequest(), caller=access.CLI)
    with pytest.raises(Unauthenticated):
        await call("GetRoom", room_pb2.GetRoomRequest(), caller="")


async def test_a_room_is_created_found_changed_listed_and_deleted(call: Calls, house: House) -> None:
    response = await call(
        "CreateRoom", room_pb2.CreateRoomRequest(user_id="ada", kind=room_pb2.ROOM_KIND_PUBLIC, name="Lobby")
    )
    room, mine = response.room, response.membership
    at = Timestamp()
    at.FromMilliseconds(house.clock.now_ms)
    assert room == room_pb2.Room(
        id=room.id,
        kind=room_pb2.ROOM_KIND_PUBLIC,
        name="Lobby",
        created_by="ada",
        created_at=at,
        last_activity_at=at,
    )
    assert mine == room_pb2.Membership(
        room_id=room.id, user_id="ada", role=room_pb2.MEMBER_ROLE_OWNER, joined_at=at, read_seq=0, muted=False
    )

    change = room_pb2.UpdateRoomRequest(room_id=room.id, actor_id="ada", topic="Everything")
    changed = (await call("UpdateRoom", change)).room
    assert (changed.name, changed.topic) == ("Lobby", "Everything")

    found = await call("GetRoom", room_pb2.GetRoomRequest(room="lobby", user_id="bob"), caller=access.CLI)
    assert (found.room, found.HasField("membership"), found.member_count) == (changed, False, 1)
    assert (await call("GetRoom", room_pb2.GetRoomRequest(room=room.id, user_id="ada"))).membership == mine

    listed = await call("ListPublicRooms", room_pb2.ListPublicRoomsRequest(prefix="lob"))
    assert (list(listed.rooms), listed.next_page_token) == ([changed], "")

    await call("DeleteRoom", room_pb2.DeleteRoomRequest(room_id=room.id, actor_id="ada"))
    with pytest.raises(NotFound) as raised:
        await call("GetRoom", room_pb2.GetRoomRequest(room=room.id, user_id="ada"))
    assert raised.value.reason == "ROOM_NOT_FOUND"


async def test_people_come_get_roles_and_go(call: Calls, house: House) -> None:
    room = await create_lobby(call)
    joined = await call("JoinRoom", room_pb2.JoinRoomRequest(room="LOBBY", user_id="bob"), caller=access.CLI)
    assert (joined.room.id, joined.membership.role) == (room.id, room_pb2.MEMBER_ROLE_MEMBER)
    add = room_pb2.AddMemberRequest(room_id=room.id, actor_id="bob", user_id="eve")
    assert (await call("AddMember", add)).membership.user_id == "eve"

    promote = room_pb2.UpdateMemberRequest(
        room_id=room.id, actor_id="ada", user_id="bob", role=room_pb2.MEMBER_ROLE_MODERATOR
    )
    assert (await call("UpdateMember", promote)).membership.role == room_pb2.MEMBER_ROLE_MODERATOR
    mute = room_pb2.UpdateMemberRequest(room_id=room.id, actor_id="bob", user_id="bob", muted=True)
    muted = (await call("UpdateMember", mute)).membership
    assert (muted.role, muted.muted) == (room_pb2.MEMBER_ROLE_MODERATOR, True)

    await call("RemoveMember", room_pb2.RemoveMemberRequest(room_id=room.id, actor_id="bob", user_id="eve", ban=True))
    request = room_pb2.ListMembersRequest(room_id=room.id, user_id="bob", with_banned=True, page_size=2)
    first = await call("ListMembers", request)
    request.page_token = first.next_page_token
    second = await call("ListMembers", request)
    assert [(member.user_id, member.role) for member in [*first.members, *second.members]] == [
        ("ada", room_pb2.MEMBER_ROLE_OWNER),
        ("bob", room_pb2.MEMBER_ROLE_MODERATOR),
        ("eve", room_pb2.MEMBER_ROLE_BANNED),
    ]

    await call("LeaveRoom", room_pb2.LeaveRoomRequest(room_id=room.id, user_id="ada"))
    pairs = [room_pb2.UserInRoom(user_id=user, room_id=room.id) for user in ("eve", "ada", "bob")]
    checked = await call("CheckMembership", room_pb2.CheckMembershipRequest(pairs=pairs), caller=access.MESSAGE)
    assert list(checked.roles) == [
        room_pb2.MEMBER_ROLE_BANNED,
        room_pb2.MEMBER_ROLE_UNSPECIFIED,
        room_pb2.MEMBER_ROLE_OWNER,
    ]
    await call("RemoveUser", room_pb2.RemoveUserRequest(user_id="bob"))
    assert await house.memberships_store.of_user("bob") == []


async def test_a_users_rooms_carry_its_place_in_them(call: Calls, house: House) -> None:
    opened = await call("OpenDirectRoom", room_pb2.OpenDirectRoomRequest(user_id="ada", other_user_id="bob"))
    assert (opened.room.kind, set(opened.room.direct_user_ids)) == (room_pb2.ROOM_KIND_DIRECT, {"ada", "bob"})
    lobby = await create_lobby(call)
    at = Timestamp(seconds=2_000_000_000, nanos=123_000_000)
    activities = [room_pb2.RoomActivity(room_id=opened.room.id, at=at)]
    await call("NoteActivity", room_pb2.NoteActivityRequest(activities=activities), caller=access.MESSAGE)

    marker = room_pb2.ReadMarker(user_id="ada", room_id=lobby.id, seq=7)
    unknown = room_pb2.ReadMarker(user_id="ada", room_id="nowhere", seq=7)
    marked = await call("MarkRead", room_pb2.MarkReadRequest(markers=[marker, unknown]))
    assert list(marked.markers) == [marker]

    listed = await call("ListUserRooms", room_pb2.ListUserRoomsRequest(user_id="ada"))
    assert [(place.room.id, place.membership.read_seq) for place in listed.rooms] == [
        (opened.room.id, 0),
        (lobby.id, 7),
    ]
    assert listed.rooms[0].room.last_activity_at == at
    memberships = (await call("ListMemberships", room_pb2.ListMembershipsRequest(user_ids=["ada"]))).memberships
    assert sorted(map(str, memberships)) == sorted(str(place.membership) for place in listed.rooms)


@pytest.mark.parametrize(
    ("method", "request_of"),
    [
        ("CreateRoom", lambda user_id: room_pb2.CreateRoomRequest(user_id=user_id)),
        ("JoinRoom", lambda user_id: room_pb2.JoinRoomRequest(user_id=user_id)),
        ("AddMember", lambda user_id: room_pb2.AddMemberRequest(user_id=user_id)),
        ("RemoveMember", lambda user_id: room_pb2.RemoveMemberRequest(user_id=user_id)),
        ("OpenDirectRoom", lambda user_id: room_pb2.OpenDirectRoomRequest(user_id=user_id)),
    ],
)
async def test_what_cannot_be_a_user_never_reaches_the_store(
    call: Calls, method: str, request_of: Callable[[str], Any]
) -> None:
    for user_id in ("", "ada/lobby"):
        with pytest.raises(Invalid) as raised:
            await call(method, request_of(user_id))
        assert (raised.value.reason, raised.value.field) == ("INVALID_USER_ID", "user_id")


@pytest.mark.parametrize(
    ("method", "batch"),
    [
        ("CheckMembership", room_pb2.CheckMembershipRequest(pairs=[room_pb2.UserInRoom()] * 1001)),
        ("ListMemberships", room_pb2.ListMembershipsRequest(user_ids=["ada"] * 501)),
        ("MarkRead", room_pb2.MarkReadRequest(markers=[room_pb2.ReadMarker()] * 1001)),
        ("NoteActivity", room_pb2.NoteActivityRequest(activities=[room_pb2.RoomActivity()] * 1001)),
    ],
)
async def test_a_batch_has_a_limit(call: Calls, method: str, batch: Any) -> None:
    with pytest.raises(Invalid) as raised:
        await call(method, batch)
    assert raised.value.reason == "BATCH_TOO_LARGE"


async def test_a_large_room_says_so(call: Calls, house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    await house.rooms_store.mark_large(room, True)
    assert (await call("GetRoom", room_pb2.GetRoomRequest(room=room.id, user_id="ada"))).room.large


@pytest.mark.parametrize("kind", [RoomKind.SUPPORT, RoomKind.PRIVATE])
async def test_every_kind_and_role_has_its_name_in_the_contract(call: Calls, house: House, kind: RoomKind) -> None:
    room = await house.room(kind, ada=Role.OWNER)
    found = await call("GetRoom", room_pb2.GetRoomRequest(room=room.id, user_id="ada"))
    assert room_pb2.RoomKind.Name(found.room.kind) == f"ROOM_KIND_{kind.upper()}"
    assert room_pb2.MemberRole.Name(found.membership.role) == "MEMBER_ROLE_OWNER"
