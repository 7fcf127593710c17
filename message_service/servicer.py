"""The RPCs of MessageService: contracts on the outside, the domain inside."""

from collections.abc import AsyncIterator
from typing import Any

from mesh import access, database, logs, status
from mesh.errors import Internal, Invalid, ParlanceError, Unavailable
from message_service.attachments import Attachments
from message_service.convert import message_to_proto, new_message_from_proto
from message_service.following import Followers
from message_service.log import Log
from message_service.messages import Messages
from message_service.model import Head, Message, NewMessage
from message_service.reader import Reader
from message_service.search import Search
from message_service.store import MessageStore
from parlance.message.v1 import message_pb2 as pb
from parlance.message.v1.message_pb2_grpc import MessageServiceServicer

log = logs.get(__name__)

MAX_BATCH = 1000
MAX_PAGE = 100
MAX_SEARCHED_ROOMS = 200


class MessageServicer(MessageServiceServicer):
    """Serves the logs of all rooms."""

    def __init__(
        self,
        *,
        messages: Messages,
        reader: Reader,
        search: Search,
        followers: Followers,
        room_log: Log,
        store: MessageStore,
        attachments: Attachments,
    ) -> None:
        self._messages = messages
        self._reader = reader
        self._search = search
        self._followers = followers
        self._log = room_log
        self._store = store
        self._attachments = attachments

    @access.allow(access.EDGE)
    async def SendMessages(self, request: pb.SendMessagesRequest, context: Any) -> pb.SendMessagesResponse:
        _check_size(len(request.messages), MAX_BATCH)
        items = [_unpacked(message) for message in request.messages]
        sent = iter(await self._messages.send([item for item in items if isinstance(item, NewMessage)]))
        results = [next(sent) if isinstance(item, NewMessage) else item for item in items]
        return pb.SendMessagesResponse(results=map(_send_result, results))

    @access.allow(access.EDGE)
    async def SendMessage(self, request: pb.SendMessageRequest, context: Any) -> pb.SendMessageResponse:
        (result,) = await self._messages.send([new_message_from_proto(request.message)])
        if isinstance(result, Exception):
            raise result
        return pb.SendMessageResponse(message=message_to_proto(result))

    @access.allow(access.EDGE)
    async def EditMessage(self, request: pb.EditMessageRequest, context: Any) -> pb.EditMessageResponse:
        message = await self._messages.edit(request.room_id, request.message_id, request.actor_id, request.body)
        return pb.EditMessageResponse(message=message_to_proto(message))

    @access.allow(access.EDGE)
    async def DeleteMessage(self, request: pb.DeleteMessageRequest, context: Any) -> pb.DeleteMessageResponse:
        message = await self._messages.delete(request.room_id, request.message_id, request.actor_id)
        return pb.DeleteMessageResponse(message=message_to_proto(message))

    @access.allow(access.EDGE)
    async def React(self, request: pb.ReactRequest, context: Any) -> pb.ReactResponse:
        message = await self._messages.react(
            request.room_id, request.message_id, request.actor_id, request.emoji, on=request.on
        )
        return pb.ReactResponse(message=message_to_proto(message))

    @access.allow(access.EDGE)
    async def ListMessages(self, request: pb.ListMessagesRequest, context: Any) -> pb.ListMessagesResponse:
        limit = _page_size(request.page_size, default=50, most=MAX_PAGE)
        if request.before_seq:
            messages = await self._reader.before(request.room_id, request.before_seq, limit)
            return pb.ListMessagesResponse(messages=map(message_to_proto, messages))
        page = await self._reader.latest(request.room_id, limit)
        return pb.ListMessagesResponse(messages=map(message_to_proto, page.messages), revision=page.revision)

    @access.allow(access.EDGE)
    async def ListChanges(self, request: pb.ListChangesRequest, context: Any) -> pb.ListChangesResponse:
        limit = _page_size(request.page_size, default=MAX_BATCH, most=MAX_BATCH)
        page = await self._reader.changes(request.room_id, request.after_revision, limit)
        return pb.ListChangesResponse(
            messages=map(message_to_proto, page.messages), revision=page.revision, more=page.more
        )

    @access.allow(access.EDGE)
    async def GetHeads(self, request: pb.GetHeadsRequest, context: Any) -> pb.GetHeadsResponse:
        _check_size(len(request.room_ids), MAX_BATCH)
        heads = await self._reader.heads(request.room_ids)
        return pb.GetHeadsResponse(
            heads=[
                _head(room_id, head, with_last=request.with_last_message)
                for room_id, head in zip(request.room_ids, heads, strict=True)
            ]
        )

    @access.allow(access.EDGE)
    async def SearchMessages(self, request: pb.SearchMessagesRequest, context: Any) -> pb.SearchMessagesResponse:
        _check_size(len(request.room_ids), MAX_SEARCHED_ROOMS)
        limit = _page_size(request.page_size, default=20, most=MAX_PAGE)
        skip = _skip(request.page_token)
        found = await self._search.find(request.query, request.room_ids, skip=skip, limit=limit + 1)
        return pb.SearchMessagesResponse(
            messages=map(message_to_proto, found[:limit]),
            next_page_token=str(skip + limit) if len(found) > limit else "",
        )

    @access.allow(access.EDGE)
    async def SubscribeEvents(
        self, request: pb.SubscribeEventsRequest, context: Any
    ) -> AsyncIterator[pb.SubscribeEventsResponse]:
        _check_size(len(request.rooms), MAX_BATCH)
        positions = {room.room_id: room.after_revision for room in request.rooms}
        async for room_id, page in self._followers.follow(positions):
            yield pb.SubscribeEventsResponse(
                room_id=room_id, messages=map(message_to_proto, page.messages), revision=page.revision
            )

    @access.allow(access.ROOM)
    async def PurgeRoom(self, request: pb.PurgeRoomRequest, context: Any) -> pb.PurgeRoomResponse:
        await self._store.purge(request.room_id)
        await self._search.purge(request.room_id)
        await self._attachments.purge(request.room_id)
        self._log.forget(request.room_id)
        return pb.PurgeRoomResponse()


def _unpacked(proto: pb.NewMessage) -> NewMessage | Invalid:
    try:
        return new_message_from_proto(proto)
    except Invalid as error:  # one item's failure is that item's answer
        return error


def _send_result(result: Message | Exception) -> pb.SendResult:
    if isinstance(result, Message):
        return pb.SendResult(message=message_to_proto(result))
    if not isinstance(result, ParlanceError):
        if database.is_unreachable(result):
            result = Unavailable("The database cannot be reached right now. Try again in a moment.", retry_after=1.0)
        else:
            log.error("send_failed", exc_info=result)
            result = Internal()
    return pb.SendResult(error=status.to_proto(result))


def _head(room_id: str, head: Head, *, with_last: bool) -> pb.Head:
    proto = pb.Head(room_id=room_id, seq=head.seq, revision=head.revision)
    if with_last and head.last_message is not None:
        proto.last_message.CopyFrom(message_to_proto(head.last_message))
    return proto


def _page_size(wanted: int, *, default: int, most: int) -> int:
    if not 0 <= wanted <= most:
        raise Invalid(f"A page has 1 to {most} entries.", reason="INVALID_PAGE_SIZE", field="page_size")
    return wanted or default


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise Invalid(f"At most {most:,} at once.", reason="BATCH_TOO_LARGE")


def _skip(page_token: str) -> int:
    if page_token and not (page_token.isdecimal() and len(page_token) < 10):
        raise Invalid("This page token is not one of ours.", reason="INVALID_PAGE_TOKEN", field="page_token")
    return int(page_token or 0)
