"""Lets connections into rooms: after logging in, after joining, and when somebody else brings the user in.

Always in the same order: hold the connection apart from the room's broadcast, read what it must be told, tell it, release.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from edge import frames, render
from edge.backends import Backends
from edge.connection import Connection
from edge.hub import Hub
from edge.identity import Identity
from edge.rooms import Room
from mesh.errors import Forbidden
from parlance.message.v1 import message_pb2
from parlance.room.v1 import room_pb2

MAX_ROOMS = 200
MAX_REPLAYED = 1000
"""Who has missed more changes of a room than this starts it anew."""
LATEST = 50


@dataclass(frozen=True, slots=True)
class _Missed:
    """What a connection must be told of a room, and the revision up to which that is everything."""

    messages: list[message_pb2.Message]
    covered: int


class Attendance:
    """Brings connections and rooms together."""

    def __init__(self, backends: Backends, hub: Hub, *, heartbeat_seconds: int) -> None:
        self._backends = backends
        self._hub = hub
        self._heartbeat_seconds = heartbeat_seconds

    async def welcome(self, connection: Connection, frame: frames.Auth, identity: Identity) -> None:
        """Let a connection that has just logged in into all its rooms; a resumed room begins with what it missed."""
        entries = await self._user_rooms(identity.user_id)
        rooms = await self._hub.attach(connection, [entry.room.id for entry in entries])
        resumed = [room for room in rooms if room.id in frame.resume]
        replays = dict(
            zip(
                resumed,
                await asyncio.gather(*(self._changes(room, frame.resume[room.id]) for room in resumed)),
                strict=True,
            )
        )
        heads = [_copy(room.head) for room in rooms]
        people = await self._people(entries, heads, replays.values(), identity.user_id)
        summaries = [_summary(entry, head, people) for entry, head in zip(entries, heads, strict=True)]
        known = {room.id for room, missed in replays.items() if missed is not None}
        connection.send(
            frames.Welcome(
                id=frame.id,
                session=identity.session_id,
                user=people[identity.user_id],
                rooms=summaries,
                reset=sorted(frame.resume.keys() - known),
                heartbeat_seconds=self._heartbeat_seconds,
            )
        )
        for entry, room, summary in zip(entries, rooms, summaries, strict=True):
            room.large = entry.room.large
            missed = replays.get(room)
            if missed is not None:
                _replay(connection, room, missed, frame.resume[room.id], people)
            room.release(connection, summary.revision if missed is None else missed.covered)

    async def join(self, connection: Connection, frame: frames.JoinRoom, identity: Identity) -> None:
        """Become a member if allowed, answer with what the connection must know, and let it in."""
        if identity.is_guest and frame.room != identity.room_id:
            raise Forbidden("A guest may enter only the room that was opened for it.", reason="GUEST_NOT_ALLOWED")
        request = room_pb2.JoinRoomRequest(room=frame.room, user_id=identity.user_id)
        joined = await self._backends.rooms.call(lambda stub: stub.JoinRoom, request, retry=True)
        (room,) = await self._hub.attach(connection, [joined.room.id])
        missed = await self._changes(room, frame.after) if frame.after is not None else None
        answer = missed or await self._latest(room)
        entry = room_pb2.UserRoom(room=joined.room, membership=joined.membership)
        head = _head_with(room.head, answer)
        wanted = {*_named(entry), *render.senders([*answer.messages, head.last_message])}
        people = await self._backends.people.get(wanted - {""})
        room.large = joined.room.large
        connection.send(
            frames.JoinAck(
                id=frame.id,
                room=room.id,
                summary=_summary(entry, head, people),
                revision=answer.covered,
                reset=missed is None,
                messages=[render.message(message, people) for message in answer.messages],
            )
        )
        room.release(connection, answer.covered)

    @asynccontextmanager
    async def entering(self, connection: Connection) -> AsyncIterator[None]:
        """Hold back what is announced while the connection logs in or joins: its own answer comes first."""
        connection.announced = set()
        try:
            yield
        finally:
            announced, connection.announced = connection.announced, None
        for room_id in announced:
            await self.let_in([connection], room_id)

    async def let_in(self, connections: Iterable[Connection], room_id: str) -> None:
        """The user is in a room that these connections may not know yet."""
        for connection in connections:
            if room_id in connection.rooms or connection.closing:
                continue
            if connection.announced is not None:
                connection.announced.add(room_id)
                continue
            request = room_pb2.GetRoomRequest(room=room_id, user_id=connection.user_id)
            found = await self._backends.rooms.call(lambda stub: stub.GetRoom, request, retry=True)
            if not found.HasField("membership"):
                return
            (room,) = await self._hub.attach(connection, [room_id])
            entry = room_pb2.UserRoom(room=found.room, membership=found.membership)
            head = _copy(room.head)
            people = await self._people([entry], [head], (), connection.user_id)
            summary = _summary(entry, head, people)
            connection.send(frames.RoomCreated(room=summary))
            room.release(connection, summary.revision)

    async def _user_rooms(self, user_id: str) -> Sequence[room_pb2.UserRoom]:
        request = room_pb2.ListUserRoomsRequest(user_id=user_id, page_size=MAX_ROOMS)
        return (await self._backends.rooms.call(lambda stub: stub.ListUserRooms, request, retry=True)).rooms

    async def _changes(self, room: Room, after: int) -> _Missed | None:
        """Everything after a revision; None when that cannot be told and the room must be started anew."""
        if after == room.head.revision:
            return _Missed([], after)
        (head,) = await self._hub.heads([room.id])
        if not 0 <= head.revision - after <= MAX_REPLAYED:
            return None
        messages: list[message_pb2.Message] = []
        covered, more = after, head.revision > after
        while more:
            request = message_pb2.ListChangesRequest(room_id=room.id, after_revision=covered)
            page = await self._backends.messages.call(lambda stub: stub.ListChanges, request, key=room.id, retry=True)
            messages += page.messages
            covered, more = page.revision, page.more
        return _Missed(messages, covered)

    async def _latest(self, room: Room) -> _Missed:
        request = message_pb2.ListMessagesRequest(room_id=room.id, page_size=LATEST)
        page = await self._backends.messages.call(lambda stub: stub.ListMessages, request, key=room.id, retry=True)
        return _Missed(list(reversed(page.messages)), page.revision)

    async def _people(
        self,
        entries: Iterable[room_pb2.UserRoom],
        heads: Iterable[message_pb2.Head],
        replays: Iterable[_Missed | None],
        user_id: str,
    ) -> dict[str, frames.Person]:
        wanted = {user_id}
        for entry in entries:
            wanted.update(_named(entry))
        for head in heads:
            wanted.update(render.senders([head.last_message]))
        for missed in replays:
            wanted.update(render.senders(missed.messages if missed is not None else ()))
        return await self._backends.people.get(wanted - {""})


def _replay(connection: Connection, room: Room, missed: _Missed, after: int, people: dict[str, frames.Person]) -> None:
    events = []
    for proto in missed.messages:
        kind = frames.MessageEvent if proto.created_revision > after else frames.MessageUpdated
        events.append(frames.encode(kind(room=room.id, revision=proto.revision, message=render.message(proto, people))))
    if events:
        connection.send_bytes(b"".join(events))


def _summary(entry: room_pb2.UserRoom, head: message_pb2.Head, people: dict[str, frames.Person]) -> frames.RoomSummary:
    return render.room_summary(entry.room, entry.membership, head, people)


def _named(entry: room_pb2.UserRoom) -> Sequence[str]:
    return entry.room.direct_user_ids


def _head_with(head: message_pb2.Head, answer: _Missed) -> message_pb2.Head:
    """The room's head as the answer shows it, which may be ahead of what has been delivered."""
    shown = _copy(head)
    shown.revision = answer.covered
    for message in answer.messages:
        if message.seq >= shown.seq:
            shown.seq = message.seq
            shown.last_message.CopyFrom(message)
    return shown


def _copy(head: message_pb2.Head) -> message_pb2.Head:
    """The head as it is now; the room's own moves on while names are asked for."""
    copy = message_pb2.Head()
    copy.CopyFrom(head)
    return copy
