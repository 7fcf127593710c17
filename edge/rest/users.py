"""Accounts: your own, and what may be seen of others."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from edge import render
from edge.rest.pages import Page, PrefixQuery
from edge.rest.routing import Access, Call, route
from mesh.errors import AlreadyExists, Forbidden, NotFound
from parlance.auth.v1 import auth_pb2
from parlance.room.v1 import room_pb2

Username = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=32,
        description="Letters, digits, `_`, `-` and `.`; begins with a letter or digit. Case does not count.",
    ),
]
Password = Annotated[str, Meta(min_length=10, max_length=256, description="Not one of the most common ones.")]
DisplayName = Annotated[str, Meta(max_length=80)]
Email = Annotated[str, Meta(max_length=254)]
Role = Literal["user", "admin"]

_ROLES: dict[Role, auth_pb2.Role.ValueType] = {"user": auth_pb2.ROLE_USER, "admin": auth_pb2.ROLE_ADMIN}


class User(Struct, frozen=True, kw_only=True):
    """An account."""

    id: str
    username: str
    """Empty for a guest."""
    display_name: str
    """The name that others read."""
    guest: bool
    """A visitor who came without an account."""
    created_at: datetime
    role: Role | UnsetType = UNSET
    """Only for yourself and for administrators."""
    email: str | UnsetType | None = UNSET
    """Only for yourself and for administrators."""


class UserPage(Page, frozen=True, kw_only=True):
    """Users in order of their names."""

    users: list[User]


class NewUser(Struct, frozen=True, kw_only=True):
    """An account for somebody else."""

    username: Username
    password: Password
    display_name: DisplayName = ""
    """The username when it is left out."""
    email: Email | None = None
    role: Role = "user"


class UserChanges(Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays."""

    display_name: DisplayName | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    """Null removes it."""
    password: Password | UnsetType = UNSET
    """A new password ends the other sessions."""
    current_password: Annotated[str, Meta(max_length=256)] = ""
    """Needed for a new password of your own."""
    role: Role | UnsetType = UNSET
    """Only for administrators, and not their own."""


@route("GET", "/api/users", access=Access.USER)
async def list_users(call: Call, query: PrefixQuery) -> UserPage:
    """Find people by the beginning of their usernames."""
    request = auth_pb2.ListUsersRequest(prefix=query.prefix, page_size=query.limit, page_token=query.page_token)
    response = await call.backends.auth.call(lambda stub: stub.ListUsers, request, retry=True)
    shown = account if call.identity.is_admin else public
    return UserPage(users=[shown(user) for user in response.users], next=response.next_page_token or None)


@route("POST", "/api/users", access=Access.ADMIN, status=201, errors=(AlreadyExists,))
async def create_user(call: Call, body: NewUser) -> User:
    """Open an account for somebody, without logging in to it."""
    request = auth_pb2.CreateUserRequest(
        username=body.username,
        password=body.password,
        display_name=body.display_name,
        email=body.email,
        role=_ROLES[body.role],
    )
    return account((await call.backends.auth.call(lambda stub: stub.CreateUser, request)).user)


@route("GET", "/api/users/{user_id}", access=Access.USER, errors=(NotFound,))
async def get_user(call: Call, user_id: str) -> User:
    """One account; of others only what everybody may see."""
    user = await find(call, user_id=user_id)
    return account(user) if user_id == call.user_id or call.identity.is_admin else public(user)


@route("PATCH", "/api/users/{user_id}", access=Access.USER, errors=(NotFound, Forbidden))
async def update_user(call: Call, user_id: str, body: UserChanges) -> User:
    """Change an account: your own, or anybody's for an administrator."""
    _check_may_change(call, user_id)
    is_own = user_id == call.user_id
    if body.role is not UNSET and is_own:
        raise Forbidden("Your role can only be changed by another administrator.", reason="OWN_ROLE")
    request = auth_pb2.UpdateUserRequest(
        user_id=user_id,
        display_name=None if body.display_name is UNSET else body.display_name,
        email=None if body.email is UNSET else body.email or "",
        password=None if body.password is UNSET else body.password,
        current_password=body.current_password,
        role=auth_pb2.ROLE_UNSPECIFIED if body.role is UNSET else _ROLES[body.role],
        by_admin=not is_own,
        session_id=call.identity.session_id if is_own else "",
    )
    user = (await call.backends.auth.call(lambda stub: stub.UpdateUser, request)).user
    call.backends.people.remember(user)
    call.services.sessions.forget()
    return account(user)


@route("DELETE", "/api/users/{user_id}", access=Access.USER, errors=(NotFound, Forbidden))
async def delete_user(call: Call, user_id: str) -> None:
    """Delete an account: your own, or anybody's for an administrator. What it wrote stays, under "Deleted user"."""
    _check_may_change(call, user_id)
    # In this order, and each repeatable: whoever finds it half done can do it again.
    await call.backends.rooms.call(
        lambda stub: stub.RemoveUser, room_pb2.RemoveUserRequest(user_id=user_id), retry=True
    )
    await call.backends.auth.call(lambda stub: stub.DeleteUser, auth_pb2.DeleteUserRequest(user_id=user_id), retry=True)
    call.backends.people.forget(user_id)
    call.services.sessions.forget()


async def find(call: Call, *, user_id: str = "", username: str = "") -> auth_pb2.User:
    """The account of this id or name; raises `NotFound`, also for one that was deleted."""
    request = auth_pb2.GetUserRequest(user_id=user_id, username=username)
    return (await call.backends.auth.call(lambda stub: stub.GetUser, request, retry=True)).user


def account(user: auth_pb2.User) -> User:
    """An account as its owner and administrators see it."""
    return User(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        guest=user.is_guest,
        created_at=render.when(user.created_at),
        role="admin" if user.role == auth_pb2.ROLE_ADMIN else "user",
        email=user.email or None,
    )


def public(user: auth_pb2.User) -> User:
    """An account as others see it."""
    return User(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        guest=user.is_guest,
        created_at=render.when(user.created_at),
    )


def _check_may_change(call: Call, user_id: str) -> None:
    if user_id != call.user_id and not call.identity.is_admin:
        raise Forbidden("Only its owner or an administrator can change an account.", reason="NOT_YOUR_ACCOUNT")
