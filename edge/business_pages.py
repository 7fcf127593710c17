"""The pages that a business shows: its public page, and the frame of its widget that other sites embed.

They are made here and not built, because a browser must be told with them which sites may embed the frame.
"""

from collections.abc import Iterable
from html import escape

from aiohttp import hdrs, web

from edge.backends import Backends
from edge.webclient import HEADERS
from mesh.errors import NotFound
from parlance.room.v1 import business_pb2 as pb

_SLUG = "{slug:[A-Za-z0-9-]+}"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' https: data: blob:; "
    "font-src 'self'; media-src 'self' blob:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors {ancestors}"
)
_FRAME = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <meta name="robots" content="noindex" />
    <title>{name}</title>
    <link rel="stylesheet" href="/widget/frame.css" />
    <script type="module" src="/widget/frame.js"></script>
  </head>
  <body data-business="{slug}"></body>
</html>
"""
_PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <meta name="description" content="{description}" />
    <meta property="og:title" content="{name}" />
    <meta property="og:description" content="{description}" />
    {image}
    <title>{name}</title>
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/widget/page.css" />
  </head>
  <body style="--accent: {accent}">
    <main>
      <header>
        {logo}
        <h1>{name}</h1>
        <p dir="auto">{description}</p>
      </header>
      <iframe src="/widget/{slug}?inline" title="{name}"></iframe>
    </main>
  </body>
</html>
"""
_MISSING = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Not found</title>
    <link rel="stylesheet" href="/widget/page.css" />
  </head>
  <body>
    <main>
      <header>
        <h1>There is no such business.</h1>
        <p>Perhaps its address has changed.</p>
      </header>
    </main>
  </body>
</html>
"""


def install(app: web.Application, backends: Backends) -> None:
    """Serve them."""

    async def frame(request: web.Request) -> web.Response:
        profile = await _profile(backends, request)
        if profile is None:
            return _html(_MISSING, ancestors="'none'", status=404)
        text = _FRAME.format(name=escape(profile.profile.name), slug=escape(profile.slug))
        return _html(text, ancestors=_ancestors(profile.allowed_origins))

    async def page(request: web.Request) -> web.Response:
        profile = await _profile(backends, request)
        if profile is None:
            return _html(_MISSING, ancestors="'none'", status=404)
        logo = profile.profile.logo_url
        text = _PAGE.format(
            name=escape(profile.profile.name),
            description=escape(profile.profile.description),
            slug=escape(profile.slug),
            accent=escape(profile.theme.accent),
            image=f'<meta property="og:image" content="{escape(logo)}" />' if logo else "",
            logo=f'<img src="{escape(logo)}" alt="" width="64" height="64" />' if logo else "",
        )
        return _html(text, ancestors="'none'")

    app.router.add_get(f"/widget/{_SLUG}", frame)
    app.router.add_get(f"/b/{_SLUG}", page)


async def _profile(backends: Backends, request: web.Request) -> pb.GetPublicProfileResponse | None:
    asked = pb.GetPublicProfileRequest(slug=request.match_info["slug"])
    try:
        return await backends.businesses.call(lambda stub: stub.GetPublicProfile, asked, retry=True)
    except NotFound:
        return None


def _ancestors(origins: Iterable[str]) -> str:
    """Who may embed the frame, as browsers read it (CSP level 3, section 6.4.2); an IPv6 address cannot be said there."""
    return " ".join(["'self'", *(origin for origin in origins if "[" not in origin)])


def _html(text: str, *, ancestors: str, status: int = 200) -> web.Response:
    headers = {
        **HEADERS,
        "Content-Security-Policy": _POLICY.format(ancestors=ancestors),
        hdrs.CACHE_CONTROL: "no-cache",
    }
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)
