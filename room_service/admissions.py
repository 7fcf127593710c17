"""How people come into rooms: by joining, or because a member brings them in."""

from mesh.errors import Forbidden, Invalid
from room_service import refusals
from room_service.events import Announce, Announcement, MemberJoined, RoomCreated
from room_service.memberships_store import MembershipsStore
from room_service.model import Clock, Membership, Role, Room
from room_service.permissions import Standings
from room_service.rooms_store import RoomsStore
from room_service.sizes import Sizes

MAX_ROOMS_PER_USER = 2000


class Admissions:
    """Makes people members."""

    def __init__(
        self,
        *,
        rooms: RoomsStore,
        memberships: MembershipsStore,
        standings: Standings,
        sizes: Sizes,
        announce: Announce,
        now: Clock,
    ) -> None:
        self._rooms = rooms
        self._memberships = memberships
        self._standings = standings
        self._sizes = sizes
        self._announce = announce
        self._now = now

    async def join(self, room: str, user_id: str) -> tuple[Room, Membership]:
        """Become a member of a public room, named by id or name. One who is in a room already may join it again.

        Raises `NotFound` for rooms that this user may not know, `Forbidden` when it is banned.
        """
        standing = await self._standings.of_named(user_id, room)
        if standing.membership is not None:
            return standing.room, standing.membership
        return standing.room, await self._admit(standing.room, user_id)

    async def add(self, room_id: str, actor_id: str, user_id: str) -> Membership:
        """Bring somebody in. One who is in already stays as it is."""
        standing = await self._standings.of(actor_id, room_id)
        standing.may_add()
        return await self._admit(standing.room, user_id)

    async def enter(self, room: Room, user_id: str) -> tuple[Membership, bool]:
        """Store a membership if there is none; also tells whether it is new.

        Raises `Forbidden` for one who is banned, `Invalid` for one who is in too many rooms.
        """
        while (existing := await self._memberships.get(user_id, room.id)) is None:
            await self.check_capacity(user_id)
            membership = Membership(user_id, room.id, Role.MEMBER, joined_at=self._now())
            if await self._memberships.insert(membership):
                await self._check_still_there(room, membership)
                await self._sizes.has_grown(room)
                return membership, True
        if not existing.is_member:
            raise Forbidden("Who is banned from this room cannot enter before the ban is lifted.", reason="BANNED")
        return existing, False

    async def check_capacity(self, user_id: str) -> None:
        """Raise when a user is in as many rooms as one can be."""
        if await self._memberships.count_rooms(user_id, at_most=MAX_ROOMS_PER_USER) == MAX_ROOMS_PER_USER:
            raise Invalid(
                f"Nobody can be in more than {MAX_ROOMS_PER_USER:,} rooms. Leave one first.", reason="TOO_MANY_ROOMS"
            )

    async def _admit(self, room: Room, user_id: str) -> Membership:
        membership, is_new = await self.enter(room, user_id)
        if is_new:
            self._announce(Announcement(RoomCreated(room.id), user_ids=(user_id,)))
            self._announce(Announcement(MemberJoined(room.id, user_id), room_ids=(room.id,)))
        return membership

    async def _check_still_there(self, room: Room, membership: Membership) -> None:
        """A room is closed by first taking it away and then its memberships: who came in between has to go again."""
        if await self._rooms.get(room.id) is None:
            await self._memberships.remove(membership)
            raise refusals.no_such_room()
