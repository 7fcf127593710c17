"""When rooms were last active, and through whom. It orders lists and is never the truth."""

from collections.abc import Iterable

from room_service.model import RoomActivity
from room_service.rooms_store import RoomsStore
from room_service.visits import Visits


class Activity:
    """Keeps the latest time that was reported for each room, and tells the conversations in them."""

    def __init__(self, rooms: RoomsStore, visits: Visits) -> None:
        self._rooms = rooms
        self._visits = visits

    async def note(self, activities: Iterable[RoomActivity]) -> None:
        """Move the times forward; reports about rooms that are gone are passed over."""
        by_room: dict[str, list[RoomActivity]] = {}
        for activity in activities:
            by_room.setdefault(activity.room_id, []).append(activity)
        await self._rooms.note_activity({room_id: max(each.at for each in noted) for room_id, noted in by_room.items()})
        await self._visits.note(by_room)
