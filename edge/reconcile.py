"""Asks for what a doorbell may have missed: where the logs stand, who is a member, which sessions have ended.

On the return of Redis, when a replica of a service is lost (it may have stored and died before it told: at once, and once
more after three seconds), and every minute. While Redis cannot be heard, the logs are asked every two seconds: messages
then arrive late, and arrive.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeAlias, TypeVar

from prometheus_client import Counter

from edge import frames
from edge.attendance import Attendance
from edge.backends import Backends
from edge.connection import Connection
from edge.hub import Hub
from edge.live import SESSION_ENDED
from mesh import logs
from mesh.broker import Subscriber
from mesh.errors import ParlanceError
from mesh.lifecycle import Tasks, every
from parlance.auth.v1 import auth_pb2
from parlance.room.v1 import room_pb2

log = logs.get(__name__)

REPAIRS = Counter("parlance_reconcile_repairs_total", "Differences that reconciling found.", ["what"])

EVERYTHING_SECONDS = 60.0
DEAF_SECONDS = 2.0
_AGAIN_SECONDS = 3.0
_BATCH = 500

Item = TypeVar("Item")

_Comparison: TypeAlias = Callable[[], Coroutine[Any, Any, None]]


class Reconciler:
    """Compares what this edge believes with what the owners of the data say."""

    def __init__(self, backends: Backends, hub: Hub, attendance: Attendance, subscriber: Subscriber) -> None:
        self._backends = backends
        self._hub = hub
        self._attendance = attendance
        self._subscriber = subscriber
        self._tasks = Tasks()

    async def open(self) -> None:
        """Begin."""
        self._tasks.start(every(EVERYTHING_SECONDS, self.everything))
        self._tasks.start(every(DEAF_SECONDS, self._if_deaf))

    async def close(self) -> None:
        """End."""
        await self._tasks.close()

    def broker_is_back(self) -> None:
        """Events may have been missed."""
        self._tasks.start(self.everything())

    def message_service_broke(self) -> None:
        """A replica may have stored messages that it did not publish, and not have passed on what others announced."""
        self._tasks.start(self._twice(self.everything))

    def room_service_broke(self) -> None:
        """A replica may have changed memberships and conversations without a word."""
        self._tasks.start(self._twice(self.memberships))
        self._tasks.start(self._twice(self._hub.inboxes.catch_up))

    def auth_service_broke(self) -> None:
        """A replica may have ended sessions without a word."""
        self._tasks.start(self._twice(self.sessions))

    async def everything(self) -> None:
        """Compare heads, memberships, sessions and inboxes. One that cannot be compared does not keep the next from it."""
        for compare in (self.heads, self.memberships, self.sessions, self._hub.inboxes.catch_up):
            await _tried(compare)

    async def heads(self) -> None:
        """Fetch what is missing in the rooms here."""
        for rooms in _batches([room for room in self._hub.rooms.values() if room.feed.revision >= 0]):
            for head, room in zip(await self._hub.heads([room.id for room in rooms]), rooms, strict=True):
                if head.revision > room.feed.known:
                    REPAIRS.labels("head").inc()
                self._hub.delivery.told(room, head.revision)

    async def memberships(self) -> None:
        """Let in where a user has become a member or an agent, and put out where it no longer is one."""
        await self.memberships_of(list(self._hub.users))

    async def memberships_of(self, everybody: Sequence[str]) -> None:
        """Do that for some users."""
        for user_ids in _batches(everybody):
            request = room_pb2.ListMembershipsRequest(user_ids=user_ids)
            listed = await self._backends.rooms.call(lambda stub: stub.ListMemberships, request, retry=True)
            members: dict[str, set[str]] = {user_id: set() for user_id in user_ids}
            for membership in listed.memberships:
                members[membership.user_id].add(membership.room_id)
            places: dict[str, set[str]] = {user_id: set() for user_id in user_ids}
            for place in listed.agent_places:
                places[place.user_id].add(place.business_id)
            for user_id, room_ids in members.items():
                await self._attendance.settle_places(user_id, places[user_id])
                await self._compare_rooms(list(self._hub.users.get(user_id, ())), user_id, room_ids)

    async def sessions(self) -> None:
        """Close the connections of sessions that have ended."""
        here = {connection.session.session_id: connection for connection in self._hub.connections()}
        for session_ids in _batches(list(here)):
            request = auth_pb2.CheckSessionsRequest(session_ids=session_ids)
            checked = await self._backends.auth.call(lambda stub: stub.CheckSessions, request, retry=True)
            ended = set(session_ids) - {session.session_id for session in checked.sessions}
            for connection in self._hub.connections():
                if connection.session.session_id in ended:
                    REPAIRS.labels("session").inc()
                    connection.close(SESSION_ENDED.close_code or 4403, SESSION_ENDED.reason)

    async def _compare_rooms(self, connections: list[Connection], user_id: str, room_ids: set[str]) -> None:
        attended = {room_id for connection in connections for room_id in connection.rooms}
        await self._put_out(connections, user_id, attended - room_ids)
        for room_id in room_ids:
            if any(room_id not in connection.rooms for connection in connections):
                REPAIRS.labels("membership").inc()
                try:
                    await self._attendance.let_in(connections, room_id)
                except ParlanceError as error:  # one room's trouble must not keep the others from being compared
                    log.warning("not_let_in", room=room_id, error=error.message)

    async def _put_out(self, connections: list[Connection], user_id: str, room_ids: set[str]) -> None:
        """Rooms that were not listed: the list has only the most recent ones, so each is asked for."""
        if not room_ids:
            return
        asked = list(room_ids)
        request = room_pb2.CheckMembershipRequest(
            pairs=[room_pb2.UserInRoom(user_id=user_id, room_id=room_id) for room_id in asked]
        )
        checked = await self._backends.rooms.call(lambda stub: stub.CheckMembership, request, retry=True)
        for room_id, role in zip(asked, checked.roles, strict=True):
            room = self._hub.rooms.get(room_id)
            if room is None or role not in (room_pb2.MEMBER_ROLE_UNSPECIFIED, room_pb2.MEMBER_ROLE_BANNED):
                continue
            REPAIRS.labels("membership").inc()
            me = self._backends.people.known(user_id) or self._backends.people.anonymous(user_id)
            for connection in connections:
                if room_id not in connection.rooms:
                    continue
                self._hub.detach(connection, room)
                connection.send(frames.MemberLeft(room=room_id, user=me, removed=True))

    async def _twice(self, compare: _Comparison) -> None:
        await _tried(compare)
        await asyncio.sleep(_AGAIN_SECONDS)
        await _tried(compare)

    async def _if_deaf(self) -> None:
        if self._subscriber.deaf:
            await self.heads()
            await self._hub.inboxes.catch_up()


async def _tried(compare: _Comparison) -> None:
    """Compare; where a service cannot be asked, the next time will show."""
    try:
        await compare()
    except ParlanceError as error:
        log.warning("not_compared", what=compare.__qualname__, error=error.message)


def _batches(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[start : start + _BATCH] for start in range(0, len(items), _BATCH)]
