"""Calls another service: with a deadline, with who asks and for whom, and with its errors as our own classes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
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

Sink = Callable[[Stub], grpc.aio.StreamUnaryMultiCallable[Request, Response]]
"""Names an RPC that takes a stream."""

Source = Callable[[Stub], grpc.aio.UnaryStreamMultiCallable[Request, Response]]
"""Names an RPC that answers with a stream."""


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
        with _our_errors():
            return await method(self.stub(replica))(request, timeout=timeout, metadata=self.metadata())

    async def send_stream(
        self, method: Sink[Stub, Request, Response], requests: AsyncIterator[Request], *, key: str, timeout: float
    ) -> Response:
        """Make one call that takes a stream, to the replica that the key belongs to, once.

        It ends early when the service has answered before all was sent, or with what the iterator raises. A service that
        goes away meanwhile is `Unavailable`.
        """
        replica = self.replicas.by_key(key)
        call = method(self.stub(replica))(timeout=context.remaining(timeout), metadata=self.metadata())
        try:
            with _our_errors():
                async for request in requests:
                    if call.done():
                        break
                    with _cut_off():
                        await call.write(request)
                await call.done_writing()
                return await call
        finally:
            call.cancel()

    async def receive_stream(
        self, method: Source[Stub, Request, Response], request: Request, *, key: str, timeout: float
    ) -> AsyncIterator[Response]:
        """Make one call that answers with a stream, to the replica that the key belongs to, once."""
        replica = self.replicas.by_key(key)
        call = method(self.stub(replica))(request, timeout=context.remaining(timeout), metadata=self.metadata())
        try:
            with _our_errors():
                async for response in call:
                    yield response
        finally:
            call.cancel()

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


@contextmanager
def _cut_off() -> Iterator[None]:
    """Say of a service that no longer reads that it is not there: gRPC calls it an internal error."""
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise _moving() from error


@contextmanager
def _our_errors() -> Iterator[None]:
    """Raise what a call fails with as one of our own errors."""
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise status.from_rpc_error(error) from error
    except (grpc.aio.UsageError, asyncio.InvalidStateError, asyncio.CancelledError) as error:
        if (task := asyncio.current_task()) is not None and task.cancelling():
            raise
        # Nobody cancelled us: the channel was closed meanwhile.
        raise _moving() from error


def _moving() -> Unavailable:
    return Unavailable("The service is moving. Try again in a moment.", retry_after=1.0)
