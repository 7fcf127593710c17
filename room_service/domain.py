"""Everything that this service can do, put together from the store up."""

from mesh.database import Database
from room_service.activity import Activity
from room_service.admissions import Admissions
from room_service.agents import Agents
from room_service.agents_store import AgentsStore
from room_service.businesses import Businesses
from room_service.businesses_store import BusinessesStore
from room_service.canned_replies import CannedReplies
from room_service.canned_replies_store import CannedRepliesStore
from room_service.closures import Closures, PurgeLog, Purger
from room_service.conversation_changes import Changes
from room_service.conversations import Conversations
from room_service.conversations_store import ConversationsStore
from room_service.departures import Departures
from room_service.direct_rooms import DirectRooms
from room_service.events import Announce
from room_service.history_store import HistoryStore
from room_service.memberships import Memberships
from room_service.memberships_store import MembershipsStore
from room_service.model import Clock
from room_service.permissions import Standings
from room_service.read_markers import ReadMarkers
from room_service.reception import Receptionist
from room_service.rooms import Rooms
from room_service.rooms_store import RoomsStore
from room_service.sizes import Sizes
from room_service.succession import Succession
from room_service.support_roles import SupportRoles
from room_service.visits import Visits


class Domain:
    """The parts that the servicer calls, and the purger that runs beside it."""

    def __init__(self, connection: Database, announce: Announce, purge_log: PurgeLog, now: Clock) -> None:
        self._rooms_store = rooms_store = RoomsStore(connection)
        self._memberships_store = memberships_store = MembershipsStore(connection)
        self._agents_store = agents_store = AgentsStore(connection)
        self._conversations_store = conversations_store = ConversationsStore(connection)
        support_roles = SupportRoles(agents_store, rooms_store, conversations_store)
        standings = Standings(rooms_store, memberships_store, support_roles)
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
        self.memberships = Memberships(
            rooms=rooms_store,
            memberships=memberships_store,
            standings=standings,
            support_roles=support_roles,
            succession=succession,
            announce=announce,
        )
        self._history_store = history_store = HistoryStore(connection)
        changes = Changes(conversations_store, history_store, announce, now)
        self.visits = Visits(conversations_store, agents_store, changes, announce, now)
        self.read_markers = ReadMarkers(rooms_store, memberships_store, self.visits, announce)
        self.activity = Activity(rooms_store, self.visits)
        self._businesses_store = businesses_store = BusinessesStore(connection)
        self._canned_replies_store = canned_replies_store = CannedRepliesStore(connection)
        self.agents = Agents(agents_store, changes, announce, now)
        self.businesses = Businesses(businesses_store, self.agents, now)
        self.canned_replies = CannedReplies(canned_replies_store, self.agents)
        self.receptionist = Receptionist(
            businesses=businesses_store,
            rooms=rooms_store,
            memberships=memberships_store,
            conversations=conversations_store,
            changes=changes,
            announce=announce,
            now=now,
        )
        self.conversations = Conversations(
            store=conversations_store,
            changes=changes,
            agents=self.agents,
            rooms=rooms_store,
            memberships=memberships_store,
            closures=closures,
            announce=announce,
            now=now,
        )
        self.purger = Purger(rooms_store, memberships_store, purge_log, closures.pending, now)

    async def open(self) -> None:
        """Create the indexes that are missing."""
        for store in (
            self._rooms_store,
            self._memberships_store,
            self._businesses_store,
            self._agents_store,
            self._canned_replies_store,
            self._conversations_store,
            self._history_store,
        ):
            await store.ensure_indexes()
