"""Sends messages to message_service: in batches, each room's in order, until they are stored or refused."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from mesh import logs, status
from mesh.batching import Batcher
from mesh.errors import Unavailable
from mesh.replicas import Replica
from mesh.rpc import Client
from parlance.message.v1 import message_pb2 as pb

if TYPE_CHECKING:
    from parlance.message.v1.message_pb2_grpc import MessageServiceAsyncStub

log = logs.get(__name__)

GIVE_UP_SECONDS = 10.0
_ATTEMPT_SECONDS = 5.0
_PAUSE_SECONDS = 0.1
_MAX_BATCH = 500
_MAX_WAITING = 10_000

_Lane: TypeAlias = Batcher[pb.NewMessage, pb.Message]
"""What goes to one replica, a batch at a time. A room stays in its lane while any of its messages are on their way."""


class Sender:
    """Stores messages through message_service.

    Order: messages of one room are stored in the order of `send`, even while replicas come and go: a batch that cannot be
    delivered is tried again, on the replica that now has the room, before anything behind it. Trying again is safe because
    message ids make it so. After ten seconds the batch fails with `Unavailable`, and the client has to decide.
    """

    def __init__(self, messages: Client["MessageServiceAsyncStub"]) -> None:
        self._messages = messages
        self._lanes: dict[Replica, _Lane] = {}
        self._busy: dict[str, tuple[_Lane, int]] = {}

    async def send(self, message: pb.NewMessage) -> pb.Message:
        """Store one message. Takes its place in the order when called, not when first awaited: see `submit`."""
        return await self.submit(message)

    def submit(self, message: pb.NewMessage) -> asyncio.Future[pb.Message]:
        """Queue one message; the future brings it as stored. Raises `Unavailable` when too much waits."""
        room_id = message.room_id
        lane, waiting = self._busy.get(room_id) or (self._choose(room_id), 0)
        future = lane.submit(message)
        self._busy[room_id] = lane, waiting + 1
        return future

    async def drain(self) -> None:
        """Wait until everything accepted is stored or refused."""
        for lane in {*self._lanes.values(), *(lane for lane, _waiting in self._busy.values())}:
            await lane.drain()

    def _choose(self, room_id: str) -> _Lane:
        replica = self._messages.replicas.by_key(room_id)
        lane = self._lanes.get(replica)
        if lane is None:
            self._forget_lost_replicas()
            lane = self._lanes[replica] = Batcher(self._flush, max_batch=_MAX_BATCH, max_waiting=_MAX_WAITING)
        return lane

    def _forget_lost_replicas(self) -> None:
        get = self._messages.replicas.get
        self._lanes = {replica: lane for replica, lane in self._lanes.items() if get(replica.address) is replica}

    async def _flush(self, messages: Sequence[pb.NewMessage]) -> list[pb.Message | Exception]:
        try:
            return await self._send(messages)
        finally:
            for message in messages:
                lane, waiting = self._busy.pop(message.room_id)
                if waiting > 1:
                    self._busy[message.room_id] = lane, waiting - 1

    async def _send(self, messages: Sequence[pb.NewMessage]) -> list[pb.Message | Exception]:
        """Send one batch of a lane; its rooms share a replica, and go together to another when that is gone."""
        request = pb.SendMessagesRequest(messages=messages)
        loop = asyncio.get_running_loop()
        until = loop.time() + GIVE_UP_SECONDS
        while True:
            replica = self._messages.replicas.by_key(messages[0].room_id)
            try:
                response = await self._messages.call_replica(
                    replica, lambda stub: stub.SendMessages, request, timeout=_ATTEMPT_SECONDS
                )
            except Unavailable:
                if loop.time() > until:
                    raise
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return [_outcome(result) for result in response.results]


def _outcome(result: pb.SendResult) -> pb.Message | Exception:
    return result.message if result.HasField("message") else status.from_proto(result.error)
