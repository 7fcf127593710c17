"""Opening a chat with a business, without logging in."""

import asyncio
from hashlib import sha256
from typing import Annotated, Literal
from uuid import UUID, uuid4, uuid5

import msgspec
from aiohttp import hdrs
from msgspec import Meta, Struct

from edge import frames, render
from edge.identity import Identity
from edge.rest import cross_origin
from edge.rest.auth import GuestSession, guest_session
from edge.rest.businesses import Slug
from edge.rest.routing import Access, Call, route
from mesh import texts
from mesh.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited, Unauthenticated, Unavailable
from parlance.auth.v1 import auth_pb2
from parlance.message.v1 import message_pb2
from parlance.room.v1 import conversation_pb2 as pb

IDEMPOTENCY_KEY = "Idempotency-Key"
_KEY_REUSED = "This Idempotency-Key stands for another request. Take a new one for each chat."


Answer = Annotated[str, Meta(max_length=500)]


class VisitorDetails(Struct, frozen=True, kw_only=True):
    """What a visitor says of itself, as the business's form asks."""

    name: Answer = ""
    email: Answer = ""
    phone: Answer = ""
    fields: Annotated[dict[str, Answer], Meta(max_length=12)] = {}
    """Answers to the form's other questions, by their keys. A ticked checkbox is `true`."""

    def answers(self) -> dict[str, str]:
        """What is not empty, by the keys of the form."""
        said = {**self.fields, "name": self.name, "email": self.email, "phone": self.phone}
        return {question: answer for question, answer in said.items() if answer}


class NewChat(Struct, frozen=True, kw_only=True):
    """A visitor who wants to talk to a business."""

    business: Slug
    visitor: VisitorDetails = VisitorDetails()
    message: Annotated[str, Meta(max_length=frames.MAX_BODY_CHARACTERS)] = ""
    """Needed to begin; one who returns may leave it out."""
    consent: bool = False
    """To what the form says."""
    page: Annotated[str, Meta(max_length=2000)] = ""
    """The page that the visitor is on."""
    referrer: Annotated[str, Meta(max_length=2000)] = ""
    """The page that it came from."""
    identity: Annotated[str, Meta(max_length=4096)] = ""
    """A JWT in which the business says who the visitor is."""


class Chat(GuestSession, frozen=True, kw_only=True):
    """A visitor's way into its room."""

    room: str
    """The only room that the token opens."""
    message: frames.Message | None
    """As it is stored; null when there was none."""
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # names a scheme


@route(
    "POST",
    "/api/v1/public/chat/initiate",
    access=Access.PUBLIC,
    status=201,
    status_found=200,
    errors=(NotFound, Forbidden, Unauthenticated, Conflict, RateLimited, Unavailable),
)
async def initiate_chat(call: Call, body: NewChat) -> Chat:
    """Open a chat with a business, or return to the one that you have. The business hears of it at once.

    A new chat is answered with 201, the one that you have with 200. `Authorization` may carry the token of your earlier
    guest session. An `Idempotency-Key` of 16 to 200 characters that nobody can guess makes it safe to try again, for a
    day.
    """
    call.services.limits.admit_chat(call.services.proxies.client_address(call.request), body.business)
    guest = await _guest(call)
    key = _idempotency_key(call)
    request = pb.InitiateChatRequest(
        slug=body.business,
        origin=cross_origin.foreign_origin(call.request),
        answers=body.visitor.answers(),
        consent=body.consent,
        page=body.page,
        referrer=body.referrer,
        with_message=texts.says_something(body.message),
        idempotency_key=key,
        digest=sha256(msgspec.json.encode(body, order="deterministic")).digest(),
        guest_id=guest.user_id if guest else "",
        guest_room_id=guest.room_id if guest else "",
        identity_token=body.identity,
    )
    initiated = await call.backends.conversations.call(lambda stub: stub.InitiateChat, request, retry=bool(key))
    conversation = initiated.conversation
    if not initiated.is_new:
        call.response.set_status(200)
    session, message = await asyncio.gather(_let_in(call, conversation), _say(call, conversation, body.message, key))
    return Chat(
        access_token=session.access_token,
        expires_in=session.expires_in,
        refresh_token=session.refresh_token,
        user=session.user,
        room=conversation.room_id,
        message=_named(message, session.user.display_name),
    )


async def _guest(call: Call) -> Identity | None:
    """The visitor who was here before, if it shows its token."""
    if hdrs.AUTHORIZATION not in call.request.headers:
        return None
    identity = await call.services.sessions.identify(call.request)
    if not identity.is_guest:
        raise Forbidden("Visitors chat without an account: leave the token out.", reason="NOT_A_GUEST")
    return identity


def _idempotency_key(call: Call) -> str:
    """The key that the request names, if any; what it must look like is the service's to say."""
    key = call.request.headers.get(IDEMPOTENCY_KEY, "")
    if key.isascii():
        return key
    raise Invalid("An Idempotency-Key is ASCII.", reason="INVALID_IDEMPOTENCY_KEY", field=IDEMPOTENCY_KEY)


async def _let_in(call: Call, conversation: pb.Conversation) -> GuestSession:
    request = auth_pb2.CreateGuestRequest(
        user_id=conversation.guest_id, room_id=conversation.room_id, display_name=conversation.visitor.name
    )
    response = await call.backends.auth.call(lambda stub: stub.CreateGuest, request, retry=True)
    return guest_session(call, response.session)


async def _say(call: Call, conversation: pb.Conversation, body: str, key: str) -> message_pb2.Message | None:
    """Store what the visitor says: once, however often it is tried with the same key. `Conflict` when that said another."""
    if not texts.says_something(body):
        return None
    room_id, guest_id = conversation.room_id, conversation.guest_id
    new = message_pb2.NewMessage(
        room_id=room_id,
        message_id=str(uuid5(UUID(room_id), key) if key else uuid4()),
        sender_id=guest_id,
        kind=message_pb2.MESSAGE_KIND_TEXT,
        body=body,
    )
    message = await call.backends.sender.send(new, in_conversation=True)
    if message.body != body and not (message.HasField("edited_at") or message.HasField("deleted_at")):
        raise Conflict(_KEY_REUSED, reason="IDEMPOTENCY_KEY_REUSED")
    return message


def _named(message: message_pb2.Message | None, name: str) -> frames.Message | None:
    return render.message(message, frames.Person(message.sender_id, name, guest=True)) if message else None
