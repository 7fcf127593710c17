from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from mesh.database import Database
from message_service.image_pool import ImagePool
from message_service.reader import Reader
from message_service.store import MessageStore


@pytest.fixture
async def store(database: Database) -> MessageStore:
    store = MessageStore(database)
    await store.ensure_indexes()
    return store


@pytest.fixture
async def pool() -> AsyncIterator[ImagePool]:
    pool = ImagePool()
    yield pool
    await pool.close()


@pytest.fixture
def reader(store: MessageStore) -> Reader:
    return Reader(store)


@pytest.fixture
def room() -> str:
    """The id of a room that nobody has used yet."""
    return str(uuid4())
