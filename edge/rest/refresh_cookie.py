"""The refresh token as a cookie that scripts cannot read and other sites cannot use."""

from aiohttp import hdrs, web

from edge.rest.routing import Call
from mesh.errors import Forbidden

NAME = "parlance_refresh"
_PATH = "/api/auth"


def read(call: Call) -> str:
    """The refresh token that the browser keeps; empty when it keeps none. Raises `Forbidden` for another site's request."""
    token = call.request.cookies.get(NAME, "")
    if token:
        check_origin(call.request)
    return token


def give(call: Call, token: str, *, seconds: int) -> None:
    """Let the browser keep a refresh token. Raises `Forbidden` for another site's request."""
    check_origin(call.request)
    call.response.set_cookie(
        NAME,
        token,
        max_age=seconds,
        path=_PATH,
        secure=call.services.proxies.is_https(call.request),
        httponly=True,
        samesite="Strict",
    )


def take_back(call: Call) -> None:
    """Let the browser forget the refresh token, if it keeps one."""
    if NAME in call.request.cookies:
        call.response.del_cookie(NAME, path=_PATH, httponly=True, samesite="Strict")


def check_origin(request: web.Request) -> None:
    """Raise `Forbidden` for a request that a browser makes for a page of another site."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and origin.partition("://")[2].lower() != request.host.lower():
        raise Forbidden("This request comes from another site.", reason="OTHER_ORIGIN")
