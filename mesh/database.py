"""The connection to MongoDB, and the only module that knows which driver makes it.

Everything is written with write concern `majority`, journaled, and read with read concern `majority`: what has been
acknowledged, or read once, cannot disappear in a failover.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from gridfs.errors import CorruptGridFile, NoFile
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
    AsyncIOMotorGridFSBucket,
)
from pymongo import ReplaceOne, UpdateOne
from pymongo import errors as driver
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

Document: TypeAlias = dict[str, Any]
Database: TypeAlias = AsyncIOMotorDatabase[Document]
Collection: TypeAlias = AsyncIOMotorCollection[Document]
Bucket: TypeAlias = AsyncIOMotorGridFSBucket

__all__ = [
    "DUPLICATE_KEY",
    "FILE_GONE",
    "Bucket",
    "BulkWriteError",
    "Collection",
    "Database",
    "Document",
    "DuplicateKeyError",
    "ReplaceOne",
    "UpdateOne",
    "bucket",
    "connect",
    "first_collision",
    "is_unreachable",
    "ping",
]

BulkWriteError = driver.BulkWriteError
DuplicateKeyError = driver.DuplicateKeyError

DUPLICATE_KEY = 11000
FILE_GONE = (NoFile, CorruptGridFile)
"""What reading or removing a file of a bucket raises when it is, or is being, removed."""
_TIMEOUT_MS = 5000
_UNREACHABLE = (driver.ConnectionFailure, driver.ExecutionTimeout, driver.WriteConcernError, driver.InvalidOperation)


@asynccontextmanager
async def connect(url: str, *, app_name: str) -> AsyncIterator[Database]:
    """Open the database that the URL names (`parlance` when it names none); closes its connections at the end."""
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
        url,
        appname=app_name,
        io_loop=asyncio.get_running_loop(),
        serverSelectionTimeoutMS=_TIMEOUT_MS,
        connectTimeoutMS=_TIMEOUT_MS,
        socketTimeoutMS=2 * _TIMEOUT_MS,
        tz_aware=True,
    )
    try:
        yield client.get_default_database(
            "parlance",
            write_concern=WriteConcern(w="majority", j=True),
            read_concern=ReadConcern("majority"),
        )
    finally:
        client.close()


def bucket(database: Database, name: str) -> Bucket:
    """Files of any size, in the collections `<name>.files` and `<name>.chunks` (GridFS)."""
    return AsyncIOMotorGridFSBucket(database, bucket_name=name)


async def ping(database: Database) -> None:
    """Raise what `is_unreachable` recognises when the database does not answer."""
    await database.command("ping")


def first_collision(error: BulkWriteError) -> int:
    """The place, in a batch that was inserted in order, of the document whose key was taken; those before it are stored.

    Raises the error itself when it says anything else, or that what is stored may yet disappear.
    """
    failures = error.details["writeErrors"]
    if error.details["writeConcernErrors"] or failures[0]["code"] != DUPLICATE_KEY:
        raise error
    return int(failures[0]["index"])


def is_unreachable(error: BaseException) -> bool:
    """Whether the database could not be asked, so that trying again later makes sense."""
    if isinstance(error, BulkWriteError):  # written, but perhaps not to stay
        return bool(error.details["writeConcernErrors"])
    return isinstance(error, _UNREACHABLE)
