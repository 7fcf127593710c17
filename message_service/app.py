"""message_service, put together: settings, connections, wiring, serving."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from mesh import access, broker, database, tls
from mesh.lifecycle import Tasks, every
from mesh.replicas import connected
from mesh.server import serving
from mesh.settings import ServiceSettings
from message_service.activity import REPORT_SECONDS, Activity, LastMessage
from message_service.attachment_servicer import AttachmentServicer
from message_service.attachments import CLEAN_UP_SECONDS, Attachments
from message_service.attachments_store import AttachmentStore
from message_service.events import Events
from message_service.following import RECHECK_SECONDS, Followers
from message_service.image_pool import ImagePool
from message_service.live_servicer import LiveServicer, tell_presence
from message_service.log import Log
from message_service.membership import Membership
from message_service.messages import Messages
from message_service.model import Message
from message_service.presence import SWEEP_SECONDS, PresenceBoard
from message_service.reader import Reader
from message_service.rooms_client import Rooms
from message_service.search import FEED_SECONDS, Search
from message_service.servicer import MessageServicer
from message_service.store import MessageStore
from message_service.uploads import Uploads
from parlance.message.v1.attachment_pb2_grpc import add_AttachmentServiceServicer_to_server
from parlance.message.v1.live_pb2_grpc import add_LiveServiceServicer_to_server
from parlance.message.v1.message_pb2_grpc import add_MessageServiceServicer_to_server


class MessageSettings(ServiceSettings):
    """Settings of message_service."""

    process = access.MESSAGE
    redis_url: str
    room_target: str
    """Where room_service is: host:port, several with commas between, or a name that resolves to all replicas."""


@asynccontextmanager
async def running(settings: MessageSettings) -> AsyncIterator[None]:
    """Run the service while the context lasts; ready when entered."""
    async with AsyncExitStack() as stack:
        identity = await stack.enter_async_context(tls.identity(settings.tls_dir, settings.process))
        documents = await stack.enter_async_context(database.connect(settings.mongodb_url, app_name="message_service"))
        redis = await stack.enter_async_context(broker.connect(settings.redis_url))
        rooms = Rooms(await stack.enter_async_context(connected(settings.room_target, access.ROOM, identity)))
        tasks = Tasks()
        stack.push_async_callback(tasks.close)

        store = MessageStore(documents)
        reader = Reader(store)
        search = Search(documents, store, reader)
        await store.ensure_indexes()
        await search.ensure_indexes()

        events = Events(redis, store)
        await events.open()
        stack.push_async_callback(events.close)
        activity = Activity(rooms.note_activity)

        def stored(message: Message) -> None:
            events.publish_message(message)
            search.touch(message.room_id)
            if message.revision == message.created_revision:
                activity.note(LastMessage(message.room_id, message.seq, message.sender_id, message.sent_at))

        room_log = Log(store, stored, events.publish_head, now=_now)
        stack.push_async_callback(room_log.drain)
        membership = Membership(rooms.seats, now=time.monotonic)
        files = AttachmentStore(documents)
        await files.ensure_indexes()
        attachments = Attachments(files, store, membership, now=_now)
        messages = Messages(room_log, store, membership, attachments, activity, now=_now)
        presence = PresenceBoard(redis, partial(tell_presence, events), now=_now)
        subscriber = await stack.enter_async_context(broker.subscriber(redis))
        followers = Followers(subscriber, reader)

        for seconds, action in (
            (REPORT_SECONDS, activity.flush),
            (FEED_SECONDS, search.feed),
            (SWEEP_SECONDS, presence.sweep),
            (CLEAN_UP_SECONDS, attachments.clean_up),
            (RECHECK_SECONDS, followers.recheck),
        ):
            tasks.start(every(seconds, action))

        servicer = MessageServicer(
            messages=messages,
            reader=reader,
            search=search,
            followers=followers,
            room_log=room_log,
            store=store,
            attachments=attachments,
        )
        pool = ImagePool()
        stack.push_async_callback(pool.close)
        files_servicer = AttachmentServicer(uploads=Uploads(files, membership, pool, now=_now), attachments=attachments)
        live = LiveServicer(events=events, presence=presence)
        await stack.enter_async_context(
            serving(
                settings.listen,
                {
                    "parlance.message.v1.MessageService": partial(add_MessageServiceServicer_to_server, servicer),
                    "parlance.message.v1.AttachmentService": partial(
                        add_AttachmentServiceServicer_to_server, files_servicer
                    ),
                    "parlance.message.v1.LiveService": partial(add_LiveServiceServicer_to_server, live),
                },
                identity=identity,
                insecure=settings.insecure,
            )
        )
        stack.callback(followers.close)  # before the server waits for its running calls
        yield


def _now() -> int:
    return time.time_ns() // 1_000_000
