"""Lets connections into rooms: after logging in, after joining, and when somebody else brings the user in.

Always in the same order: hold the connection apart from the room's broadcast, read what it must be told, tell it, release.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from edge import frames, render
from edge.backends import Backends
from edge.catching_up import MAX_REPLAYED_BYTES, CatchingUp, Missed
from edge.connection import Connection
from edge.head import Head
from edge.hub import Hub
from edge.identity import Identity
from edge.rooms import Room
from mesh.errors import Forbidden
from parlance.message.v1 import message_pb2
from parlance.room.v1 import room_pb2

MAX_ROOMS = 200
LATEST = 50


class Attendance:
    """Brings connections and rooms together."""

    def __init__(self, backends: Backends, hub: Hub, *, heartbeat_seconds: int) -> None:
        self._backends = backends
        self._hub = hub
        self._catching_up = CatchingUp(backends, hub)
        self._heartbeat_seconds = heartbeat_seconds

    async def welcome(self, connection: Connection, frame: frames.Auth, identity: Identity) -> None:
        """Let a connection that has just logged in into all its rooms; a resumed room begins with what it missed."""
        listed = await self._user_rooms(identity.user_id)
        entries = listed.rooms
        await self._hub.inboxes.settle(connection, listed.business_ids)
        async with self._hub.holding(connection, [entry.room.id for entry in entries]) as rooms:
            replays = await self._replays(rooms, frame.resume)
            heads = [room.head for room in rooms]
            people = await self._people(entries, heads, replays.values(), identity.user_id)
            attended = [found for found in zip(entries, rooms, heads, strict=True) if found[1].id in connection.rooms]
            summaries = [_summary(entry, head, people) for entry, _room, head in attended]
            known = {room.id for room, missed in replays.items() if missed is not None}
            with connection.large_answer():
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
                for entry, room, head in attended:
                    room.describe(entry.room)
                    missed = replays.get(room)
                    if missed is not None:
                        connection.send_bytes(missed.encoded(room.id, frame.resume[room.id], people))
                    room.release(connection, head.revision if missed is None else missed.covered)

    async def join(self, connection: Connection, frame: frames.JoinRoom, identity: Identity) -> None:
        """Become a member if allowed, answer with what the connection must know, and let it in."""
        if identity.is_guest and frame.room != identity.room_id:
            raise Forbidden("A guest may enter only the room that was opened for it.", reason="GUEST_NOT_ALLOWED")
        request = room_pb2.JoinRoomRequest(room=frame.room, user_id=identity.user_id)
        joined = await self._backends.rooms.call(lambda stub: stub.JoinRoom, request, retry=True)
        async with self._hub.holding(connection, [joined.room.id]) as (room,):
            missed = await self._catching_up.missed(room, frame.after) if frame.after is not None else None
            answer = missed or await self._latest(room)
            entry = room_pb2.UserRoom(room=joined.room, membership=joined.membership)
            head = _head_with(room.head, answer)
            shown = [*answer.messages, head.last_message] if head.last_message else answer.messages
            wanted = {*_named(entry), *render.senders(shown)}
            people = await self._backends.people.get(wanted - {""})
            if room.id not in connection.rooms:
                raise Forbidden("You were removed from this room.", reason="NOT_A_MEMBER")
            room.describe(joined.room)
            with connection.large_answer():
                connection.send(
                    frames.JoinAck(
                        id=frame.id,
                        room=room.id,
                        summary=_summary(entry, head, people),
                        revision=answer.covered,
                        reset=missed is None,
                        messages=render.messages(answer.messages, people),
                    )
                )
            room.release(connection, answer.covered)

    async def let_in(self, connections: Iterable[Connection], room_id: str) -> None:
        """The user is in a room that these connections may not know yet. What they are busy with comes first."""
        await asyncio.gather(*(self._let_in(connection, room_id) for connection in connections))

    async def settle_places(self, user_id: str, business_ids: Iterable[str]) -> None:
        """The user answers for these businesses, and hears the inboxes of no others."""
        for connection in list(self._hub.users.get(user_id, ())):
            await self._hub.inboxes.settle(connection, business_ids)

    async def _let_in(self, connection: Connection, room_id: str) -> None:
        async with connection.entering:
            if room_id in connection.rooms:
                return
            request = room_pb2.GetRoomRequest(room=room_id, user_id=connection.user_id)
            found = await self._backends.rooms.call(lambda stub: stub.GetRoom, request, retry=True)
            if connection.closing or not found.HasField("membership"):
                return
            async with self._hub.holding(connection, [room_id]) as (room,):
                entry = room_pb2.UserRoom(room=found.room, membership=found.membership)
                head = room.head
                people = await self._people([entry], [head], (), connection.user_id)
                if room_id not in connection.rooms:  # it has left, or was removed
                    return
                room.describe(found.room)
                connection.send(frames.RoomCreated(room=_summary(entry, head, people)))
                room.release(connection, head.revision)

    async def _replays(self, rooms: Iterable[Room], resume: Mapping[str, int]) -> dict[Room, Missed | None]:
        """What was missed of each room that is resumed: the most recently active ones first, until it is enough."""
        resumed = [room for room in rooms if room.id in resume]
        missed = await asyncio.gather(*(self._catching_up.missed(room, resume[room.id]) for room in resumed))
        sizes = accumulate(each.size_bytes if each is not None else 0 for each in missed)
        within = [each if size <= MAX_REPLAYED_BYTES else None for each, size in zip(missed, sizes, strict=True)]
        return dict(zip(resumed, within, strict=True))

    async def _user_rooms(self, user_id: str) -> room_pb2.ListUserRoomsResponse:
        request = room_pb2.ListUserRoomsRequest(user_id=user_id, page_size=MAX_ROOMS)
        return await self._backends.rooms.call(lambda stub: stub.ListUserRooms, request, retry=True)

    async def _latest(self, room: Room) -> Missed:
        request = message_pb2.ListMessagesRequest(room_id=room.id, page_size=LATEST)
        page = await self._backends.messages.call(lambda stub: stub.ListMessages, request, key=room.id, retry=True)
        return Missed(list(reversed(page.messages)), page.revision)

    async def _people(
        self,
        entries: Iterable[room_pb2.UserRoom],
        heads: Iterable[Head],
        replays: Iterable[Missed | None],
        user_id: str,
    ) -> dict[str, frames.Person]:
        wanted = {user_id}
        for entry in entries:
            wanted.update(_named(entry))
        wanted.update(render.senders(head.last_message for head in heads if head.last_message))
        for missed in replays:
            wanted.update(render.senders(missed.messages if missed is not None else ()))
        return await self._backends.people.get(wanted - {""})


def _summary(entry: room_pb2.UserRoom, head: Head, people: dict[str, frames.Person]) -> frames.RoomSummary:
    return render.room_summary(entry.room, entry.membership, head, people)


def _named(entry: room_pb2.UserRoom) -> Sequence[str]:
    return entry.room.direct_user_ids


def _head_with(head: Head, answer: Missed) -> Head:
    """The room's head as the answer shows it, which may be ahead of what has been delivered."""
    seq, _, last_message = head
    for message in answer.messages:
        if message.seq >= seq:
            seq, last_message = message.seq, message
    return Head(seq, answer.covered, last_message)
