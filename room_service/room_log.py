"""The rooms' messages, which belong to message_service."""

from mesh.rpc import Client
from parlance.message.v1 import message_pb2, message_pb2_grpc

_PURGE_SECONDS = 60.0


class RoomLog:
    """What this service asks of message_service."""

    def __init__(self, client: "Client[message_pb2_grpc.MessageServiceAsyncStub]") -> None:
        self._client = client

    async def purge(self, room_id: str) -> None:
        """Remove the messages of a room that is gone. Doing it again is harmless."""
        request = message_pb2.PurgeRoomRequest(room_id=room_id)
        await self._client.call(lambda stub: stub.PurgeRoom, request, key=room_id, timeout=_PURGE_SECONDS)
