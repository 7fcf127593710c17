"""room_service: its settings, and how it is put together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from mesh import access, database, tls
from mesh.announcer import announcing
from mesh.lifecycle import Tasks, every
from mesh.replicas import connected
from mesh.rpc import Client
from mesh.server import Register, serving
from mesh.settings import ServiceSettings
from parlance.message.v1 import live_pb2_grpc, message_pb2_grpc
from parlance.room.v1 import business_pb2_grpc, conversation_pb2_grpc, room_pb2_grpc
from room_service.announcements import to_proto
from room_service.business_servicer import BusinessServicer
from room_service.conversation_servicer import ConversationServicer
from room_service.domain import Domain
from room_service.model import wall_clock
from room_service.room_log import RoomLog
from room_service.servicer import RoomServicer
from room_service.visits import WAKE_SECONDS

SERVICE = "parlance.room.v1.RoomService"
BUSINESSES = "parlance.room.v1.BusinessService"
CONVERSATIONS = "parlance.room.v1.ConversationService"


class RoomSettings(ServiceSettings):
    """What room_service takes."""

    process = access.ROOM
    message_target: str
    """Where message_service is, which tells the edges what changed and removes the messages of deleted rooms."""


@asynccontextmanager
async def running(settings: RoomSettings) -> AsyncIterator[None]:
    """Serve while the context lasts."""
    async with AsyncExitStack() as stack:
        identity = await stack.enter_async_context(tls.identity(settings.tls_dir, settings.process))
        connection = await stack.enter_async_context(database.connect(settings.mongodb_url, app_name="room_service"))
        replicas = await stack.enter_async_context(connected(settings.message_target, access.MESSAGE, identity))
        live = Client(replicas, live_pb2_grpc.LiveServiceStub, caller=access.ROOM)
        messages = Client(replicas, message_pb2_grpc.MessageServiceStub, caller=access.ROOM)
        announce = await stack.enter_async_context(announcing(live))

        domain = Domain(connection, lambda happened: announce(to_proto(happened)), RoomLog(messages).purge, wall_clock)
        await domain.open()
        background = Tasks()
        stack.push_async_callback(background.close)
        background.start(domain.purger.run())

        background.start(every(WAKE_SECONDS, domain.visits.wake))

        rooms, businesses, conversations = RoomServicer(domain), BusinessServicer(domain), ConversationServicer(domain)
        register: dict[str, Register] = {
            SERVICE: partial(room_pb2_grpc.add_RoomServiceServicer_to_server, rooms),
            BUSINESSES: partial(business_pb2_grpc.add_BusinessServiceServicer_to_server, businesses),
            CONVERSATIONS: partial(conversation_pb2_grpc.add_ConversationServiceServicer_to_server, conversations),
        }
        await stack.enter_async_context(
            serving(settings.listen, register, identity=identity, insecure=settings.insecure)
        )
        yield
