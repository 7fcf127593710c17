"""The visitors of a business, as a list that can be taken away."""

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from aiohttp import hdrs, web
from msgspec import Struct

from edge import render
from edge.frames import Visitor
from edge.rest import streams
from edge.rest.conversations import Status, VisitorQuery
from edge.rest.pages import Page
from edge.rest.routing import Access, Call, route
from mesh.errors import Forbidden, NotFound
from parlance.room.v1 import business_pb2
from parlance.room.v1 import conversation_pb2 as pb

EXPORT_SECONDS = 300.0
EXPORTED_AT_ONCE = 500
_COLUMNS = ("created_at", "name", "email", "phone", "verified", "subject", "status", "page", "referrer", "consent")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Lead(Struct, frozen=True, kw_only=True):
    """A visitor, as it presented itself."""

    room: str
    """Of its conversation."""
    created_at: datetime
    status: Status
    visitor: Visitor
    blocked: bool


class LeadPage(Page, frozen=True, kw_only=True):
    """Visitors, the newest first."""

    leads: list[Lead]


@route("GET", "/api/businesses/{business_id}/leads", access=Access.USER, errors=(NotFound,))
async def list_leads(call: Call, business_id: str, query: VisitorQuery) -> LeadPage:
    """Visitors, the newest first. For those who answer for the business."""
    request = _request(call, business_id, query.prefix, page_size=query.limit, page_token=query.page_token)
    page = await call.backends.conversations.call(lambda stub: stub.ListConversations, request, retry=True)
    return LeadPage(leads=list(map(_lead, page.conversations)), next=page.next_page_token or None)


@route(
    "GET",
    "/api/businesses/{business_id}/leads.csv",
    access=Access.USER,
    errors=(NotFound, Forbidden),
    seconds=EXPORT_SECONDS,
)
async def export_leads(call: Call, business_id: str, query: VisitorQuery) -> web.StreamResponse:
    """All visitors as CSV (RFC 4180), for a spreadsheet: no cell is a formula. For the owner and admins."""
    business = business_pb2.GetBusinessRequest(business_id=business_id, actor_id=call.user_id)
    form = (await call.backends.businesses.call(lambda stub: stub.GetBusiness, business, retry=True)).business.form
    keys = [field.key for field in form.fields if field.key not in _COLUMNS]
    headers = {
        hdrs.CONTENT_TYPE: "text/csv; charset=utf-8",
        hdrs.CONTENT_DISPOSITION: 'attachment; filename="leads.csv"',
        hdrs.CACHE_CONTROL: "private, no-store",
    }
    response = web.StreamResponse(headers=headers)
    return await streams.send(call.request, response, _export(call, business_id, query.prefix, keys))


async def _export(call: Call, business_id: str, prefix: str, keys: Sequence[str]) -> AsyncIterator[bytes]:
    """The table in pieces, each of which is asked for when the one before has been sent."""
    request = _request(call, business_id, prefix, page_size=EXPORTED_AT_ONCE, for_export=True)
    rows = [[*_COLUMNS, *keys, "other_answers"]]
    while True:
        page = await call.backends.conversations.call(lambda stub: stub.ListConversations, request, retry=True)
        yield _csv([*rows, *(_row(_lead(conversation), keys) for conversation in page.conversations)])
        if not page.next_page_token:
            return
        rows = []
        request.page_token = page.next_page_token


def _request(
    call: Call, business_id: str, prefix: str, *, page_size: int, page_token: str = "", for_export: bool = False
) -> pb.ListConversationsRequest:
    return pb.ListConversationsRequest(
        business_id=business_id,
        actor_id=call.user_id,
        prefix=prefix,
        order=pb.CONVERSATION_ORDER_CREATED,
        for_export=for_export,
        page_size=page_size,
        page_token=page_token,
    )


def _lead(conversation: pb.Conversation) -> Lead:
    return Lead(
        room=conversation.room_id,
        created_at=render.when(conversation.created_at),
        status=render.status(conversation.status),
        visitor=render.visitor(conversation.visitor),
        blocked=conversation.blocked,
    )


def _row(lead: Lead, keys: Sequence[str]) -> list[str]:
    visitor = lead.visitor
    other: Mapping[str, str] = {key: answer for key, answer in visitor.answers.items() if key not in keys}
    return [
        lead.created_at.isoformat(timespec="seconds"),
        visitor.name,
        visitor.email,
        visitor.phone,
        "yes" if visitor.verified else "no",
        visitor.subject,
        lead.status,
        visitor.page,
        visitor.referrer,
        visitor.consent,
        *(visitor.answers.get(key, "") for key in keys),
        json.dumps(other, ensure_ascii=False) if other else "",
    ]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([map(_inert, row) for row in rows])
    return text.getvalue().encode()


def _inert(cell: str) -> str:
    """What a visitor wrote is text, also to a spreadsheet that would take it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
