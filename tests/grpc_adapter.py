"""Runs our asyncio servicers under grpcio-testing, which knows only servicers made of plain functions.

    calls = Calls(auth_pb2.DESCRIPTOR.services_by_name["AuthService"], servicer)
    response = await calls("Login", auth_pb2.LoginRequest(username="ada", password="…"))

grpcio-testing calls each method in a thread of its own; there it hands the call to the loop of the test and waits. On the
way it passes the same guard as on a server, so that access, errors and request ids are those of the real thing.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import grpc
import grpc_testing
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message

from mesh import access, context, status
from mesh.interceptors import Guard, claimed_caller

_Handle: TypeAlias = Callable[[Message, grpc.ServicerContext], Message | None]


class Calls:
    """The unary RPCs of one servicer. To be made where an event loop runs."""

    def __init__(self, service: ServiceDescriptor, servicer: object) -> None:
        self._service = service
        self._loop = asyncio.get_running_loop()
        adapted = type(
            service.name,
            (),
            {method.name: staticmethod(self._in_loop(method.name, servicer)) for method in service.methods},
        )
        self._server = grpc_testing.server_from_dictionary({service: adapted()}, grpc_testing.strict_real_time())

    async def __call__(self, method: str, request: Message, *, caller: str = access.EDGE, timeout: float = 10.0) -> Any:
        """Call a method as the named service would. Raises the `ParlanceError` that arrives."""
        descriptor = self._service.methods_by_name[method]
        metadata = ((context.CALLER, caller),) if caller else ()
        call = self._server.invoke_unary_unary(descriptor, metadata, request, timeout)
        response, trailing_metadata, code, details = await asyncio.to_thread(call.termination)
        if code is grpc.StatusCode.OK:
            return response
        trailers = grpc.aio.Metadata.from_tuple(tuple(trailing_metadata or ()))
        raise status.from_rpc_error(grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailers, details))

    def _in_loop(self, method: str, servicer: object) -> _Handle:
        async def guarded(request: Message, call_context: grpc.ServicerContext) -> Message | None:
            handler = _continue_with(grpc.unary_unary_rpc_method_handler(getattr(servicer, method)))
            guarded_handler: Any = await Guard(claimed_caller).intercept_service(handler, _Details(self._path(method)))
            try:
                response: Message = await guarded_handler.unary_unary(request, _Context(call_context))
            except _Aborted:
                return None
            return response

        def handle(request: Message, call_context: grpc.ServicerContext) -> Message | None:
            return asyncio.run_coroutine_threadsafe(guarded(request, call_context), self._loop).result()

        return handle

    def _path(self, method: str) -> str:
        return f"/{self._service.full_name}/{method}"


class _Aborted(Exception):
    """The call has its status; nothing else is answered."""


class _Context:
    """The part of grpc.aio's context that the guard and our servicers use, on a context of grpcio-testing."""

    def __init__(self, call_context: grpc.ServicerContext) -> None:
        self._context = call_context
        self.invocation_metadata = call_context.invocation_metadata
        self.time_remaining = call_context.time_remaining

    async def abort_with_status(self, status: grpc.Status) -> None:
        self._context.set_code(status.code)
        self._context.set_details(status.details)
        self._context.set_trailing_metadata(status.trailing_metadata)
        raise _Aborted


class _Details(grpc.HandlerCallDetails):
    def __init__(self, method: str) -> None:
        self.method = method
        self.invocation_metadata = ()


def _continue_with(handler: Any) -> Callable[[grpc.HandlerCallDetails], Coroutine[Any, Any, Any]]:
    async def continuation(_details: grpc.HandlerCallDetails) -> Any:
        return handler

    return continuation
