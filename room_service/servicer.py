"""RoomService as the mesh calls it: requests into the domain's terms, and answers back."""

from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from mesh import access
from mesh.errors import Invalid
from parlance.room.v1 import room_pb2, room_pb2_grpc
from room_service import model
from room_service.domain import Domain

_KINDS = {
    model.RoomKind.PUBLIC: room_pb2.ROOM_KIND_PUBLIC,
    model.RoomKind.PRIVATE: room_pb2.ROOM_KIND_PRIVATE,
    model.RoomKind.DIRECT: room_pb2.ROOM_KIND_DIRECT,
    model.RoomKind.SUPPORT: room_pb2.ROOM_KIND_SUPPORT,
}
_ROLES = {
    None: room_pb2.MEMBER_ROLE_UNSPECIFIED,
    model.Role.MEMBER: room_pb2.MEMBER_ROLE_MEMBER,
    model.Role.MODERATOR: room_pb2.MEMBER_ROLE_MODERATOR,
    model.Role.OWNER: room_pb2.MEMBER_ROLE_OWNER,
    model.Role.BANNED: room_pb2.MEMBER_ROLE_BANNED,
}
_KIND_OF = {number: kind for kind, number in _KINDS.items()}
_ROLE_OF = {number: role for role, number in _ROLES.items()}


class RoomServicer(room_pb2_grpc.RoomServiceServicer):
    """Each method is documented in protos/parlance/room/v1/room.proto."""

    def __init__(self, domain: Domain) -> None:
        self._rooms = domain.rooms
        self._direct_rooms = domain.direct_rooms
        self._admissions = domain.admissions
        self._departures = domain.departures
        self._memberships = domain.memberships
        self._read_markers = domain.read_markers
        self._activity = domain.activity
        self._agents = domain.agents
        self._conversations = domain.conversations

    @access.allow(access.EDGE, access.CLI)
    async def CreateRoom(self, request: room_pb2.CreateRoomRequest, context: Any) -> room_pb2.CreateRoomResponse:
        _check_user_ids(user_id=request.user_id)
        room, membership = await self._rooms.create(
            request.user_id, _KIND_OF.get(request.kind), request.name, request.topic
        )
        return room_pb2.CreateRoomResponse(room=_room(room), membership=_membership(membership))

    @access.allow(access.EDGE, access.CLI)
    async def GetRoom(self, request: room_pb2.GetRoomRequest, context: Any) -> room_pb2.GetRoomResponse:
        standing, member_count = await self._rooms.get(request.room, request.user_id, by_admin=request.by_admin)
        return room_pb2.GetRoomResponse(
            room=_room(standing.room),
            membership=None if standing.membership is None else _membership(standing.membership),
            member_count=member_count,
        )

    @access.allow(access.EDGE)
    async def ListPublicRooms(
        self, request: room_pb2.ListPublicRoomsRequest, context: Any
    ) -> room_pb2.ListPublicRoomsResponse:
        rooms, next_page_token = await self._rooms.list_public(
            request.prefix, page_size=request.page_size, page_token=request.page_token
        )
        return room_pb2.ListPublicRoomsResponse(rooms=map(_room, rooms), next_page_token=next_page_token)

    @access.allow(access.EDGE)
    async def ListUserRooms(
        self, request: room_pb2.ListUserRoomsRequest, context: Any
    ) -> room_pb2.ListUserRoomsResponse:
        entries, next_page_token = await self._memberships.list_rooms(
            request.user_id, page_size=request.page_size, page_token=request.page_token
        )
        rooms = [room_pb2.UserRoom(room=_room(room), membership=_membership(mine)) for room, mine in entries]
        places = await self._agents.of_user(request.user_id)
        return room_pb2.ListUserRoomsResponse(
            rooms=rooms, next_page_token=next_page_token, business_ids=[place.business_id for place in places]
        )

    @access.allow(access.EDGE)
    async def UpdateRoom(self, request: room_pb2.UpdateRoomRequest, context: Any) -> room_pb2.UpdateRoomResponse:
        room = await self._rooms.update(
            request.room_id,
            request.actor_id,
            name=request.name if request.HasField("name") else None,
            topic=request.topic if request.HasField("topic") else None,
            by_admin=request.by_admin,
        )
        return room_pb2.UpdateRoomResponse(room=_room(room))

    @access.allow(access.EDGE)
    async def DeleteRoom(self, request: room_pb2.DeleteRoomRequest, context: Any) -> room_pb2.DeleteRoomResponse:
        await self._rooms.delete(request.room_id, request.actor_id, by_admin=request.by_admin)
        return room_pb2.DeleteRoomResponse()

    @access.allow(access.EDGE)
    async def OpenDirectRoom(
        self, request: room_pb2.OpenDirectRoomRequest, context: Any
    ) -> room_pb2.OpenDirectRoomResponse:
        _check_user_ids(user_id=request.user_id, other_user_id=request.other_user_id)
        room, membership = await self._direct_rooms.open(request.user_id, request.other_user_id)
        return room_pb2.OpenDirectRoomResponse(room=_room(room), membership=_membership(membership))

    @access.allow(access.EDGE, access.CLI)
    async def JoinRoom(self, request: room_pb2.JoinRoomRequest, context: Any) -> room_pb2.JoinRoomResponse:
        _check_user_ids(user_id=request.user_id)
        room, membership = await self._admissions.join(request.room, request.user_id)
        return room_pb2.JoinRoomResponse(room=_room(room), membership=_membership(membership))

    @access.allow(access.EDGE)
    async def LeaveRoom(self, request: room_pb2.LeaveRoomRequest, context: Any) -> room_pb2.LeaveRoomResponse:
        await self._departures.leave(request.room_id, request.user_id)
        return room_pb2.LeaveRoomResponse()

    @access.allow(access.EDGE)
    async def ListMembers(self, request: room_pb2.ListMembersRequest, context: Any) -> room_pb2.ListMembersResponse:
        members, next_page_token = await self._memberships.list_members(
            request.room_id,
            request.user_id,
            page_size=request.page_size,
            page_token=request.page_token,
            with_banned=request.with_banned,
            by_admin=request.by_admin,
        )
        return room_pb2.ListMembersResponse(members=map(_membership, members), next_page_token=next_page_token)

    @access.allow(access.EDGE, access.CLI)
    async def AddMember(self, request: room_pb2.AddMemberRequest, context: Any) -> room_pb2.AddMemberResponse:
        _check_user_ids(user_id=request.user_id)
        membership = await self._admissions.add(request.room_id, request.actor_id, request.user_id)
        return room_pb2.AddMemberResponse(membership=_membership(membership))

    @access.allow(access.EDGE)
    async def UpdateMember(self, request: room_pb2.UpdateMemberRequest, context: Any) -> room_pb2.UpdateMemberResponse:
        membership = await self._memberships.update(
            request.room_id,
            request.actor_id,
            request.user_id,
            role=_ROLE_OF.get(request.role),
            muted=request.muted if request.HasField("muted") else None,
        )
        return room_pb2.UpdateMemberResponse(membership=_membership(membership))

    @access.allow(access.EDGE)
    async def RemoveMember(self, request: room_pb2.RemoveMemberRequest, context: Any) -> room_pb2.RemoveMemberResponse:
        _check_user_ids(user_id=request.user_id)
        await self._departures.remove(request.room_id, request.actor_id, request.user_id, ban=request.ban)
        return room_pb2.RemoveMemberResponse()

    @access.allow(access.EDGE)
    async def RemoveUser(self, request: room_pb2.RemoveUserRequest, context: Any) -> room_pb2.RemoveUserResponse:
        await self._conversations.forget_guest(request.user_id)
        await self._departures.remove_user(request.user_id)
        await self._agents.remove_user(request.user_id)
        return room_pb2.RemoveUserResponse()

    @access.allow(access.EDGE, access.MESSAGE)
    async def CheckMembership(
        self, request: room_pb2.CheckMembershipRequest, context: Any
    ) -> room_pb2.CheckMembershipResponse:
        _check_batch(len(request.pairs), 1000, "pairs")
        seats = await self._memberships.check([(pair.user_id, pair.room_id) for pair in request.pairs])
        return room_pb2.CheckMembershipResponse(
            roles=[_ROLES[seat.role] for seat in seats], in_conversations=[seat.in_conversation for seat in seats]
        )

    @access.allow(access.EDGE)
    async def ListMemberships(
        self, request: room_pb2.ListMembershipsRequest, context: Any
    ) -> room_pb2.ListMembershipsResponse:
        _check_batch(len(request.user_ids), 500, "user_ids")
        memberships = await self._memberships.list_memberships(request.user_ids)
        places = await self._agents.of_users(request.user_ids)
        return room_pb2.ListMembershipsResponse(
            memberships=map(_membership, memberships),
            agent_places=[
                room_pb2.AgentPlace(user_id=place.user_id, business_id=place.business_id) for place in places
            ],
        )

    @access.allow(access.EDGE)
    async def MarkRead(self, request: room_pb2.MarkReadRequest, context: Any) -> room_pb2.MarkReadResponse:
        _check_batch(len(request.markers), 1000, "markers")
        markers = [model.ReadMarker(marker.user_id, marker.room_id, marker.seq) for marker in request.markers]
        standing = await self._read_markers.mark(markers)
        return room_pb2.MarkReadResponse(
            markers=[
                room_pb2.ReadMarker(user_id=marker.user_id, room_id=marker.room_id, seq=marker.seq)
                for marker in standing
            ]
        )

    @access.allow(access.EDGE, access.MESSAGE)
    async def NoteActivity(self, request: room_pb2.NoteActivityRequest, context: Any) -> room_pb2.NoteActivityResponse:
        _check_batch(len(request.activities), 1000, "activities")
        await self._activity.note(
            model.RoomActivity(activity.room_id, activity.at.ToMilliseconds(), activity.sender_id, activity.seq)
            for activity in request.activities
        )
        return room_pb2.NoteActivityResponse()


def _check_user_ids(**user_ids: str) -> None:
    """Refuse what cannot be anybody, before it is stored. A `/` would be taken for the end of the id in the store."""
    for field, user_id in user_ids.items():
        if not user_id or "/" in user_id:
            raise Invalid(f"{field} does not name a user.", reason="INVALID_USER_ID", field=field)


def _check_batch(size: int, at_most: int, field: str) -> None:
    if size > at_most:
        raise Invalid(f"A batch has at most {at_most:,} {field}.", reason="BATCH_TOO_LARGE", field=field)


def _room(room: model.Room) -> room_pb2.Room:
    return room_pb2.Room(
        id=room.id,
        kind=_KINDS[room.kind],
        name=room.name,
        topic=room.topic,
        created_by=room.created_by,
        created_at=_timestamp(room.created_at),
        last_activity_at=_timestamp(room.last_activity_at),
        direct_user_ids=room.direct_user_ids,
        business=room.business,
        guest=room.guest,
        large=room.large,
    )


def _membership(membership: model.Membership) -> room_pb2.Membership:
    return room_pb2.Membership(
        room_id=membership.room_id,
        user_id=membership.user_id,
        role=_ROLES[membership.role],
        joined_at=_timestamp(membership.joined_at),
        read_seq=membership.read_seq,
        muted=membership.muted,
    )


def _timestamp(milliseconds: model.Milliseconds) -> Timestamp:
    return Timestamp(seconds=milliseconds // 1000, nanos=milliseconds % 1000 * 1_000_000)
