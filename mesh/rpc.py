"""Calls another service: with a deadline, with who asks and for whom, and with its errors as our own classes."""

import asyncio
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import grpc

from mesh import context, status
from mesh.errors import Unavailable
from mesh.replicas import Replica, Replicas

Stub = TypeVar("Stub")
Request = TypeVar("Request")
Response = TypeVar("Response")

TIMEOUT_SECONDS = 5.0
_RETRY_PAUSE_SECONDS = 0.1

Method = Callable[[Stub], grpc.aio.UnaryUnaryMultiCallable[Request, Response]]
"""Names an RPC in a way that the type checker follows: `lambda stub: stub.GetRoom`."""


class Client(Generic[Stub]):
    """The RPCs of one service, made to whichever replica is right."""

    def __init__(self, replicas: Replicas, stub: Callable[[grpc.aio.Channel], Stub], *, caller: str) -> None:
        """`caller` is the name of the service that asks, as the other side's access lists have it."""
        self.replicas = replicas
        self._make_stub = stub
        self._stubs: dict[grpc.aio.Channel, Stub] = {}
        self._caller = caller

    async def call(
        self,
        method: Method[Stub, Request, Response],
        request: Request,
        *,
        key: str | None = None,
        timeout: float = TIMEOUT_SECONDS,
        retry: bool = False,
    ) -> Response:
        """Make one call; to the replica that the key belongs to, else to the next in turn.

        `retry` says that doing it twice is the same as doing it once: while the service is unavailable it is asked again,
        until the time is up. Raises the error that the service raised, or `Unavailable`.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + context.remaining(timeout)
        while True:
            try:
                replica = self.replicas.in_turn() if key is None else self.replicas.by_key(key)
                return await self.call_replica(replica, method, request, timeout=until - loop.time())
            except Unavailable:
                if not retry or loop.time() + _RETRY_PAUSE_SECONDS >= until:
                    raise
                await asyncio.sleep(_RETRY_PAUSE_SECONDS)

    async def call_replica(
        self, replica: Replica, method: Method[Stub, Request, Response], request: Request, *, timeout: float
    ) -> Response:
        """Make one call to this replica, once."""
        try:
            return await method(self.stub(replica))(request, timeout=timeout, metadata=self.metadata())
        except grpc.aio.AioRpcError as error:
            raise status.from_rpc_error(error) from error
        except (grpc.aio.UsageError, asyncio.InvalidStateError, asyncio.CancelledError) as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            # Nobody cancelled us: the channel was closed meanwhile.
            raise Unavailable("The service is moving. Try again in a moment.", retry_after=1.0) from error

    def stub(self, replica: Replica) -> Stub:
        """Return the generated stub on a replica's channel."""
        stub = self._stubs.get(replica.channel)
        if stub is None:
            in_use = self.replicas.channels()
            self._stubs = {channel: stub for channel, stub in self._stubs.items() if channel in in_use}
            stub = self._stubs[replica.channel] = self._make_stub(replica.channel)
        return stub

    def metadata(self) -> tuple[tuple[str, Any], ...]:
        """Say who asks and, for the logs, within which request."""
        return (
            (context.CALLER, self._caller),
            (context.REQUEST_ID, context.request_id.get() or context.new_request_id()),
        )
