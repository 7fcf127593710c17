"""Direct rooms: two people, for good."""

from mesh.errors import Invalid, Unavailable
from room_service import names
from room_service.admissions import Admissions
from room_service.events import Announce, Announcement, RoomCreated
from room_service.memberships_store import MembershipsStore
from room_service.model import Clock, Membership, Room, RoomKind
from room_service.rooms_store import RoomsStore


class DirectRooms:
    """Opens them. Every step can be repeated, so two who open one at once, or one who tries again, get the same."""

    def __init__(
        self, rooms: RoomsStore, memberships: MembershipsStore, admissions: Admissions, announce: Announce, now: Clock
    ) -> None:
        self._rooms = rooms
        self._memberships = memberships
        self._admissions = admissions
        self._announce = announce
        self._now = now

    async def open(self, user_id: str, other_user_id: str) -> tuple[Room, Membership]:
        """Return the direct room of two people, created when there is none yet, and the first one's place in it."""
        if user_id == other_user_id:
            raise Invalid(
                "A direct room needs somebody else.", reason="DIRECT_ROOM_WITH_ONESELF", field="other_user_id"
            )
        room = await self._room(user_id, other_user_id)
        places = await self._memberships.get_pairs([(user_id, room.id), (other_user_id, room.id)])
        if len(places) == 2:
            return room, places[user_id, room.id]
        mine, _ = await self._enter(room, user_id), await self._enter(room, other_user_id)
        return room, mine

    async def _room(self, user_id: str, other_user_id: str) -> Room:
        room_id = names.direct_room_id((user_id, other_user_id))
        existing = await self._rooms.get(room_id)
        if existing is not None:
            return existing
        now = self._now()
        room = Room(room_id, RoomKind.DIRECT, user_id, now, now, direct_user_ids=(user_id, other_user_id))
        if await self._rooms.insert(room):
            return room
        existing = await self._rooms.get(room_id)
        if existing is None:
            raise Unavailable(
                "This room has just been deleted. Try again in a moment.", reason="ROOM_BEING_DELETED", retry_after=10.0
            )
        return existing

    async def _enter(self, room: Room, user_id: str) -> Membership:
        membership, is_new = await self._admissions.enter(room, user_id)
        if is_new:
            self._announce(Announcement(RoomCreated(room.id), user_ids=(user_id,)))
        return membership
