"""The built web client, for an installation without nginx: the page at each of its addresses, and what the page loads."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import hdrs, web

PAGE = "index.html"
ADDRESSES = ("/", "/login", "/register", "/rooms", "/rooms/{place:.+}")
"""Where people are in the client; the page itself knows which is which."""

HEADERS = {
    # Styles may be inline, scripts never: dialogs measure the scrollbar and say so in a style.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""As nginx says them (nginx/nginx.conf.template)."""

_FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_CONTENT_TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".woff2": "font/woff2"}

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def install(app: web.Application, folder: Path) -> None:
    """Serve what was built into this folder. Where it is accepted, the compressed copy beside a file (`.gz`) is sent."""
    for address in ADDRESSES:
        app.router.add_get(address, _serves(folder / PAGE, _ASK_AGAIN))
    for file in folder.iterdir():
        if file.is_file() and file.suffix != ".gz" and file.name != PAGE:
            app.router.add_get(f"/{file.name}", _serves(file, _ASK_AGAIN))
    # What is in this folder has the hash of its content in its name.
    for file in (folder / "assets").iterdir():
        if file.suffix != ".gz":
            app.router.add_get(f"/assets/{file.name}", _serves(file, _FOR_GOOD))


def _serves(file: Path, cache_control: str) -> _Handler:
    headers = {**HEADERS, hdrs.CACHE_CONTROL: cache_control}
    if file.suffix in _CONTENT_TYPES:
        headers[hdrs.CONTENT_TYPE] = _CONTENT_TYPES[file.suffix]

    async def serve(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(file, headers=headers)

    return serve
