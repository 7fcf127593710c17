"""Everything that this service can do, put together from the store up."""

from mesh.database import Database
from room_service.activity import Activity
from room_service.admissions import Admissions
from room_service.closures import Closures, PurgeLog, Purger
from room_service.departures import Departures
from room_service.direct_rooms import DirectRooms
from room_service.events import Announce
from room_service.memberships import Memberships
from room_service.memberships_store import MembershipsStore
from room_service.model import Clock
from room_service.permissions import Standings
from room_service.read_markers import ReadMarkers
from room_service.rooms import Rooms
from room_service.rooms_store import RoomsStore
from room_service.sizes import Sizes
from room_service.succession import Succession


class Domain:
    """The parts that the servicer calls, and the purger that runs beside it."""

    def __init__(self, connection: Database, announce: Announce, purge_log: PurgeLog, now: Clock) -> None:
        self._rooms_store = rooms_store = RoomsStore(connection)
        self._memberships_store = memberships_store = MembershipsStore(connection)
        standings = Standings(rooms_store, memberships_store)
        closures = Closures(rooms_store, memberships_store, announce, now)
        sizes = Sizes(rooms_store, memberships_store, announce)
        succession = Succession(memberships_store, sizes, closures, announce)

        self.admissions = Admissions(
            rooms=rooms_store,
            memberships=memberships_store,
            standings=standings,
            sizes=sizes,
            announce=announce,
            now=now,
        )
        self.departures = Departures(
            rooms=rooms_store,
            memberships=memberships_store,
            standings=standings,
            succession=succession,
            announce=announce,
            now=now,
        )
        self.rooms = Rooms(
            rooms=rooms_store,
            memberships=memberships_store,
            standings=standings,
            admissions=self.admissions,
            closures=closures,
            announce=announce,
            now=now,
        )
        self.direct_rooms = DirectRooms(rooms_store, memberships_store, self.admissions, announce, now)
        self.memberships = Memberships(rooms_store, memberships_store, standings, succession, announce)
        self.read_markers = ReadMarkers(rooms_store, memberships_store, announce)
        self.activity = Activity(rooms_store)
        self.purger = Purger(rooms_store, memberships_store, purge_log, closures.pending, now)

    async def open(self) -> None:
        """Create the indexes that are missing."""
        await self._rooms_store.ensure_indexes()
        await self._memberships_store.ensure_indexes()
