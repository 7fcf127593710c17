"""Who is in a room, and as what."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from edge import render
from edge.frames import Person
from edge.rest import invitees
from edge.rest.pages import Page, PageQuery
from edge.rest.routing import Access, Call, route
from mesh.errors import Conflict, Forbidden, NotFound
from parlance.message.v1 import live_pb2
from parlance.room.v1 import room_pb2

Role = Literal["member", "moderator", "owner"]

_ROLES: dict[Role, room_pb2.MemberRole.ValueType] = {
    "member": room_pb2.MEMBER_ROLE_MEMBER,
    "moderator": room_pb2.MEMBER_ROLE_MODERATOR,
    "owner": room_pb2.MEMBER_ROLE_OWNER,
}


class MembersQuery(PageQuery, frozen=True, kw_only=True):
    """Which members."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 100
    """How many at most."""
    banned: bool = False
    """Also list those who are kept out. For owners, moderators and administrators."""


class RemovalQuery(Struct, frozen=True, kw_only=True):
    """How to remove somebody."""

    ban: bool = False
    """Keep them out, too."""


class Member(Struct, frozen=True, kw_only=True):
    """Somebody's place in a room."""

    user: Person
    role: Literal["member", "moderator", "owner", "banned"]
    """`banned`: not a member, and kept out."""
    joined_at: datetime
    online: bool
    """Connected at this moment."""
    muted: bool | UnsetType = UNSET
    """No notifications are wanted. Only for yourself."""


class MemberPage(Page, frozen=True, kw_only=True):
    """Members in order of joining."""

    members: list[Member]


class MemberChanges(Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays."""

    role: Role | UnsetType = UNSET
    """Only owners change roles."""
    muted: bool | UnsetType = UNSET
    """Only for yourself."""


@route("GET", "/api/rooms/{room_id}/members", access=Access.ROOM, errors=(NotFound, Forbidden))
async def list_members(call: Call, room_id: str, query: MembersQuery) -> MemberPage:
    """Who is in a room. For its members; of a public room for everybody."""
    request = room_pb2.ListMembersRequest(
        room_id=room_id,
        user_id=call.user_id,
        page_size=query.limit,
        page_token=query.page_token,
        with_banned=query.banned,
        by_admin=call.identity.is_admin,
    )
    response = await call.backends.rooms.call(lambda stub: stub.ListMembers, request, retry=True)
    return MemberPage(members=await _members(call, response.members), next=response.next_page_token or None)


@route("POST", "/api/rooms/{room_id}/members", access=Access.USER, status=201, errors=(NotFound, Forbidden))
async def add_member(call: Call, room_id: str, body: invitees.Invitee) -> Member:
    """Bring somebody in. For any member of a public room; for owners and moderators of a private one."""
    user = await invitees.find(call, body)
    request = room_pb2.AddMemberRequest(room_id=room_id, actor_id=call.user_id, user_id=user.id)
    response = await call.backends.rooms.call(lambda stub: stub.AddMember, request, retry=True)
    return await _member(call, response.membership)


@route("PATCH", "/api/rooms/{room_id}/members/{user_id}", access=Access.USER, errors=(NotFound, Forbidden, Conflict))
async def update_member(call: Call, room_id: str, user_id: str, body: MemberChanges) -> Member:
    """Change a member's role, or whether you yourself want notifications."""
    request = room_pb2.UpdateMemberRequest(
        room_id=room_id,
        actor_id=call.user_id,
        user_id=user_id,
        role=room_pb2.MEMBER_ROLE_UNSPECIFIED if body.role is UNSET else _ROLES[body.role],
        muted=None if body.muted is UNSET else body.muted,
    )
    response = await call.backends.rooms.call(lambda stub: stub.UpdateMember, request)
    return await _member(call, response.membership)


@route("DELETE", "/api/rooms/{room_id}/members/{user_id}", access=Access.USER, errors=(NotFound, Forbidden))
async def remove_member(call: Call, room_id: str, user_id: str, query: RemovalQuery) -> None:
    """Remove somebody, or keep somebody out. Removing one who is kept out lifts the ban.

    For owners, and for moderators towards plain members.
    """
    request = room_pb2.RemoveMemberRequest(room_id=room_id, actor_id=call.user_id, user_id=user_id, ban=query.ban)
    await call.backends.rooms.call(lambda stub: stub.RemoveMember, request)


async def _members(call: Call, memberships: Collection[room_pb2.Membership]) -> list[Member]:
    user_ids = [membership.user_id for membership in memberships]
    people = await call.backends.people.get(user_ids)
    request = live_pb2.ListPresenceRequest(user_ids=user_ids)
    presence = await call.backends.live.call(lambda stub: stub.ListPresence, request, retry=True)
    online = set(presence.online_user_ids)
    return [
        Member(
            user=people[membership.user_id],
            role="banned" if membership.role == room_pb2.MEMBER_ROLE_BANNED else render.role(membership.role),
            joined_at=render.when(membership.joined_at),
            online=membership.user_id in online,
            muted=membership.muted if membership.user_id == call.user_id else UNSET,
        )
        for membership in memberships
    ]


async def _member(call: Call, membership: room_pb2.Membership) -> Member:
    (member,) = await _members(call, [membership])
    return member
