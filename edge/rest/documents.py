"""The descriptions of the API, for programs and as a page for people. Public and the same for everybody."""

from collections.abc import Sequence
from importlib.resources import files

import msgspec
from aiohttp import hdrs, web

from edge import asyncapi, openapi
from edge.rest.routing import Route

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE_FILES = {
    "/docs": ("docs.html", "text/html"),
    "/docs/docs.css": ("docs.css", "text/css"),
    "/docs/docs.js": ("docs.js", "text/javascript"),
}
PATHS = ("/openapi.json", "/asyncapi.json", *_PAGE_FILES)
"""What is served here."""


class Document:
    """Something that never changes while the process runs."""

    def __init__(self, body: bytes, content_type: str) -> None:
        self._body = body
        self._content_type = content_type

    async def handle(self, request: web.Request) -> web.Response:
        """Answer with it."""
        response = web.Response(body=self._body, content_type=self._content_type, charset="utf-8")
        response.headers[hdrs.CACHE_CONTROL] = "no-cache"
        response.headers[hdrs.CONTENT_SECURITY_POLICY] = _PAGE_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def add(app: web.Application, routes: Sequence[Route]) -> None:
    """Serve the documents and the page that shows them."""
    documents = {
        "/openapi.json": Document(msgspec.json.encode(openapi.document(routes)), "application/json"),
        "/asyncapi.json": Document(msgspec.json.encode(asyncapi.document()), "application/json"),
    }
    for path, (name, content_type) in _PAGE_FILES.items():
        documents[path] = Document(files("edge").joinpath("pages", name).read_bytes(), content_type)
    for path, document in documents.items():
        app.router.add_route("GET", path, document.handle)
