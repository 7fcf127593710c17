"""room_service as a process runs it: on a socket, beside a message_service that notes what it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from mesh import access
from mesh.replicas import connected
from mesh.rpc import Client
from mesh.server import Register, serving
from parlance.message.v1 import live_pb2, live_pb2_grpc, message_pb2, message_pb2_grpc
from parlance.room.v1 import room_pb2, room_pb2_grpc
from room_service.app import RoomSettings, running
from tests.patience import PATIENCE_SECONDS


class MessageService(live_pb2_grpc.LiveServiceServicer, message_pb2_grpc.MessageServiceServicer):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.announced: list[live_pb2.Announcement] = []
        self.purged: list[str] = []
        self._called = asyncio.Event()

    @access.allow(access.ROOM)
    async def Announce(self, request: live_pb2.AnnounceRequest, context: Any) -> live_pb2.AnnounceResponse:
        self.announced.extend(request.announcements)
        self._called.set()
        return live_pb2.AnnounceResponse()

    @access.allow(access.ROOM)
    async def PurgeRoom(self, request: message_pb2.PurgeRoomRequest, context: Any) -> message_pb2.PurgeRoomResponse:
        self.purged.append(request.room_id)
        self._called.set()
        return message_pb2.PurgeRoomResponse()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what it has yet to be told."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                self._called.clear()
                await self._called.wait()

    @asynccontextmanager
    async def serving(self, address: str) -> AsyncIterator[None]:
        services: dict[str, Register] = {
            "parlance.message.v1.LiveService": self._add_live,
            "parlance.message.v1.MessageService": self._add_messages,
        }
        async with serving(address, services):
            yield

    def _add_live(self, server: Any) -> None:
        live_pb2_grpc.add_LiveServiceServicer_to_server(self, server)

    def _add_messages(self, server: Any) -> None:
        message_pb2_grpc.add_MessageServiceServicer_to_server(self, server)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for the path of a socket."""
    with TemporaryDirectory() as path:
        yield Path(path)


@pytest.fixture
async def message_service(folder: Path) -> AsyncIterator[MessageService]:
    service = MessageService()  # type: ignore[abstract]  # nobody calls its other methods
    async with service.serving(f"unix:{folder}/message.sock"):
        yield service


@pytest.fixture
async def client(
    database: object, store_url: str, folder: Path
) -> "AsyncIterator[Client[room_pb2_grpc.RoomServiceAsyncStub]]":
    settings = RoomSettings(
        listen=f"unix:{folder}/room.sock", mongodb_url=store_url, message_target=f"unix:{folder}/message.sock"
    )
    async with running(settings), connected(settings.listen) as replicas:
        yield Client(replicas, room_pb2_grpc.RoomServiceStub, caller=access.EDGE)


async def create(client: "Client[room_pb2_grpc.RoomServiceAsyncStub]") -> str:
    request = room_pb2.CreateRoomRequest(user_id="ada", kind=room_pb2.ROOM_KIND_PUBLIC, name="Lobby")
    return (await client.call(lambda stub: stub.CreateRoom, request, retry=True)).room.id


async def test_what_happens_is_announced_in_order_and_a_deleted_room_is_purged(
    message_service: MessageService, client: "Client[room_pb2_grpc.RoomServiceAsyncStub]"
) -> None:
    room_id = await create(client)
    await client.call(lambda stub: stub.JoinRoom, room_pb2.JoinRoomRequest(room="lobby", user_id="bob"))
    marker = room_pb2.ReadMarker(user_id="bob", room_id=room_id, seq=3)
    await client.call(lambda stub: stub.MarkRead, room_pb2.MarkReadRequest(markers=[marker]))
    change = room_pb2.UpdateRoomRequest(room_id=room_id, actor_id="ada", topic="Things")
    await client.call(lambda stub: stub.UpdateRoom, change)
    removal = room_pb2.RemoveMemberRequest(room_id=room_id, actor_id="ada", user_id="bob")
    await client.call(lambda stub: stub.RemoveMember, removal)
    deletion = room_pb2.DeleteRoomRequest(room_id=room_id, actor_id="ada")
    await client.call(lambda stub: stub.DeleteRoom, deletion)
    await message_service.until(lambda: len(message_service.announced) >= 7 and message_service.purged == [room_id])
    told = [
        (announcement.event.WhichOneof("event"), list(announcement.room_ids), list(announcement.user_ids))
        for announcement in message_service.announced
    ]
    assert told == [
        ("room_created", [], ["ada"]),
        ("room_created", [], ["bob"]),
        ("member_joined", [room_id], []),
        ("read", [room_id], ["bob"]),
        ("room_updated", [room_id], []),
        ("member_left", [room_id], ["bob"]),
        ("room_deleted", [room_id], ["ada"]),
    ]
    read, left = message_service.announced[3].event.read, message_service.announced[5].event.member_left
    assert read == live_pb2.Read(room_id=room_id, user_id="bob", seq=3)
    assert left == live_pb2.MemberLeft(room_id=room_id, user_id="bob", removed=True)


async def test_nobody_waits_for_a_message_service_that_is_away_and_it_hears_of_it_later(
    client: "Client[room_pb2_grpc.RoomServiceAsyncStub]", folder: Path
) -> None:
    room_id = await create(client)
    join = room_pb2.JoinRoomRequest(room=room_id, user_id="bob")
    await client.call(lambda stub: stub.JoinRoom, join)
    message_service = MessageService()  # type: ignore[abstract]  # nobody calls its other methods
    async with message_service.serving(f"unix:{folder}/message.sock"):
        await message_service.until(lambda: len(message_service.announced) == 3)
