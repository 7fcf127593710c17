"""What is said in a room."""

from collections.abc import Iterable
from typing import Annotated
from uuid import uuid4

from msgspec import UNSET, Meta, Struct, UnsetType

from edge import render
from edge.frames import AttachmentIds, Body, Count, Message, MessageId
from edge.rest.rooms import check_membership
from edge.rest.routing import Access, Call, route
from mesh import context
from mesh.errors import AlreadyExists, Forbidden, Invalid, NotFound, RateLimited, Unavailable
from parlance.message.v1 import message_pb2


class MessagesQuery(Struct, frozen=True, kw_only=True):
    """Which messages. Without `before` and `after`: the newest."""

    before: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    """Page back: only messages before this `seq`, newest first."""
    after: Count | None = None
    """Catch up: the latest state of what changed after this revision, in order of revision."""
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    """How many at most."""


class MessagePage(Struct, frozen=True, kw_only=True):
    """Messages: newest first, or with `after` in order of revision."""

    messages: list[Message]
    revision: int | UnsetType = UNSET
    """Every change to these messages up to this revision is covered: give it as `after` next time. Not with `before`."""
    more: bool | UnsetType = UNSET
    """There is more after `revision`. Only with `after`."""


class NewMessage(Struct, frozen=True, kw_only=True):
    """A message to send."""

    body: Body = ""
    """May be empty where there are attachments."""
    message_id: MessageId | UnsetType = UNSET
    """Give one and reuse it when trying again: the message is then stored once. Made up when it is left out."""
    reply_to: MessageId | None = None
    attachments: AttachmentIds = []
    """Ids of files that you have uploaded to this room and not sent yet."""


@route("GET", "/api/rooms/{room_id}/messages", access=Access.ROOM, errors=(Forbidden,))
async def list_messages(call: Call, room_id: str, query: MessagesQuery) -> MessagePage:
    """The newest messages, older ones, or what changed. For members."""
    if query.before is not None and query.after is not None:
        raise Invalid("Give either `before` or `after`.", reason="BAD_INPUT", field="after")
    await check_membership(call, room_id)
    if query.after is not None:
        return await _changes(call, room_id, query.after, query.limit)
    return await _page(call, room_id, query.before, query.limit)


@route(
    "POST",
    "/api/rooms/{room_id}/messages",
    access=Access.ROOM,
    status=201,
    errors=(Forbidden, NotFound, AlreadyExists, RateLimited, Unavailable),
)
async def send_message(call: Call, room_id: str, body: NewMessage) -> Message:
    """Send a message; the answer comes when it is stored. For members. Safe to repeat with the same `message_id`."""
    if call.identity.is_guest:
        call.services.limits.admit_visitor_message(call.user_id)
    message_id = str(uuid4()) if body.message_id is UNSET else body.message_id
    context.request_id.set(context.new_request_id(message_id))
    message = message_pb2.NewMessage(
        room_id=room_id,
        message_id=message_id,
        sender_id=call.user_id,
        kind=message_pb2.MESSAGE_KIND_TEXT,
        body=body.body,
        reply_to=body.reply_to or "",
        attachment_ids=body.attachments,
    )
    stored = await call.backends.sender.send(message, in_conversation=call.identity.is_guest)
    (sent,) = await rendered(call, [stored])
    return sent


async def rendered(call: Call, messages: Iterable[message_pb2.Message]) -> list[Message]:
    """Messages with the names of their senders."""
    messages = list(messages)
    people = await call.backends.people.get(render.senders(messages))
    return render.messages(messages, people)


async def _changes(call: Call, room_id: str, after: int, limit: int) -> MessagePage:
    request = message_pb2.ListChangesRequest(room_id=room_id, after_revision=after, page_size=limit)
    response = await call.backends.messages.call(lambda stub: stub.ListChanges, request, key=room_id, retry=True)
    messages = await rendered(call, response.messages)
    return MessagePage(messages=messages, revision=response.revision, more=response.more)


async def _page(call: Call, room_id: str, before: int | None, limit: int) -> MessagePage:
    request = message_pb2.ListMessagesRequest(room_id=room_id, before_seq=before or 0, page_size=limit)
    response = await call.backends.messages.call(lambda stub: stub.ListMessages, request, key=room_id, retry=True)
    messages = await rendered(call, response.messages)
    return MessagePage(messages=messages, revision=UNSET if before else response.revision)
