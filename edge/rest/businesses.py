"""Businesses: opening them, and how they present themselves."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from edge import render
from edge.rest.business_settings import ChatForm, Hours, Name, Text, Theme, packed, unpacked
from edge.rest.routing import Access, Call, route
from mesh.errors import AlreadyExists, Forbidden, NotFound
from parlance.room.v1 import business_pb2 as pb

AgentRole = Literal["agent", "admin", "owner"]
Slug = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=40,
        description="Of a to z, digits and single hyphens; names the business in addresses.",
    ),
]
Origin = Annotated[str, Meta(max_length=200, description="As in https://shop.example, https://*.shop.example or *.")]

ROLES: dict[AgentRole, pb.AgentRole.ValueType] = {
    "agent": pb.AGENT_ROLE_AGENT,
    "admin": pb.AGENT_ROLE_ADMIN,
    "owner": pb.AGENT_ROLE_OWNER,
}
ROLE_NAMES = {number: name for name, number in ROLES.items()}


class IdentityKey(Struct, frozen=True, kw_only=True):
    """A public key; the business signs with its private half who its visitors are."""

    key_id: str
    """`kid` of the tokens."""
    algorithm: str
    """`EdDSA`, `ES256` or `RS256`."""
    public_key: str
    """PEM."""
    added_at: datetime


class Business(Struct, frozen=True, kw_only=True):
    """A business as those see it who answer for it."""

    id: str
    slug: str
    name: str
    description: str
    logo_url: str
    away_message: str
    """What visitors read outside the opening hours."""
    reply_within_minutes: int
    """Within how many minutes of the opening hours visitors may expect an answer; 0 promises nothing."""
    hours: Hours
    theme: Theme
    form: ChatForm
    allowed_origins: list[str]
    """The sites that may embed the widget. Our own pages always may."""
    identity_keys: list[IdentityKey]
    created_at: datetime
    role: AgentRole
    """Your own."""


class BusinessList(Struct, frozen=True, kw_only=True):
    """The businesses that you answer for, in order of name."""

    businesses: list[Business]


class NewBusiness(Struct, frozen=True, kw_only=True):
    """A business to open."""

    name: Name
    slug: Slug | UnsetType = UNSET
    """Made from the name when it is left out."""
    time_zone: Annotated[str, Meta(max_length=64)] = "UTC"


class BusinessChanges(Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays."""

    slug: Slug | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    logo_url: Annotated[str, Meta(max_length=500)] | UnsetType = UNSET
    """Begins with https://; empty for none."""
    away_message: Text | UnsetType = UNSET
    reply_within_minutes: Annotated[int, Meta(ge=0, le=10_080)] | UnsetType = UNSET
    """What visitors are promised; 0 for nothing."""
    hours: Hours | UnsetType = UNSET
    theme: Theme | UnsetType = UNSET
    form: ChatForm | UnsetType = UNSET
    allowed_origins: Annotated[list[Origin], Meta(max_length=50)] | UnsetType = UNSET


class NewIdentityKey(Struct, frozen=True, kw_only=True):
    """A public key to trust."""

    public_key: Annotated[str, Meta(min_length=1, max_length=4000)]
    """PEM, or a JWK as text: Ed25519, P-256, or RSA of 2,048 bits or more."""
    key_id: Annotated[str, Meta(max_length=64)] = ""
    """The JWK's own, or one made from the key, when it is left out."""


@route("GET", "/api/businesses", access=Access.USER)
async def list_businesses(call: Call) -> BusinessList:
    """The businesses that you answer for."""
    request = pb.ListBusinessesRequest(user_id=call.user_id)
    response = await call.backends.businesses.call(lambda stub: stub.ListBusinesses, request, retry=True)
    return BusinessList(businesses=list(map(_business, response.businesses)))


@route("POST", "/api/businesses", access=Access.USER, status=201, errors=(AlreadyExists,))
async def create_business(call: Call, body: NewBusiness) -> Business:
    """Open a business, which you then own."""
    slug = "" if body.slug is UNSET else body.slug
    request = pb.CreateBusinessRequest(actor_id=call.user_id, slug=slug, name=body.name, time_zone=body.time_zone)
    return _business((await call.backends.businesses.call(lambda stub: stub.CreateBusiness, request)).business)


@route("GET", "/api/businesses/{business_id}", access=Access.USER, errors=(NotFound,))
async def get_business(call: Call, business_id: str) -> Business:
    """One business. For those who answer for it."""
    request = pb.GetBusinessRequest(business_id=business_id, actor_id=call.user_id)
    response = await call.backends.businesses.call(lambda stub: stub.GetBusiness, request, retry=True)
    return _business(response.business)


@route("PATCH", "/api/businesses/{business_id}", access=Access.USER, errors=(NotFound, Forbidden, AlreadyExists))
async def update_business(call: Call, business_id: str, body: BusinessChanges) -> Business:
    """Change how a business presents itself. For its owner and its admins."""
    request = pb.UpdateBusinessRequest(business_id=business_id, actor_id=call.user_id, changes=_changes(body))
    response = await call.backends.businesses.call(lambda stub: stub.UpdateBusiness, request, retry=True)
    return _business(response.business)


@route("POST", "/api/businesses/{business_id}/keys", access=Access.USER, status=201, errors=(NotFound, Forbidden))
async def add_identity_key(call: Call, business_id: str, body: NewIdentityKey) -> IdentityKey:
    """Trust a key that signs who your visitors are. For the owner and admins.

    To rotate: add the new key, sign with it, and remove the old one an hour later.
    """
    request = pb.AddIdentityKeyRequest(
        business_id=business_id, actor_id=call.user_id, key_id=body.key_id, public_key=body.public_key
    )
    return _key((await call.backends.businesses.call(lambda stub: stub.AddIdentityKey, request)).key)


@route("DELETE", "/api/businesses/{business_id}/keys/{key_id}", access=Access.USER, errors=(NotFound, Forbidden))
async def remove_identity_key(call: Call, business_id: str, key_id: str) -> None:
    """Trust a key no longer. For the owner and admins."""
    request = pb.RemoveIdentityKeyRequest(business_id=business_id, actor_id=call.user_id, key_id=key_id)
    await call.backends.businesses.call(lambda stub: stub.RemoveIdentityKey, request)


def _changes(body: BusinessChanges) -> pb.BusinessChanges:
    origins = body.allowed_origins
    return pb.BusinessChanges(
        slug=None if body.slug is UNSET else body.slug,
        name=None if body.name is UNSET else body.name,
        description=None if body.description is UNSET else body.description,
        logo_url=None if body.logo_url is UNSET else body.logo_url,
        away_message=None if body.away_message is UNSET else body.away_message,
        reply_within_minutes=None if body.reply_within_minutes is UNSET else body.reply_within_minutes,
        hours=None if body.hours is UNSET else packed(body.hours, pb.Hours),
        theme=None if body.theme is UNSET else packed(body.theme, pb.Theme),
        form=None if body.form is UNSET else packed(body.form, pb.ChatForm),
        allowed_origins=None if origins is UNSET else pb.OriginList(origins=origins),
    )


def _business(business: pb.Business) -> Business:
    return Business(
        id=business.id,
        slug=business.slug,
        name=business.profile.name,
        description=business.profile.description,
        logo_url=business.profile.logo_url,
        away_message=business.profile.away_message,
        reply_within_minutes=business.profile.reply_within_minutes,
        hours=unpacked(business.hours, Hours),
        theme=unpacked(business.theme, Theme),
        form=unpacked(business.form, ChatForm),
        allowed_origins=list(business.allowed_origins),
        identity_keys=list(map(_key, business.identity_keys)),
        created_at=render.when(business.created_at),
        role=ROLE_NAMES[business.role],
    )


def _key(key: pb.IdentityKey) -> IdentityKey:
    return IdentityKey(
        key_id=key.key_id, algorithm=key.algorithm, public_key=key.public_key, added_at=render.when(key.added_at)
    )
