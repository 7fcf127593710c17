"""Conversations of visitors with a business, as its agents handle them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from google.protobuf.timestamp_pb2 import Timestamp
from msgspec import UNSET, Meta, Struct, UnsetType

from edge import render
from edge.frames import Conversation
from edge.head import Head
from edge.rest import history
from edge.rest.pages import Page, PageQuery
from edge.rest.routing import Access, Call, route
from mesh.errors import Forbidden, NotFound
from parlance.auth.v1 import auth_pb2
from parlance.message.v1 import message_pb2
from parlance.room.v1 import conversation_pb2 as pb

Status = Literal["open", "pending", "snoozed", "resolved"]
Priority = Literal["low", "normal", "high", "urgent"]
UserId = Annotated[str, Meta(max_length=64)]
Tag = Annotated[str, Meta(min_length=1, max_length=40)]

STATUSES: dict[Status, pb.ConversationStatus.ValueType] = {
    "open": pb.CONVERSATION_STATUS_OPEN,
    "pending": pb.CONVERSATION_STATUS_PENDING,
    "snoozed": pb.CONVERSATION_STATUS_SNOOZED,
    "resolved": pb.CONVERSATION_STATUS_RESOLVED,
}
_PRIORITIES: dict[Priority, pb.ConversationPriority.ValueType] = {
    "low": pb.CONVERSATION_PRIORITY_LOW,
    "normal": pb.CONVERSATION_PRIORITY_NORMAL,
    "high": pb.CONVERSATION_PRIORITY_HIGH,
    "urgent": pb.CONVERSATION_PRIORITY_URGENT,
}


class VisitorQuery(PageQuery, frozen=True, kw_only=True):
    """Which visitors, and which page of them."""

    prefix: Annotated[str, Meta(max_length=80)] = ""
    """Only visitors whose name or e-mail address begins with this, without regard to case."""


class InboxQuery(VisitorQuery, frozen=True, kw_only=True):
    """Which view of the inbox, and which page of it."""

    status: Status | None = None
    """Any when it is left out."""
    assignee: UserId = ""
    """`me`, `none`, or an agent's user id; any when it is left out."""


class ConversationPage(Page, frozen=True, kw_only=True):
    """Conversations, the most recently active first."""

    conversations: list[Conversation]


class InboxCounts(Struct, frozen=True, kw_only=True):
    """How many conversations there are in each view."""

    open: int
    mine: int
    """Of the open ones, yours."""
    unassigned: int
    """Of the open ones, nobody's."""
    pending: int
    snoozed: int
    resolved: int


class ConversationDetails(Struct, frozen=True, kw_only=True):
    """One conversation."""

    conversation: Conversation
    earlier: list[Conversation]
    """Those that were merged into it, the newest first."""
    history: list[history.HistoryEntry]
    """What was done to it, the latest first; at most 100."""


class ConversationChanges(Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays."""

    status: Status | UnsetType = UNSET
    assignee: UserId | UnsetType | None = UNSET
    """An agent's user id; null for nobody."""
    tags: Annotated[list[Tag], Meta(max_length=20)] | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    snoozed_until: datetime | UnsetType = UNSET
    """Needed with `snoozed`: within a year."""
    blocked: bool | UnsetType = UNSET
    """Keep the visitor out, or let it in again."""


@route("GET", "/api/businesses/{business_id}/conversations", access=Access.USER, errors=(NotFound,))
async def list_conversations(call: Call, business_id: str, query: InboxQuery) -> ConversationPage:
    """A view of the inbox. For those who answer for the business."""
    assignee = call.user_id if query.assignee == "me" else query.assignee
    request = pb.ListConversationsRequest(
        business_id=business_id,
        actor_id=call.user_id,
        status=pb.CONVERSATION_STATUS_UNSPECIFIED if query.status is None else STATUSES[query.status],
        assignee_id="" if assignee == "none" else assignee,
        unassigned=assignee == "none",
        prefix=query.prefix,
        page_size=query.limit,
        page_token=query.page_token,
    )
    page = await call.backends.conversations.call(lambda stub: stub.ListConversations, request, retry=True)
    return ConversationPage(conversations=await _rendered(call, page.conversations), next=page.next_page_token or None)


@route("GET", "/api/businesses/{business_id}/conversations/counts", access=Access.USER, errors=(NotFound,))
async def count_conversations(call: Call, business_id: str) -> InboxCounts:
    """How many there are in each view. For those who answer for the business."""
    request = pb.CountConversationsRequest(business_id=business_id, actor_id=call.user_id)
    counts = await call.backends.conversations.call(lambda stub: stub.CountConversations, request, retry=True)
    return InboxCounts(
        open=counts.open,
        mine=counts.mine,
        unassigned=counts.unassigned,
        pending=counts.pending,
        snoozed=counts.snoozed,
        resolved=counts.resolved,
    )


@route("GET", "/api/conversations/{conversation_id}", access=Access.USER, errors=(NotFound,))
async def get_conversation(call: Call, conversation_id: str) -> ConversationDetails:
    """One conversation, the visitor's earlier ones, and its history. For those who answer for its business."""
    request = pb.GetConversationRequest(room_id=conversation_id, actor_id=call.user_id)
    found = await call.backends.conversations.call(lambda stub: stub.GetConversation, request, retry=True)
    conversation, *earlier = await _rendered(call, [found.conversation, *found.earlier])
    return ConversationDetails(
        conversation=conversation, earlier=earlier, history=await history.rendered(call, found.history)
    )


@route("PATCH", "/api/conversations/{conversation_id}", access=Access.USER, errors=(NotFound,))
async def update_conversation(call: Call, conversation_id: str, body: ConversationChanges) -> Conversation:
    """Assign, snooze, resolve, reopen, tag, or block the visitor. For those who answer for its business."""
    request = pb.UpdateConversationRequest(room_id=conversation_id, actor_id=call.user_id, changes=_changes(body))
    changed = await call.backends.conversations.call(lambda stub: stub.UpdateConversation, request, retry=True)
    (conversation,) = await _rendered(call, [changed.conversation])
    return conversation


@route("DELETE", "/api/conversations/{conversation_id}", access=Access.USER, errors=(NotFound, Forbidden))
async def erase_conversation(call: Call, conversation_id: str) -> None:
    """Erase a visitor: what was said, what is known of it, and its account. For the owner and admins."""
    request = pb.EraseConversationRequest(room_id=conversation_id, actor_id=call.user_id)
    erased = await call.backends.conversations.call(lambda stub: stub.EraseConversation, request, retry=True)
    for guest_id in erased.guest_ids:
        delete = auth_pb2.DeleteUserRequest(user_id=guest_id)
        await call.backends.auth.call(lambda stub: stub.DeleteUser, delete, retry=True)
        call.backends.people.forget(guest_id)
    request.guests_are_gone = True
    await call.backends.conversations.call(lambda stub: stub.EraseConversation, request)


async def _rendered(call: Call, conversations: Sequence[pb.Conversation]) -> list[Conversation]:
    heads = await _heads(call, [conversation.room_id for conversation in conversations])
    wanted = set[str]().union(*map(render.conversation_people, conversations, heads))
    people = await call.backends.people.get(wanted)
    return [
        render.conversation(conversation, head, people) for conversation, head in zip(conversations, heads, strict=True)
    ]


async def _heads(call: Call, room_ids: Iterable[str]) -> list[Head]:
    request = message_pb2.GetHeadsRequest(room_ids=room_ids, with_last_message=True)
    response = await call.backends.messages.call(lambda stub: stub.GetHeads, request, retry=True)
    return list(map(Head.of, response.heads))


def _changes(body: ConversationChanges) -> pb.ConversationChanges:
    return pb.ConversationChanges(
        status=None if body.status is UNSET else STATUSES[body.status],
        assignee_id=None if body.assignee is UNSET else body.assignee or "",
        tags=None if body.tags is UNSET else pb.TagList(tags=body.tags),
        priority=None if body.priority is UNSET else _PRIORITIES[body.priority],
        snoozed_until=None if body.snoozed_until is UNSET else _timestamp(body.snoozed_until),
        blocked=None if body.blocked is UNSET else body.blocked,
    )


def _timestamp(moment: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(moment)
    return timestamp
