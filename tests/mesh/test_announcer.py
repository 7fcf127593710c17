import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from structlog.testing import capture_logs

from mesh import access, announcer, context
from mesh.announcer import Announcer, announcing
from mesh.replicas import connected
from mesh.rpc import Client
from mesh.server import serving
from parlance.message.v1 import live_pb2, live_pb2_grpc
from tests.patience import PATIENCE_SECONDS


class LiveService(live_pb2_grpc.LiveServiceServicer):
    """Notes what it is told, once it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.called = asyncio.Event()
        self.go = asyncio.Event()

    @access.allow(access.ROOM)
    async def Announce(self, request: live_pb2.AnnounceRequest, context: Any) -> live_pb2.AnnounceResponse:
        self.batches.append([announcement.event.room_updated.room_id for announcement in request.announcements])
        self.called.set()
        await self.go.wait()
        return live_pb2.AnnounceResponse()


@asynccontextmanager
async def announcing_to(live: LiveService | None) -> AsyncIterator[Announcer]:
    """Announce to a service, or to nobody."""
    with TemporaryDirectory() as folder:
        address = f"unix:{Path(folder, 'live.sock')}"
        async with connected(address) as replicas:
            client = Client(replicas, live_pb2_grpc.LiveServiceStub, caller=access.ROOM)
            if live is None:
                async with announcing(client) as announce:
                    yield announce
                return
            services = {
                "parlance.message.v1.LiveService": lambda server: live_pb2_grpc.add_LiveServiceServicer_to_server(
                    live, server
                )
            }
            async with serving(address, services), announcing(client) as announce:
                yield announce


def updated(room_id: str) -> live_pb2.Announcement:
    event = live_pb2.LiveEvent(room_updated=live_pb2.RoomUpdated(room_id=room_id))
    return live_pb2.Announcement(room_ids=[room_id], event=event)


async def test_what_comes_while_a_batch_is_on_its_way_travels_together_and_in_order() -> None:
    live = LiveService()  # type: ignore[abstract]  # nobody calls its other methods
    async with announcing_to(live) as announce, asyncio.timeout(PATIENCE_SECONDS):
        announce(updated("first"))
        await live.called.wait()
        for number in range(20):
            announce(updated(str(number)))
        live.go.set()
    assert live.batches == [["first"], [str(number) for number in range(20)]]


async def test_it_outlives_the_deadline_of_the_request_that_woke_it() -> None:
    live = LiveService()  # type: ignore[abstract]  # nobody calls its other methods
    live.go.set()
    async with announcing_to(live) as announce:
        with context.deadline(-1):
            announce(updated("lobby"))
    assert live.batches == [["lobby"]]


async def test_it_never_fails_when_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcer, "_CALL_SECONDS", 0.1)
    with capture_logs() as logged:
        async with announcing_to(None) as announce:
            announce(updated("lobby"))
    assert [(entry["event"], entry["count"]) for entry in logged if entry["event"] == "announcements_lost"] == [
        ("announcements_lost", 1)
    ]


async def test_it_keeps_a_bounded_number_and_drops_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcer, "_MAX_WAITING", 2)
    live = LiveService()  # type: ignore[abstract]  # nobody calls its other methods
    with capture_logs() as logged:
        async with announcing_to(live) as announce:
            for number in range(5):
                announce(updated(str(number)))
            live.go.set()
    assert live.batches == [["0", "1"]]
    assert len([entry for entry in logged if entry["event"] == "announcement_dropped"]) == 3
