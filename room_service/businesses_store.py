"""The collection `businesses`. Who answers for them stands in `agents`, what they often say in `canned_replies`.

`key_ids` are the ids of the identity keys as one text, by which it is seen whether the keys have changed.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from mesh.database import Database, Document, DuplicateKeyError
from room_service.business_model import (
    Business,
    BusinessChanges,
    ChatForm,
    Hours,
    IdentityKey,
    Profile,
    Theme,
)

_PATHS = {
    field: f"profile.{field}" for field in ("name", "description", "logo_url", "away_message", "reply_within_minutes")
}


class BusinessesStore:
    """Each call is one operation on the database."""

    def __init__(self, database: Database) -> None:
        self._businesses = database["businesses"]

    async def ensure_indexes(self) -> None:
        """Create what is missing."""
        await asyncio.gather(
            self._businesses.create_index("slug", unique=True),
            self._businesses.create_index("allowed_origins"),
        )

    async def insert(self, business: Business) -> bool:
        """Store a new business; False when its slug is taken."""
        try:
            await self._businesses.insert_one(_to_document(business))
        except DuplicateKeyError:
            return False
        return True

    async def get(self, business_id: str) -> Business | None:
        """Return a business."""
        return _to_business(await self._businesses.find_one({"_id": business_id}))

    async def get_by_slug(self, slug: str) -> Business | None:
        """Return the business of this slug."""
        return _to_business(await self._businesses.find_one({"slug": {"$eq": slug}}))

    async def get_many(self, business_ids: Iterable[str]) -> list[Business]:
        """Return those that exist, in no particular order."""
        documents = await self._businesses.find({"_id": {"$in": list(business_ids)}}).to_list(None)
        return [business for business in map(_to_business, documents) if business is not None]

    async def any_allows(self, origins: list[str]) -> bool:
        """Whether any business lists one of these origins."""
        return await self._businesses.find_one({"allowed_origins": {"$in": origins}}, {"_id": 1}) is not None

    async def change(self, business_id: str, changes: BusinessChanges) -> bool:
        """Store what is not None; False when the slug is taken."""
        fields = {_PATHS.get(name, name): value for name, value in _plain(changes).items() if value is not None}
        if not fields:
            return True
        try:
            await self._businesses.update_one({"_id": business_id}, {"$set": fields})
        except DuplicateKeyError:
            return False
        return True

    async def change_keys(self, business: Business, keys: Sequence[IdentityKey]) -> bool:
        """Store other identity keys; False when they have changed since the business was read."""
        unchanged = {"_id": business.id, "key_ids": {"$eq": _ids(business.identity_keys)}}
        fields = {"identity_keys": [_plain(key) for key in keys], "key_ids": _ids(keys)}
        return (await self._businesses.update_one(unchanged, {"$set": fields})).matched_count == 1


def _ids(keys: Iterable[IdentityKey]) -> str:
    return " ".join(key.key_id for key in keys)


def _plain(value: Any) -> Document:
    fields: Document = msgspec.to_builtins(value)
    return fields


def _to_document(business: Business) -> Document:
    fields = _plain(business)
    return {"_id": fields.pop("id"), "key_ids": _ids(business.identity_keys), **fields}


def _to_business(document: Document | None) -> Business | None:
    if document is None:
        return None
    # The driver has an integer class of its own, which other libraries do not take for one.
    return Business(
        id=document["_id"],
        slug=document["slug"],
        profile=msgspec.convert(document["profile"], Profile),
        created_at=int(document["created_at"]),
        hours=msgspec.convert(document["hours"], Hours),
        theme=msgspec.convert(document["theme"], Theme),
        form=msgspec.convert(document["form"], ChatForm),
        allowed_origins=tuple(document["allowed_origins"]),
        identity_keys=tuple(
            IdentityKey(key["key_id"], key["algorithm"], key["public_key"], int(key["added_at"]))
            for key in document["identity_keys"]
        ),
    )
