"""Who is connected to this edge, and the rooms and users it listens to Redis for.

A room or user is subscribed to exactly while a local connection is in it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from prometheus_client import Gauge

from edge.backends import Backends
from edge.connection import Connection
from edge.delivery import Delivery, OnRoomEvent
from edge.head import Head
from edge.inboxes import Inboxes
from edge.rooms import Room
from mesh.batching import Batcher
from mesh.broker import Subscriber
from mesh.lifecycle import Tasks
from parlance.message.v1 import live_pb2, message_pb2

CONNECTIONS = Gauge("parlance_connections", "Open connections that are logged in.")
ROOMS = Gauge("parlance_rooms", "Rooms with a connection here.")

OnUserEvent = Callable[[str, live_pb2.LiveEvent], None]
"""Handles a live event of a user: (user id, event)."""


class Hub:
    """The connections, rooms and users of this edge."""

    def __init__(self, backends: Backends, subscriber: Subscriber) -> None:
        self.rooms: dict[str, Room] = {}
        self.users: dict[str, set[Connection]] = {}
        self._messages = backends.messages
        self._subscriber = subscriber
        self.on_room_event: OnRoomEvent = lambda _room, _event: None
        self.on_user_event: OnUserEvent = lambda _user_id, _event: None
        self._opening: dict[str, asyncio.Task[None]] = {}
        self._heads: Batcher[str, Head] = Batcher(self._ask_heads, max_batch=1000)
        self._tasks = Tasks()
        self.delivery = Delivery(backends.people, self._fetch_changes, self._heard_room)
        self.inboxes = Inboxes(backends, subscriber, self.heads)
        backends.sender.on_stored = self._stored

    async def close(self) -> None:
        """Forget everybody."""
        await self.inboxes.close()
        await self.delivery.close()
        await self._tasks.close()

    def connections(self) -> list[Connection]:
        """Everybody who is logged in."""
        return [connection for connections in self.users.values() for connection in connections]

    async def enter(self, connection: Connection, user_id: str) -> bool:
        """A connection has logged in; returns whether it is the user's first here. Its user is listened to from now on."""
        connection.user_id = user_id
        connections = self.users.setdefault(user_id, set())
        connections.add(connection)
        CONNECTIONS.inc()
        first = len(connections) == 1
        # The second one asks as well: the first may not have been answered yet.
        await self._subscriber.subscribe(_user_channel(user_id), partial(self._heard_user, user_id))
        return first

    def leave(self, connection: Connection) -> bool:
        """A connection has ended; returns whether it was the user's last here."""
        for room in list(connection.rooms.values()):
            self.detach(connection, room)
        self.inboxes.leave(connection)
        connections = self.users.get(connection.user_id)
        if connections is None or connection not in connections:
            return False
        connections.discard(connection)
        CONNECTIONS.dec()
        if connections:
            return False
        del self.users[connection.user_id]
        self._subscriber.unsubscribe(_user_channel(connection.user_id))
        return True

    @asynccontextmanager
    async def holding(self, connection: Connection, room_ids: Iterable[str]) -> AsyncIterator[list[Room]]:
        """Let a connection into rooms, held apart until `Room.release`; the rooms are listened to when this is entered.

        If it fails, or what is done inside does, the connection is where it was before.
        """
        rooms = [self._room(room_id) for room_id in room_ids]
        seen = [room.hold(connection) for room in rooms]
        connection.rooms.update((room.id, room) for room in rooms)
        try:
            for opening in [self._opening[room.id] for room in rooms if room.id in self._opening]:
                await asyncio.shield(opening)
            yield rooms
        except BaseException:
            for room, revision in zip(rooms, seen, strict=True):
                if revision is None:
                    self.detach(connection, room)
                else:
                    room.release(connection, revision)
            raise

    def detach(self, connection: Connection, room: Room) -> None:
        """The connection hears nothing more of the room."""
        room.remove(connection)
        if connection.rooms.get(room.id) is room:
            del connection.rooms[room.id]
        self._close_if_unused(room)

    async def heads(self, room_ids: Sequence[str]) -> list[Head]:
        """Where the logs of rooms stand, asked in batches."""
        return list(await asyncio.gather(*map(self._heads.submit, room_ids)))

    def _room(self, room_id: str) -> Room:
        """The room, opened if nobody was in it."""
        room = self.rooms.get(room_id)
        if room is None:
            room = self.rooms[room_id] = Room(room_id)
            self._opening[room_id] = self._tasks.start(self._open(room))
            ROOMS.inc()
        return room

    async def _open(self, room: Room) -> None:
        """Subscribe first, read second: whatever is published after the head was read is heard."""
        try:
            await self._subscriber.subscribe(_room_channel(room.id), partial(self.delivery.heard, room))
            self.delivery.started(room, await self._heads.submit(room.id))
        finally:
            del self._opening[room.id]
            self._close_if_unused(room)

    def _close_if_unused(self, room: Room) -> None:
        """Close a room that everybody has left, or that could not be opened: whoever comes next opens it anew."""
        unused = not len(room) or room.feed.revision < 0
        if unused and room.id not in self._opening and self.rooms.get(room.id) is room:
            del self.rooms[room.id]
            ROOMS.dec()
            self._subscriber.unsubscribe(_room_channel(room.id))

    def _stored(self, messages: Iterable[message_pb2.Message]) -> None:
        by_room: dict[str, list[message_pb2.Message]] = {}
        for message in messages:
            by_room.setdefault(message.room_id, []).append(message)
        for room_id, written in by_room.items():
            if (room := self.rooms.get(room_id)) is not None:
                self.delivery.stored(room, written)

    def _heard_room(self, room: Room, event: live_pb2.LiveEvent) -> None:
        self.on_room_event(room, event)

    def _heard_user(self, user_id: str, payload: bytes) -> None:
        self.on_user_event(user_id, live_pb2.Envelope.FromString(payload).live)

    async def _ask_heads(self, room_ids: Sequence[str]) -> list[Head]:
        request = message_pb2.GetHeadsRequest(room_ids=room_ids, with_last_message=True)
        response = await self._messages.call(lambda stub: stub.GetHeads, request, retry=True)
        return list(map(Head.of, response.heads))

    async def _fetch_changes(self, room_id: str, after: int) -> message_pb2.ListChangesResponse:
        request = message_pb2.ListChangesRequest(room_id=room_id, after_revision=after)
        return await self._messages.call(lambda stub: stub.ListChanges, request, key=room_id, retry=True)


def _room_channel(room_id: str) -> str:
    return f"room:{room_id}"


def _user_channel(user_id: str) -> str:
    return f"user:{user_id}"
