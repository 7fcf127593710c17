"""Who may do what in a room."""

import asyncio
from dataclasses import dataclass

from mesh.errors import Forbidden
from room_service import names, refusals
from room_service.memberships_store import MembershipsStore
from room_service.model import Membership, Role, Room, RoomKind
from room_service.rooms_store import RoomsStore
from room_service.support_roles import SupportRoles


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody before a room that it may know of.

    Its checks return when the act is allowed and raise `Forbidden` otherwise. An administrator may do all that people
    with a role may; a business's conversations are not theirs to see.
    """

    room: Room
    membership: Membership | None
    """None for one who is not a member, banned or not. An agent has one in the rooms of its business's visitors."""
    by_admin: bool = False

    def must_be_member(self) -> None:
        """Check that it is in the room."""
        if self.membership is None and not self.by_admin:
            raise refusals.not_a_member()

    def must_moderate(self) -> None:
        """Check that it is an owner or a moderator."""
        self.must_be_member()
        if not (self.by_admin or self._role in {Role.OWNER, Role.MODERATOR}):
            raise Forbidden("Only owners and moderators of the room may do this.", reason="NOT_A_MODERATOR")

    def must_own(self) -> None:
        """Check that it is an owner."""
        self.must_be_member()
        if not (self.by_admin or self._role is Role.OWNER):
            raise Forbidden("Only owners of the room may do this.", reason="NOT_AN_OWNER")

    def may_add(self) -> None:
        """Check that it may bring others in."""
        self.must_be_changeable()
        if self.room.kind is RoomKind.PUBLIC:
            self.must_be_member()
        else:
            self.must_moderate()

    def may_remove(self, target: Membership | None) -> None:
        """Check that it may remove or ban this member, lift this ban, or ban somebody who is not in the room."""
        self.must_be_changeable()
        self.must_moderate()
        if target is not None and target.role in {Role.OWNER, Role.MODERATOR}:
            self.must_own()

    def must_be_changeable(self) -> None:
        """Check that the room is one whose settings and members people change."""
        refusals.check_changeable(self.room)

    @property
    def _role(self) -> Role | None:
        return None if self.membership is None else self.membership.role


class Standings:
    """Finds out how somebody stands before a room."""

    def __init__(self, rooms: RoomsStore, memberships: MembershipsStore, support_roles: SupportRoles) -> None:
        self._rooms = rooms
        self._memberships = memberships
        self._support_roles = support_roles

    async def of(self, user_id: str, room_id: str, *, by_admin: bool = False) -> Standing:
        """Raises `NotFound` also when the room is there but this user may not know it."""
        room, membership = await asyncio.gather(self._rooms.get(room_id), self._memberships.get(user_id, room_id))
        if room is not None and membership is None:
            membership = await self._support_roles.place(user_id, room)
        return _known(room, membership, by_admin)

    async def of_named(self, user_id: str, room: str, *, by_admin: bool = False) -> Standing:
        """Do the same for a room's id or a public room's name."""
        if names.is_room_id(room):
            return await self.of(user_id, room, by_admin=by_admin)
        found = await self._rooms.get_by_name(room)
        membership = await self._memberships.get(user_id, found.id) if found is not None else None
        return _known(found, membership, by_admin)


def _known(room: Room | None, membership: Membership | None, by_admin: bool) -> Standing:
    if membership is not None and not membership.is_member:
        membership = None
    by_admin = by_admin and room is not None and room.kind is not RoomKind.SUPPORT
    if room is None or not (room.kind is RoomKind.PUBLIC or membership is not None or by_admin):
        raise refusals.no_such_room()
    return Standing(room, membership, by_admin)
