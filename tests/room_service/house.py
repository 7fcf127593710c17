"""The domain of room_service on a real store, with everything that it announces and a clock that is set by hand."""

import asyncio
import itertools

from mesh.database import Database
from mesh.errors import Unavailable
from room_service import names
from room_service.agents_store import AgentsStore
from room_service.conversations_store import ConversationsStore
from room_service.domain import Domain
from room_service.events import Announcement, Event
from room_service.history_store import HistoryStore
from room_service.memberships_store import MembershipsStore, Pair
from room_service.model import Membership, Role, Room, RoomKind
from room_service.rooms_store import RoomsStore


class Clock:
    """Moves by `step` milliseconds whenever it is read."""

    def __init__(self) -> None:
        self.now_ms = 1_700_000_000_000
        self.step = 1

    def __call__(self) -> int:
        self.now_ms += self.step
        return self.now_ms


class House(Domain):
    """Some rooms and people."""

    def __init__(self, connection: Database) -> None:
        self.clock = Clock()
        self.seqs = itertools.count(1)
        """Of the messages that tests report."""
        self.announced: list[Announcement] = []
        self.purged: list[str] = []
        self.has_purged = asyncio.Event()
        self.log_is_down = False
        self.rooms_store = RoomsStore(connection)
        self.memberships_store = MembershipsStore(connection)
        self.agents_store = AgentsStore(connection)
        self.conversations_store = ConversationsStore(connection)
        self.history_store = HistoryStore(connection)
        super().__init__(connection, self.announced.append, self._purge_log, self.clock)

    @property
    def events(self) -> list[Event]:
        return [announcement.event for announcement in self.announced]

    async def room(self, kind: RoomKind = RoomKind.PUBLIC, *, name: str = "", **roles: Role) -> Room:
        """Store a room whose members are named with their roles, in order of joining."""
        room_id = names.new_room_id()
        room = Room(room_id, kind, "founder", self.clock(), self.clock(), name=name or f"Room {room_id[-12:]}")
        members = [Membership(user_id, room_id, role, self.clock()) for user_id, role in roles.items()]
        stored = await asyncio.gather(self.rooms_store.insert(room), *map(self.memberships_store.insert, members))
        assert all(stored)
        return room

    async def role(self, user_id: str, room: Room) -> Role | None:
        [role] = await self.roles((user_id, room.id))
        return role

    async def roles(self, *pairs: Pair) -> list[Role | None]:
        """What the users of (user, room) pairs are."""
        return [seat.role for seat in await self.memberships.check(pairs)]

    async def members(self, room: Room) -> dict[str, Role]:
        """Those who are in the room, in order of joining."""
        members, _ = await self.memberships.list_members(room.id, "", page_size=0, page_token="", by_admin=True)
        return {member.user_id: member.role for member in members}

    async def _purge_log(self, room_id: str) -> None:
        if self.log_is_down:
            raise Unavailable("message_service is away")
        self.purged.append(room_id)
        self.has_purged.set()
