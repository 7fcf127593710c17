"""Rooms: finding, opening, changing, entering and leaving them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from edge import render
from edge.frames import Count, Person
from edge.render import Kind, RoleName
from edge.rest import invitees
from edge.rest.pages import Page, PrefixQuery
from edge.rest.routing import Access, Call, route
from mesh.errors import AlreadyExists, Conflict, Forbidden, NotFound
from parlance.message.v1 import message_pb2
from parlance.room.v1 import room_pb2

Name = Annotated[str, Meta(min_length=1, max_length=80)]
Topic = Annotated[str, Meta(max_length=500)]

_KINDS = {"public": room_pb2.ROOM_KIND_PUBLIC, "private": room_pb2.ROOM_KIND_PRIVATE}


class Membership(Struct, frozen=True, kw_only=True):
    """Your place in a room."""

    role: RoleName
    muted: bool
    """You want no notifications from it."""
    read_seq: int
    """You have read up to this message."""
    joined_at: datetime


class Room(Struct, frozen=True, kw_only=True):
    """A place to talk."""

    id: str
    kind: Kind
    name: str
    """Unique among public rooms without regard to case. Empty for a direct room."""
    topic: str
    created_by: str
    """A user's id."""
    created_at: datetime
    last_activity_at: datetime
    """About when the last message came; to order lists by."""
    people: list[Person]
    """The members of a direct room; empty for other kinds."""
    membership: Membership | UnsetType | None = UNSET
    """Null when you are not a member; absent where many rooms are listed."""
    member_count: int | UnsetType = UNSET
    """Only when one room is asked for."""


class RoomPage(Page, frozen=True, kw_only=True):
    """Public rooms in order of their names."""

    rooms: list[Room]


class NewRoom(Struct, frozen=True, kw_only=True):
    """A room to open."""

    name: Name
    kind: Literal["public", "private"] = "public"
    topic: Topic = ""


class RoomChanges(Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays."""

    name: Name | UnsetType = UNSET
    topic: Topic | UnsetType = UNSET


class ReadRequest(Struct, frozen=True, kw_only=True):
    """How far you have read."""

    seq: Count


class ReadMarker(Struct, frozen=True, kw_only=True):
    """How far you have read, on whichever device."""

    read_seq: int


@route("GET", "/api/rooms", access=Access.USER)
async def list_rooms(call: Call, query: PrefixQuery) -> RoomPage:
    """Find public rooms by the beginning of their names."""
    request = room_pb2.ListPublicRoomsRequest(prefix=query.prefix, page_size=query.limit, page_token=query.page_token)
    response = await call.backends.rooms.call(lambda stub: stub.ListPublicRooms, request, retry=True)
    return RoomPage(rooms=[_room(room, {}) for room in response.rooms], next=response.next_page_token or None)


@route("POST", "/api/rooms", access=Access.USER, status=201, errors=(AlreadyExists,))
async def create_room(call: Call, body: NewRoom) -> Room:
    """Open a public or private room, which you then own."""
    request = room_pb2.CreateRoomRequest(user_id=call.user_id, kind=_KINDS[body.kind], name=body.name, topic=body.topic)
    response = await call.backends.rooms.call(lambda stub: stub.CreateRoom, request)
    return await _my_room(call, response.room, response.membership)


@route("POST", "/api/rooms/direct", access=Access.USER, errors=(NotFound, Forbidden))
async def open_direct_room(call: Call, body: invitees.Invitee) -> Room:
    """Open the room of you and one other; it is always the same one."""
    other = await invitees.find(call, body)
    request = room_pb2.OpenDirectRoomRequest(user_id=call.user_id, other_user_id=other.id)
    response = await call.backends.rooms.call(lambda stub: stub.OpenDirectRoom, request, retry=True)
    return await _my_room(call, response.room, response.membership)


@route("GET", "/api/rooms/{room_id}", access=Access.ROOM, errors=(NotFound,))
async def get_room(call: Call, room_id: str) -> Room:
    """One room, by its id or a public room's name. A private one is only known to its members."""
    request = room_pb2.GetRoomRequest(room=room_id, user_id=call.user_id, by_admin=call.identity.is_admin)
    response = await call.backends.rooms.call(lambda stub: stub.GetRoom, request, retry=True)
    membership = response.membership if response.HasField("membership") else None
    return await _my_room(call, response.room, membership, member_count=response.member_count)


@route("PATCH", "/api/rooms/{room_id}", access=Access.USER, errors=(NotFound, Forbidden, AlreadyExists))
async def update_room(call: Call, room_id: str, body: RoomChanges) -> Room:
    """Change a room's name or topic. For owners, moderators and administrators."""
    request = room_pb2.UpdateRoomRequest(
        room_id=room_id,
        actor_id=call.user_id,
        name=None if body.name is UNSET else body.name,
        topic=None if body.topic is UNSET else body.topic,
        by_admin=call.identity.is_admin,
    )
    room = (await call.backends.rooms.call(lambda stub: stub.UpdateRoom, request)).room
    return _room(room, await call.backends.people.get(room.direct_user_ids))


@route("DELETE", "/api/rooms/{room_id}", access=Access.USER, errors=(NotFound, Forbidden))
async def delete_room(call: Call, room_id: str) -> None:
    """Remove a room with all that was said in it. For owners and administrators."""
    request = room_pb2.DeleteRoomRequest(room_id=room_id, actor_id=call.user_id, by_admin=call.identity.is_admin)
    await call.backends.rooms.call(lambda stub: stub.DeleteRoom, request)


@route("POST", "/api/rooms/{room_id}/join", access=Access.USER, errors=(NotFound, Forbidden))
async def join_room(call: Call, room_id: str) -> Room:
    """Become a member of a room, by its id or a public room's name. Joining twice succeeds."""
    request = room_pb2.JoinRoomRequest(room=room_id, user_id=call.user_id)
    response = await call.backends.rooms.call(lambda stub: stub.JoinRoom, request, retry=True)
    return await _my_room(call, response.room, response.membership)


@route("POST", "/api/rooms/{room_id}/leave", access=Access.USER, errors=(NotFound, Conflict))
async def leave_room(call: Call, room_id: str) -> None:
    """End your membership. Leaving twice succeeds.

    An owner who leaves hands over to the longest-standing moderator, else member.
    """
    request = room_pb2.LeaveRoomRequest(room_id=room_id, user_id=call.user_id)
    await call.backends.rooms.call(lambda stub: stub.LeaveRoom, request, retry=True)


@route("POST", "/api/rooms/{room_id}/read", access=Access.USER, errors=(Forbidden,))
async def mark_read(call: Call, room_id: str, body: ReadRequest) -> ReadMarker:
    """Move your read marker forward: never back, and not beyond the last message."""
    await check_membership(call, room_id)
    heads_request = message_pb2.GetHeadsRequest(room_ids=[room_id])
    (head,) = (await call.backends.messages.call(lambda stub: stub.GetHeads, heads_request, retry=True)).heads
    marker = room_pb2.ReadMarker(user_id=call.user_id, room_id=room_id, seq=min(body.seq, head.seq))
    request = room_pb2.MarkReadRequest(markers=[marker])
    response = await call.backends.rooms.call(lambda stub: stub.MarkRead, request, retry=True)
    stands = response.markers[0] if response.markers else marker  # the room of agents' notes keeps none
    return ReadMarker(read_seq=stands.seq)


async def check_membership(call: Call, room_id: str) -> None:
    """Raise `Forbidden` for one who is not in the room; a room that does not exist has nobody in it."""
    request = room_pb2.CheckMembershipRequest(pairs=[room_pb2.UserInRoom(user_id=call.user_id, room_id=room_id)])
    response = await call.backends.rooms.call(lambda stub: stub.CheckMembership, request, retry=True)
    if response.roles[0] in (room_pb2.MEMBER_ROLE_UNSPECIFIED, room_pb2.MEMBER_ROLE_BANNED):
        raise not_a_member()


def not_a_member() -> Forbidden:
    """Only members may do this."""
    return Forbidden("You are not a member of this room. Join it first.", reason="NOT_A_MEMBER")


async def _my_room(
    call: Call, room: room_pb2.Room, membership: room_pb2.Membership | None, *, member_count: int | UnsetType = UNSET
) -> Room:
    people = await call.backends.people.get(room.direct_user_ids)
    mine = None if membership is None else _membership(membership)
    return _room(room, people, mine, member_count)


def _room(
    room: room_pb2.Room,
    people: Mapping[str, Person],
    membership: Membership | UnsetType | None = UNSET,
    member_count: int | UnsetType = UNSET,
) -> Room:
    return Room(
        id=room.id,
        kind=render.kind(room.kind),
        name=room.name,
        topic=room.topic,
        created_by=room.created_by,
        created_at=render.when(room.created_at),
        last_activity_at=render.when(room.last_activity_at),
        people=[people[user_id] for user_id in room.direct_user_ids],
        membership=membership,
        member_count=member_count,
    )


def _membership(membership: room_pb2.Membership) -> Membership:
    return Membership(
        role=render.role(membership.role),
        muted=membership.muted,
        read_seq=membership.read_seq,
        joined_at=render.when(membership.joined_at),
    )
