"""The collection `agents`: who answers for which business, and as what.

The `_id` is made of business and user, so that any batch of pairs is one lookup by `_id`, and nobody is an agent twice.
"""

import asyncio
from collections.abc import Iterable

from mesh.database import Database, Document, DuplicateKeyError
from room_service.business_model import Agent, AgentRole

Place = tuple[str, str]
"""A business's id and a user's id."""


class AgentsStore:
    """Each call is one operation on the database."""

    def __init__(self, database: Database) -> None:
        self._agents = database["agents"]

    async def ensure_indexes(self) -> None:
        """Create what is missing."""
        await asyncio.gather(
            self._agents.create_index("user_id"),
            self._agents.create_index([("business_id", 1), ("joined_at", 1)]),
        )

    async def insert(self, agent: Agent) -> bool:
        """Store a new agent; False when this user is one of this business."""
        try:
            await self._agents.insert_one(_to_document(agent))
        except DuplicateKeyError:
            return False
        return True

    async def get(self, business_id: str, user_id: str) -> Agent | None:
        """Return somebody's place in a business."""
        document = await self._agents.find_one({"_id": _id(business_id, user_id)})
        return None if document is None else _to_agent(document)

    async def get_places(self, places: Iterable[Place]) -> dict[Place, Agent]:
        """Return those of the places that are taken."""
        documents = await self._agents.find({"_id": {"$in": [_id(*place) for place in places]}}).to_list(None)
        return {(agent.business_id, agent.user_id): agent for agent in map(_to_agent, documents)}

    async def of_user(self, user_id: str) -> list[Agent]:
        """Return a user's places, in no particular order."""
        documents = await self._agents.find({"user_id": {"$eq": user_id}}).to_list(None)
        return [_to_agent(document) for document in documents]

    async def of_users(self, user_ids: Iterable[str]) -> list[Agent]:
        """Return the places of these users, in no particular order."""
        documents = await self._agents.find({"user_id": {"$in": list(user_ids)}}).to_list(None)
        return [_to_agent(document) for document in documents]

    async def of_business(self, business_id: str, limit: int) -> list[Agent]:
        """Return everybody who answers for a business, in order of joining."""
        cursor = self._agents.find({"business_id": {"$eq": business_id}}).sort("joined_at", 1).limit(limit)
        return [_to_agent(document) for document in await cursor.to_list(None)]

    async def change_role(self, agent: Agent, role: AgentRole) -> bool:
        """Give another role; False when the agent is gone or has changed its role since it was read."""
        result = await self._agents.update_one(_unchanged(agent), {"$set": {"role": role.value}})
        return result.matched_count == 1

    async def remove(self, agent: Agent) -> bool:
        """Remove an agent; False when it is gone or has changed its role since it was read."""
        return (await self._agents.delete_one(_unchanged(agent))).deleted_count == 1


def _id(business_id: str, user_id: str) -> str:
    return f"{business_id}/{user_id}"


def _unchanged(agent: Agent) -> Document:
    return {"_id": _id(agent.business_id, agent.user_id), "role": {"$eq": agent.role.value}}


def _to_document(agent: Agent) -> Document:
    return {
        "_id": _id(agent.business_id, agent.user_id),
        "business_id": agent.business_id,
        "user_id": agent.user_id,
        "role": agent.role.value,
        "joined_at": agent.joined_at,
    }


def _to_agent(document: Document) -> Agent:
    # The driver has an integer class of its own, which other libraries do not take for one.
    return Agent(document["business_id"], document["user_id"], AgentRole(document["role"]), int(document["joined_at"]))
