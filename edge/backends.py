"""The services behind the edge."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.identity import Verifier
from edge.people import People
from edge.sending import Sender
from mesh import access
from mesh.lifecycle import Tasks
from mesh.replicas import connected
from mesh.rpc import Client
from mesh.tls import Identity
from parlance.auth.v1.auth_pb2_grpc import AuthServiceStub
from parlance.message.v1.attachment_pb2_grpc import AttachmentServiceStub
from parlance.message.v1.live_pb2_grpc import LiveServiceStub
from parlance.message.v1.message_pb2_grpc import MessageServiceStub
from parlance.room.v1.business_pb2_grpc import BusinessServiceStub
from parlance.room.v1.conversation_pb2_grpc import ConversationServiceStub
from parlance.room.v1.room_pb2_grpc import RoomServiceStub

if TYPE_CHECKING:
    from parlance.auth.v1.auth_pb2_grpc import AuthServiceAsyncStub
    from parlance.message.v1.attachment_pb2_grpc import AttachmentServiceAsyncStub
    from parlance.message.v1.live_pb2_grpc import LiveServiceAsyncStub
    from parlance.message.v1.message_pb2_grpc import MessageServiceAsyncStub
    from parlance.room.v1.business_pb2_grpc import BusinessServiceAsyncStub
    from parlance.room.v1.conversation_pb2_grpc import ConversationServiceAsyncStub
    from parlance.room.v1.room_pb2_grpc import RoomServiceAsyncStub


@dataclass(frozen=True, slots=True)
class Backends:
    """One client for each service, and what the edge knows through them."""

    auth: Client["AuthServiceAsyncStub"]
    rooms: Client["RoomServiceAsyncStub"]
    businesses: Client["BusinessServiceAsyncStub"]
    conversations: Client["ConversationServiceAsyncStub"]
    messages: Client["MessageServiceAsyncStub"]
    """Calls about one room pass `key=room_id`, so that they reach the replica that writes it."""
    attachments: Client["AttachmentServiceAsyncStub"]
    live: Client["LiveServiceAsyncStub"]
    sender: Sender
    verifier: Verifier
    people: People


@asynccontextmanager
async def connect(
    *, auth_target: str, room_target: str, message_target: str, identity: Identity | None = None
) -> AsyncIterator[Backends]:
    """Connect to all services."""
    async with AsyncExitStack() as stack:
        auth_replicas = await stack.enter_async_context(connected(auth_target, access.AUTH, identity))
        room_replicas = await stack.enter_async_context(connected(room_target, access.ROOM, identity))
        message_replicas = await stack.enter_async_context(connected(message_target, access.MESSAGE, identity))
        auth = Client(auth_replicas, AuthServiceStub, caller=access.EDGE)
        messages = Client(message_replicas, MessageServiceStub, caller=access.EDGE)
        verifier = Verifier(auth)
        tasks = Tasks()
        stack.push_async_callback(tasks.close)
        tasks.start(verifier.keep_keys())
        people = People(auth)
        stack.push_async_callback(people.close)
        yield Backends(
            auth=auth,
            rooms=Client(room_replicas, RoomServiceStub, caller=access.EDGE),
            businesses=Client(room_replicas, BusinessServiceStub, caller=access.EDGE),
            conversations=Client(room_replicas, ConversationServiceStub, caller=access.EDGE),
            messages=messages,
            attachments=Client(message_replicas, AttachmentServiceStub, caller=access.EDGE),
            live=Client(message_replicas, LiveServiceStub, caller=access.EDGE),
            sender=Sender(messages),
            verifier=verifier,
            people=people,
        )
