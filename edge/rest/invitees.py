"""Whom a request is about to bring into a room."""

from typing import Annotated

from msgspec import Meta, Struct

from edge.rest import users
from edge.rest.routing import Call
from mesh.errors import Forbidden, Invalid
from parlance.auth.v1 import auth_pb2


class Invitee(Struct, frozen=True, kw_only=True):
    """Somebody, by id or by name."""

    user_id: Annotated[str, Meta(max_length=80)] = ""
    username: Annotated[str, Meta(max_length=80)] = ""
    """May be given instead of `user_id`."""


async def find(call: Call, invitee: Invitee) -> auth_pb2.User:
    """The account that may be brought in; raises `NotFound`, also for a deleted one, and `Forbidden` for a guest."""
    if bool(invitee.user_id) == bool(invitee.username):
        raise Invalid("Say whom: give either `user_id` or `username`.", reason="BAD_INPUT", field="user_id")
    user = await users.find(call, user_id=invitee.user_id, username=invitee.username)
    if user.is_guest:
        raise Forbidden("Guests can only be met in the room that they were let into.", reason="IS_GUEST")
    return user
