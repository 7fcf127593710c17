"""What agents are in the rooms of their business's visitors: as good as members, without a membership.

So a business's inbox costs an agent nothing, however many conversations it has.
"""

from collections.abc import Iterable, Mapping

from room_service.agents_store import AgentsStore
from room_service.business_model import Agent
from room_service.conversations_store import ConversationsStore
from room_service.memberships_store import Pair
from room_service.model import Membership, Role, Room, RoomKind, Seat
from room_service.rooms_store import RoomsStore


class SupportRoles:
    """Finds the places that agents have through their role."""

    def __init__(self, agents: AgentsStore, rooms: RoomsStore, conversations: ConversationsStore) -> None:
        self._agents = agents
        self._rooms = rooms
        self._conversations = conversations

    async def place(self, user_id: str, room: Room) -> Membership | None:
        """An agent's place in a support room, as far as all agents have read it; None for others and in other rooms."""
        if room.kind is not RoomKind.SUPPORT:
            return None
        agent = await self._agents.get(room.business, user_id)
        if agent is None:
            return None
        conversation = await self._conversations.get(room.id) if room.guest else None
        return _place(agent, room.id, 0 if conversation is None else conversation.read_seq)

    async def seats(self, pairs: Iterable[Pair]) -> Mapping[Pair, Seat]:
        """What those of the (user, room) pairs are that are an agent and a room of its business."""
        asked = list(pairs)
        if not asked:
            return {}
        rooms = await self._rooms.get_many({room_id for _, room_id in asked})
        support = {room.id: room for room in rooms if room.kind is RoomKind.SUPPORT}
        places = {
            (user_id, room_id): (support[room_id].business, user_id) for user_id, room_id in asked if room_id in support
        }
        agents = await self._agents.get_places(set(places.values())) if places else {}
        return {
            pair: Seat(_role(agents[place]), in_conversation=bool(support[pair[1]].guest))
            for pair, place in places.items()
            if place in agents
        }


def _place(agent: Agent, room_id: str, read_seq: int) -> Membership:
    return Membership(agent.user_id, room_id, _role(agent), agent.joined_at, read_seq)


def _role(agent: Agent) -> Role:
    return Role.MODERATOR if agent.manages else Role.MEMBER
