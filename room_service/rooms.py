"""Rooms themselves: creating, finding, changing and deleting them."""

from mesh.errors import Invalid
from room_service import names, pages, refusals
from room_service.admissions import Admissions
from room_service.closures import Closures
from room_service.events import Announce, Announcement, RoomCreated, RoomUpdated
from room_service.memberships_store import MembershipsStore
from room_service.model import Clock, Membership, Role, Room, RoomKind
from room_service.permissions import Standing, Standings
from room_service.rooms_store import RoomsStore


class Rooms:
    """Public and private rooms; reads and deletes the others too."""

    def __init__(
        self,
        *,
        rooms: RoomsStore,
        memberships: MembershipsStore,
        standings: Standings,
        admissions: Admissions,
        closures: Closures,
        announce: Announce,
        now: Clock,
    ) -> None:
        self._rooms = rooms
        self._memberships = memberships
        self._standings = standings
        self._admissions = admissions
        self._closures = closures
        self._announce = announce
        self._now = now

    async def create(self, user_id: str, kind: RoomKind | None, name: str, topic: str) -> tuple[Room, Membership]:
        """Create a public or private room with this user as its owner. Raises `AlreadyExists` when the name is taken."""
        if kind not in {RoomKind.PUBLIC, RoomKind.PRIVATE}:
            raise Invalid("A room is public or private.", reason="INVALID_KIND", field="kind")
        now = self._now()
        room = Room(
            id=names.new_room_id(),
            kind=kind,
            name=_checked_name(kind, name),
            topic=names.checked_topic(topic),
            created_by=user_id,
            created_at=now,
            last_activity_at=now,
        )
        owner = Membership(user_id, room.id, Role.OWNER, joined_at=now)
        await self._admissions.check_capacity(user_id)
        await self._store(room, owner)
        self._announce(Announcement(RoomCreated(room.id), user_ids=(user_id,)))
        return room, owner

    async def get(self, room: str, user_id: str, *, by_admin: bool) -> tuple[Standing, int]:
        """Return a room, named by id or name, with the asker's place in it and the number of members."""
        standing = await self._standings.of_named(user_id, room, by_admin=by_admin)
        return standing, await self._memberships.count_members(standing.room.id)

    async def list_public(self, prefix: str, *, page_size: int, page_token: str) -> tuple[list[Room], str]:
        """Return a page of the public rooms in order of name, and the token of the next page."""
        size = pages.checked_size(page_size, default=50, at_most=100)
        after = pages.position(page_token, str)
        rooms = await self._rooms.page_of_public(prefix.lstrip(), after, size + 1)
        if len(rooms) <= size:
            return rooms, ""
        return rooms[:size], pages.token(rooms[size - 1].name)

    async def update(self, room_id: str, actor_id: str, *, name: str | None, topic: str | None, by_admin: bool) -> Room:
        """Change name or topic; None leaves it. Raises `AlreadyExists` when the name is taken."""
        standing = await self._standings.of(actor_id, room_id, by_admin=by_admin)
        standing.must_be_changeable()
        standing.must_moderate()
        room = standing.room
        name = None if name is None else _checked_name(room.kind, name)
        topic = None if topic is None else names.checked_topic(topic)
        if name in {None, room.name} and topic in {None, room.topic}:
            return room
        if not await self._rooms.change(room, name=name, topic=topic):
            raise refusals.name_taken()
        self._announce(Announcement(RoomUpdated(room_id), room_ids=(room_id,)))
        changed = await self._rooms.get(room_id)
        if changed is None:
            raise refusals.no_such_room()
        return changed

    async def delete(self, room_id: str, actor_id: str, *, by_admin: bool) -> None:
        """Delete a room with its memberships; its messages follow soon."""
        standing = await self._standings.of(actor_id, room_id, by_admin=by_admin)
        if standing.room.kind is not RoomKind.DIRECT:
            standing.must_be_changeable()
        standing.must_own()
        if not await self._closures.close(standing.room):
            raise refusals.no_such_room()

    async def _store(self, room: Room, owner: Membership) -> None:
        # The membership comes first: what an interruption leaves is then a membership of nothing, which nobody sees,
        # and not a room without an owner whose name is taken.
        await self._memberships.insert(owner)
        if not await self._rooms.insert(room):
            await self._memberships.remove(owner)
            raise refusals.name_taken()


def _checked_name(kind: RoomKind, name: str) -> str:
    return names.checked_public_name(name) if kind is RoomKind.PUBLIC else names.checked_name(name)
