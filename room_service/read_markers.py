"""How far people have read. A marker only moves forward, whichever device moves it."""

from collections.abc import Iterable

from mesh.errors import Invalid
from room_service import bounded
from room_service.events import Announce, Announcement, Read
from room_service.memberships_store import MembershipsStore
from room_service.model import ReadMarker
from room_service.rooms_store import RoomsStore
from room_service.visits import Visits


class ReadMarkers:
    """Moves them, and tells the reader's other devices and, in rooms that are not large, everybody."""

    def __init__(self, rooms: RoomsStore, memberships: MembershipsStore, visits: Visits, announce: Announce) -> None:
        self._rooms = rooms
        self._memberships = memberships
        self._visits = visits
        self._announce = announce

    async def mark(self, markers: Iterable[ReadMarker]) -> list[ReadMarker]:
        """Move markers forward; return each as it stands then. Those that belong to no membership are passed over.

        An agent's in a visitor's room is that of all agents.
        """
        furthest = _furthest(markers)
        moved = await bounded.gather(map(self._memberships.move_read_marker, furthest))
        await self._tell([marker for marker, has_moved in zip(furthest, moved, strict=True) if has_moved])
        stored = await self._memberships.get_pairs((marker.user_id, marker.room_id) for marker in furthest)
        of_agents = await self._visits.read(each for each in furthest if (each.user_id, each.room_id) not in stored)
        return of_agents + [
            ReadMarker(membership.user_id, membership.room_id, membership.read_seq)
            for membership in stored.values()
            if membership.is_member
        ]

    async def _tell(self, markers: list[ReadMarker]) -> None:
        if not markers:
            return
        rooms = await self._rooms.get_many({marker.room_id for marker in markers})
        small = {room.id for room in rooms if not room.large}
        for marker in markers:
            event = Read(marker.room_id, marker.user_id, marker.seq)
            room_ids = (marker.room_id,) if marker.room_id in small else ()
            self._announce(Announcement(event, room_ids=room_ids, user_ids=(marker.user_id,)))


def _furthest(markers: Iterable[ReadMarker]) -> list[ReadMarker]:
    """One marker for each user and room."""
    furthest: dict[tuple[str, str], ReadMarker] = {}
    for marker in markers:
        if marker.seq < 0:
            raise Invalid("A place in a room is never negative.", reason="INVALID_SEQ", field="seq")
        place = (marker.user_id, marker.room_id)
        if place not in furthest or furthest[place].seq < marker.seq:
            furthest[place] = marker
    return list(furthest.values())
