"""What becomes of files after they are uploaded: sent once, kept with their message, seen by the room, then removed."""

import asyncio
from collections.abc import AsyncIterator, Callable

from prometheus_client import Counter

from mesh.errors import Conflict, Invalid, NotFound
from message_service.attachments_store import AttachmentStore, File
from message_service.membership import Membership
from message_service.model import MAX_ATTACHMENTS, Attachment, NewMessage
from message_service.store import MessageStore

REMOVED = Counter("parlance_attachments_removed_total", "Files removed: with their message or room, or never sent.")

UNSENT_MS = 24 * 3600 * 1000
"""How long a file waits to be sent."""
CLEAN_UP_SECONDS = 600.0
_BATCH = 100


class Attachments:
    """The files of all rooms."""

    def __init__(
        self, store: AttachmentStore, messages: MessageStore, membership: Membership, *, now: Callable[[], int]
    ) -> None:
        """`now` gives milliseconds since 1970."""
        self._store = store
        self._messages = messages
        self._membership = membership
        self._now = now

    async def get(self, room_id: str, attachment_id: str, user_id: str) -> File:
        """A file that the user may see: as a member of the room, and its uploader as long as it is not sent."""
        await self._membership.require(user_id, room_id)
        file = (await self._store.get_many(room_id, [attachment_id])).get(attachment_id)
        if file is None or not (file.message_id or file.uploader_id == user_id):
            raise _not_found()
        return file

    async def read(self, file: File, *, thumbnail: bool, offset: int, length: int) -> AsyncIterator[bytes]:
        """Bytes of a file, from a place on: so many, or all that are left when the length is 0.

        Raises `NotFound` for a thumbnail where there is none, and `Invalid` for a place that is not in the file.
        """
        size = size_of(file, thumbnail=thumbnail)
        if not 0 <= offset < size or length < 0:
            raise Invalid("The file has no such bytes.", reason="RANGE_NOT_SATISFIABLE", field="offset")
        wanted = min(length or size, size - offset)
        async for piece in self._store.read(file.attachment.id, thumbnail=thumbnail, offset=offset, length=wanted):
            yield piece

    async def claim(self, message: NewMessage) -> tuple[Attachment, ...]:
        """Give a message the files that it names, so that no other can have them; the same one may claim them again."""
        ids = message.attachment_ids
        if len(ids) > MAX_ATTACHMENTS:
            raise Invalid(
                f"A message has at most {MAX_ATTACHMENTS} attachments.",
                reason="TOO_MANY_ATTACHMENTS",
                field="attachments",
            )
        if len({*ids}) < len(ids):
            raise Invalid("A message has each attachment once.", reason="ATTACHMENT_TWICE", field="attachments")
        files = await self._store.get_many(message.room_id, ids)
        for attachment_id in ids:
            file = files.get(attachment_id)
            if file is None or file.uploader_id != message.sender_id:
                raise _not_found()
            if file.message_id not in ("", message.message_id):
                raise _already_sent()
        expires_at = self._now() + UNSENT_MS
        if not await self._store.claim(message.room_id, ids, message.message_id, expires_at=expires_at):
            raise _already_sent()
        return tuple(files[attachment_id].attachment for attachment_id in ids)

    async def remove_of_message(self, room_id: str, message_id: str) -> None:
        """Remove the files of a message that was deleted."""
        for file in await self._store.of_message(room_id, message_id):
            await self._remove(file)

    async def purge(self, room_id: str) -> None:
        """Remove all files of a room."""
        while files := await self._store.of_room(room_id, _BATCH):
            await asyncio.gather(*map(self._remove, files))

    async def clean_up(self) -> None:
        """Remove files that were not sent in time; those that were are kept from now on."""
        while files := await self._store.expired(self._now(), _BATCH):
            for file in files:
                if await self._is_sent(file):
                    await self._store.keep(file)
                else:
                    await self._remove(file)

    async def _is_sent(self, file: File) -> bool:
        if not file.message_id:
            return False
        message = await self._messages.get(file.room_id, file.message_id)
        return message is not None and file.attachment.id in {attachment.id for attachment in message.attachments}

    async def _remove(self, file: File) -> None:
        await self._store.remove(file)
        REMOVED.inc()


def size_of(file: File, *, thumbnail: bool) -> int:
    """The bytes of a file, or of its thumbnail; raises `NotFound` where there is none."""
    if not thumbnail:
        return file.attachment.size_bytes
    if not file.attachment.has_thumbnail:
        raise NotFound("This file has no thumbnail.", reason="NO_THUMBNAIL")
    return file.thumbnail_bytes


def _not_found() -> NotFound:
    return NotFound("There is no such file in this room.", reason="ATTACHMENT_NOT_FOUND", field="attachments")


def _already_sent() -> Conflict:
    return Conflict(
        "This file has been sent already. Upload it again.", reason="ATTACHMENT_ALREADY_SENT", field="attachments"
    )
