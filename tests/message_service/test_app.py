"""message_service as processes run it: two replicas on sockets, beside a room_service that notes what it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import grpc
import pytest

from mesh import access, server
from mesh.errors import Unavailable
from mesh.replicas import connected
from mesh.rpc import Client
from mesh.server import serving
from message_service.app import MessageSettings, running
from parlance.message.v1 import message_pb2, message_pb2_grpc
from parlance.room.v1 import room_pb2, room_pb2_grpc
from tests.patience import PATIENCE_SECONDS, until

Messages: TypeAlias = "Client[message_pb2_grpc.MessageServiceAsyncStub]"
Stream: TypeAlias = "grpc.aio.UnaryStreamCall[Any, message_pb2.SubscribeEventsResponse]"


class RoomService(room_pb2_grpc.RoomServiceServicer):
    """Everybody but eve is a member of every room."""

    def __init__(self) -> None:
        self.active: dict[str, int] = {}

    @access.allow(access.MESSAGE)
    async def CheckMembership(
        self, request: room_pb2.CheckMembershipRequest, context: Any
    ) -> room_pb2.CheckMembershipResponse:
        member, nobody = room_pb2.MEMBER_ROLE_MEMBER, room_pb2.MEMBER_ROLE_UNSPECIFIED
        return room_pb2.CheckMembershipResponse(
            roles=[nobody if pair.user_id == "eve" else member for pair in request.pairs]
        )

    @access.allow(access.MESSAGE)
    async def NoteActivity(self, request: room_pb2.NoteActivityRequest, context: Any) -> room_pb2.NoteActivityResponse:
        self.active.update((activity.room_id, activity.at.ToMilliseconds()) for activity in request.activities)
        return room_pb2.NoteActivityResponse()


@dataclass
class Installation:
    """A room_service and two replicas of message_service."""

    rooms: RoomService
    replicas: list[Messages]
    running: list[AsyncExitStack]

    async def stop(self, number: int) -> None:
        await self.running[number].aclose()


@pytest.fixture
async def installation(
    database: object, store_url: str, broker_url: str, short_tmp: Path
) -> AsyncIterator[Installation]:
    """`database` leaves nothing behind."""
    rooms = RoomService()  # type: ignore[abstract]  # nobody calls its other methods
    target = f"unix:{short_tmp}/room.sock"
    add = partial(room_pb2_grpc.add_RoomServiceServicer_to_server, rooms)
    settings = [
        MessageSettings(
            listen=f"unix:{short_tmp}/message-{number}.sock",
            mongodb_url=store_url,
            redis_url=broker_url,
            room_target=target,
        )
        for number in (1, 2)
    ]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(target, {"parlance.room.v1.RoomService": add}))
        processes = []
        for one in settings:
            processes.append(await stack.enter_async_context(AsyncExitStack()))
            await processes[-1].enter_async_context(running(one))
        channels = [await stack.enter_async_context(connected(one.listen)) for one in settings]
        clients = [Client(one, message_pb2_grpc.MessageServiceStub, caller=access.EDGE) for one in channels]
        yield Installation(rooms, clients, processes)


async def send(messages: Messages, room: str, *bodies: str, sender_id: str = "ann") -> list[message_pb2.SendResult]:
    request = message_pb2.SendMessagesRequest(
        messages=[
            message_pb2.NewMessage(room_id=room, message_id=str(uuid4()), sender_id=sender_id, body=body)
            for body in bodies
        ]
    )
    return list((await messages.call(lambda stub: stub.SendMessages, request, retry=True)).results)


@asynccontextmanager
async def subscribed(messages: Messages, **positions: int) -> AsyncIterator[Stream]:
    rooms = [message_pb2.RoomSubscription(room_id=room, after_revision=after) for room, after in positions.items()]
    stub = messages.stub(messages.replicas.in_turn())
    stream = stub.SubscribeEvents(message_pb2.SubscribeEventsRequest(rooms=rooms), metadata=messages.metadata())
    yield stream
    stream.cancel()


async def read(stream: Stream, count: int) -> list[str]:
    """The texts of this many messages, whose revisions must rise."""
    bodies: list[str] = []
    revision = 0
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(bodies) < count:
            response = await stream.read()
            assert isinstance(response, message_pb2.SubscribeEventsResponse)
            for message in response.messages:
                assert message.revision > revision
                revision = message.revision
                bodies.append(message.body)
            assert response.revision >= revision
    return bodies


async def test_followers_on_both_replicas_hear_everything_once_and_in_order(
    installation: Installation, room: str
) -> None:
    one, two = installation.replicas
    await send(one, room, "1", "2", "3")
    async with subscribed(one, **{room: 0}) as all_of_it, subscribed(two, **{room: 2}) as the_rest:
        assert await read(all_of_it, 3) == ["1", "2", "3"]
        assert await read(the_rest, 1) == ["3"]
        for body in ("4", "5"):
            await send(one, room, body)
        for body in ("6", "7"):
            await send(two, room, body)
        assert await read(all_of_it, 4) == await read(the_rest, 4) == ["4", "5", "6", "7"]


async def test_replicas_that_write_into_the_same_room_leave_no_gap(installation: Installation, room: str) -> None:
    one, two = installation.replicas
    batches = [send(replica, room, *map(str, range(5))) for replica in (one, two) * 10]
    results = [result for batch in await asyncio.gather(*batches) for result in batch]
    assert sorted(result.message.seq for result in results) == list(range(1, 101))


async def test_room_service_decides_who_may_write_and_hears_of_activity(installation: Installation, room: str) -> None:
    messages, _ = installation.replicas
    (refusal,) = await send(messages, room, "Hello", sender_id="eve")
    assert refusal.error.reason == "NOT_A_MEMBER"
    assert room not in installation.rooms.active
    (result,) = await send(messages, room, "Hello")
    await until(lambda: room in installation.rooms.active)
    assert installation.rooms.active[room] == result.message.sent_at.ToMilliseconds()


async def test_a_replica_that_stops_sends_its_followers_to_another(
    installation: Installation, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_GRACE_SECONDS", 3600.0)  # the end of it would end them, too
    one, two = installation.replicas
    await send(one, room, "1")
    async with subscribed(one, **{room: 0}) as stream, asyncio.timeout(PATIENCE_SECONDS):
        assert await read(stream, 1) == ["1"]
        await installation.stop(0)
        with pytest.raises(grpc.aio.AioRpcError) as goodbye:
            await stream.read()
    assert goodbye.value.code() is Unavailable.grpc_status
    await send(two, room, "2")
    async with subscribed(two, **{room: 1}) as stream:
        assert await read(stream, 1) == ["2"]
