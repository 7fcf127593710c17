"""What a business often says."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from edge.rest.routing import Access, Call, route
from mesh.errors import AlreadyExists, Forbidden, NotFound
from parlance.room.v1 import business_pb2 as pb

Shortcut = Annotated[str, Meta(min_length=1, max_length=32, description="Letters, digits, `-` and `_`.")]
ReplyText = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2000,
        description="With the variables {{visitor.name}}, {{visitor.email}}, {{agent.name}} and {{business.name}}.",
    ),
]


class CannedReply(Struct, frozen=True, kw_only=True):
    """Something that is said often."""

    id: str
    shortcut: str
    text: str


class CannedReplyList(Struct, frozen=True, kw_only=True):
    """All canned replies of a business, in order of their shortcuts."""

    replies: list[CannedReply]


class NewCannedReply(Struct, frozen=True, kw_only=True):
    """A canned reply to add."""

    shortcut: Shortcut
    text: ReplyText


class CannedReplyChanges(Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays."""

    shortcut: Shortcut | UnsetType = UNSET
    text: ReplyText | UnsetType = UNSET


@route("GET", "/api/businesses/{business_id}/canned-replies", access=Access.USER, errors=(NotFound,))
async def list_canned_replies(call: Call, business_id: str) -> CannedReplyList:
    """All canned replies. For those who answer for the business."""
    request = pb.ListCannedRepliesRequest(business_id=business_id, actor_id=call.user_id)
    response = await call.backends.businesses.call(lambda stub: stub.ListCannedReplies, request, retry=True)
    return CannedReplyList(replies=list(map(_reply, response.replies)))


@route(
    "POST",
    "/api/businesses/{business_id}/canned-replies",
    access=Access.USER,
    status=201,
    errors=(NotFound, Forbidden, AlreadyExists),
)
async def create_canned_reply(call: Call, business_id: str, body: NewCannedReply) -> CannedReply:
    """Add a canned reply. For the owner and admins."""
    request = pb.CreateCannedReplyRequest(
        business_id=business_id, actor_id=call.user_id, shortcut=body.shortcut, text=body.text
    )
    return _reply((await call.backends.businesses.call(lambda stub: stub.CreateCannedReply, request)).reply)


@route(
    "PATCH",
    "/api/businesses/{business_id}/canned-replies/{reply_id}",
    access=Access.USER,
    errors=(NotFound, Forbidden, AlreadyExists),
)
async def update_canned_reply(call: Call, business_id: str, reply_id: str, body: CannedReplyChanges) -> CannedReply:
    """Change a canned reply. For the owner and admins."""
    request = pb.UpdateCannedReplyRequest(
        business_id=business_id,
        actor_id=call.user_id,
        reply_id=reply_id,
        shortcut=None if body.shortcut is UNSET else body.shortcut,
        text=None if body.text is UNSET else body.text,
    )
    response = await call.backends.businesses.call(lambda stub: stub.UpdateCannedReply, request, retry=True)
    return _reply(response.reply)


@route(
    "DELETE",
    "/api/businesses/{business_id}/canned-replies/{reply_id}",
    access=Access.USER,
    errors=(NotFound, Forbidden),
)
async def delete_canned_reply(call: Call, business_id: str, reply_id: str) -> None:
    """Remove a canned reply. For the owner and admins."""
    request = pb.DeleteCannedReplyRequest(business_id=business_id, actor_id=call.user_id, reply_id=reply_id)
    await call.backends.businesses.call(lambda stub: stub.DeleteCannedReply, request)


def _reply(reply: pb.CannedReply) -> CannedReply:
    return CannedReply(id=reply.id, shortcut=reply.shortcut, text=reply.text)
