"""Reports to message_service which users have connections here. A user who is back within seconds was never away."""

import asyncio
from collections.abc import Sequence

from uuid_utils.compat import uuid7

from edge.backends import Backends
from edge.connection import Connection
from edge.hub import Hub
from edge.rooms import Room
from mesh.batching import Batcher
from parlance.message.v1 import live_pb2 as pb

REPORT_SECONDS = 30.0
LINGER_SECONDS = 5.0
_BATCH = 500


class PresenceReporter:
    """This edge's word on who is connected."""

    def __init__(self, backends: Backends, hub: Hub) -> None:
        self._live = backends.live
        self._hub = hub
        self._edge_id = str(uuid7())
        self._lingering: dict[str, asyncio.TimerHandle] = {}
        self._reports: Batcher[pb.PresenceReport, None] = Batcher(self._report, max_batch=_BATCH)

    def close(self) -> None:
        """Report nothing more; what was reported expires."""
        for timer in self._lingering.values():
            timer.cancel()

    def came(self, user_id: str) -> None:
        """A user's first connection here has logged in."""
        if (timer := self._lingering.pop(user_id, None)) is not None:
            timer.cancel()
        else:
            self._reports.submit(self._online(user_id))

    def went(self, user_id: str, room_ids: Sequence[str]) -> None:
        """A user's last connection here has ended."""
        report = pb.PresenceReport(user_id=user_id, online=False, room_ids=room_ids)
        if (timer := self._lingering.pop(user_id, None)) is not None:
            timer.cancel()  # it was back, but not for long enough to be told of
        self._lingering[user_id] = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._gone, report)

    async def report_all(self) -> None:
        """Say again who is here, before what was said expires."""
        user_ids = list(self._hub.users)
        for start in range(0, len(user_ids), _BATCH):
            here = [user_id for user_id in user_ids[start : start + _BATCH] if user_id in self._hub.users]
            if here:
                await asyncio.wait([self._reports.submit(self._online(user_id)) for user_id in here])

    def _gone(self, report: pb.PresenceReport) -> None:
        self._lingering.pop(report.user_id, None)
        self._reports.submit(report)

    def _online(self, user_id: str) -> pb.PresenceReport:
        room_ids = {room_id for connection in self._hub.users.get(user_id, ()) for room_id in told_rooms(connection)}
        return pb.PresenceReport(user_id=user_id, online=True, room_ids=room_ids)

    async def _report(self, reports: Sequence[pb.PresenceReport]) -> list[None]:
        request = pb.UpdatePresenceRequest(edge_id=self._edge_id, reports=reports)
        await self._live.call(lambda stub: stub.UpdatePresence, request)
        return [None] * len(reports)


def told_rooms(connection: Connection) -> list[str]:
    """The rooms that are told when the connection's user comes or goes."""
    return [room.id for room in connection.rooms.values() if not room.large and _is_told(room, connection.user_id)]


def _is_told(room: Room, user_id: str) -> bool:
    """A visitor is not told which agents come and go; they are told of it."""
    return not room.business_id or room.guest_id == user_id
