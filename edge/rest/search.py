"""Finding what was said."""

from typing import Annotated

from msgspec import Meta, Struct

from edge.frames import Message
from edge.rest.messages import rendered
from edge.rest.pages import Page, PageQuery
from edge.rest.rooms import check_membership
from edge.rest.routing import Access, Call, route
from mesh.errors import Forbidden
from parlance.message.v1 import message_pb2
from parlance.room.v1 import room_pb2


class SearchQuery(PageQuery, frozen=True, kw_only=True):
    """What to find, and where."""

    q: Annotated[str, Meta(min_length=1, max_length=200)]
    """Words that must all occur."""
    room: Annotated[str, Meta(max_length=80)] = ""
    """The id of a room that you are in; all of your rooms when it is left out."""
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    """How many at most."""


class Hit(Struct, frozen=True, kw_only=True):
    """A message that was found."""

    room: str
    """The id of its room."""
    message: Message


class HitPage(Page, frozen=True, kw_only=True):
    """Messages that were found, newest first."""

    hits: list[Hit]


@route("GET", "/api/search", access=Access.USER, errors=(Forbidden,))
async def search(call: Call, query: SearchQuery) -> HitPage:
    """Find messages by their words, in one of your rooms or in the 200 most recently active ones."""
    room_ids = await _searched_rooms(call, query.room)
    if not room_ids:
        return HitPage(hits=[], next=None)
    request = message_pb2.SearchMessagesRequest(
        query=query.q, room_ids=room_ids, page_size=query.limit, page_token=query.page_token
    )
    response = await call.backends.messages.call(lambda stub: stub.SearchMessages, request, retry=True)
    messages = await rendered(call, response.messages)
    return HitPage(
        hits=[
            Hit(room=found.room_id, message=message) for found, message in zip(response.messages, messages, strict=True)
        ],
        next=response.next_page_token or None,
    )


async def _searched_rooms(call: Call, room_id: str) -> list[str]:
    if room_id:
        await check_membership(call, room_id)
        return [room_id]
    request = room_pb2.ListUserRoomsRequest(user_id=call.user_id)
    response = await call.backends.rooms.call(lambda stub: stub.ListUserRooms, request, retry=True)
    return [place.room.id for place in response.rooms]
