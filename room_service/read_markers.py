"""How far people have read. A marker only moves forward, whichever device moves it."""

from collections.abc import Iterable

from mesh.errors import Invalid
from room_service import bounded
from room_service.events import Announce, Announcement, Read
from room_service.memberships_store import MembershipsStore
from room_service.model import ReadMarker

MAX_MEMBERS_TOLD = 200
"""Who has read what is told in rooms of at most so many members; in larger ones it would drown the conversation."""


class ReadMarkers:
    """Moves them, and tells those who want to know."""

    def __init__(self, memberships: MembershipsStore, announce: Announce) -> None:
        self._memberships = memberships
        self._announce = announce

    async def mark(self, markers: Iterable[ReadMarker]) -> list[ReadMarker]:
        """Move markers forward; return each as it stands then. Those that belong to no membership are passed over."""
        furthest = _furthest(markers)
        moved = await bounded.gather(map(self._memberships.move_read_marker, furthest))
        await self._tell([marker for marker, has_moved in zip(furthest, moved, strict=True) if has_moved])
        stored = await self._memberships.get_pairs((marker.user_id, marker.room_id) for marker in furthest)
        return [
            ReadMarker(membership.user_id, membership.room_id, membership.read_seq)
            for membership in stored.values()
            if membership.is_member
        ]

    async def _tell(self, markers: list[ReadMarker]) -> None:
        room_ids = list({marker.room_id for marker in markers})
        small = dict(zip(room_ids, await bounded.gather(map(self._is_small, room_ids)), strict=True))
        for marker in markers:
            rooms = (marker.room_id,) if small[marker.room_id] else ()
            event = Read(marker.room_id, marker.user_id, marker.seq)
            self._announce(Announcement(event, room_ids=rooms, user_ids=(marker.user_id,)))

    async def _is_small(self, room_id: str) -> bool:
        return await self._memberships.count_members(room_id, at_most=MAX_MEMBERS_TOLD + 1) <= MAX_MEMBERS_TOLD


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
