"""The collection `memberships`: who is in which room, as what, and how far it has read. Bans stand there too.

The `_id` is made of user and room, so that any batch of pairs is one lookup by `_id`, and nobody is in a room twice.
"""

import asyncio
from collections.abc import Iterable

from mesh.database import Database, Document, DuplicateKeyError
from room_service.model import Membership, Milliseconds, ReadMarker, Role

Pair = tuple[str, str]
"""A user's id and a room's id."""

_IS_MEMBER = {"$ne": Role.BANNED.value}


class MembershipsStore:
    """Each call is one operation on the database, or several that are read only.

    A change names what it was decided on (the role that was read); it happens only if that is still so.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memberships = database["memberships"]

    async def ensure_indexes(self) -> None:
        """Create what is missing."""
        await asyncio.gather(
            self._memberships.create_index([("user_id", 1), ("room_id", 1)], unique=True),
            self._memberships.create_index([("room_id", 1), ("joined_at", 1), ("user_id", 1)]),
        )

    async def insert(self, membership: Membership) -> bool:
        """Store a new membership or ban; False when there is one of this user in this room."""
        try:
            await self._memberships.insert_one(_to_document(membership))
        except DuplicateKeyError:
            return False
        return True

    async def get(self, user_id: str, room_id: str) -> Membership | None:
        """Return a membership or ban."""
        document = await self._memberships.find_one({"_id": _id(user_id, room_id)})
        return None if document is None else _to_membership(document)

    async def get_pairs(self, pairs: Iterable[Pair]) -> dict[Pair, Membership]:
        """Return the memberships and bans that exist among these."""
        query = {"_id": {"$in": [_id(user_id, room_id) for user_id, room_id in pairs]}}
        found = map(_to_membership, await self._memberships.find(query).to_list(None))
        return {(membership.user_id, membership.room_id): membership for membership in found}

    async def of_user(self, user_id: str) -> list[Membership]:
        """Return all memberships and bans of a user."""
        documents = await self._memberships.find({"user_id": {"$eq": user_id}}).to_list(None)
        return [_to_membership(document) for document in documents]

    async def page_of_room(
        self, room_id: str, after: tuple[Milliseconds, str] | None, limit: int, *, with_banned: bool
    ) -> list[Membership]:
        """Return members in order of joining, those who came at the same time in order of id."""
        query: Document = {"room_id": {"$eq": room_id}}
        if not with_banned:
            query["role"] = _IS_MEMBER
        if after is None:
            return await self._in_order(query, limit)
        joined_at, user_id = after  # asked for in two parts, each of which is one range of the index
        same_time = await self._in_order({**query, "joined_at": {"$eq": joined_at}, "user_id": {"$gt": user_id}}, limit)
        if len(same_time) == limit:
            return same_time
        return same_time + await self._in_order({**query, "joined_at": {"$gt": joined_at}}, limit - len(same_time))

    async def longest_standing(self, room_id: str, role: Role) -> Membership | None:
        """Return who of those with this role came first."""
        found = await self._in_order({"room_id": {"$eq": room_id}, "role": {"$eq": role.value}}, 1)
        return found[0] if found else None

    async def user_ids(self, room_id: str) -> list[str]:
        """Return all members of a room."""
        query = {"room_id": {"$eq": room_id}, "role": _IS_MEMBER}
        documents = await self._memberships.find(query, {"user_id": 1}).to_list(None)
        return [document["user_id"] for document in documents]

    async def count_members(self, room_id: str, *, at_most: int | None = None) -> int:
        """Count the members of a room, no further than `at_most`."""
        return await self._count({"room_id": {"$eq": room_id}, "role": _IS_MEMBER}, at_most)

    async def count_owners(self, room_id: str) -> int:
        """Count the owners of a room."""
        return await self._count({"room_id": {"$eq": room_id}, "role": {"$eq": Role.OWNER.value}})

    async def count_rooms(self, user_id: str, *, at_most: int) -> int:
        """Count the rooms that a user is a member of, no further than `at_most`."""
        return await self._count({"user_id": {"$eq": user_id}, "role": _IS_MEMBER}, at_most)

    async def change_role(self, membership: Membership, role: Role) -> bool:
        """Give another role; False when the membership is gone or has changed its role since it was read."""
        result = await self._memberships.update_one(_unchanged(membership), {"$set": {"role": role.value}})
        return result.matched_count == 1

    async def set_muted(self, user_id: str, room_id: str, muted: bool) -> bool:
        """Mute or unmute a room for a member; False for one who is none."""
        member = {"_id": _id(user_id, room_id), "role": _IS_MEMBER}
        return (await self._memberships.update_one(member, {"$set": {"muted": muted}})).matched_count == 1

    async def move_read_marker(self, marker: ReadMarker) -> bool:
        """Move a member's read marker forward; False when it stands there or beyond, or is nobody's."""
        behind = {
            "_id": _id(marker.user_id, marker.room_id),
            "read_seq": {"$lt": marker.seq},
            "role": _IS_MEMBER,
        }
        result = await self._memberships.update_one(behind, {"$max": {"read_seq": marker.seq}})
        return result.matched_count == 1

    async def remove(self, membership: Membership) -> bool:
        """Remove a membership or ban; False when it is gone or has changed its role since it was read."""
        return (await self._memberships.delete_one(_unchanged(membership))).deleted_count == 1

    async def remove_room(self, room_id: str) -> None:
        """Remove all memberships and bans of a room."""
        await self._memberships.delete_many({"room_id": {"$eq": room_id}})

    async def _in_order(self, query: Document, limit: int) -> list[Membership]:
        cursor = self._memberships.find(query).sort([("joined_at", 1), ("user_id", 1)]).limit(limit)
        return [_to_membership(document) for document in await cursor.to_list(None)]

    async def _count(self, query: Document, at_most: int | None = None) -> int:
        limit = {} if at_most is None else {"limit": at_most}
        answer = await self._database.command({"count": "memberships", "query": query, **limit})
        return int(answer["n"])


def _id(user_id: str, room_id: str) -> str:
    return f"{user_id}/{room_id}"


def _unchanged(membership: Membership) -> Document:
    return {"_id": _id(membership.user_id, membership.room_id), "role": {"$eq": membership.role.value}}


def _to_document(membership: Membership) -> Document:
    return {
        "_id": _id(membership.user_id, membership.room_id),
        "user_id": membership.user_id,
        "room_id": membership.room_id,
        "role": membership.role.value,
        "joined_at": membership.joined_at,
        "read_seq": membership.read_seq,
        "muted": membership.muted,
    }


def _to_membership(document: Document) -> Membership:
    # The driver has an integer class of its own, which other libraries do not take for one.
    return Membership(
        user_id=document["user_id"],
        room_id=document["room_id"],
        role=Role(document["role"]),
        joined_at=int(document["joined_at"]),
        read_seq=int(document["read_seq"]),
        muted=document["muted"],
    )
