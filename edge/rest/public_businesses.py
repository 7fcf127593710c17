"""What anybody may know of a business, without logging in."""

from datetime import datetime

from msgspec import Struct

from edge import render
from edge.rest.business_settings import ChatForm, Theme, unpacked
from edge.rest.routing import Access, Call, route
from mesh.errors import Forbidden, NotFound
from parlance.room.v1 import business_pb2 as pb


class PublicBusiness(Struct, frozen=True, kw_only=True):
    """A business as its page and its widget show it."""

    slug: str
    name: str
    description: str
    logo_url: str
    away_message: str
    """To be shown while it is not open."""
    reply_within_minutes: int
    """Within how many minutes an answer may be expected while it is open; 0 when nothing is promised."""
    theme: Theme
    form: ChatForm
    open: bool
    """Somebody answers at this moment, by the opening hours."""
    opens_at: datetime | None
    """When it opens next; null while it is open, and when it will not within two weeks."""
    closes_at: datetime | None
    """When it closes next; null while it is closed, and when it stays open for two weeks."""


@route("GET", "/api/v1/public/businesses/{slug}", access=Access.PUBLIC, errors=(NotFound, Forbidden))
async def get_public_business(call: Call, slug: str) -> PublicBusiness:
    """What a page or widget shows of a business. For its own sites and our pages."""
    request = pb.GetPublicProfileRequest(slug=slug)
    found = await call.backends.businesses.call(lambda stub: stub.GetPublicProfile, request, retry=True)
    return PublicBusiness(
        slug=found.slug,
        name=found.profile.name,
        description=found.profile.description,
        logo_url=found.profile.logo_url,
        away_message=found.profile.away_message,
        reply_within_minutes=found.profile.reply_within_minutes,
        theme=unpacked(found.theme, Theme),
        form=unpacked(found.form, ChatForm),
        open=found.open,
        opens_at=render.when(found.opens_at) if found.HasField("opens_at") else None,
        closes_at=render.when(found.closes_at) if found.HasField("closes_at") else None,
    )
