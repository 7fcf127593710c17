"""Businesses as the contracts have them, and back."""

from typing import Any, TypeVar

import msgspec
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.errors import Invalid
from parlance.room.v1 import business_pb2 as pb
from room_service.business_model import (
    Agent,
    AgentRole,
    Business,
    BusinessChanges,
    CannedReply,
    ChatForm,
    Hours,
    IdentityKey,
    Theme,
)
from room_service.businesses import PublicProfile
from room_service.model import Milliseconds

Settings = TypeVar("Settings")
Packed = TypeVar("Packed", bound=Message)

ROLES = {
    AgentRole.AGENT: pb.AGENT_ROLE_AGENT,
    AgentRole.ADMIN: pb.AGENT_ROLE_ADMIN,
    AgentRole.OWNER: pb.AGENT_ROLE_OWNER,
}
ROLE_OF = {number: role for role, number in ROLES.items()}


def business_to_proto(business: Business, role: AgentRole) -> pb.Business:
    """Pack a business for somebody with this role in it."""
    return pb.Business(
        id=business.id,
        slug=business.slug,
        profile=_packed(business.profile, pb.Profile),
        hours=_packed(business.hours, pb.Hours),
        theme=_packed(business.theme, pb.Theme),
        form=_packed(business.form, pb.ChatForm),
        allowed_origins=business.allowed_origins,
        identity_keys=map(key_to_proto, business.identity_keys),
        created_at=timestamp(business.created_at),
        role=ROLES[role],
    )


def profile_to_proto(profile: PublicProfile) -> pb.GetPublicProfileResponse:
    """Pack what anybody may know."""
    business = profile.business
    return pb.GetPublicProfileResponse(
        business_id=business.id,
        slug=business.slug,
        profile=_packed(business.profile, pb.Profile),
        theme=_packed(business.theme, pb.Theme),
        form=_packed(business.form, pb.ChatForm),
        open=profile.open,
        opens_at=None if profile.opens_at is None else timestamp(profile.opens_at),
        closes_at=None if profile.closes_at is None else timestamp(profile.closes_at),
        allowed_origins=business.allowed_origins,
        hours=_packed(business.hours, pb.Hours),
    )


def changes_from_proto(changes: pb.BusinessChanges) -> BusinessChanges:
    """Unpack changes; raises `Invalid` for a value that no setting takes."""
    return BusinessChanges(
        slug=changes.slug if changes.HasField("slug") else None,
        name=changes.name if changes.HasField("name") else None,
        description=changes.description if changes.HasField("description") else None,
        logo_url=changes.logo_url if changes.HasField("logo_url") else None,
        away_message=changes.away_message if changes.HasField("away_message") else None,
        reply_within_minutes=changes.reply_within_minutes if changes.HasField("reply_within_minutes") else None,
        hours=_unpacked(changes.hours, Hours) if changes.HasField("hours") else None,
        theme=_unpacked(changes.theme, Theme) if changes.HasField("theme") else None,
        form=_unpacked(changes.form, ChatForm) if changes.HasField("form") else None,
        allowed_origins=tuple(changes.allowed_origins.origins) if changes.HasField("allowed_origins") else None,
    )


def agent_to_proto(agent: Agent) -> pb.Agent:
    """Pack an agent."""
    return pb.Agent(user_id=agent.user_id, role=ROLES[agent.role], joined_at=timestamp(agent.joined_at))


def reply_to_proto(reply: CannedReply) -> pb.CannedReply:
    """Pack a canned reply."""
    return pb.CannedReply(id=reply.id, shortcut=reply.shortcut, text=reply.text)


def key_to_proto(key: IdentityKey) -> pb.IdentityKey:
    """Pack an identity key."""
    return pb.IdentityKey(
        key_id=key.key_id, algorithm=key.algorithm, public_key=key.public_key, added_at=timestamp(key.added_at)
    )


def timestamp(milliseconds: Milliseconds) -> Timestamp:
    """Pack a time."""
    return Timestamp(seconds=milliseconds // 1000, nanos=milliseconds % 1000 * 1_000_000)


def _packed(settings: Any, kind: type[Packed]) -> Packed:
    """Settings have the same fields, by name, in the contracts and in the domain; times are not among them."""
    return ParseDict(msgspec.to_builtins(settings), kind())


def _unpacked(proto: Message, kind: type[Settings]) -> Settings:
    fields = MessageToDict(proto, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise Invalid(f"This setting is not known: {error}.", reason="INVALID_SETTING") from error
