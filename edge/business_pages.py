"""The pages that a business shows: its public page, and the frame of its widget that other sites embed.

They are made here and not built, because a browser must be told with them which sites may embed the frame.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from html import escape

from aiohttp import hdrs, web

from edge.backends import Backends
from edge.proxies import TrustedProxies
from edge.webclient import HEADERS
from edge.wording import Wording, preferred
from mesh.errors import NotFound
from parlance.room.v1 import business_pb2 as pb

_SLUG = "{slug:[A-Za-z0-9-]+}"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' https: data: blob:; "
    "font-src 'self'; media-src 'self' blob:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors {ancestors}"
)
_FRAME = """<!doctype html>
<html lang="{language}">
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
<html lang="{language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <meta name="description" content="{description}" />
    <meta name="theme-color" content="{accent}" />
    <meta property="og:type" content="website" />
    <meta property="og:title" content="{name}" />
    <meta property="og:description" content="{description}" />
    <meta property="og:url" content="{origin}/b/{slug}" />
    <meta property="og:image" content="{image}" />
    <meta name="twitter:card" content="summary" />
    <link rel="canonical" href="{origin}/b/{slug}" />
    <title>{name}</title>
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/widget/page.css" />
  </head>
  <body style="--accent: {accent}">
    <main>
      <header>
        {logo}
        <h1 dir="auto">{name}</h1>
        <p dir="auto">{description}</p>
        {hours}
      </header>
      <iframe src="/widget/{slug}?inline" title="{name}"></iframe>
    </main>
  </body>
</html>
"""
_HOURS = """<details>
          <summary>{title}</summary>
          <dl>{days}</dl>
          <p>{zone}</p>
        </details>"""
_DAYS_AHEAD = 14
_MISSING = """<!doctype html>
<html lang="{language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>{title}</title>
    <link rel="stylesheet" href="/widget/page.css" />
  </head>
  <body>
    <main>
      <header>
        <h1>{missing}</h1>
        <p>{advice}</p>
        <p><a href="/">{start}</a></p>
      </header>
    </main>
  </body>
</html>
"""


def install(app: web.Application, backends: Backends, proxies: TrustedProxies) -> None:
    """Serve them. The proxies know by which scheme they are asked for."""

    async def frame(request: web.Request) -> web.Response:
        profile = await _profile(backends, request)
        wording = _wording(request)
        if profile is None:
            return _missing(wording)
        text = _FRAME.format(language=wording.language, name=escape(profile.profile.name), slug=escape(profile.slug))
        return _html(text, ancestors=_ancestors(profile.allowed_origins))

    async def page(request: web.Request) -> web.Response:
        profile = await _profile(backends, request)
        wording = _wording(request)
        if profile is None:
            return _missing(wording)
        logo = profile.profile.logo_url
        origin = f"{'https' if proxies.is_https(request) else 'http'}://{request.host}"
        text = _PAGE.format(
            language=wording.language,
            name=escape(profile.profile.name),
            description=escape(profile.profile.description),
            slug=escape(profile.slug),
            accent=escape(profile.theme.accent),
            origin=escape(origin),
            image=escape(logo or f"{origin}/icon-512.png"),
            hours=_hours(profile.hours, wording),
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


def _wording(request: web.Request) -> Wording:
    return preferred(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))


def _missing(wording: Wording) -> web.Response:
    text = _MISSING.format(
        language=wording.language,
        title=wording.missing_title,
        missing=wording.missing,
        advice=wording.missing_advice,
        start=wording.start,
    )
    return _html(text, ancestors="'none'", status=404)


def _hours(hours: pb.Hours, wording: Wording) -> str:
    """When somebody answers, in the business's own time; the widget tells the next opening in the visitor's."""
    if not hours.limited:
        return ""
    days = "".join(
        f"<dt>{day}</dt><dd>{'<br />'.join(_periods(periods)) or wording.closed}</dd>"
        for day, periods in _days(hours, wording)
    )
    zone = wording.zone.format(zone=escape(hours.time_zone.replace("_", " ")))
    return _HOURS.format(title=wording.hours, days=days, zone=zone)


def _days(hours: pb.Hours, wording: Wording) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    for number, name in enumerate(wording.weekdays, start=1):
        yield name, [(each.opens, each.closes) for each in hours.periods if each.weekday == number]
    today = datetime.now(UTC).date()
    for exception in sorted(hours.exceptions, key=lambda each: each.date):
        day = date.fromisoformat(exception.date)
        if today - timedelta(days=1) <= day <= today + timedelta(days=_DAYS_AHEAD):
            yield wording.day(day), [(each.opens, each.closes) for each in exception.periods]


def _periods(periods: list[tuple[int, int]]) -> list[str]:
    return [f"{_clock(opens)} – {_clock(closes)}" for opens, closes in sorted(periods)]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _ancestors(origins: Iterable[str]) -> str:
    """Who may embed the frame, as browsers read it (CSP level 3, section 6.4.2); an IPv6 address cannot be said there."""
    return " ".join(["'self'", *(origin for origin in origins if "[" not in origin)])


def _html(text: str, *, ancestors: str, status: int = 200) -> web.Response:
    headers = {
        **HEADERS,
        "Content-Security-Policy": _POLICY.format(ancestors=ancestors),
        hdrs.CACHE_CONTROL: "no-cache",
        hdrs.VARY: hdrs.ACCEPT_LANGUAGE,
    }
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)
