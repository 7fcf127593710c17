import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
from structlog.testing import capture_logs

from mesh import access, context
from mesh.errors import Forbidden, Unauthenticated, Unavailable
from mesh.server import serving
from parlance.message.v1 import live_pb2, message_pb2, message_pb2_grpc
from tests.mesh.live_service import Live, LiveService, announce, calling
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def address(short_tmp: Path) -> str:
    return f"unix:{short_tmp}/live.sock"


@pytest.fixture
async def service(address: str) -> AsyncIterator[LiveService]:
    service = LiveService()
    async with service.at(address):
        yield service


async def update_presence(live: Live) -> None:
    await live.call(lambda stub: stub.UpdatePresence, live_pb2.UpdatePresenceRequest())


async def list_presence(live: Live) -> None:
    await live.call(lambda stub: stub.ListPresence, live_pb2.ListPresenceRequest())


async def test_who_is_named_beside_the_method_may_call_it(service: LiveService, address: str) -> None:
    async with calling(address, caller=access.EDGE) as edge, calling(address, caller=access.ROOM) as room:
        await announce(edge)
        await update_presence(room)
    assert service.calls == 2


async def test_who_is_not_named_is_refused(service: LiveService, address: str) -> None:
    async with calling(address, caller=access.EDGE) as edge:
        with pytest.raises(Forbidden) as refusal:
            await update_presence(edge)
    assert (refusal.value.reason, service.calls) == ("CALLER_NOT_ALLOWED", 0)


async def test_who_does_not_say_who_it_is_is_refused(service: LiveService, address: str) -> None:
    async with calling(address, caller="") as nobody:
        with pytest.raises(Unauthenticated) as refusal:
            await announce(nobody)
    assert (refusal.value.reason, service.calls) == ("NO_CALLER", 0)


@pytest.mark.parametrize("caller", [access.AUTH, access.CLI, access.EDGE, access.MESSAGE, access.ROOM])
async def test_a_method_that_does_not_say_who_may_call_it_refuses_everybody(
    caller: str, service: LiveService, address: str
) -> None:
    async with calling(address, caller=caller) as live:
        with pytest.raises(Forbidden):
            await list_presence(live)
    assert service.calls == 0


async def heard(address: str, look: Callable[[], Any]) -> Any:
    """What a handler sees during one call."""
    seen: list[Any] = []

    async def note() -> None:
        seen.append(look())

    async with LiveService(note).at(address), calling(address) as live:
        await announce(live, timeout=PATIENCE_SECONDS)
    return seen[0]


async def test_the_id_of_a_request_goes_with_it(address: str) -> None:
    context.request_id.set("request-1")
    assert await heard(address, context.request_id.get) == "request-1"


async def test_a_request_that_has_no_id_gets_one(address: str) -> None:
    assert len(await heard(address, context.request_id.get)) == 32


async def test_a_handler_knows_its_caller_and_how_long_it_may_take(address: str) -> None:
    assert await heard(address, context.caller.get) == access.EDGE
    assert 0 < await heard(address, lambda: context.remaining(3600.0)) <= PATIENCE_SECONDS + 0.1  # gRPC rounds


async def test_a_call_does_not_outlast_the_request_that_it_serves(address: str) -> None:
    async with LiveService(asyncio.Event().wait).at(address), calling(address) as live:  # type: ignore[arg-type]  # True
        with context.deadline(0.1), pytest.raises(Unavailable):
            await announce(live, timeout=3600.0)


class Flood(message_pb2_grpc.MessageServiceServicer):
    """Streams for ever, and notes when a stream has ended."""

    def __init__(self) -> None:
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    @access.allow(access.EDGE)
    async def SubscribeEvents(
        self, request: message_pb2.SubscribeEventsRequest, context: Any
    ) -> AsyncIterator[message_pb2.SubscribeEventsResponse]:
        try:
            while True:
                yield message_pb2.SubscribeEventsResponse(room_id="x" * 100_000)
                self.begun.set()
        finally:
            self.ended.set()


@asynccontextmanager
async def streaming(address: str, flood: Flood, caller: str) -> AsyncIterator[Any]:
    add = partial(message_pb2_grpc.add_MessageServiceServicer_to_server, flood)
    async with (
        serving(address, {"parlance.message.v1.MessageService": add}),
        grpc.aio.insecure_channel(address) as channel,
    ):
        stub = message_pb2_grpc.MessageServiceStub(channel)
        yield stub.SubscribeEvents(message_pb2.SubscribeEventsRequest(), metadata=((context.CALLER, caller),))


async def test_a_stream_that_nobody_reads_ends_quietly_when_its_caller_goes(address: str) -> None:
    flood = Flood()  # type: ignore[abstract]  # nobody calls its other methods
    with capture_logs() as logged:
        async with asyncio.timeout(PATIENCE_SECONDS), streaming(address, flood, access.EDGE) as stream:
            await stream.read()
            await flood.begun.wait()
            stream.cancel()
            await flood.ended.wait()
    assert not [entry for entry in logged if entry["log_level"] == "error"]


async def test_a_stream_is_guarded_like_a_call(address: str) -> None:
    flood = Flood()  # type: ignore[abstract]  # nobody calls its other methods
    async with streaming(address, flood, access.ROOM) as stream:
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await stream.read()
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert not flood.begun.is_set()
