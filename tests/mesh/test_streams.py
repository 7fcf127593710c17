"""Calls that take a stream: what the service says of it is what the caller hears, whoever is first."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mesh import access
from mesh.errors import Forbidden, Unavailable
from mesh.replicas import connected
from mesh.rpc import Client
from mesh.server import serving
from parlance.message.v1 import attachment_pb2 as pb
from parlance.message.v1 import attachment_pb2_grpc as pb_grpc

NAME = "parlance.message.v1.AttachmentService"
UPLOADS = 200
PIECES = 4


class Refusing(pb_grpc.AttachmentServiceServicer):
    """Takes the first piece and refuses the file, while the rest is on its way."""

    def __init__(self) -> None:
        self.refused = 0

    @access.allow(access.EDGE)
    async def UploadAttachment(self, requests: AsyncIterator[pb.UploadAttachmentRequest], context: Any) -> Any:
        async for _ in requests:
            self.refused += 1
            raise Forbidden("Only members upload.", reason="NOT_A_MEMBER")

    async def GetAttachment(self, request: pb.GetAttachmentRequest, context: Any) -> Any:
        raise NotImplementedError

    async def DownloadAttachment(self, request: pb.DownloadAttachmentRequest, context: Any) -> Any:
        raise NotImplementedError


class Reading(Refusing):
    """Never has enough."""

    @access.allow(access.EDGE)
    async def UploadAttachment(self, requests: AsyncIterator[pb.UploadAttachmentRequest], context: Any) -> Any:
        async for _ in requests:
            pass
        return pb.UploadAttachmentResponse()


def add(service: Refusing) -> Callable[[Any], None]:
    return partial(pb_grpc.add_AttachmentServiceServicer_to_server, service)


async def pieces() -> AsyncIterator[pb.UploadAttachmentRequest]:
    for _ in range(PIECES):
        yield pb.UploadAttachmentRequest(chunk=b"x" * 3000)


async def test_a_service_that_goes_away_meanwhile_is_unavailable(
    short_tmp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mesh.server._GRACE_SECONDS", 0)
    address = f"unix:{short_tmp}/attachments.sock"
    async with AsyncExitStack() as stack, connected(address, access.MESSAGE) as replicas:
        await stack.enter_async_context(serving(address, {NAME: add(Reading())}, insecure=True))

        async def pieces_that_outlive_it() -> AsyncIterator[pb.UploadAttachmentRequest]:
            yield pb.UploadAttachmentRequest(chunk=b"x")
            await stack.aclose()
            async for piece in pieces():
                yield piece

        attachments = Client(replicas, pb_grpc.AttachmentServiceStub, caller=access.EDGE)
        with pytest.raises(Unavailable):
            await attachments.send_stream(
                lambda stub: stub.UploadAttachment, pieces_that_outlive_it(), key="room", timeout=5.0
            )


async def test_a_refusal_is_heard_by_a_caller_that_is_still_writing(short_tmp: Path) -> None:
    address, service = f"unix:{short_tmp}/attachments.sock", Refusing()
    async with serving(address, {NAME: add(service)}, insecure=True), connected(address, access.MESSAGE) as replicas:
        attachments = Client(replicas, pb_grpc.AttachmentServiceStub, caller=access.EDGE)
        for _ in range(UPLOADS):
            with pytest.raises(Forbidden, match="Only members"):
                await attachments.send_stream(lambda stub: stub.UploadAttachment, pieces(), key="room", timeout=5.0)
    assert service.refused == UPLOADS
