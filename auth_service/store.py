"""The collections of auth_service, and the only module that builds queries on them.

`users`        {_id, username?, username_folded?, email?, display_name, role, is_guest, guest_room_id?, password_hash?,
               password_set_ms?, created_ms, deleted_ms?}, `username_folded` unique
`sessions`     {_id, user_id, token_hash, used_hashes, device, created_ms, refreshed_ms, expires_ms}, by `user_id`
`signing_keys` {_id, private_key, public_key, created_ms, retired_ms?}, the keys in base64

Times are milliseconds since 1970. Old sessions are removed by `Sessions.remove_expired` rather than by a TTL index: on the
embedded store every read of a collection with one costs a scan (25 ms with 5,000 sessions).
"""

import base64
from collections.abc import Iterable
from typing import Any

from auth_service.model import AccountChanges, Credentials, Role, SigningKey, StoredSession, User
from auth_service.names import folded
from mesh.database import Collection, Database, Document, DuplicateKeyError
from mesh.errors import AlreadyExists

_ASCENDING = 1
_AFTER_ALL_NAMES = "\U0010ffff"
_NOT_DELETED = {"deleted_ms": {"$exists": False}}
_DELETED_NAME = "Deleted user"


class Users:
    """Accounts and guests."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]

    async def ensure_indexes(self) -> None:
        """Create what the queries below need."""
        await self._users.create_index("username_folded", unique=True, sparse=True)

    async def add(self, user: User, *, password_hash: str | None = None) -> None:
        """Store a new account or guest. Raises `AlreadyExists` when the username is taken."""
        document = _present(
            _id=user.id,
            username=user.username or None,
            username_folded=folded(user.username) or None,
            email=user.email,
            display_name=user.display_name,
            role=user.role.value,
            is_guest=user.is_guest,
            guest_room_id=user.guest_room_id or None,
            password_hash=password_hash,
            password_set_ms=user.created_ms if password_hash else None,
            created_ms=user.created_ms,
        )
        try:
            await self._users.insert_one(document)
        except DuplicateKeyError as error:  # ids are random
            raise AlreadyExists(
                "This username is taken. Choose another.", reason="USERNAME_TAKEN", field="username"
            ) from error

    async def get(self, user_id: str) -> User | None:
        """One account by id, also a deleted one."""
        return _user_or_none(await self._users.find_one({"_id": user_id}))

    async def get_by_username(self, username: str) -> User | None:
        """One account by name, without regard to case."""
        return _user_or_none(await self._users.find_one({"username_folded": {"$eq": folded(username)}}))

    async def get_many(self, user_ids: Iterable[str]) -> list[User]:
        """Those of the accounts that exist, in no particular order."""
        return [_user(document) async for document in self._users.find({"_id": {"$in": list(user_ids)}})]

    async def credentials(self, user_id: str) -> Credentials | None:
        """What the owner of an account logs in with; None for guests and deleted accounts."""
        return _credentials(await self._users.find_one({"_id": user_id}))

    async def credentials_by_username(self, username: str) -> Credentials | None:
        """What somebody of this name logs in with."""
        return _credentials(await self._users.find_one({"username_folded": {"$eq": folded(username)}}))

    async def page(self, *, prefix: str, after: str, limit: int) -> list[User]:
        """Accounts whose folded username begins with `prefix` and follows `after`, in order of it."""
        bounds = {"$gte": prefix, "$gt": after, "$lt": prefix + _AFTER_ALL_NAMES}
        found = self._users.find({"username_folded": bounds}).sort("username_folded", _ASCENDING).limit(limit)
        return [_user(document) async for document in found]

    async def change(self, user_id: str, changes: AccountChanges) -> bool:
        """Store the changes; False when there is no such account, or not any more."""
        removed = {"email": ""} if changes.email == "" else {}
        changed = _present(
            display_name=changes.display_name,
            email=changes.email or None,
            role=changes.role and changes.role.value,
            password_hash=changes.password_hash,
            password_set_ms=changes.password_set_ms,
        )
        update = {operator: fields for operator, fields in (("$set", changed), ("$unset", removed)) if fields}
        result = await self._users.update_one({"_id": user_id, **_NOT_DELETED}, update)
        return result.matched_count == 1

    async def rehash(self, credentials: Credentials, password_hash: str) -> None:
        """Replace the hash of a password by another of the same one, unless it was replaced meanwhile."""
        await self._users.update_one(
            {"_id": credentials.user.id, "password_hash": {"$eq": credentials.password_hash}},
            {"$set": {"password_hash": password_hash}},
        )

    async def bury(self, user_id: str, deleted_ms: int) -> None:
        """Take from an account all that was its owner's; once."""
        personal = ("username", "username_folded", "email", "password_hash", "password_set_ms")
        await self._users.update_one(
            {"_id": user_id, **_NOT_DELETED},
            {
                "$set": {"deleted_ms": deleted_ms, "display_name": _DELETED_NAME, "role": Role.USER.value},
                "$unset": dict.fromkeys(personal, ""),
            },
        )


class Sessions:
    """Who is logged in."""

    def __init__(self, database: Database) -> None:
        self._sessions: Collection = database["sessions"]

    async def ensure_indexes(self) -> None:
        """Create what the queries below need."""
        await self._sessions.create_index("user_id")
        await self._sessions.create_index("expires_ms")

    async def add(self, session: StoredSession) -> None:
        """Store a new session."""
        await self._sessions.insert_one(
            {
                "_id": session.id,
                "user_id": session.user_id,
                "token_hash": session.token_hash,
                "used_hashes": list(session.used_hashes),
                "device": session.device,
                "created_ms": session.created_ms,
                "refreshed_ms": session.refreshed_ms,
                "expires_ms": session.expires_ms,
            }
        )

    async def get(self, session_id: str) -> StoredSession | None:
        """One session, perhaps one that has expired."""
        document = await self._sessions.find_one({"_id": session_id})
        return None if document is None else _session(document)

    async def get_many(self, session_ids: Iterable[str]) -> list[StoredSession]:
        """Those of the sessions that exist, perhaps expired."""
        return [_session(document) async for document in self._sessions.find({"_id": {"$in": list(session_ids)}})]

    async def of_user(self, user_id: str) -> list[StoredSession]:
        """A user's sessions, perhaps expired, in no particular order."""
        return [_session(document) async for document in self._sessions.find({"user_id": {"$eq": user_id}})]

    async def rotate(self, session: StoredSession, *, presented: str) -> bool:
        """Store a session with its new refresh token if `presented` is still the good one; of several callers one wins."""
        result = await self._sessions.update_one(
            {"_id": session.id, "token_hash": {"$eq": presented}},
            {
                "$set": {
                    "token_hash": session.token_hash,
                    "used_hashes": list(session.used_hashes),
                    "refreshed_ms": session.refreshed_ms,
                    "expires_ms": session.expires_ms,
                }
            },
        )
        return result.matched_count == 1

    async def remove(self, session_id: str) -> None:
        """Remove one session, if it is there."""
        await self._sessions.delete_one({"_id": session_id})

    async def remove_all(self, user_id: str, *, except_session_id: str = "") -> None:
        """Remove a user's sessions, but one."""
        await self._sessions.delete_many({"user_id": {"$eq": user_id}, "_id": {"$ne": except_session_id}})

    async def remove_expired(self, now_ms: int) -> None:
        """Remove the sessions that nobody can refresh any more."""
        await self._sessions.delete_many({"expires_ms": {"$lte": now_ms}})


class SigningKeys:
    """The keys that sign access tokens. There are few, so they are read all at once."""

    def __init__(self, database: Database) -> None:
        self._keys: Collection = database["signing_keys"]

    async def all(self) -> list[SigningKey]:
        """Every key, in no particular order."""
        return [_signing_key(document) async for document in self._keys.find({})]

    async def add(self, key: SigningKey) -> None:
        """Store a new key."""
        await self._keys.insert_one(
            {
                "_id": key.id,
                "private_key": base64.b64encode(key.private_key).decode(),
                "public_key": base64.b64encode(key.public_key).decode(),
                "created_ms": key.created_ms,
            }
        )

    async def retire(self, key_id: str, now_ms: int) -> None:
        """Note that a key signs no more."""
        await self._keys.update_one({"_id": key_id}, {"$set": {"retired_ms": now_ms}})

    async def remove(self, key_id: str) -> None:
        """Forget a key."""
        await self._keys.delete_one({"_id": key_id})


def _present(**fields: Any) -> Document:
    return {name: value for name, value in fields.items() if value is not None}


def _user_or_none(document: Document | None) -> User | None:
    return None if document is None else _user(document)


def _user(document: Document) -> User:
    return User(
        id=document["_id"],
        username=document.get("username", ""),
        email=document.get("email"),
        display_name=document["display_name"],
        role=Role(document["role"]),
        is_guest=document["is_guest"],
        guest_room_id=document.get("guest_room_id", ""),
        created_ms=document["created_ms"],
        deleted_ms=document.get("deleted_ms"),
    )


def _credentials(document: Document | None) -> Credentials | None:
    if document is None or "password_hash" not in document:
        return None
    return Credentials(_user(document), document["password_hash"], document["password_set_ms"])


def _session(document: Document) -> StoredSession:
    return StoredSession(
        id=document["_id"],
        user_id=document["user_id"],
        token_hash=document["token_hash"],
        used_hashes=tuple(document["used_hashes"]),
        created_ms=document["created_ms"],
        refreshed_ms=document["refreshed_ms"],
        expires_ms=document["expires_ms"],
        device=document.get("device", ""),
    )


def _signing_key(document: Document) -> SigningKey:
    return SigningKey(
        id=document["_id"],
        private_key=base64.b64decode(document["private_key"]),
        public_key=base64.b64decode(document["public_key"]),
        created_ms=document["created_ms"],
        retired_ms=document.get("retired_ms"),
    )
