"""Renders errors as problem details (RFC 9457): the one place where HTTP learns what went wrong."""

import math
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import msgspec
from aiohttp import hdrs, web
from msgspec import UNSET, Struct, UnsetType

from mesh import context, logs
from mesh.errors import Internal, Invalid, NotFound, ParlanceError, RateLimited, Unauthenticated, Unavailable

log = logs.get(__name__)

CONTENT_TYPE = "application/problem+json"
API = "/api/"
REQUEST_ID = "X-Request-Id"

_DEFAULT_RETRY_SECONDS = 1.0
_HTTP_REASONS = {
    405: ("METHOD_NOT_ALLOWED", "This address does not take this method."),
    413: ("BODY_TOO_LARGE", "The body is too large."),
    416: ("RANGE_NOT_SATISFIABLE", "The file has no such bytes."),
}
_PATH = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?")
_MISSING = re.compile(r"Object missing required field `(.*)`")
_REQUIREMENTS = {
    re.compile(r"Expected `(?:str|array|object)` of length >= 1"): "must not be empty",
    re.compile(r"Expected `str` of length >= (\d+)"): r"must have at least \1 characters",
    re.compile(r"Expected `str` of length <= (\d+)"): r"must have at most \1 characters",
    re.compile(r"Expected `int` >= (-?\d+)"): r"must be at least \1",
    re.compile(r"Expected `int` <= (-?\d+)"): r"must be at most \1",
    re.compile(r"Expected `(\w+)`, got `(\w+)`"): r"must be of type \1, not \2",
    re.compile(r"Invalid enum value (.*)"): r"cannot be \1",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Problem(Struct, frozen=True, kw_only=True):
    """Why a request failed (RFC 9457)."""

    type: str = "about:blank"
    title: str
    """The name of the HTTP status."""
    status: int
    detail: str
    """For people: what was wrong and what to do."""
    code: str
    """The kind of error, as listed in docs/errors.md."""
    reason: str
    """A stable name for programs, such as `NOT_A_MEMBER`."""
    field: str | UnsetType = UNSET
    """The input that was wrong."""
    retry_after: float | UnsetType = UNSET
    """Seconds after which trying again makes sense."""


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer whatever goes wrong under /api with a problem, and give each request an id that follows it everywhere.

    Elsewhere only our own errors are rendered: they are raised before an answer has begun.
    """
    if not request.path.startswith(API):
        return await _answer_elsewhere(request, handler)
    context.request_id.set(context.new_request_id())
    response = await _answer(request, handler)
    if not response.prepared:
        response.headers[REQUEST_ID] = context.request_id.get()
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def render(error: ParlanceError) -> web.Response:
    """Build the response that tells of an error."""
    retry_after = error.retry_after
    if retry_after is None and isinstance(error, RateLimited | Unavailable):
        retry_after = _DEFAULT_RETRY_SECONDS
    response = _response(
        Problem(
            title=HTTPStatus(error.http_status).phrase,
            status=error.http_status,
            detail=error.message,
            code=error.kind,
            reason=error.reason,
            field=UNSET if error.field is None else error.field,
            retry_after=UNSET if retry_after is None else retry_after,
        )
    )
    if retry_after is not None:
        response.headers[hdrs.RETRY_AFTER] = str(math.ceil(retry_after))
    if isinstance(error, Unauthenticated):
        response.headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
    return response


def unacceptable(error: msgspec.DecodeError | UnicodeDecodeError) -> Invalid:
    """Say for people what msgspec found wrong in an input, and in which field."""
    if not isinstance(error, msgspec.ValidationError):
        return Invalid("The body is not valid JSON.", reason="NOT_JSON")
    fault, path = _split(str(error))
    if missing := _MISSING.fullmatch(fault):
        path, fault = ".".join(filter(None, (path, missing[1]))), "is missing"
    for pattern, requirement in _REQUIREMENTS.items():
        fault = pattern.sub(requirement, fault)
    if not path:
        return Invalid(f"The input {fault}." if fault.startswith("must") else fault, reason="BAD_INPUT")
    return Invalid(f"`{path}` {fault}.", reason="BAD_INPUT", field=path)


async def _answer_elsewhere(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ParlanceError as error:
        return render(error)


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ParlanceError as error:
        return render(error)
    except web.HTTPException as error:
        return _render_http(error)
    except Exception:  # what a caller may not know of goes to the log
        log.exception("request_failed", method=request.method, path=request.path)
        return render(Internal())


def _render_http(error: web.HTTPException) -> web.StreamResponse:
    """Build the response for what aiohttp itself refuses."""
    if error.status < 400:
        raise error
    if error.status == NotFound.http_status:
        return render(NotFound("There is nothing at this address.", reason="NO_SUCH_ROUTE"))
    title = HTTPStatus(error.status).phrase
    reason, detail = _HTTP_REASONS.get(error.status, ("BAD_REQUEST", "The request cannot be understood."))
    response = _response(Problem(title=title, status=error.status, detail=detail, code=Invalid.kind, reason=reason))
    for name in (hdrs.ALLOW, hdrs.CONTENT_RANGE):
        if name in error.headers:
            response.headers[name] = error.headers[name]
    return response


def _response(problem: Problem) -> web.Response:
    return web.Response(body=msgspec.json.encode(problem), status=problem.status, content_type=CONTENT_TYPE)


def _split(message: str) -> tuple[str, str]:
    """What is wrong, and where."""
    match = _PATH.fullmatch(message)
    return (match[1], match[2] or "") if match else (message, "")
