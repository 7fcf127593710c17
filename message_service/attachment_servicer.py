"""The RPCs of AttachmentService."""

from collections.abc import AsyncIterator
from typing import Any

from mesh import access
from mesh.errors import Invalid
from message_service import images
from message_service.attachments import Attachments, size_of
from message_service.convert import attachment_to_proto
from message_service.uploads import Uploads
from parlance.message.v1 import attachment_pb2 as pb
from parlance.message.v1.attachment_pb2_grpc import AttachmentServiceServicer


class AttachmentServicer(AttachmentServiceServicer):
    """Takes files in and gives them out."""

    def __init__(self, *, uploads: Uploads, attachments: Attachments) -> None:
        self._uploads = uploads
        self._attachments = attachments

    @access.allow(access.EDGE)
    async def UploadAttachment(self, request_iterator: Any, context: Any) -> pb.UploadAttachmentResponse:
        requests: AsyncIterator[pb.UploadAttachmentRequest] = aiter(request_iterator)
        first = await anext(requests, pb.UploadAttachmentRequest())
        if not first.HasField("header"):
            raise Invalid("An upload begins with its header.", reason="NO_HEADER")
        header = first.header
        attachment = await self._uploads.upload(header.room_id, header.uploader_id, header.name, _chunks(requests))
        return pb.UploadAttachmentResponse(attachment=attachment_to_proto(attachment))

    @access.allow(access.EDGE)
    async def GetAttachment(self, request: pb.GetAttachmentRequest, context: Any) -> pb.GetAttachmentResponse:
        file = await self._attachments.get(request.room_id, request.attachment_id, request.user_id)
        thumbnail = _is_thumbnail(request.variant)
        return pb.GetAttachmentResponse(
            attachment=attachment_to_proto(file.attachment),
            media_type=images.THUMBNAIL_TYPE if thumbnail else file.attachment.media_type,
            size_bytes=size_of(file, thumbnail=thumbnail),
        )

    @access.allow(access.EDGE)
    async def DownloadAttachment(
        self, request: pb.DownloadAttachmentRequest, context: Any
    ) -> AsyncIterator[pb.DownloadAttachmentResponse]:
        file = await self._attachments.get(request.room_id, request.attachment_id, request.user_id)
        async for chunk in self._attachments.read(
            file, thumbnail=_is_thumbnail(request.variant), offset=request.offset, length=request.length
        ):
            yield pb.DownloadAttachmentResponse(chunk=chunk)


async def _chunks(requests: AsyncIterator[pb.UploadAttachmentRequest]) -> AsyncIterator[bytes]:
    async for request in requests:
        if request.HasField("end"):
            return
        yield request.chunk
    # a caller that is gone ends its stream too
    raise Invalid("The file did not arrive whole.", reason="BODY_INCOMPLETE")


def _is_thumbnail(variant: pb.AttachmentVariant.ValueType) -> bool:
    return variant == pb.ATTACHMENT_VARIANT_THUMBNAIL
