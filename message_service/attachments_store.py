"""Attachments in the database: what is known of each in `attachments`, bytes in `attachments.files` and `….chunks`.

A document is there before any of its file's bytes and goes after the last, so that bytes can always be found and removed.
`expires_at` is when that is to be done; it is absent from what is to stay.
"""

from collections.abc import AsyncIterator, Sequence
from typing import BinaryIO

from msgspec import Struct

from mesh import database
from mesh.database import Database, Document
from mesh.errors import NotFound
from message_service.model import Attachment

_UNSENT = ""
_READ_BYTES = 255 * 1024  # as much as one document of GridFS holds


class File(Struct, frozen=True):
    """An attachment, and what its messages do not show."""

    attachment: Attachment
    room_id: str
    uploader_id: str
    thumbnail_bytes: int = 0
    message_id: str = _UNSENT
    """The message that it was sent with."""


class AttachmentStore:
    """Attachments as documents, their bytes as GridFS has them."""

    def __init__(self, documents: Database) -> None:
        self._files = documents["attachments"]
        self._bytes = database.bucket(documents, "attachments")

    async def ensure_indexes(self) -> None:
        """Create the indexes that are missing."""
        await self._files.create_index([("room_id", 1), ("message_id", 1)])
        await self._files.create_index([("expires_at", 1)])

    async def add(self, file: File, content: BinaryIO, thumbnail: bytes, *, expires_at: int) -> None:
        """Store a file; until all of it is there, nobody sees it."""
        document = _document(file) | {"ready": False, "expires_at": expires_at}
        await self._files.insert_one(document)
        file_id = file.attachment.id
        await self._bytes.upload_from_stream_with_id(file_id, file_id, content)
        if thumbnail:
            await self._bytes.upload_from_stream_with_id(_thumbnail(file_id), file_id, thumbnail)
        await self._files.update_one({"_id": file_id}, {"$set": {"ready": True}})

    async def get_many(self, room_id: str, ids: Sequence[str]) -> dict[str, File]:
        """Those of the files that exist in the room, by id."""
        found = self._files.find({"_id": {"$in": list(ids)}, "room_id": {"$eq": room_id}, "ready": True})
        return {document["_id"]: _file(document) async for document in found}

    async def claim(self, room_id: str, ids: Sequence[str], message_id: str, *, expires_at: int) -> bool:
        """Give unsent files to a message, until `expires_at`; returns whether all are its own now."""
        query = {
            "_id": {"$in": list(ids)},
            "room_id": {"$eq": room_id},
            "ready": True,
            "message_id": {"$in": [_UNSENT, message_id]},
        }
        claimed = await self._files.update_many(query, {"$set": {"message_id": message_id, "expires_at": expires_at}})
        return claimed.matched_count == len(ids)

    async def keep(self, file: File) -> None:
        """Let a file stay, now that its message is known to be stored."""
        await self._files.update_one({"_id": file.attachment.id}, {"$unset": {"expires_at": ""}})

    async def expired(self, now: int, limit: int) -> list[File]:
        """Files whose time is over."""
        return [_file(document) async for document in self._files.find({"expires_at": {"$lt": now}}).limit(limit)]

    async def of_message(self, room_id: str, message_id: str) -> list[File]:
        """The files that were sent with a message."""
        found = self._files.find({"room_id": {"$eq": room_id}, "message_id": {"$eq": message_id}})
        return [_file(document) async for document in found]

    async def of_room(self, room_id: str, limit: int) -> list[File]:
        """Some files of a room."""
        return [_file(document) async for document in self._files.find({"room_id": {"$eq": room_id}}).limit(limit)]

    async def remove(self, file: File) -> None:
        """Remove a file, unless a message has claimed it meanwhile. Whoever calls it again finishes what was begun."""
        file_id = file.attachment.id
        query = {"_id": file_id, "message_id": {"$eq": file.message_id}}
        hidden = await self._files.update_one(query, {"$set": {"ready": False, "expires_at": 0}})
        if not hidden.matched_count:
            return
        for part in (file_id, _thumbnail(file_id)):
            try:
                await self._bytes.delete(part)
            except database.FILE_GONE:
                continue
        await self._files.delete_one({"_id": file_id})

    async def read(self, file_id: str, *, thumbnail: bool, offset: int, length: int) -> AsyncIterator[bytes]:
        """So many bytes from a place on, in pieces of 255 KiB at most."""
        try:
            stored = await self._bytes.open_download_stream(_thumbnail(file_id) if thumbnail else file_id)
            stored.seek(offset)
            left = length
            while left:
                piece: bytes = await stored.read(min(left, _READ_BYTES))
                left -= len(piece)
                yield piece
        except database.FILE_GONE as error:
            raise NotFound("This file has just been removed.", reason="ATTACHMENT_NOT_FOUND") from error


def _thumbnail(file_id: str) -> str:
    return f"{file_id}/thumbnail"


def _document(file: File) -> Document:
    attachment = file.attachment
    return {
        "_id": attachment.id,
        "room_id": file.room_id,
        "uploader_id": file.uploader_id,
        "message_id": file.message_id,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size_bytes": attachment.size_bytes,
        "width": attachment.width,
        "height": attachment.height,
        "thumbnail_bytes": file.thumbnail_bytes,
    }


def _file(document: Document) -> File:
    attachment = Attachment(
        id=document["_id"],
        name=document["name"],
        media_type=document["media_type"],
        size_bytes=document["size_bytes"],
        width=document["width"],
        height=document["height"],
        has_thumbnail=document["thumbnail_bytes"] > 0,
    )
    return File(
        attachment=attachment,
        room_id=document["room_id"],
        uploader_id=document["uploader_id"],
        thumbnail_bytes=document["thumbnail_bytes"],
        message_id=document["message_id"],
    )
