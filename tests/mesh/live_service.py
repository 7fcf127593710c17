"""A service of the mesh that answers as a test says, and calls to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeAlias

from mesh import access
from mesh.replicas import connected
from mesh.rpc import TIMEOUT_SECONDS, Client
from mesh.server import serving
from mesh.tls import Identity
from parlance.message.v1 import live_pb2 as pb
from parlance.message.v1 import live_pb2_grpc

NAME = "parlance.message.v1.LiveService"
Live: TypeAlias = "Client[live_pb2_grpc.LiveServiceAsyncStub]"


async def nothing() -> None:
    pass


class LiveService(live_pb2_grpc.LiveServiceServicer):
    """Each method has another rule about who may call it; all do the same."""

    def __init__(self, answer: Callable[[], Awaitable[None]] = nothing) -> None:
        self._answer = answer
        self.calls = 0

    @access.allow(access.EDGE)
    async def Announce(self, request: pb.AnnounceRequest, context: Any) -> pb.AnnounceResponse:
        self.calls += 1
        await self._answer()
        return pb.AnnounceResponse()

    @access.allow(access.ROOM)
    async def UpdatePresence(self, request: pb.UpdatePresenceRequest, context: Any) -> pb.UpdatePresenceResponse:
        self.calls += 1
        return pb.UpdatePresenceResponse()

    async def ListPresence(self, request: pb.ListPresenceRequest, context: Any) -> pb.ListPresenceResponse:
        self.calls += 1
        return pb.ListPresenceResponse()

    @asynccontextmanager
    async def at(self, address: str, identity: Identity | None = None) -> AsyncIterator[None]:
        """Serve at this address."""
        add = partial(live_pb2_grpc.add_LiveServiceServicer_to_server, self)
        async with serving(address, {NAME: add}, identity=identity, insecure=True):
            yield


@asynccontextmanager
async def calling(
    target: str, *, caller: str = access.EDGE, service: str = access.MESSAGE, identity: Identity | None = None
) -> AsyncIterator[Live]:
    """Call it as the named service."""
    async with connected(target, service, identity) as replicas:
        yield Client(replicas, live_pb2_grpc.LiveServiceStub, caller=caller)


async def announce(
    live: Live, *, key: str | None = None, timeout: float = TIMEOUT_SECONDS, retry: bool = False
) -> pb.AnnounceResponse:
    """Call the method that edges may call."""
    return await live.call(lambda stub: stub.Announce, pb.AnnounceRequest(), key=key, timeout=timeout, retry=retry)
