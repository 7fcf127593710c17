"""The RPCs of LiveService: what is told and not stored."""

from collections.abc import Sequence
from typing import Any

from mesh import access
from mesh.errors import Invalid
from message_service.events import Events, business_channel, room_channel, user_channel
from message_service.presence import PresenceBoard, Report
from parlance.message.v1 import live_pb2 as pb
from parlance.message.v1.live_pb2_grpc import LiveServiceServicer

MAX_BATCH = 1000


class LiveServicer(LiveServiceServicer):
    """Serves typing, presence and announcements."""

    def __init__(self, *, events: Events, presence: PresenceBoard) -> None:
        self._events = events
        self._presence = presence

    @access.allow(access.AUTH, access.EDGE, access.ROOM)
    async def Announce(self, request: pb.AnnounceRequest, context: Any) -> pb.AnnounceResponse:
        _check_size(len(request.announcements))
        for announcement in request.announcements:
            channels = [
                *map(room_channel, announcement.room_ids),
                *map(user_channel, announcement.user_ids),
                *map(business_channel, announcement.business_ids),
            ]
            self._events.publish_live(channels, announcement.event)
        return pb.AnnounceResponse()

    @access.allow(access.EDGE)
    async def UpdatePresence(self, request: pb.UpdatePresenceRequest, context: Any) -> pb.UpdatePresenceResponse:
        _check_size(len(request.reports))
        reports = [Report(report.user_id, report.online, list(report.room_ids)) for report in request.reports]
        await self._presence.update(request.edge_id, reports)
        return pb.UpdatePresenceResponse()

    @access.allow(access.EDGE)
    async def ListPresence(self, request: pb.ListPresenceRequest, context: Any) -> pb.ListPresenceResponse:
        _check_size(len(request.user_ids))
        return pb.ListPresenceResponse(online_user_ids=await self._presence.online(list(request.user_ids)))


def tell_presence(events: Events, user_id: str, online: bool, room_ids: Sequence[str]) -> None:
    """Publish that somebody came or went to the rooms that want to know."""
    event = pb.LiveEvent(presence=pb.Presence(user_id=user_id, online=online))
    events.publish_live(map(room_channel, room_ids), event)


def _check_size(size: int) -> None:
    if size > MAX_BATCH:
        raise Invalid(f"At most {MAX_BATCH:,} at once.", reason="BATCH_TOO_LARGE")
