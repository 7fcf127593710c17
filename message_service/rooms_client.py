"""What this service asks of room_service."""

from collections.abc import Sequence

from mesh import access
from mesh.replicas import Replicas
from mesh.rpc import Client
from message_service.activity import LastMessage
from message_service.convert import timestamp
from message_service.membership import Pair
from message_service.model import Role, Seat
from parlance.room.v1 import room_pb2 as pb
from parlance.room.v1.room_pb2_grpc import RoomServiceStub

_ROLES = {
    pb.MEMBER_ROLE_MEMBER: Role.MEMBER,
    pb.MEMBER_ROLE_MODERATOR: Role.MODERATOR,
    pb.MEMBER_ROLE_OWNER: Role.OWNER,
}


class Rooms:
    """room_service, as far as messages need it."""

    def __init__(self, replicas: Replicas) -> None:
        self._client = Client(replicas, RoomServiceStub, caller=access.MESSAGE)

    async def seats(self, pairs: Sequence[Pair]) -> list[Seat]:
        """What each user is in each room; `Role.NONE` also for those who are banned."""
        request = pb.CheckMembershipRequest(
            pairs=[pb.UserInRoom(user_id=user_id, room_id=room_id) for user_id, room_id in pairs]
        )
        response = await self._client.call(lambda stub: stub.CheckMembership, request, retry=True)
        in_conversations = response.in_conversations or [False] * len(pairs)  # of one that does not tell yet
        return [
            Seat(_ROLES.get(role, Role.NONE), in_conversation)
            for role, in_conversation in zip(response.roles, in_conversations, strict=True)
        ]

    async def note_activity(self, messages: Sequence[LastMessage]) -> None:
        """Report when rooms were last active, and through whom."""
        activities = [
            pb.RoomActivity(
                room_id=message.room_id, at=timestamp(message.at), sender_id=message.sender_id, seq=message.seq
            )
            for message in messages
        ]
        await self._client.call(lambda stub: stub.NoteActivity, pb.NoteActivityRequest(activities=activities))
