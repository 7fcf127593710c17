"""What each frame of a client does. Answers are written to the connection; what is raised becomes an `error` frame."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from edge import frames, render
from edge.attendance import Attendance
from edge.backends import Backends
from edge.connection import Connection
from edge.hub import Hub
from edge.identity import Identity
from edge.limits import Limits
from edge.presence import PresenceReporter
from edge.rooms import Room
from mesh import context, logs
from mesh.batching import Batcher
from mesh.errors import Forbidden, Internal, ParlanceError, RateLimited, Unauthenticated
from parlance.message.v1 import live_pb2
from parlance.message.v1 import message_pb2 as pb
from parlance.room.v1 import room_pb2

log = logs.get(__name__)

_FRAME_SECONDS = 15.0
MAX_IN_FLIGHT = 200
"""Sends of one connection that may wait to be stored."""


class Handlers:
    """Acts on frames."""

    def __init__(
        self,
        backends: Backends,
        hub: Hub,
        *,
        attendance: Attendance,
        presence: PresenceReporter,
        limits: Limits,
        announce: Callable[[live_pb2.Announcement], None],
    ) -> None:
        self._backends = backends
        self._hub = hub
        self._attendance = attendance
        self._presence = presence
        self._limits = limits
        self._reads: Batcher[room_pb2.ReadMarker, int] = Batcher(self._mark_read_batch, max_batch=1000)
        self._announce = announce
        self._handlers: dict[type[frames.ClientFrame], Callable[[Connection, Any, Identity], Awaitable[None]]] = {
            frames.JoinRoom: self._join_room,
            frames.LeaveRoom: self._leave_room,
            frames.EditMessage: self._edit_message,
            frames.DeleteMessage: self._delete_message,
            frames.React: self._react,
            frames.History: self._history,
            frames.MarkRead: self._mark_read,
        }

    async def handle(self, connection: Connection, frame: frames.ClientFrames, header_token: str) -> None:
        """Act on one admitted frame. Raises ParlanceError."""
        identity = connection.session.identity
        if logs.in_detail():
            _log_frame(connection, frame)
        match frame:
            case frames.SendMessage():
                self._send_message(connection, frame, identity)
            case frames.Ping():
                connection.send(frames.Pong(id=frame.id))
            case frames.Typing():
                self._tell_typing(connection, frame)
            case frames.Auth():
                with context.deadline(_FRAME_SECONDS), context.request(context.new_request_id()):
                    await self._auth(connection, frame, header_token)
            case _:
                assert identity is not None  # noqa: S101  # the session admits nothing else before `auth`
                message_id = getattr(frame, "message_id", "")
                with context.deadline(_FRAME_SECONDS), context.request(context.new_request_id(message_id)):
                    await self._handlers[type(frame)](connection, frame, identity)

    async def _auth(self, connection: Connection, frame: frames.Auth, header_token: str) -> None:
        token = frame.token or header_token
        if not token:
            raise Unauthenticated("The `auth` frame carries no token.", reason="TOKEN_MISSING")
        identity = await self._backends.verifier.verify(token)
        if connection.session.identity is not None:
            await self._check(identity)
            connection.session.authenticated(identity)
            connection.send(frames.Ack(id=frame.id))
            return
        connection.session.authenticated(identity)
        async with connection.entering:
            # Listen first, check second: a session that ends from now on is heard of.
            first_of_user = await self._hub.enter(connection, identity.user_id)
            await self._check(identity)
            await self._attendance.welcome(connection, frame, identity)
        if first_of_user:
            self._presence.came(identity.user_id)

    async def _check(self, identity: Identity) -> None:
        self._backends.people.remember(await self._backends.verifier.check_session(identity))

    async def _join_room(self, connection: Connection, frame: frames.JoinRoom, identity: Identity) -> None:
        async with connection.entering:
            await self._attendance.join(connection, frame, identity)

    async def _leave_room(self, connection: Connection, frame: frames.LeaveRoom, identity: Identity) -> None:
        request = room_pb2.LeaveRoomRequest(room_id=frame.room, user_id=identity.user_id)
        async with connection.entering:
            await self._backends.rooms.call(lambda stub: stub.LeaveRoom, request, retry=True)
            if (room := connection.rooms.get(frame.room)) is not None:
                self._hub.detach(connection, room)
        connection.send(frames.Ack(id=frame.id))

    def _send_message(self, connection: Connection, frame: frames.SendMessage, identity: Identity | None) -> None:
        """Queue the message in its place; the answer follows when it is stored. Does not wait, so that sends pipeline."""
        room = _require_member(connection, frame.room)
        if connection.in_flight >= MAX_IN_FLIGHT:
            raise RateLimited("Too many messages wait to be stored.", reason="TOO_MANY_IN_FLIGHT", retry_after=1.0)
        if identity is not None and identity.is_guest:
            self._limits.admit_visitor_message(identity.user_id)
        future = self._backends.sender.submit(
            pb.NewMessage(
                room_id=frame.room,
                message_id=frame.message_id,
                sender_id=connection.user_id,
                kind=pb.MESSAGE_KIND_TEXT,
                body=frame.body,
                reply_to=frame.reply_to or "",
                attachment_ids=frame.attachments,
                guard=_guard(room, connection, frame),
            ),
            in_conversation=bool(room.guest_id),
        )
        connection.in_flight += 1
        future.add_done_callback(partial(self._sent, connection, frame.id))

    def _sent(self, connection: Connection, frame_id: frames.FrameId, future: asyncio.Future[pb.Message]) -> None:
        connection.in_flight -= 1
        if future.cancelled():
            return
        if (error := future.exception()) is not None:
            connection.send(error_frame(error, frame_id))
        else:
            self._ack(connection, frame_id, future.result())

    async def _edit_message(self, connection: Connection, frame: frames.EditMessage, identity: Identity) -> None:
        _require_member(connection, frame.room)
        request = pb.EditMessageRequest(
            room_id=frame.room, message_id=frame.message_id, actor_id=identity.user_id, body=frame.body
        )
        edited = await self._backends.messages.call(lambda stub: stub.EditMessage, request, key=frame.room, retry=True)
        await self._ack_changed(connection, frame.id, edited.message)

    async def _delete_message(self, connection: Connection, frame: frames.DeleteMessage, identity: Identity) -> None:
        _require_member(connection, frame.room)
        request = pb.DeleteMessageRequest(room_id=frame.room, message_id=frame.message_id, actor_id=identity.user_id)
        deleted = await self._backends.messages.call(
            lambda stub: stub.DeleteMessage, request, key=frame.room, retry=True
        )
        await self._ack_changed(connection, frame.id, deleted.message)

    async def _react(self, connection: Connection, frame: frames.React, identity: Identity) -> None:
        _require_member(connection, frame.room)
        request = pb.ReactRequest(
            room_id=frame.room,
            message_id=frame.message_id,
            actor_id=identity.user_id,
            emoji=frame.emoji,
            on=frame.on,
        )
        reacted = await self._backends.messages.call(lambda stub: stub.React, request, key=frame.room, retry=True)
        await self._ack_changed(connection, frame.id, reacted.message)

    async def _history(self, connection: Connection, frame: frames.History, _identity: Identity) -> None:
        _require_member(connection, frame.room)
        request = pb.ListMessagesRequest(room_id=frame.room, before_seq=frame.before, page_size=frame.limit)
        page = await self._backends.messages.call(lambda stub: stub.ListMessages, request, key=frame.room, retry=True)
        people = await self._backends.people.get(render.senders(page.messages))
        messages = render.messages(page.messages, people)
        connection.send(frames.HistoryAck(id=frame.id, room=frame.room, messages=messages))

    async def _mark_read(self, connection: Connection, frame: frames.MarkRead, identity: Identity) -> None:
        room = _require_member(connection, frame.room)
        known = room.head.seq
        if frame.seq > known:  # it may have been stored and not delivered here yet
            (head,) = await self._hub.heads([room.id])
            known = head.seq
        seq = min(frame.seq, known)
        marker = room_pb2.ReadMarker(user_id=identity.user_id, room_id=frame.room, seq=seq)
        connection.send(frames.ReadAck(id=frame.id, room=frame.room, read_seq=await self._reads.submit(marker)))

    async def _mark_read_batch(self, markers: Sequence[room_pb2.ReadMarker]) -> list[int]:
        request = room_pb2.MarkReadRequest(markers=markers)
        response = await self._backends.rooms.call(lambda stub: stub.MarkRead, request, retry=True)
        stand = {(marker.user_id, marker.room_id): marker.seq for marker in response.markers}
        return [stand.get((marker.user_id, marker.room_id), marker.seq) for marker in markers]

    def _tell_typing(self, connection: Connection, frame: frames.Typing) -> None:
        if frame.room not in connection.rooms:  # typing is not answered, not even when it is refused
            return
        typing = live_pb2.Typing(room_id=frame.room, user_id=connection.user_id, on=frame.on)
        self._announce(live_pb2.Announcement(room_ids=[frame.room], event=live_pb2.LiveEvent(typing=typing)))

    def _ack(self, connection: Connection, frame_id: frames.FrameId, message: pb.Message) -> None:
        """Answer with the connection's own message."""
        person = self._backends.people.known(message.sender_id) or _oneself(connection)
        rendered = render.message(message, person)
        connection.send(frames.MessageAck(id=frame_id, room=message.room_id, message=rendered))

    async def _ack_changed(self, connection: Connection, frame_id: frames.FrameId, message: pb.Message) -> None:
        people = await self._backends.people.get([message.sender_id])
        rendered = render.message(message, people[message.sender_id])
        connection.send(frames.MessageAck(id=frame_id, room=message.room_id, message=rendered))


def _log_frame(connection: Connection, frame: frames.ClientFrames) -> None:
    about = {"request_id": getattr(frame, "message_id", ""), "room": getattr(frame, "room", "")}
    said = {name: value for name, value in about.items() if value}
    log.debug("frame_received", type=frame.__struct_config__.tag, user=connection.user_id, **said)


def error_frame(error: BaseException, frame_id: frames.FrameId) -> frames.Error:
    """What a client may know of an exception."""
    if not isinstance(error, ParlanceError):
        log.error("frame_failed", exc_info=error)
        error = Internal()
    return frames.Error(
        id=frame_id, code=error.kind, reason=error.reason, message=error.message, retry_after=error.retry_after
    )


def _require_member(connection: Connection, room_id: str) -> Room:
    room = connection.rooms.get(room_id)
    if room is None:
        raise Forbidden("You are not a member of this room. Join it first.", reason="NOT_A_MEMBER")
    return room


def _guard(room: Room, connection: Connection, frame: frames.SendMessage) -> pb.Guard | None:
    """What keeps an agent from answering past another. Visitors, and people in other rooms, are never kept from writing."""
    if frame.seen is None or room.guest_id in {"", connection.user_id}:
        return None
    return pb.Guard(seen_revision=frame.seen, visitor_id=room.guest_id)


def _oneself(connection: Connection) -> frames.Person:
    identity = connection.session.identity
    if identity is None:
        return frames.Person(connection.user_id, "")
    return frames.Person(connection.user_id, identity.name, identity.is_guest)
