"""What every RPC passes on the server: request id and deadline, identity, admission, metrics, logs, errors."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, TypeAlias

import grpc
from prometheus_client import Counter, Histogram

from mesh import access, context, database, logs, status
from mesh.errors import Forbidden, Internal, ParlanceError, Unauthenticated, Unavailable

log = logs.get(__name__)

CALLS = Counter("parlance_rpc_total", "RPCs answered, by outcome.", ["method", "outcome"])
SECONDS = Histogram("parlance_rpc_seconds", "How long RPCs took.", ["method"])

_OURS = "/parlance."
_Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
_Found: TypeAlias = "grpc.RpcMethodHandler[Any, Any] | None"
_Call: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
_Unary = Callable[[Any, _Call], Awaitable[Any]]
_Stream = Callable[[Any, _Call], AsyncIterator[Any]]
_Identify = Callable[[_Call], str]


class Guard(grpc.aio.ServerInterceptor):
    """Surrounds the methods of our own services; health and reflection pass untouched.

    A method is wrapped when it is first called and then kept, so that a call pays for the wrapper only.
    """

    def __init__(self, caller: _Identify) -> None:
        """`caller` says who makes a call: as proven by a certificate, or as claimed where nobody else can connect."""
        self._caller = caller
        self._guarded: dict[str, _Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[_Found]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> _Found:
        """Find the method's handler and guard it."""
        method = handler_call_details.method
        if method in self._guarded:
            return self._guarded[method]
        handler = await continuation(handler_call_details)
        if handler is None or not method.startswith(_OURS):
            return handler
        self._guarded[method] = _guard(method, handler, self._caller)
        return self._guarded[method]


def claimed_caller(call_context: _Call) -> str:
    """Who a caller says it is."""
    return str(dict(call_context.invocation_metadata() or ()).get(context.CALLER, ""))


def _guard(method: str, handler: Any, caller: _Identify) -> _Handler:
    codec = {"request_deserializer": handler.request_deserializer, "response_serializer": handler.response_serializer}
    if handler.unary_unary is not None:
        return grpc.unary_unary_rpc_method_handler(_guard_unary(method, handler.unary_unary, caller), **codec)
    if handler.stream_unary is not None:  # what comes in is one argument, whether message or stream
        receive = _guard_unary(method, _draining(handler.stream_unary), caller)
        return grpc.stream_unary_rpc_method_handler(receive, **codec)
    return grpc.unary_stream_rpc_method_handler(_guard_stream(method, handler.unary_stream, caller), **codec)


def _guard_unary(method: str, handler: _Unary, caller: _Identify) -> Any:
    allowed = access.allowed_callers(handler)

    async def call(request: Any, call_context: _Call) -> Any:
        async with _surroundings(method, allowed, caller, call_context):
            return await handler(request, call_context)

    return call


def _draining(handler: Any) -> _Unary:
    """Read what a handler refuses to its end: a caller who still writes hears of a broken call and not of the answer."""

    @wraps(handler)
    async def call(requests: AsyncIterator[Any], call_context: _Call) -> Any:
        try:
            return await handler(requests, call_context)
        except Exception:
            async for _ in requests:
                pass
            raise

    return call


def _guard_stream(method: str, handler: _Stream, caller: _Identify) -> Any:
    allowed = access.allowed_callers(handler)

    async def iterate(request: Any, call_context: _Call) -> AsyncIterator[Any]:
        async with _surroundings(method, allowed, caller, call_context):
            async for response in handler(request, call_context):
                yield response

    return iterate


@asynccontextmanager
async def _surroundings(
    method: str, allowed: frozenset[str], caller: _Identify, call_context: _Call
) -> AsyncIterator[None]:
    started = time.monotonic()
    outcome = "ok"
    try:
        _set_context(call_context, caller(call_context))
        _admit(allowed)
        with context.deadline(_seconds_left(call_context)):
            yield
    except (asyncio.CancelledError, GeneratorExit):
        outcome = "cancelled"
        raise
    except Exception as raised:
        error = _known(raised, method)
        outcome = error.kind
        await call_context.abort_with_status(status.to_status(error))
    finally:
        CALLS.labels(method, outcome).inc()
        SECONDS.labels(method).observe(time.monotonic() - started)


def _set_context(call_context: _Call, caller: str) -> None:
    metadata = dict(call_context.invocation_metadata() or ())
    context.request_id.set(str(metadata.get(context.REQUEST_ID, "")) or context.new_request_id())
    context.caller.set(caller)
    context.user_id.set(str(metadata.get(context.USER_ID, "")))


def _admit(allowed: frozenset[str]) -> None:
    caller = context.caller.get()
    if not caller:
        raise Unauthenticated("This service answers only members of the mesh.", reason="NO_CALLER")
    if caller not in allowed:
        raise Forbidden(f"{caller} may not call this.", reason="CALLER_NOT_ALLOWED")


def _seconds_left(call_context: _Call) -> float:
    left = call_context.time_remaining()
    if left is None:
        return 3600.0
    if left <= 0:
        raise Unavailable("There is no time left to answer.", reason="DEADLINE_EXCEEDED")
    return float(left)


def _known(raised: Exception, method: str) -> ParlanceError:
    """What a caller may know of an exception; the rest goes to the log."""
    if isinstance(raised, ParlanceError):
        return raised
    if database.is_unreachable(raised):
        log.warning("database_unreachable", method=method, error=str(raised))
        return Unavailable("The database cannot be reached right now. Try again in a moment.", retry_after=1.0)
    log.exception("rpc_failed", method=method, exc_info=raised)
    return Internal()
