"""The descriptions of the API, for programs and as a page for people. Public and the same for everybody."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import PurePath

import msgspec
from aiohttp import hdrs, web

from edge import asyncapi
from edge.rest import openapi
from edge.rest.routing import Route

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_CONTENT_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_PAGE = "docs.html"


class Document:
    """Something that never changes while the process runs."""

    def __init__(self, body: bytes, content_type: str) -> None:
        self._body = body
        self._content_type = content_type

    async def handle(self, request: web.Request) -> web.Response:
        """Answer with it."""
        response = web.Response(body=self._body, content_type=self._content_type, charset="utf-8")
        response.headers[hdrs.CACHE_CONTROL] = "no-cache"
        response.headers[hdrs.CONTENT_SECURITY_POLICY] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def documents(routes: Sequence[Route]) -> dict[str, Document]:
    """What is served, by path: both descriptions, the page and what it loads."""
    described = {
        "/openapi.json": Document(msgspec.json.encode(openapi.document(routes)), "application/json"),
        "/asyncapi.json": Document(msgspec.json.encode(asyncapi.document()), "application/json"),
    }
    page = {
        "/docs" if file.name == _PAGE else f"/docs/{file.name}": Document(
            file.read_bytes(), _CONTENT_TYPES[PurePath(file.name).suffix]
        )
        for file in files("edge").joinpath("pages").iterdir()
    }
    return described | page


async def show_page(_request: web.Request) -> web.Response:
    """Send whoever comes to the start to the page."""
    raise web.HTTPFound("/docs")


def install(app: web.Application, routes: Sequence[Route]) -> None:
    """Serve them."""
    for path, document in documents(routes).items():
        app.router.add_route("GET", path, document.handle)
