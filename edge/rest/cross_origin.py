"""Lets pages of a business's own sites use the public API from a browser, and no others (Fetch standard, section 3.2).

The browser asks first (a preflight, which names the page's origin) and then shows the page the answer only if we say so.
What a page may do is not left to the browser: a request from a site that no business lists is refused, and the service
checks the origin once more against the business that the request is about.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import hdrs, web

from edge import problems
from edge.backends import Backends
from edge.rest import refresh_cookie
from mesh.errors import Forbidden, ParlanceError
from parlance.room.v1 import business_pb2 as pb

PREFIX = "/api/v1/public/"
REMEMBERED_SECONDS = 10.0
PREFLIGHT_SECONDS = 600
_BUSINESS = PREFIX + "businesses/"
_MAX_REMEMBERED = 10_000


class CrossOrigin:
    """Answers preflights, and marks answers as readable by the page that asked."""

    def __init__(self, backends: Backends, *, now: Callable[[], float] = time.monotonic) -> None:
        self._backends = backends
        self._now = now
        self._allowed: OrderedDict[tuple[str, str], tuple[bool, float]] = OrderedDict()

    @web.middleware
    async def middleware(self, request: web.Request, handler: problems.Handler) -> web.StreamResponse:
        """Surround the public API; everything else passes untouched."""
        origin = request.headers.get(hdrs.ORIGIN)
        if not request.path.startswith(PREFIX) or origin is None or is_our_own(request):
            return await handler(request)
        if not await self._allows(origin, request.path.removeprefix(_BUSINESS)):
            raise Forbidden("This site may not talk to the business.", reason="ORIGIN_NOT_ALLOWED")
        if request.method == hdrs.METH_OPTIONS:
            response: web.StreamResponse = _preflight()
        else:
            try:
                response = await handler(request)
            except ParlanceError as error:  # rendered here, so that the page can read it
                response = problems.render(error)
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = f"{hdrs.RETRY_AFTER}, {problems.REQUEST_ID}"
        response.headers[hdrs.VARY] = hdrs.ORIGIN
        return response

    async def _allows(self, origin: str, rest: str) -> bool:
        """Whether any business lists the origin; on the path of one business, whether that one does; `NotFound`."""
        if not origin.isascii():  # browsers write every host in ASCII
            return False
        slug = "" if rest.startswith(PREFIX) else rest
        allowed, until = self._allowed.get((origin, slug), (False, 0.0))
        now = self._now()
        if now < until:
            return allowed
        request = pb.CheckOriginRequest(origin=origin, slug=slug)
        allowed = (await self._backends.businesses.call(lambda stub: stub.CheckOrigin, request, retry=True)).allowed
        self._allowed[origin, slug] = allowed, now + REMEMBERED_SECONDS
        if len(self._allowed) > _MAX_REMEMBERED:
            self._allowed.popitem(last=False)
        return allowed


def foreign_origin(request: web.Request) -> str:
    """The origin of the page that asks, when it is not one of ours; else nothing."""
    return "" if is_our_own(request) else request.headers.get(hdrs.ORIGIN, "")


def is_our_own(request: web.Request) -> bool:
    """Whether the page that asks is one of ours."""
    try:
        refresh_cookie.check_origin(request)
    except Forbidden:
        return False
    return True


def _preflight() -> web.Response:
    return web.Response(
        status=204,
        headers={
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST",
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Authorization, Content-Type, Idempotency-Key",
            hdrs.ACCESS_CONTROL_MAX_AGE: str(PREFLIGHT_SECONDS),
        },
    )
