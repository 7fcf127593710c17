"""Sends messages to message_service: in batches, each room's in order, until they are stored or refused."""

import asyncio
import time
from collections.abc import Callable, Sequence
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

GIVE_UP_SECONDS = 8.5
"""How long a message is tried, counted from its arrival. With the last attempt it is answered within ten seconds."""
_SHORTEST_ATTEMPT_SECONDS = 1.0
_LONGEST_ATTEMPT_SECONDS = 5.0
_PAUSE_SECONDS = 0.1
_MAX_BATCH = 500
_MAX_WAITING = 10_000

_Waiting: TypeAlias = tuple[pb.NewMessage, float]
"""A message, and until when it is tried."""

_Lane: TypeAlias = Batcher[_Waiting, pb.Message]
"""What goes to one replica, a batch at a time. A room stays in its lane while any of its messages are on their way.

Messages in visitors' conversations have lanes of their own: each is answered once its conversation knows of it, and nobody
else is to wait for that.
"""


class Sender:
    """Stores messages through message_service.

    Order: messages of one room are stored in the order of `send`, even while replicas come and go: a batch that cannot be
    delivered is tried again, on the replica that now has the room, before anything behind it. Trying again is safe because
    message ids make it so. What is not stored ten seconds after it came fails with `Unavailable`, and the client has to
    decide.
    """

    def __init__(self, messages: Client["MessageServiceAsyncStub"]) -> None:
        self.on_stored: Callable[[list[pb.Message]], None] = lambda _messages: None
        """Called with what a batch has stored, just before those who wait for it are answered."""
        self._messages = messages
        self._lanes: dict[tuple[Replica, bool], _Lane] = {}
        self._busy: dict[str, tuple[_Lane, int]] = {}

    async def send(self, message: pb.NewMessage, *, in_conversation: bool = False) -> pb.Message:
        """Store one message. Takes its place in the order when called, not when first awaited: see `submit`."""
        return await asyncio.shield(self.submit(message, in_conversation=in_conversation))

    def submit(self, message: pb.NewMessage, *, in_conversation: bool = False) -> asyncio.Future[pb.Message]:
        """Queue one message; the future brings it as stored. Raises `Unavailable` when too much waits."""
        room_id = message.room_id
        lane, count = self._busy.get(room_id) or (self._choose(room_id, in_conversation), 0)
        future = lane.submit((message, time.monotonic() + GIVE_UP_SECONDS))
        self._busy[room_id] = lane, count + 1
        return future

    async def drain(self) -> None:
        """Wait until everything accepted is stored or refused."""
        for lane in {*self._lanes.values(), *(lane for lane, _count in self._busy.values())}:
            await lane.drain()

    def _choose(self, room_id: str, in_conversation: bool) -> _Lane:
        replica = self._messages.replicas.by_key(room_id)
        lane = self._lanes.get((replica, in_conversation))
        if lane is None:
            self._forget_lost_replicas()
            lane = self._lanes[replica, in_conversation] = Batcher(
                self._flush, max_batch=_MAX_BATCH, max_waiting=_MAX_WAITING
            )
        return lane

    def _forget_lost_replicas(self) -> None:
        get = self._messages.replicas.get
        self._lanes = {key: lane for key, lane in self._lanes.items() if get(key[0].address) is key[0]}

    async def _flush(self, waiting: Sequence[_Waiting]) -> list[pb.Message | Exception]:
        answered = len(waiting)
        try:
            results = await self._send(waiting)
            answered = len(results)
            stored = [result for result in results if not isinstance(result, Exception)]
            asyncio.get_running_loop().call_soon(self.on_stored, stored)  # in the turn in which the answers are written
            return results
        finally:
            for message, _ in waiting[:answered]:
                lane, count = self._busy.pop(message.room_id)
                if count > 1:
                    self._busy[message.room_id] = lane, count - 1

    async def _send(self, waiting: Sequence[_Waiting]) -> list[pb.Message | Exception]:
        """Send one batch of a lane; its rooms share a replica, and go together to another when that is gone.

        Those whose time is over are answered at once; the others then come again.
        """
        while True:
            now = time.monotonic()
            if late := sum(until <= now for _, until in waiting):  # the first of them: they came first
                return [_not_stored() for _ in range(late)]
            try:
                response = await self._attempt(waiting, now)
            except Unavailable:
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return [_outcome(result) for result in response.results]

    async def _attempt(self, waiting: Sequence[_Waiting], now: float) -> pb.SendMessagesResponse:
        oldest, until = waiting[0]
        seconds = max(_SHORTEST_ATTEMPT_SECONDS, min(_LONGEST_ATTEMPT_SECONDS, until - now))
        request = pb.SendMessagesRequest(messages=[message for message, _ in waiting])
        replica = self._messages.replicas.by_key(oldest.room_id)
        if logs.in_detail():
            for message, _ in waiting:
                log.debug("message_sent_on", request_id=message.message_id, room=message.room_id, to=replica.address)
        return await self._messages.call_replica(replica, lambda stub: stub.SendMessages, request, timeout=seconds)


def _not_stored() -> Unavailable:
    return Unavailable("The message could not be stored in time. Try again in a moment.", retry_after=1.0)


def _outcome(result: pb.SendResult) -> pb.Message | Exception:
    return result.message if result.HasField("message") else status.from_proto(result.error)
