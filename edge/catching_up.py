"""What connections have missed of a room: read from its log once for all who come back in the same moment."""

from collections.abc import Mapping, Sequence
from functools import partial
from weakref import WeakKeyDictionary

from edge import frames, render
from edge.backends import Backends
from edge.hub import Hub
from edge.rooms import Room
from mesh.batching import Batcher
from parlance.message.v1 import message_pb2

MAX_REPLAYED = 1000
"""Who has missed more changes of a room than this starts it anew,"""
MAX_REPLAYED_BYTES = 2 * 1024 * 1024
"""and so does who has missed more than this of it, in the wire format."""


class Missed:
    """What a connection must be told of a room, and the revision up to which that is everything."""

    def __init__(self, messages: Sequence[message_pb2.Message], covered: int) -> None:
        self.messages = messages
        self.covered = covered
        self.size_bytes = sum(message.ByteSize() for message in messages)
        self._encoded: bytes | None = None

    def encoded(self, room_id: str, after: int, people: Mapping[str, frames.Person]) -> bytes:
        """The events, for all who have seen the same. Made once."""
        if self._encoded is None:
            self._encoded = b"".join(_event(room_id, after, message, people) for message in self.messages)
        return self._encoded


class CatchingUp:
    """Reads what was missed.

    One reading of a room at a time: whoever comes meanwhile shares the next one, which begins where the one who has seen
    least left off. Each is answered from a reading that began after it had asked.
    """

    def __init__(self, backends: Backends, hub: Hub) -> None:
        self._backends = backends
        self._hub = hub
        self._readings: WeakKeyDictionary[Room, Batcher[int, Missed | None]] = WeakKeyDictionary()

    async def missed(self, room: Room, after: int) -> Missed | None:
        """Everything after a revision; None when that cannot be told and the room must be started anew."""
        if (recent := room.recent.since(after)) is not None:
            return Missed(recent, room.head.revision)
        reading = self._readings.get(room)
        if reading is None:
            reading = self._readings[room] = Batcher(partial(self._read, room.id))
        return await reading.submit(after)

    async def _read(self, room_id: str, afters: Sequence[int]) -> list[Missed | None]:
        (head,) = await self._hub.heads([room_id])
        within = {after for after in afters if 0 <= head.revision - after <= MAX_REPLAYED}
        if not within:
            return [None] * len(afters)
        changes = await self._changes(room_id, min(within), head.revision)
        missed = {after: _after(changes, after) for after in within}
        return [_if_not_too_large(missed.get(after)) for after in afters]

    async def _changes(self, room_id: str, after: int, until: int) -> Missed:
        messages: list[message_pb2.Message] = []
        covered, more = after, until > after
        while more:
            request = message_pb2.ListChangesRequest(room_id=room_id, after_revision=covered)
            page = await self._backends.messages.call(lambda stub: stub.ListChanges, request, key=room_id, retry=True)
            messages += page.messages
            covered, more = page.revision, page.more
        return Missed(messages, covered)


def _after(changes: Missed, after: int) -> Missed:
    messages = changes.messages
    if messages and messages[0].revision <= after:
        messages = [message for message in messages if message.revision > after]
    return Missed(messages, max(after, changes.covered))


def _if_not_too_large(missed: Missed | None) -> Missed | None:
    return None if missed is None or missed.size_bytes > MAX_REPLAYED_BYTES else missed


def _event(room_id: str, after: int, proto: message_pb2.Message, people: Mapping[str, frames.Person]) -> bytes:
    kind = frames.MessageEvent if proto.created_revision > after else frames.MessageUpdated
    message = render.message(proto, people[proto.sender_id])
    return frames.encode(kind(room=room_id, revision=proto.revision, message=message))
