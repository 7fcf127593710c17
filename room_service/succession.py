"""What becomes of a room when somebody has left it."""

from room_service.closures import Closures
from room_service.events import Announce, Announcement, RoomUpdated
from room_service.memberships_store import MembershipsStore
from room_service.model import Membership, Role, Room, RoomKind
from room_service.sizes import Sizes


class Succession:
    """Keeps every room that has members in somebody's hands, and closes hidden rooms that have none."""

    def __init__(self, memberships: MembershipsStore, sizes: Sizes, closures: Closures, announce: Announce) -> None:
        self._memberships = memberships
        self._sizes = sizes
        self._closures = closures
        self._announce = announce

    async def settle(self, room: Room) -> None:
        """Call it after every departure or demotion; calling it once more changes nothing.

        It looks at what is stored and not at who left, so that of several who leave at once the last finds it as it is.
        """
        await self._sizes.has_shrunk(room)
        if room.kind in {RoomKind.PUBLIC, RoomKind.PRIVATE}:
            await self._settle_owner(room)
        if room.kind in {RoomKind.PRIVATE, RoomKind.DIRECT} and not await self._memberships.count_members(
            room.id, at_most=1
        ):
            await self._closures.close(room)

    async def _settle_owner(self, room: Room) -> None:
        if await self._memberships.longest_standing(room.id, Role.OWNER) is not None:
            return
        while (heir := await self._heir(room.id)) is not None:
            if await self._memberships.change_role(heir, Role.OWNER):
                self._announce(Announcement(RoomUpdated(room.id), room_ids=(room.id,)))
                return

    async def _heir(self, room_id: str) -> Membership | None:
        moderator = await self._memberships.longest_standing(room_id, Role.MODERATOR)
        return moderator or await self._memberships.longest_standing(room_id, Role.MEMBER)
