"""Which rooms are large. In those, presence and read markers of others would drown the conversation and are not told."""

from room_service.events import Announce, Announcement, RoomUpdated
from room_service.memberships_store import MembershipsStore
from room_service.model import Room, RoomKind
from room_service.rooms_store import RoomsStore

LARGE_ABOVE = 200


class Sizes:
    """Keeps each room's mark `large`, so that nobody has to count.

    It looks at what is stored, so of several who come at once the last sets it right. Where one comes while another goes
    it may stay wrong until the next one goes: it saves work and is never the truth.
    """

    def __init__(self, rooms: RoomsStore, memberships: MembershipsStore, announce: Announce) -> None:
        self._rooms = rooms
        self._memberships = memberships
        self._announce = announce

    async def has_grown(self, room: Room) -> None:
        """Call it when somebody has come in."""
        if not room.large and room.kind is not RoomKind.DIRECT:
            await self._settle(room)

    async def has_shrunk(self, room: Room) -> None:
        """Call it when somebody has gone."""
        if room.large:
            await self._settle(room)

    async def _settle(self, room: Room) -> None:
        large = await self._memberships.count_members(room.id, at_most=LARGE_ABOVE + 1) > LARGE_ABOVE
        if large is not room.large and await self._rooms.mark_large(room, large):
            self._announce(Announcement(RoomUpdated(room.id), room_ids=(room.id,)))
