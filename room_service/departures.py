"""How memberships end: by leaving, by being removed or banned, or because the account goes away."""

from mesh.errors import Invalid
from room_service import bounded, refusals
from room_service.events import Announce, Announcement, MemberLeft
from room_service.memberships_store import MembershipsStore
from room_service.model import Clock, Membership, Role, Room
from room_service.permissions import Standings
from room_service.rooms_store import RoomsStore
from room_service.succession import Succession


class Departures:
    """Ends memberships, and sees to it that the rooms stay in somebody's hands."""

    def __init__(
        self,
        *,
        rooms: RoomsStore,
        memberships: MembershipsStore,
        standings: Standings,
        succession: Succession,
        announce: Announce,
        now: Clock,
    ) -> None:
        self._rooms = rooms
        self._memberships = memberships
        self._standings = standings
        self._succession = succession
        self._announce = announce
        self._now = now

    async def leave(self, room_id: str, user_id: str) -> None:
        """End one's membership. One who is not in the room, or is banned from it, has left it already."""
        room = await self._rooms.get(room_id)
        if room is None:
            return
        while (membership := await self._memberships.get(user_id, room_id)) is not None and membership.is_member:
            refusals.check_changeable(room)
            if await self._memberships.remove(membership):
                await self._left(room, user_id, removed=False)
                break

    async def remove(self, room_id: str, actor_id: str, user_id: str, *, ban: bool) -> None:
        """Remove somebody, with `ban` for good; without, a ban is lifted. Whoever removes itself leaves."""
        if actor_id == user_id and ban:
            raise Invalid("Nobody can ban themselves.", reason="CANNOT_BAN_ONESELF", field="user_id")
        if actor_id == user_id:
            await self.leave(room_id, user_id)
            return
        while not await self._try_remove(room_id, actor_id, user_id, ban=ban):
            pass  # the target's role changed meanwhile, so what the actor may do has to be seen anew

    async def remove_user(self, user_id: str) -> None:
        """End all memberships of an account that goes away, those in direct rooms too, and forget its bans."""
        memberships = await self._memberships.of_user(user_id)
        await bounded.gather(self._remove_from(membership) for membership in memberships)

    async def _try_remove(self, room_id: str, actor_id: str, user_id: str, *, ban: bool) -> bool:
        standing = await self._standings.of(actor_id, room_id)
        target = await self._memberships.get(user_id, room_id)
        standing.may_remove(target)
        if target is None:
            if not ban:
                raise refusals.no_such_member()
            return await self._memberships.insert(Membership(user_id, room_id, Role.BANNED, self._now()))
        if not await self._end(target, ban=ban):
            return False
        if target.is_member:
            await self._left(standing.room, user_id, removed=True)
        return True

    async def _end(self, membership: Membership, *, ban: bool) -> bool:
        if ban:
            return await self._memberships.change_role(membership, Role.BANNED)
        return await self._memberships.remove(membership)

    async def _remove_from(self, membership: Membership) -> None:
        while not await self._memberships.remove(membership):
            changed = await self._memberships.get(membership.user_id, membership.room_id)
            if changed is None:
                return
            membership = changed
        room = await self._rooms.get(membership.room_id)
        if room is not None and membership.is_member:
            await self._left(room, membership.user_id, removed=False)

    async def _left(self, room: Room, user_id: str, *, removed: bool) -> None:
        event = MemberLeft(room.id, user_id, removed)
        self._announce(Announcement(event, room_ids=(room.id,), user_ids=(user_id,)))
        await self._succession.settle(room)
