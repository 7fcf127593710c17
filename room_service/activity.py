"""When rooms were last active. It orders lists and is never the truth."""

from collections.abc import Iterable

from room_service.model import Milliseconds, RoomActivity
from room_service.rooms_store import RoomsStore


class Activity:
    """Keeps the latest time that was reported for each room."""

    def __init__(self, rooms: RoomsStore) -> None:
        self._rooms = rooms

    async def note(self, activities: Iterable[RoomActivity]) -> None:
        """Move the times forward; reports about rooms that are gone are passed over."""
        latest: dict[str, Milliseconds] = {}
        for activity in activities:
            latest[activity.room_id] = max(activity.at, latest.get(activity.room_id, 0))
        await self._rooms.note_activity(latest)
