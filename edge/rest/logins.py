"""Where you are logged in."""

from datetime import datetime

from aiohttp import hdrs, web
from msgspec import Struct

from edge import render
from edge.rest.routing import Access, Call, route
from mesh.errors import NotFound
from parlance.auth.v1 import auth_pb2


class Login(Struct, frozen=True, kw_only=True):
    """One of your sessions."""

    id: str
    device: str
    """The `User-Agent` that it was opened with; may be empty."""
    created_at: datetime
    used_at: datetime
    """When its tokens were renewed last."""
    current: bool
    """It is the one that asks."""


class LoginList(Struct, frozen=True, kw_only=True):
    """Your sessions, the one used last first."""

    sessions: list[Login]


@route("GET", "/api/auth/sessions", access=Access.USER)
async def list_sessions(call: Call) -> LoginList:
    """All places where you are logged in."""
    request = auth_pb2.ListSessionsRequest(user_id=call.user_id)
    response = await call.backends.auth.call(lambda stub: stub.ListSessions, request, retry=True)
    return LoginList(sessions=[_login(session, call.identity.session_id) for session in response.sessions])


@route("DELETE", "/api/auth/sessions/{session_id}", access=Access.USER, errors=(NotFound,))
async def end_session(call: Call, session_id: str) -> None:
    """Log out elsewhere, and close the connections there."""
    request = auth_pb2.EndSessionRequest(user_id=call.user_id, session_id=session_id)
    await call.backends.auth.call(lambda stub: stub.EndSession, request)
    call.services.sessions.forget()


def device(request: web.Request) -> str:
    """What a login comes from, as it calls itself; what is not UTF-8 of that is replaced."""
    return request.headers.get(hdrs.USER_AGENT, "").encode(errors="replace").decode()


def _login(session: auth_pb2.ListedSession, current: str) -> Login:
    return Login(
        id=session.session_id,
        device=session.device,
        created_at=render.when(session.created_at),
        used_at=render.when(session.used_at),
        current=session.session_id == current,
    )
