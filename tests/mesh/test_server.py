import asyncio
import contextlib
import socket
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from mesh.errors import Unavailable
from mesh.server import serving
from tests.mesh.live_service import NAME, LiveService, announce, calling
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def address(short_tmp: Path) -> str:
    return f"unix:{short_tmp}/live.sock"


@pytest.mark.parametrize(
    ("listen", "insecure"), [("0.0.0.0:0", True), ("[::]:0", True), ("chat.example:0", True), ("127.0.0.1:0", False)]
)
async def test_it_does_not_serve_plaintext_that_can_be_reached_or_was_not_asked_for(
    listen: str, insecure: bool
) -> None:
    with pytest.raises(ValueError, match="will not serve plaintext"):
        async with serving(listen, {}, insecure=insecure):
            pass


async def test_it_serves_plaintext_on_loopback_when_that_is_asked_for() -> None:
    async with serving("127.0.0.1:0", {}, insecure=True):
        pass


async def test_a_socket_that_a_killed_process_left_behind_is_taken_over(short_tmp: Path) -> None:
    path = short_tmp / "live.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    async with LiveService().at(f"unix:{path}"), calling(f"unix:{path}") as live:
        await announce(live)


async def health(channel: grpc.aio.Channel, service: str) -> Any:
    stub: Any = health_pb2_grpc.HealthStub(channel)  # type: ignore[no-untyped-call]  # it has no types
    return (await stub.Check(health_pb2.HealthCheckRequest(service=service))).status


async def test_it_tells_its_health_without_asking_who_wants_to_know(address: str) -> None:
    async with LiveService().at(address), grpc.aio.insecure_channel(address) as channel:
        for service in ("", NAME):
            assert await health(channel, service) == health_pb2.HealthCheckResponse.SERVING
        with pytest.raises(grpc.aio.AioRpcError) as unknown:
            await health(channel, "parlance.other.v1.Other")
    assert unknown.value.code() is grpc.StatusCode.NOT_FOUND


async def test_it_tells_what_it_serves(address: str) -> None:
    async with LiveService().at(address), grpc.aio.insecure_channel(address) as channel:
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)  # type: ignore[no-untyped-call]  # it has no types
        stream = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
        listed = {service.name for service in (await stream.read()).list_services_response.service}
        stream.cancel()
    assert listed == {NAME, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}


async def test_a_call_that_runs_is_finished_and_nobody_new_comes_in_while_it_stops(address: str) -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await finish.wait()

    service = LiveService(work)
    async with asyncio.timeout(PATIENCE_SECONDS), calling(address) as live:
        server = service.at(address)
        await server.__aenter__()
        running = asyncio.create_task(announce(live))
        await begun.wait()
        stopping = asyncio.create_task(server.__aexit__(None, None, None))
        with contextlib.suppress(Unavailable):
            while await announce(live, timeout=1.0):
                pass
        assert not stopping.done()
        finish.set()
        await running
        await stopping
