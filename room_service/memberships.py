"""What is asked about memberships, and what can be changed in one."""

import asyncio
from collections.abc import Sequence

from mesh.batching import Batcher
from mesh.errors import Conflict, Forbidden, Invalid
from room_service import bounded, names, pages, refusals
from room_service.events import Announce, Announcement, RoomUpdated
from room_service.memberships_store import MembershipsStore, Pair
from room_service.model import NOWHERE, Membership, Milliseconds, Role, Room, Seat
from room_service.permissions import Standing, Standings
from room_service.rooms_store import RoomsStore
from room_service.succession import Succession
from room_service.support_roles import SupportRoles

ROOMS_LISTED_PER_USER = 200
_ASSIGNABLE = {Role.MEMBER, Role.MODERATOR, Role.OWNER}


class Memberships:
    """Reads memberships, and changes roles and `muted`."""

    def __init__(
        self,
        *,
        rooms: RoomsStore,
        memberships: MembershipsStore,
        standings: Standings,
        support_roles: SupportRoles,
        succession: Succession,
        announce: Announce,
    ) -> None:
        self._support_roles = support_roles
        self._rooms = rooms
        self._memberships = memberships
        self._standings = standings
        self._succession = succession
        self._announce = announce
        self._lookups: Batcher[str, Room | None] = Batcher(self._look_up, max_batch=1000)

    async def check(self, pairs: Sequence[Pair]) -> list[Seat]:
        """Tell what each user of the (user, room) pairs is in the room, `BANNED` too."""
        found = await self._memberships.get_pairs(pairs)
        seats = {pair: Seat(membership.role, names.is_guest_of(*pair)) for pair, membership in found.items()}
        seats |= await self._support_roles.seats({pair for pair in pairs if pair not in found})
        return [seats.get(pair, NOWHERE) for pair in pairs]

    async def list_members(
        self,
        room_id: str,
        user_id: str,
        *,
        page_size: int,
        page_token: str,
        with_banned: bool = False,
        by_admin: bool = False,
    ) -> tuple[list[Membership], str]:
        """Return a page of a room's members in order of joining, and the token of the next page."""
        size = pages.checked_size(page_size, default=100, at_most=200)
        after = pages.position(page_token, tuple[pages.Time, str])
        standing = await self._standings.of(user_id, room_id, by_admin=by_admin)
        if with_banned:
            standing.must_moderate()
        members = await self._memberships.page_of_room(room_id, after, size + 1, with_banned=with_banned)
        if len(members) <= size:
            return members, ""
        last = members[size - 1]
        return members[:size], pages.token((last.joined_at, last.user_id))

    async def list_rooms(
        self, user_id: str, *, page_size: int, page_token: str
    ) -> tuple[list[tuple[Room, Membership]], str]:
        """Return a page of a user's rooms, the most recently active first, and the token of the next page."""
        size = pages.checked_size(page_size, default=200, at_most=200)
        after = pages.position(page_token, tuple[pages.Time, str])
        places = await self._by_activity(await self._memberships_of(user_id))
        if after is not None:
            at, room_id = after
            places = [place for place in places if _by_recency(place[0]) > (-at, room_id)]
        if len(places) <= size:
            return places, ""
        last = places[size - 1][0]
        return places[:size], pages.token((last.last_activity_at, last.id))

    async def list_memberships(self, user_ids: Sequence[str]) -> list[Membership]:
        """Return for each user the memberships in the 200 most recently active rooms."""
        lists = await bounded.gather(self._most_active(user_id) for user_id in dict.fromkeys(user_ids))
        return [membership for memberships in lists for membership in memberships]

    async def update(
        self, room_id: str, actor_id: str, user_id: str, *, role: Role | None, muted: bool | None
    ) -> Membership:
        """Change a member's role, for owners, or `muted`, for oneself; None leaves it."""
        if role is not None and role not in _ASSIGNABLE:
            raise Invalid("A member is a member, moderator or owner.", reason="INVALID_ROLE", field="role")
        if muted is not None and actor_id != user_id:
            raise Forbidden("A room can only be muted for oneself.", reason="NOT_ONESELF")
        standing = await self._standings.of(actor_id, room_id)
        standing.must_be_member()
        if role is not None:
            await self._change_role(standing, actor_id, user_id, role)
        if muted is not None:
            await self._memberships.set_muted(user_id, room_id, muted)
        return await self._member(user_id, room_id)

    async def _change_role(self, standing: Standing, actor_id: str, user_id: str, role: Role) -> None:
        standing.must_be_changeable()
        standing.must_own()
        room = standing.room
        target = await self._member(user_id, room.id)
        while target.role is not role:
            if actor_id == user_id and await self._memberships.count_owners(room.id) == 1:
                raise Conflict("You are the only owner. Make somebody else an owner first.", reason="LAST_OWNER")
            if await self._memberships.change_role(target, role):
                self._announce(Announcement(RoomUpdated(room.id), room_ids=(room.id,)))
                await self._succession.settle(room)
                return
            target = await self._member(user_id, room.id)

    async def _member(self, user_id: str, room_id: str) -> Membership:
        membership = await self._memberships.get(user_id, room_id)
        if membership is None or not membership.is_member:
            raise refusals.no_such_member()
        return membership

    async def _memberships_of(self, user_id: str) -> list[Membership]:
        return [membership for membership in await self._memberships.of_user(user_id) if membership.is_member]

    async def _most_active(self, user_id: str) -> list[Membership]:
        memberships = await self._memberships_of(user_id)
        if len(memberships) <= ROOMS_LISTED_PER_USER:
            return memberships
        return [membership for _, membership in (await self._by_activity(memberships))[:ROOMS_LISTED_PER_USER]]

    async def _by_activity(self, memberships: list[Membership]) -> list[tuple[Room, Membership]]:
        mine = {membership.room_id: membership for membership in memberships}
        found = await asyncio.gather(*map(self._lookups.submit, mine))
        rooms = sorted((room for room in found if room is not None), key=_by_recency)
        return [(room, mine[room.id]) for room in rooms]

    async def _look_up(self, room_ids: Sequence[str]) -> list[Room | None]:
        """Rooms that many people ask for at the same time, in one query: so it is when an edge has died."""
        rooms = {room.id: room for room in await self._rooms.get_many(set(room_ids))}
        return [rooms.get(room_id) for room_id in room_ids]


def _by_recency(room: Room) -> tuple[Milliseconds, str]:
    return -room.last_activity_at, room.id
