"""Files that are sent with messages."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal
from urllib.parse import quote

from aiohttp import hdrs, web
from msgspec import Meta, Struct

from edge import render
from edge.frames import Attachment
from edge.problems import REQUEST_ID
from edge.rest import ranges, streams
from edge.rest.routing import Access, Call, route
from edge.rest.streams import Incoming
from mesh import context
from mesh.errors import Forbidden, NotFound, RateLimited, Unavailable
from parlance.message.v1 import attachment_pb2 as pb

MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024
UPLOAD_SECONDS = 120.0
DOWNLOAD_SECONDS = 600.0

_SHOWN = {
    "application/pdf",
    "audio/flac",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "image/avif",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/webm",
}
"""What browsers show and cannot run. Everything else is only ever downloaded, and said to be nothing in particular."""

_VARIANTS = {"original": pb.ATTACHMENT_VARIANT_ORIGINAL, "thumbnail": pb.ATTACHMENT_VARIANT_THUMBNAIL}


class UploadQuery(Struct, frozen=True, kw_only=True):
    """What the file is called."""

    name: Annotated[str, Meta(max_length=255)] = "file"
    """Its name, for people. Folders in it are left out."""


class DownloadQuery(Struct, frozen=True, kw_only=True):
    """What of the file."""

    size: Literal["original", "thumbnail"] = "original"
    """`thumbnail`: a WebP of at most 480 × 480 pixels, for files with `has_thumbnail`."""


@route(
    "POST",
    "/api/rooms/{room_id}/attachments",
    access=Access.ROOM,
    status=201,
    errors=(Forbidden, RateLimited, Unavailable),
    seconds=UPLOAD_SECONDS,
)
async def upload_attachment(call: Call, room_id: str, query: UploadQuery, incoming: Incoming) -> Attachment:
    """Upload a file, to send it with a message. For members.

    The body is the file itself, at most 10 MiB. Its type is told by its bytes: `Content-Type` is ignored. Then name its id
    in the `attachments` of a message to the same room, within 24 hours; once.
    """
    with call.services.limits.uploading(call.user_id):
        response = await call.backends.attachments.send_stream(
            lambda stub: stub.UploadAttachment,
            _upload(call, room_id, query.name, incoming.chunks(MAX_ATTACHMENT_BYTES)),
            key=room_id,
            timeout=UPLOAD_SECONDS,
        )
    return render.attachment(response.attachment)


@route(
    "GET",
    "/api/rooms/{room_id}/attachments/{attachment_id}",
    access=Access.ROOM,
    errors=(NotFound, Forbidden),
    seconds=DOWNLOAD_SECONDS,
)
async def download_attachment(call: Call, room_id: str, attachment_id: str, query: DownloadQuery) -> web.StreamResponse:
    """A file's bytes, or one `Range` of them. For members; before it is sent, for its uploader only.

    What a browser can show and not run comes as what it is, everything else as a download. It never changes: keep it.
    """
    variant = _VARIANTS[query.size]
    request = pb.GetAttachmentRequest(
        room_id=room_id, attachment_id=attachment_id, user_id=call.user_id, variant=variant
    )
    file = await call.backends.attachments.call(lambda stub: stub.GetAttachment, request, key=room_id, retry=True)
    etag = f'"{file.attachment.id}-{query.size}"'
    headers = _headers(file, etag)
    if etag in call.request.headers.get(hdrs.IF_NONE_MATCH, ""):
        return web.Response(status=304, headers=headers)
    part = ranges.wanted(call.request, file.size_bytes, etag)
    if part is not None:
        headers[hdrs.CONTENT_RANGE] = f"bytes {part.start}-{part.stop - 1}/{file.size_bytes}"
    part_or_all = range(file.size_bytes) if part is None else part
    headers[hdrs.CONTENT_LENGTH] = str(len(part_or_all))
    response = web.StreamResponse(status=200 if part is None else 206, headers=headers)
    download = pb.DownloadAttachmentRequest(
        room_id=room_id,
        attachment_id=attachment_id,
        user_id=call.user_id,
        variant=variant,
        offset=part_or_all.start,
        length=len(part_or_all),
    )
    return await streams.send(call.request, response, _download(call, download))


async def _upload(
    call: Call, room_id: str, name: str, chunks: AsyncIterator[bytes]
) -> AsyncIterator[pb.UploadAttachmentRequest]:
    header = pb.UploadHeader(room_id=room_id, name=name, uploader_id=call.user_id)
    yield pb.UploadAttachmentRequest(header=header)
    async for chunk in chunks:
        yield pb.UploadAttachmentRequest(chunk=chunk)
    yield pb.UploadAttachmentRequest(end=pb.UploadEnd())


async def _download(call: Call, request: pb.DownloadAttachmentRequest) -> AsyncIterator[bytes]:
    responses = call.backends.attachments.receive_stream(
        lambda stub: stub.DownloadAttachment, request, key=request.room_id, timeout=DOWNLOAD_SECONDS
    )
    async for response in responses:
        yield response.chunk


def _headers(file: pb.GetAttachmentResponse, etag: str) -> dict[str, str]:
    shown = file.media_type in _SHOWN
    return {
        hdrs.CONTENT_TYPE: file.media_type if shown else "application/octet-stream",
        hdrs.CONTENT_DISPOSITION: _disposition("inline" if shown else "attachment", file.attachment.name),
        hdrs.ACCEPT_RANGES: "bytes",
        hdrs.ETAG: etag,
        hdrs.CACHE_CONTROL: "private, max-age=31536000, immutable",
        hdrs.VARY: hdrs.AUTHORIZATION,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        REQUEST_ID: context.request_id.get(),
    }


def _disposition(kind: str, name: str) -> str:
    """How a file is to be saved (RFC 6266): its name as far as ASCII goes, and all of it for whoever knows RFC 8187."""
    ascii_name = "".join(char if char.isascii() and char.isprintable() and char not in '"\\%' else "_" for char in name)
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
