"""Tells agents what happens in their businesses' inboxes: each change is looked up, encoded once, and written to all.

An agent's connection costs the same however many conversations there are. What a ring may have missed is asked for.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial

from google.protobuf.timestamp_pb2 import Timestamp
from prometheus_client import Gauge

from edge import frames, render
from edge.backends import Backends
from edge.connection import Connection
from edge.frames import Person
from edge.head import Head
from mesh import logs
from mesh.batching import Batcher
from mesh.broker import Subscriber
from mesh.errors import ParlanceError
from mesh.lifecycle import Tasks
from parlance.message.v1 import live_pb2
from parlance.room.v1 import conversation_pb2 as pb

log = logs.get(__name__)

INBOXES = Gauge("parlance_inboxes", "Businesses with an agent here.")

OVERLAP_SECONDS = 60.0
"""How much longer ago than it must, an edge asks for changes: the clocks of two machines are not the same."""
_MAX_TOLD = 20_000

Heads = Callable[[Sequence[str]], Awaitable[list[Head]]]
"""Asks where the logs of rooms stand."""


class Inbox:
    """One business's inbox on this edge."""

    def __init__(self, business_id: str, now: float) -> None:
        self.business_id = business_id
        self.connections: set[Connection] = set()
        self.complete_until = now
        """Everything that changed before has been told."""
        self._told: OrderedDict[str, int] = OrderedDict()

    def is_news(self, room_id: str, version: int) -> bool:
        """Whether nobody has been told this version of a conversation yet."""
        return self._told.get(room_id, 0) < version

    def knows(self, room_id: str) -> bool:
        """Whether any version of a conversation was told."""
        return room_id in self._told

    def told(self, room_id: str, version: int) -> None:
        """Remember what was told; what is forgotten may be told twice, which is harmless."""
        self._told[room_id] = version
        self._told.move_to_end(room_id)
        if len(self._told) > _MAX_TOLD:
            self._told.popitem(last=False)

    def broadcast(self, frame: frames.ServerFrame) -> None:
        """Tell every agent here."""
        data = frames.encode(frame)
        for connection in list(self.connections):
            connection.send_bytes(data)


class Inboxes:
    """The inboxes with an agent on this edge. One is listened to exactly while it has one."""

    def __init__(
        self, backends: Backends, subscriber: Subscriber, heads: Heads, *, now: Callable[[], float] = time.time
    ) -> None:
        """`now` gives seconds since 1970."""
        self._conversations = backends.conversations
        self._people = backends.people
        self._subscriber = subscriber
        self._heads = heads
        self._now = now
        self._inboxes: dict[str, Inbox] = {}
        self._lookups: Batcher[str, pb.Conversation | None] = Batcher(self._look_up, max_batch=500)
        self._tasks = Tasks()

    async def close(self) -> None:
        """Tell nobody anything more."""
        await self._tasks.close()

    def of(self, connection: Connection) -> set[str]:
        """The businesses whose inboxes a connection hears."""
        return {business_id for business_id, inbox in self._inboxes.items() if connection in inbox.connections}

    async def settle(self, connection: Connection, business_ids: Iterable[str]) -> None:
        """Let a connection hear these inboxes and no others; they are listened to when this returns."""
        wanted = set(business_ids)
        for business_id in self.of(connection) - wanted:
            self._remove(connection, self._inboxes[business_id])
        for business_id in wanted:
            inbox = self._inboxes.get(business_id)
            if inbox is None:
                inbox = self._inboxes[business_id] = Inbox(business_id, self._now())
                INBOXES.inc()
            inbox.connections.add(connection)
            # The second one asks as well: the first may not have been answered yet.
            await self._subscriber.subscribe(_channel(business_id), partial(self._heard, business_id))
        if connection.closing:
            self.leave(connection)

    def leave(self, connection: Connection) -> None:
        """A connection has ended."""
        for business_id in self.of(connection):
            self._remove(connection, self._inboxes[business_id])

    async def catch_up(self) -> None:
        """Tell what has changed and was not heard of."""
        for inbox in list(self._inboxes.values()):
            began_at = self._now()
            request = pb.ListChangedConversationsRequest(
                business_id=inbox.business_id, since=_timestamp(inbox.complete_until - OVERLAP_SECONDS)
            )
            changed = await self._conversations.call(lambda stub: stub.ListChangedConversations, request, retry=True)
            if changed.more:
                inbox.broadcast(frames.InboxReset(business=inbox.business_id))
            else:
                news = [each for each in changed.conversations if inbox.is_news(each.room_id, each.version)]
                for conversation in news:
                    await self._tell(inbox, conversation, is_new=conversation.version == 1)
            inbox.complete_until = began_at

    def _remove(self, connection: Connection, inbox: Inbox) -> None:
        inbox.connections.discard(connection)
        if not inbox.connections and self._inboxes.get(inbox.business_id) is inbox:
            del self._inboxes[inbox.business_id]
            INBOXES.dec()
            self._subscriber.unsubscribe(_channel(inbox.business_id))

    def _heard(self, business_id: str, payload: bytes) -> None:
        inbox = self._inboxes.get(business_id)
        changed = live_pb2.Envelope.FromString(payload).live.conversation_changed
        if inbox is not None and inbox.is_news(changed.room_id, changed.version):
            self._tasks.start(self._tell_of(inbox, changed))

    async def _tell_of(self, inbox: Inbox, changed: live_pb2.ConversationChanged) -> None:
        try:
            conversation = await self._lookups.submit(changed.room_id)
            if conversation is None:
                gone = frames.ConversationUpdated(business=inbox.business_id, room=changed.room_id, conversation=None)
                inbox.told(changed.room_id, changed.version)
                inbox.broadcast(gone)
            else:
                await self._tell(inbox, conversation, is_new=changed.version == 1)
        except ParlanceError as error:  # it is told when the inbox is compared
            log.warning("conversation_not_told", room=changed.room_id, error=error.message)

    async def _tell(self, inbox: Inbox, conversation: pb.Conversation, *, is_new: bool) -> None:
        head = Head()  # of one that has just begun: what is said in it is told when it comes
        if not is_new:
            (head,) = await self._heads([conversation.room_id])
        people = await self._people.get(render.conversation_people(conversation, head))
        if not inbox.is_news(conversation.room_id, conversation.version):  # two looked it up at the same time
            return
        if is_new and inbox.knows(
            conversation.room_id
        ):  # it was told as it began, and has changed since it was rung for
            await self._tell(inbox, conversation, is_new=False)
            return
        inbox.told(conversation.room_id, conversation.version)
        inbox.broadcast(_frame(conversation, head, people, is_new=is_new))

    async def _look_up(self, room_ids: Sequence[str]) -> list[pb.Conversation | None]:
        request = pb.BatchGetConversationsRequest(room_ids=set(room_ids))
        response = await self._conversations.call(lambda stub: stub.BatchGetConversations, request, retry=True)
        found = {conversation.room_id: conversation for conversation in response.conversations}
        return [found.get(room_id) for room_id in room_ids]


def _frame(conversation: pb.Conversation, head: Head, people: dict[str, Person], *, is_new: bool) -> frames.ServerFrame:
    rendered = render.conversation(conversation, head, people)
    if not is_new:
        return frames.ConversationUpdated(business=rendered.business, room=rendered.room, conversation=rendered)
    room = frames.RoomSummary(
        id=rendered.room,
        name=rendered.visitor.name,
        kind="support",
        role="member",
        muted=False,
        seq=head.seq,
        revision=head.revision,
        read_seq=conversation.read_seq,
        unread=rendered.unread,
        last_message=rendered.last_message,
        people=[],
    )
    return frames.RoomCreated(room=room, conversation=rendered)


def _channel(business_id: str) -> str:
    return f"business:{business_id}"


def _timestamp(seconds: float) -> Timestamp:
    return Timestamp(seconds=int(seconds))
