"""The built web client, for an installation without nginx: each page at its addresses, and what pages load."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import hdrs, web

PAGE = "index.html"
ADDRESSES = {
    PAGE: ("/", "/login", "/register", "/rooms", "/rooms/{place:.+}"),
    f"dashboard/{PAGE}": ("/dashboard", "/dashboard/", "/dashboard/{place:[^.]+}"),
}
"""Where people are in the chat and in the dashboard; the page itself knows which is which."""

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
    for page, addresses in ADDRESSES.items():
        if (folder / page).is_file():
            for address in addresses:
                app.router.add_get(address, _serves(folder / page, _ASK_AGAIN))
    for file in folder.rglob("*"):
        place = file.relative_to(folder)
        is_hidden = any(part.startswith(".") for part in place.parts)
        if file.is_file() and file.suffix != ".gz" and file.name != PAGE and not is_hidden:
            # What is in a folder of this name has the hash of its content in its own.
            app.router.add_get(f"/{place}", _serves(file, _FOR_GOOD if place.parent.name == "assets" else _ASK_AGAIN))


def _serves(file: Path, cache_control: str) -> _Handler:
    headers = {**HEADERS, hdrs.CACHE_CONTROL: cache_control}
    if file.suffix in _CONTENT_TYPES:
        headers[hdrs.CONTENT_TYPE] = _CONTENT_TYPES[file.suffix]

    async def serve(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(file, headers=headers)

    return serve
