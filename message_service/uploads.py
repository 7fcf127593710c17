"""Takes in files: whole or not at all, looked at before they are stored, images without their metadata."""

import asyncio
import io
import tempfile
import unicodedata
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO

from prometheus_client import Counter
from uuid_utils.compat import uuid7

from mesh.errors import Invalid, Unavailable
from message_service import media_types, stripping
from message_service.attachments import UNSENT_MS
from message_service.attachments_store import AttachmentStore, File
from message_service.image_pool import PROCESSES, ImagePool
from message_service.images import Picture
from message_service.membership import Membership
from message_service.model import MAX_ATTACHMENT_BYTES, Attachment

STORED = Counter("parlance_attachments_stored_total", "Files uploaded.")
STORED_BYTES = Counter("parlance_attachment_bytes_stored_total", "Bytes of files uploaded.")

UPLOADS_AT_ONCE = 16
"""Each takes up to 10 MiB of the folder for temporary files."""
_IMAGES_AT_ONCE = PROCESSES
"""Each is in memory whole, twice for a moment."""
_WRITES_AT_ONCE = 2
"""Each takes some copies of its file in memory: the driver sends a file's chunks in one command."""
_MAX_NAME_CHARACTERS = 200
_MAX_EXTENSION_CHARACTERS = 20
_REORDERING = {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
"""Characters that make `gpj.exe` look like `exe.jpg`."""


class Uploads:
    """Stores what people upload."""

    def __init__(
        self, store: AttachmentStore, membership: Membership, pool: ImagePool, *, now: Callable[[], int]
    ) -> None:
        """`now` gives milliseconds since 1970."""
        self._store = store
        self._membership = membership
        self._pool = pool
        self._now = now
        self._running = 0
        self._looking = asyncio.Semaphore(_IMAGES_AT_ONCE)
        self._writing = asyncio.Semaphore(_WRITES_AT_ONCE)

    async def upload(self, room_id: str, uploader_id: str, name: str, chunks: AsyncIterator[bytes]) -> Attachment:
        """Store a file. Nothing stays of one whose chunks end with an error, or of one that is refused."""
        await self._membership.require(uploader_id, room_id)
        if self._running >= UPLOADS_AT_ONCE:
            raise Unavailable("Too many files are being uploaded. Try again in a moment.", reason="OVERLOADED")
        self._running += 1
        try:
            with tempfile.TemporaryFile() as content:
                await _receive(chunks, content)
                return await self._add(room_id, uploader_id, name, content)
        finally:
            self._running -= 1

    async def _add(self, room_id: str, uploader_id: str, name: str, content: BinaryIO) -> Attachment:
        picture = await self._look(content)
        size = content.seek(0, io.SEEK_END)
        content.seek(0)
        head = content.read(media_types.HEAD_BYTES)
        content.seek(0)
        attachment = Attachment(
            id=str(uuid7()),
            name=clean_name(name),
            media_type=picture.media_type if picture else media_types.sniff(head),
            size_bytes=size,
            width=picture.width if picture else 0,
            height=picture.height if picture else 0,
            has_thumbnail=picture is not None,
        )
        thumbnail = picture.thumbnail if picture else b""
        file = File(attachment, room_id, uploader_id, len(thumbnail))
        async with self._writing:
            await self._store.add(file, content, thumbnail, expires_at=self._now() + UNSENT_MS)
        STORED.inc()
        STORED_BYTES.inc(size)
        return attachment

    async def _look(self, content: BinaryIO) -> Picture | None:
        """Take its metadata out of what is an image, and see how it looks."""
        content.seek(0)
        if not stripping.is_candidate(content.read(stripping.HEAD_BYTES)):
            return None
        async with self._looking:
            image = await asyncio.to_thread(_strip, content)
            return await self._pool.examine(image) if image is not None else None


def _strip(content: BinaryIO) -> bytes | None:
    """Take its metadata out of a file; returns the image that it is from then on, or None for what is none."""
    content.seek(0)
    stripped = stripping.strip(content.read())
    if stripped is None:
        return None
    content.seek(0)
    content.truncate()
    content.write(stripped)
    return stripped


async def _receive(chunks: AsyncIterator[bytes], content: BinaryIO) -> None:
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > MAX_ATTACHMENT_BYTES:
            raise Invalid("A file has at most 10 MiB.", reason="ATTACHMENT_TOO_LARGE")
        content.write(chunk)
    if not size:
        raise Invalid("The file is empty.", reason="ATTACHMENT_EMPTY")


def clean_name(name: str) -> str:
    """A file's name as it can be shown and saved: without folders, without characters that do something, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if unicodedata.category(char) not in ("Cc", "Cs") and char not in _REORDERING)
    shown = shown.strip(" .") or "file"
    if len(shown) <= _MAX_NAME_CHARACTERS:
        return shown
    stem, dot, extension = shown.rpartition(".")
    if not stem or len(extension) > _MAX_EXTENSION_CHARACTERS:
        return shown[:_MAX_NAME_CHARACTERS]
    return stem[: _MAX_NAME_CHARACTERS - len(dot + extension)] + dot + extension
