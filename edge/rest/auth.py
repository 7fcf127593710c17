"""Logging in and out."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from edge import render
from edge.backends import Backends
from edge.frames import RoomSummary
from edge.head import Head
from edge.rest import refresh_cookie, users
from edge.rest.logins import device
from edge.rest.routing import Access, Call, route
from edge.rest.users import DisplayName, Email, Password, User, Username
from mesh.errors import AlreadyExists, Forbidden, RateLimited, Unauthenticated
from parlance.auth.v1 import auth_pb2
from parlance.message.v1 import message_pb2
from parlance.room.v1 import room_pb2

RefreshToken = Annotated[str, Meta(max_length=500)]


class SessionRequest(Struct, frozen=True, kw_only=True):
    """What every way to log in takes."""

    session: Literal["token", "cookie"] = "token"
    """`cookie`: the refresh token is set as an HttpOnly cookie on `/api/auth` and left out of the answer."""


class Registration(SessionRequest, frozen=True, kw_only=True):
    """A new account."""

    username: Username
    password: Password
    display_name: DisplayName = ""
    """The username when it is left out."""
    email: Email | None = None


class Credentials(SessionRequest, frozen=True, kw_only=True):
    """What somebody logs in with."""

    username: Annotated[str, Meta(min_length=1, max_length=80)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class RefreshRequest(SessionRequest, frozen=True, kw_only=True):
    """Asks for a new pair of tokens."""

    refresh_token: RefreshToken = ""
    """May be left out when the cookie is sent; the next token is then set as a cookie again."""


class LogoutRequest(Struct, frozen=True, kw_only=True):
    """Which session to end."""

    refresh_token: RefreshToken = ""
    """May be left out when the cookie or an access token is sent."""
    everywhere: bool = False
    """End all sessions of the same user."""


class Session(Struct, frozen=True, kw_only=True):
    """A logged-in session."""

    access_token: str
    """To be sent as `Authorization: Bearer`."""
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # names a scheme
    expires_in: int
    """Seconds until the access token expires."""
    refresh_token: str | UnsetType = UNSET
    """Good once, for the next pair of tokens. Absent when it is a cookie."""
    user: User


class GuestSession(Struct, frozen=True, kw_only=True):
    """A visitor's session."""

    access_token: str
    """To be sent as `Authorization: Bearer`."""
    expires_in: int
    """Seconds until the access token expires."""
    refresh_token: str
    """Good once, for the next pair of tokens."""
    user: User


class Me(Struct, frozen=True, kw_only=True):
    """Whoever asks."""

    user: User
    rooms: list[RoomSummary]
    """The 200 most recently active ones."""


@route("POST", "/api/auth/register", access=Access.PUBLIC, status=201, errors=(AlreadyExists, RateLimited, Forbidden))
async def register(call: Call, body: Registration) -> Session:
    """Open an account and log in to it."""
    _check_cookie_wanted(call, body)
    call.services.limits.admit_registration(call.services.proxies.client_address(call.request))
    request = auth_pb2.RegisterRequest(
        username=body.username,
        password=body.password,
        display_name=body.display_name,
        email=body.email,
        device=device(call.request),
    )
    response = await call.backends.auth.call(lambda stub: stub.Register, request)
    return _session(call, response.session, as_cookie=body.session == "cookie")


@route("POST", "/api/auth/login", access=Access.PUBLIC, errors=(Unauthenticated, RateLimited, Forbidden))
async def login(call: Call, body: Credentials) -> Session:
    """Log in. An unknown user and a wrong password are answered alike."""
    _check_cookie_wanted(call, body)
    call.services.limits.admit_login(call.services.proxies.client_address(call.request), body.username)
    request = auth_pb2.LoginRequest(username=body.username, password=body.password, device=device(call.request))
    response = await call.backends.auth.call(lambda stub: stub.Login, request)
    return _session(call, response.session, as_cookie=body.session == "cookie")


@route("POST", "/api/auth/refresh", access=Access.PUBLIC, errors=(Unauthenticated, Forbidden))
async def refresh(call: Call, body: RefreshRequest) -> Session:
    """Exchange a refresh token for a new pair. Using one a second time ends its session."""
    _check_cookie_wanted(call, body)
    kept = "" if body.refresh_token else refresh_cookie.read(call)
    token = body.refresh_token or kept
    if not token:
        raise Unauthenticated("Log in first: this needs a refresh token.", reason="TOKEN_MISSING")
    response = await call.backends.auth.call(lambda stub: stub.Refresh, auth_pb2.RefreshRequest(refresh_token=token))
    # What came from where no script can read it does not leave for where one can.
    return _session(call, response.session, as_cookie=body.session == "cookie" or bool(kept))


@route("POST", "/api/auth/logout", access=Access.PUBLIC, errors=(Unauthenticated, Forbidden))
async def logout(call: Call, body: LogoutRequest) -> None:
    """End a session and close its connections. Ending what has ended succeeds.

    The session is that of the refresh token in the body, else in the cookie, else that of the access token.
    """
    token = body.refresh_token or refresh_cookie.read(call)
    session_id = "" if token else (await call.services.sessions.identify(call.request)).session_id
    request = auth_pb2.LogoutRequest(refresh_token=token, session_id=session_id, everywhere=body.everywhere)
    await call.backends.auth.call(lambda stub: stub.Logout, request, retry=True)
    call.services.sessions.forget()
    refresh_cookie.take_back(call)


@route("GET", "/api/auth/me", access=Access.LOGGED_IN)
async def me(call: Call) -> Me:
    """Your account and your rooms."""
    account = await users.find(call, user_id=call.user_id)
    return Me(user=users.account(account), rooms=await _rooms(call.backends, call.user_id))


def _check_cookie_wanted(call: Call, body: SessionRequest) -> None:
    """A page of another site is refused before anything is done for it, not when the cookie is set."""
    if body.session == "cookie":
        refresh_cookie.check_origin(call.request)


def _session(call: Call, session: auth_pb2.Session, *, as_cookie: bool) -> Session:
    if as_cookie:
        refresh_cookie.give(call, session.refresh_token, seconds=session.refresh_expires_in.seconds)
    call.backends.people.remember(session.user)
    return Session(
        access_token=session.access_token,
        expires_in=session.expires_in.seconds,
        refresh_token=UNSET if as_cookie else session.refresh_token,
        user=users.account(session.user),
    )


def guest_session(call: Call, session: auth_pb2.Session) -> GuestSession:
    """What a visitor is given; never as a cookie, for its widget stands in pages of others."""
    call.backends.people.remember(session.user)
    return GuestSession(
        access_token=session.access_token,
        expires_in=session.expires_in.seconds,
        refresh_token=session.refresh_token,
        user=users.account(session.user),
    )


async def _rooms(backends: Backends, user_id: str) -> list[RoomSummary]:
    request = room_pb2.ListUserRoomsRequest(user_id=user_id)
    mine = (await backends.rooms.call(lambda stub: stub.ListUserRooms, request, retry=True)).rooms
    heads_request = message_pb2.GetHeadsRequest(room_ids=[place.room.id for place in mine], with_last_message=True)
    response = await backends.messages.call(lambda stub: stub.GetHeads, heads_request, retry=True)
    heads = [Head.of(head) for head in response.heads]
    others = {user_id for place in mine for user_id in place.room.direct_user_ids}
    last_senders = render.senders(head.last_message for head in heads if head.last_message)
    people = await backends.people.get(others | last_senders)
    return [
        render.room_summary(place.room, place.membership, head, people) for place, head in zip(mine, heads, strict=True)
    ]
