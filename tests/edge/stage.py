"""An edge in this process, between services that answer as a test says and peers whose sockets are only written to."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from google.protobuf.message import Message
from redis.asyncio import Redis

from edge import frames
from edge.attendance import Attendance
from edge.backends import Backends, connect
from edge.connection import Connection
from edge.handlers import Handlers
from edge.hub import Hub
from edge.limits import Limits
from edge.live import LiveEvents
from edge.presence import PresenceReporter
from edge.reconcile import Reconciler
from edge.session import Session
from edge.websocket import Sockets
from mesh import broker
from mesh.broker import Subscriber
from mesh.server import serving
from parlance.message.v1 import live_pb2, message_pb2
from parlance.room.v1 import room_pb2
from tests.edge.logs import Frame, Log, read_frames
from tests.edge.rest.standins import StandIns
from tests.patience import until


class Wire(asyncio.WriteTransport):
    """The peer's end of a connection: keeps what it is sent."""

    def __init__(self) -> None:
        self.unread = bytearray()
        self.reads = True
        self.lost = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self.lost:
            raise RuntimeError("the handler is closed")
        self.unread += data

    def is_closing(self) -> bool:
        return self.lost

    def get_write_buffer_size(self) -> int:
        return 0 if self.reads else len(self.unread)

    def abort(self) -> None:
        self.lost = True

    def read(self) -> list[Frame]:
        """What came since the last time."""
        data, self.unread = bytes(self.unread), bytearray()
        return read_frames(data)


class Peer:
    """A connection of a user, and what it has read."""

    def __init__(self, connection: Connection, wire: Wire) -> None:
        self.connection = connection
        self.wire = wire
        self._read: list[Frame] = []

    @property
    def frames(self) -> list[Frame]:
        """Everything that was read so far."""
        self._read += self.wire.read()
        return self._read

    def of(self, kind: str) -> list[Frame]:
        """The frames of this type."""
        return [frame for frame in self.frames if frame["type"] == kind]

    def revisions(self) -> list[int]:
        """The events of logs, by revision."""
        return [frame["revision"] for frame in self.frames if frame["type"] in ("message", "message_updated")]


def a_peer() -> Peer:
    """A connection that has not logged in."""
    wire = Wire()
    session = Session(now=0.0, frames_per_second=50.0, burst=100.0)
    return Peer(Connection(session, wire, now=0.0), wire)


class Services(StandIns):
    """Services that know some rooms, their members and their logs."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: dict[str, Log] = {}
        self.members: dict[str, set[str]] = {}
        self._gates: dict[str, asyncio.Event] = {}
        self.answers |= {
            "ListUserRooms": self._list_user_rooms,
            "JoinRoom": self._join_room,
            "GetRoom": self._get_room,
            "LeaveRoom": self._leave_room,
            "ListMemberships": self._list_memberships,
            "CheckMembership": self._check_membership,
            "GetHeads": self._get_heads,
            "ListChanges": lambda request: self.logs[request.room_id].changes(request.after_revision),
            "ListMessages": lambda request: self.logs[request.room_id].latest(request.page_size),
            "UpdatePresence": live_pb2.UpdatePresenceResponse(),
            "Announce": live_pb2.AnnounceResponse(),
        }

    def add_room(self, room_id: str, *members: str) -> Log:
        """A room and its log, with messages or without."""
        for user_id in members:
            self.users.get(user_id) or self.add_user(user_id)
        self.members[room_id] = set(members)
        self.logs[room_id] = Log(room_id)
        return self.logs[room_id]

    @contextmanager
    def paused(self, rpc: str) -> Iterator[None]:
        """Answers to this RPC are made at once, and arrive only after the context. A later pause takes the later calls."""
        gate = self._gates[rpc] = asyncio.Event()
        try:
            yield
        finally:
            if self._gates[rpc] is gate:
                del self._gates[rpc]
            gate.set()

    def _method(self, name: str) -> Callable[..., Any]:
        answer = super()._method(name)

        async def method(servicer: object, request: Message, context: object) -> Message:
            gate = self._gates.get(name)
            try:
                answered: Message = await answer(servicer, request, context)
            finally:
                if gate is not None:
                    await gate.wait()
            return answered

        return method

    def _user_room(self, user_id: str, room_id: str) -> room_pb2.UserRoom:
        entry = room_pb2.UserRoom(room=room_pb2.Room(id=room_id, name=room_id, kind=room_pb2.ROOM_KIND_PUBLIC))
        if user_id in self.members[room_id]:
            entry.membership.CopyFrom(
                room_pb2.Membership(user_id=user_id, room_id=room_id, role=room_pb2.MEMBER_ROLE_MEMBER)
            )
        return entry

    def _list_user_rooms(self, request: room_pb2.ListUserRoomsRequest) -> room_pb2.ListUserRoomsResponse:
        rooms = [room_id for room_id, members in self.members.items() if request.user_id in members]
        return room_pb2.ListUserRoomsResponse(rooms=[self._user_room(request.user_id, room_id) for room_id in rooms])

    def _join_room(self, request: room_pb2.JoinRoomRequest) -> room_pb2.JoinRoomResponse:
        self.members[request.room].add(request.user_id)
        entry = self._user_room(request.user_id, request.room)
        return room_pb2.JoinRoomResponse(room=entry.room, membership=entry.membership)

    def _get_room(self, request: room_pb2.GetRoomRequest) -> room_pb2.GetRoomResponse:
        entry = self._user_room(request.user_id, request.room)
        found = room_pb2.GetRoomResponse(room=entry.room)
        if entry.HasField("membership"):
            found.membership.CopyFrom(entry.membership)
        return found

    def _leave_room(self, request: room_pb2.LeaveRoomRequest) -> room_pb2.LeaveRoomResponse:
        self.members[request.room_id].discard(request.user_id)
        return room_pb2.LeaveRoomResponse()

    def _list_memberships(self, request: room_pb2.ListMembershipsRequest) -> room_pb2.ListMembershipsResponse:
        return room_pb2.ListMembershipsResponse(
            memberships=[
                room_pb2.Membership(user_id=user_id, room_id=room_id)
                for room_id, members in self.members.items()
                for user_id in members & set(request.user_ids)
            ]
        )

    def _check_membership(self, request: room_pb2.CheckMembershipRequest) -> room_pb2.CheckMembershipResponse:
        member, nobody = room_pb2.MEMBER_ROLE_MEMBER, room_pb2.MEMBER_ROLE_UNSPECIFIED
        return room_pb2.CheckMembershipResponse(
            roles=[member if pair.user_id in self.members[pair.room_id] else nobody for pair in request.pairs]
        )

    def _get_heads(self, request: message_pb2.GetHeadsRequest) -> message_pb2.GetHeadsResponse:
        return message_pb2.GetHeadsResponse(heads=[self.logs[room_id].head() for room_id in request.room_ids])


@dataclass(frozen=True)
class Stage:
    """The parts of an edge."""

    services: Services
    backends: Backends
    redis: Redis
    subscriber: Subscriber
    hub: Hub
    handlers: Handlers
    presence: PresenceReporter
    attendance: Attendance
    reconciler: Reconciler
    sockets: Sockets

    def attendance_waits(self, user_id: str) -> bool:
        """Whether something waits for what a connection of this user is busy with."""
        return any(connection.entering._waiters for connection in self.hub.users[user_id])

    async def log_in(self, user_id: str, **resume: int) -> Peer:
        """A peer that has been welcomed; `resume` names rooms with the revisions that it has seen."""
        peer = a_peer()
        auth = frames.Auth(token=self.services.token(user_id), resume=resume)
        await self.handlers.handle(peer.connection, auth, "")
        return peer

    async def do(self, peer: Peer, frame: frames.ClientFrames) -> None:
        """Act on a frame of the peer."""
        await self.handlers.handle(peer.connection, frame, "")

    def write(self, room_id: str, sender_id: str = "ann") -> int:
        """Write a message and have it heard at once, without Redis; returns its revision."""
        log = self.services.logs[room_id]
        log.write(sender_id)
        self.hear(room_id, len(log))
        return len(log)

    def hear(self, room_id: str, first: int, last: int | None = None) -> None:
        """Have the room hear these revisions."""
        self.hub.delivery.heard(self.hub.rooms[room_id], self.services.logs[room_id].published(first, last))

    def end(self, peer: Peer) -> None:
        """The peer is gone."""
        peer.connection.ended()
        self.hub.leave(peer.connection)

    async def publish(self, room_id: str, first: int, last: int | None = None) -> None:
        """Ring for these revisions."""
        await broker.publish(self.redis, [(f"room:{room_id}", self.services.logs[room_id].published(first, last))])

    async def tell(self, channel: str, **event: Any) -> None:
        """Publish a live event."""
        envelope = live_pb2.Envelope(live=live_pb2.LiveEvent(**event))
        await broker.publish(self.redis, [(channel, envelope.SerializeToString())])


@asynccontextmanager
async def staged(services: Services, address: str, redis: Redis) -> AsyncIterator[Stage]:
    """An edge whose services are at this address."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(address, services.registrations()))
        backends = await stack.enter_async_context(
            connect(auth_target=address, room_target=address, message_target=address)
        )
        subscriber = await stack.enter_async_context(broker.subscriber(redis))
        await until(lambda: not subscriber.deaf)
        hub = Hub(backends, subscriber)
        stack.push_async_callback(hub.close)
        attendance = Attendance(backends, hub, heartbeat_seconds=30)
        live = LiveEvents(backends, hub, attendance)
        stack.push_async_callback(live.close)
        presence = PresenceReporter(backends, hub)
        stack.callback(presence.close)
        announce = partial(list[live_pb2.Announcement].append, [])
        limits = Limits(
            logins_per_minute=1,
            registrations_per_minute=1,
            uploads_per_minute=1,
            chats_per_minute=1,
            business_chats_per_minute=1,
            visitor_messages_per_minute=3,
        )
        handlers = Handlers(backends, hub, attendance=attendance, presence=presence, limits=limits, announce=announce)
        yield Stage(
            services=services,
            backends=backends,
            redis=redis,
            subscriber=subscriber,
            hub=hub,
            handlers=handlers,
            presence=presence,
            attendance=attendance,
            reconciler=Reconciler(backends, hub, attendance, subscriber),
            sockets=Sockets(hub, handlers, presence, heartbeat_seconds=30, frames_per_second=50.0),
        )
