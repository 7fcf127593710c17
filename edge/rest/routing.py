"""Declares the routes of the API, and is the one place where requests are admitted, decoded, called and encoded.

A route is a plain async function under `@route`. Its signature says what it takes and gives:

    @route("PATCH", "/api/rooms/{room_id}", access=Access.USER, errors=(NotFound,))
    async def update_room(call: Call, room_id: str, body: RoomChanges) -> Room:

`body` is decoded from JSON and `query` from the query string, both as structs; the other parameters are those of the path.
What is returned is answered as JSON, None as 204. A route that takes `incoming` reads its body itself, and one that returns
a response has sent it itself. The documentation is made from the same declaration.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from types import ModuleType
from typing import Any, get_type_hints

import msgspec
from aiohttp import web
from msgspec import Struct

from edge import problems
from edge.backends import Backends
from edge.identity import Identity
from edge.limits import Limits
from edge.proxies import TrustedProxies
from edge.rest.sessions import Sessions
from edge.rest.streams import Incoming
from mesh import context
from mesh.errors import Forbidden, ParlanceError, Unauthenticated

MAX_BODY_BYTES = 64 * 1024
REQUEST_SECONDS = 15.0
ROOM = "room_id"
"""The path parameter that says which room a request is about."""
_OTHER_PARAMETERS = {"call", "query", "body", "incoming"}

Handler = Callable[..., Awaitable[Struct | web.StreamResponse | None]]


class Access(Enum):
    """Who may call a route."""

    PUBLIC = "Anybody, without logging in."
    LOGGED_IN = "Whoever is logged in, guests too."
    ROOM = "Users, and the guest of the room in the path."
    USER = "Users, not guests."
    ADMIN = "Administrators."

    @property
    def is_public(self) -> bool:
        """Whether no token is needed."""
        return self is Access.PUBLIC


@dataclass(frozen=True, slots=True)
class Services:
    """What routes work with."""

    backends: Backends
    sessions: Sessions
    limits: Limits
    proxies: TrustedProxies


@dataclass(frozen=True, slots=True)
class Call:
    """One request, admitted."""

    request: web.Request
    response: web.Response
    """Will be the answer; may be given cookies."""
    services: Services
    caller: Identity | None
    """Who asks; None on a public route."""

    @property
    def backends(self) -> Backends:
        """The services behind the edge."""
        return self.services.backends

    @property
    def identity(self) -> Identity:
        """Who asks, on a route that is not public."""
        if self.caller is None:
            raise Unauthenticated("Log in first.", reason="TOKEN_MISSING")
        return self.caller

    @property
    def user_id(self) -> str:
        """Who asks, on a route that is not public."""
        return self.identity.user_id


@dataclass(frozen=True, slots=True)
class Route:
    """A declared route."""

    method: str
    path: str
    access: Access
    handler: Handler
    status: int
    """Of a successful answer."""
    status_found: int | None
    """Of one that brings what was there already, where that has a status of its own."""
    errors: tuple[type[ParlanceError], ...]
    """Those worth mentioning in the documentation, beside the ones that every route has."""
    path_parameters: tuple[str, ...]
    query: type[Struct] | None
    body: type[Struct] | None
    answer: type[Struct] | None
    takes_stream: bool
    """Its body is not JSON, and as large as the route itself allows."""
    gives_stream: bool
    """It answers with a file, or a part of one."""
    seconds: float
    """In which it must be done."""


def route(
    method: str,
    path: str,
    *,
    access: Access,
    status: int | None = None,
    status_found: int | None = None,
    errors: tuple[type[ParlanceError], ...] = (),
    seconds: float = REQUEST_SECONDS,
) -> Callable[[Handler], Route]:
    """Declare a route; raises TypeError when the function does not fit the path."""

    def declare(handler: Handler) -> Route:
        hints = get_type_hints(handler)
        answer, gives_stream = hints["return"], hints["return"] is web.StreamResponse
        if gives_stream or answer is type(None):
            answer = None
        path_parameters = tuple(re.findall(r"{(\w+)}", path))
        if {*path_parameters} != inspect.signature(handler).parameters.keys() - _OTHER_PARAMETERS:
            raise TypeError(f"{handler.__qualname__} does not take the parameters of {path}")
        return Route(
            method=method,
            path=path,
            access=access,
            handler=handler,
            status=status or (200 if answer or gives_stream else 204),
            status_found=status_found,
            errors=errors,
            path_parameters=path_parameters,
            query=hints.get("query"),
            body=hints.get("body"),
            answer=answer,
            takes_stream="incoming" in hints,
            gives_stream=gives_stream,
            seconds=seconds,
        )

    return declare


def routes_of(*modules: ModuleType) -> Iterator[Route]:
    """The routes that modules declare, in order."""
    for module in modules:
        yield from (value for value in vars(module).values() if isinstance(value, Route))


class Endpoint:
    """Serves one route."""

    def __init__(self, route: Route, services: Services) -> None:
        self.route = route
        self._services = services

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Admit, decode, call, encode."""
        with context.deadline(self.route.seconds):
            caller = await self._admit(request)
            call = Call(request, web.Response(status=self.route.status), self._services, caller)
            answer = await self.route.handler(call, **await self._arguments(request))
            if isinstance(answer, web.StreamResponse):
                return answer
            if answer is not None:
                call.response.content_type = "application/json"
                call.response.body = msgspec.json.encode(answer)
            return call.response

    async def _admit(self, request: web.Request) -> Identity | None:
        access = self.route.access
        if access is Access.PUBLIC:
            return None
        identity = await self._services.sessions.identify(request)
        if identity.is_guest and not (
            access is Access.LOGGED_IN or (access is Access.ROOM and identity.room_id == request.match_info[ROOM])
        ):
            raise Forbidden("Guests may only use the room that they were let into.", reason="GUEST_NOT_ALLOWED")
        if access is Access.ADMIN and not identity.is_admin:
            raise Forbidden("Only administrators may do this.", reason="ADMIN_ONLY")
        return identity

    async def _arguments(self, request: web.Request) -> dict[str, Any]:
        arguments: dict[str, Any] = {name: request.match_info[name] for name in self.route.path_parameters}
        if self.route.takes_stream:
            arguments["incoming"] = Incoming(request)
        try:
            if self.route.query is not None:
                arguments["query"] = msgspec.convert(dict(request.query), self.route.query, strict=False)
            if self.route.body is not None:
                arguments["body"] = msgspec.json.decode(await _read(request) or b"{}", type=self.route.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise problems.unacceptable(error) from error
        return arguments


async def _read(request: web.Request) -> bytes:
    """Read the body; refuses one that is too large without reading it to its end."""
    return b"".join([chunk async for chunk in Incoming(request).chunks(MAX_BODY_BYTES)])
