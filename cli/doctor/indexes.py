"""The indexes that the services make at their start, told by the same code that makes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from auth_service.store import Sessions, Users
from mesh import access
from mesh.database import Database
from message_service.reader import Reader
from message_service.search import Search
from message_service.store import MessageStore
from room_service.memberships_store import MembershipsStore
from room_service.rooms_store import RoomsStore

Key = tuple[tuple[str, int | str], ...]


@dataclass(frozen=True, slots=True)
class Index:
    """One index, and the service that makes it."""

    owner: str
    collection: str
    key: Key
    unique: bool

    @property
    def is_text(self) -> bool:
        """Whether it is for searching words."""
        return any(kind == "text" for _, kind in self.key)

    def __str__(self) -> str:
        return f"{self.collection} ({', '.join(field for field, _ in self.key)})"


async def wanted() -> list[Index]:
    """All of them."""
    auth, room, message = _Notebook(access.AUTH), _Notebook(access.ROOM), _Notebook(access.MESSAGE)
    messages = MessageStore(message.database)
    for store in (
        Users(auth.database),
        Sessions(auth.database),
        RoomsStore(room.database),
        MembershipsStore(room.database),
        messages,
        Search(message.database, messages, Reader(messages)),
    ):
        await store.ensure_indexes()
    return [*auth.indexes, *room.indexes, *message.indexes]


class _Notebook:
    """Takes the place of a database, and notes which indexes are asked for."""

    def __init__(self, owner: str) -> None:
        self.indexes: list[Index] = []
        self.database = cast(Database, self)
        self._owner = owner

    def __getitem__(self, collection: str) -> "_Page":
        return _Page(self.indexes, self._owner, collection)


@dataclass(frozen=True, slots=True)
class _Page:
    indexes: list[Index]
    owner: str
    collection: str

    async def create_index(
        self, keys: str | Sequence[tuple[str, int | str]], *, unique: bool = False, **_options: Any
    ) -> None:
        key: Key = ((keys, 1),) if isinstance(keys, str) else tuple(keys)
        self.indexes.append(Index(self.owner, self.collection, key, unique))
