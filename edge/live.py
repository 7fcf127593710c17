"""Acts on live events: tells clients of them, lets new members in, puts those out who have left, ends sessions."""

from collections.abc import Callable, Coroutine
from typing import Any

from edge import frames
from edge.attendance import Attendance
from edge.backends import Backends
from edge.connection import Connection
from edge.frames import Person
from edge.hub import Hub
from edge.rooms import Room
from mesh import logs
from mesh.errors import Forbidden, ParlanceError
from mesh.lifecycle import Tasks
from parlance.message.v1 import live_pb2
from parlance.room.v1 import room_pb2

log = logs.get(__name__)

OnPlacesChanged = Callable[[str], Coroutine[Any, Any, None]]
"""Compares what a user hears with what it may: it has another role in a business, or none any more."""

SESSION_ENDED = Forbidden("This session has ended.", reason="SESSION_ENDED")


class LiveEvents:
    """Handles what is published on the channels of rooms and users."""

    def __init__(self, backends: Backends, hub: Hub, attendance: Attendance) -> None:
        self._backends = backends
        self._hub = hub
        self._attendance = attendance
        self._tasks = Tasks()
        self.on_places_changed: OnPlacesChanged = _nothing
        hub.on_room_event = self.on_room_event
        hub.on_user_event = self.on_user_event

    async def close(self) -> None:
        """Act on nothing more."""
        await self._tasks.close()

    def on_room_event(self, room: Room, event: live_pb2.LiveEvent) -> None:
        """Something happened in a room that somebody here is in."""
        match event.WhichOneof("event"):
            case "typing":
                typing = event.typing
                self._named(
                    typing.user_id,
                    lambda person: room.broadcast(
                        frames.encode(frames.TypingEvent(room=room.id, user=person, on=typing.on)), but=person.id
                    ),
                )
            case "presence":
                presence = event.presence
                self._named(
                    presence.user_id,
                    lambda person: room.broadcast(
                        frames.encode(frames.PresenceEvent(room=room.id, user=person, online=presence.online)),
                        but=person.id,
                    ),
                )
            case "read":
                room.broadcast(_read(event.read), but=event.read.user_id)
            case "room_updated":
                self._tasks.start(self._room_updated(room))
            case "room_deleted":
                self._room_deleted(room, room.connections())
            case "member_joined":
                self._named(
                    event.member_joined.user_id,
                    lambda person: room.broadcast(frames.encode(frames.MemberJoined(room=room.id, user=person))),
                )
            case "member_left":
                self._put_out(room, event.member_left)
                self._named(
                    event.member_left.user_id,
                    lambda person: room.broadcast(_left(room, person, event.member_left), but=person.id),
                )

    def on_user_event(self, user_id: str, event: live_pb2.LiveEvent) -> None:
        """Something happened to a user who is connected here."""
        connections = list(self._hub.users.get(user_id, ()))
        match event.WhichOneof("event"):
            case "room_created":
                self._tasks.start(self._attendance.let_in(connections, event.room_created.room_id))
            case "room_deleted":
                if (room := self._hub.rooms.get(event.room_deleted.room_id)) is not None:
                    self._room_deleted(room, [connection for connection in connections if room.id in connection.rooms])
            case "member_left":
                if (room := self._hub.rooms.get(event.member_left.room_id)) is not None:
                    self._put_out(room, event.member_left)
            case "read":
                for connection in connections:
                    connection.send(frames.ReadEvent(room=event.read.room_id, user=user_id, seq=event.read.seq))
            case _:
                self._on_account_event(user_id, connections, event)

    def _on_account_event(self, user_id: str, connections: list[Connection], event: live_pb2.LiveEvent) -> None:
        match event.WhichOneof("event"):
            case "session_revoked":
                revoke(connections, event.session_revoked)
            case "user_updated":
                self._backends.people.forget(user_id)
            case "agent_changed":
                self._tasks.start(self.on_places_changed(user_id))

    async def _room_updated(self, room: Room) -> None:
        request = room_pb2.GetRoomRequest(room=room.id, by_admin=True)
        found = (await self._backends.rooms.call(lambda stub: stub.GetRoom, request, retry=True)).room
        room.broadcast(frames.encode(frames.RoomUpdated(room=room.id, name=found.name, topic=found.topic)))

    def _room_deleted(self, room: Room, connections: list[Connection]) -> None:
        for connection in connections:
            connection.send(frames.RoomDeleted(room=room.id))
            self._hub.detach(connection, room)

    def _put_out(self, room: Room, left: live_pb2.MemberLeft) -> None:
        """Close the door on the one who is no longer a member, then say so. Heard twice, it is done once."""
        gone = [connection for connection in self._hub.users.get(left.user_id, ()) if room.id in connection.rooms]
        for connection in gone:
            self._hub.detach(connection, room)

        def tell(person: Person) -> None:
            for connection in gone:
                connection.send_bytes(_left(room, person, left))

        if gone:
            self._named(left.user_id, tell)

    def _named(self, user_id: str, tell: Callable[[Person], None]) -> None:
        """Call `tell` with the person: at once if the name is known, else when it is."""
        person = self._backends.people.known(user_id)
        if person is not None:
            tell(person)
        else:
            self._tasks.start(self._tell_when_named(user_id, tell))

    async def _tell_when_named(self, user_id: str, tell: Callable[[Person], None]) -> None:
        try:
            people = await self._backends.people.get([user_id])
        except ParlanceError as error:  # an event without a name is better than none
            log.warning("user_not_named", error=error.message)
            people = {user_id: self._backends.people.anonymous(user_id)}
        tell(people[user_id])


async def _nothing(_user_id: str) -> None:
    """Nobody compares yet."""


def _left(room: Room, person: Person, left: live_pb2.MemberLeft) -> bytes:
    return frames.encode(frames.MemberLeft(room=room.id, user=person, removed=left.removed))


def _read(read: live_pb2.Read) -> bytes:
    return frames.encode(frames.ReadEvent(room=read.room_id, user=read.user_id, seq=read.seq))


def revoke(connections: list[Connection], revoked: live_pb2.SessionRevoked) -> None:
    """Close the connections whose session has ended."""
    for connection in connections:
        session_id = connection.session.session_id
        if session_id != revoked.except_session_id and (not revoked.session_ids or session_id in revoked.session_ids):
            connection.close(SESSION_ENDED.close_code or 4403, SESSION_ENDED.reason)
