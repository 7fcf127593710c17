from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from edge import business_pages
from edge.backends import Backends
from edge.proxies import TrustedProxies
from edge.wording import preferred
from mesh.errors import NotFound
from parlance.room.v1 import business_pb2 as pb
from tests.edge.rest.standins import StandIns

Client = TestClient[web.Request, web.Application]
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
async def client(backends: Backends, services: StandIns) -> AsyncIterator[Client]:
    services.answers["GetPublicProfile"] = pb.GetPublicProfileResponse(
        slug="acme",
        profile=pb.Profile(name="Acme & Sons", description=EVIL, logo_url="https://acme.example/logo.png"),
        theme=pb.Theme(accent="#112233"),
        hours=pb.Hours(
            time_zone="America/New_York",
            limited=True,
            periods=[
                pb.WeeklyPeriod(weekday=5, opens=1200, closes=1440),
                pb.WeeklyPeriod(weekday=5, opens=540, closes=720),
            ],
            exceptions=[
                pb.DayException(date=(datetime.now(UTC) + timedelta(days=2)).date().isoformat()),
                pb.DayException(date="2020-12-24"),
            ],
        ),
        allowed_origins=["https://acme.example", "https://*.acme.example", "http://[::1]:8000"],
    )
    app = web.Application()
    business_pages.install(app, backends, TrustedProxies(["127.0.0.1"]))
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_only_the_sites_of_the_business_may_embed_the_frame(client: Client) -> None:
    response = await client.get("/widget/acme")
    policy = response.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://acme.example https://*.acme.example")
    assert 'data-business="acme"' in await response.text()
    assert response.headers["Cache-Control"] == "no-cache"


async def test_the_page_shows_the_business_and_its_widget_and_nobody_embeds_it(client: Client) -> None:
    response = await client.get("/b/ACME")
    text = await response.text()
    assert "<title>Acme &amp; Sons</title>" in text
    assert 'src="/widget/acme?inline"' in text
    assert 'src="https://acme.example/logo.png"' in text
    assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


async def test_those_who_share_the_page_see_what_it_is(client: Client, services: StandIns) -> None:
    headers = {"Host": "chat.example", "X-Forwarded-Proto": "https"}
    text = await (await client.get("/b/acme", headers=headers)).text()
    assert '<meta property="og:title" content="Acme &amp; Sons" />' in text
    assert '<meta property="og:url" content="https://chat.example/b/acme" />' in text
    assert '<meta property="og:image" content="https://acme.example/logo.png" />' in text
    services.answers["GetPublicProfile"] = pb.GetPublicProfileResponse(slug="acme")
    text = await (await client.get("/b/acme", headers=headers)).text()
    assert '<meta property="og:image" content="https://chat.example/icon-512.png" />' in text
    assert "Opening hours" not in text


async def test_the_page_tells_the_hours_in_the_time_of_the_business(client: Client) -> None:
    text = await (await client.get("/b/acme")).text()
    assert "<dt>Thursday</dt><dd>closed</dd>" in text
    assert "<dt>Friday</dt><dd>09:00 – 12:00<br />20:00 – 24:00</dd>" in text
    assert "In the time of America/New York." in text
    day = datetime.now(UTC) + timedelta(days=2)
    assert f"<dt>{day.day} {day:%B}</dt><dd>closed</dd>" in text
    assert "24 December" not in text or (day.day, day.month) == (24, 12)


async def test_the_page_speaks_the_visitors_language(client: Client) -> None:
    response = await client.get("/b/acme", headers={"Accept-Language": "fr;q=0.9, de-AT, en;q=0.5"})
    text = await response.text()
    assert response.headers["Vary"] == "Accept-Language"
    assert '<html lang="de">' in text
    assert "<dt>Donnerstag</dt><dd>geschlossen</dd>" in text
    assert "Nach der Uhr von America/New York." in text


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("DE-de", "de"),
        ("fr, es", "en"),
        ("en;q=0.5, de;q=0.6", "de"),
        ("en, de", "en"),
        ("de;q=0, en;q=0.1", "en"),
        ("de;q=high, *;q=0.5", "en"),
        (";;,,=;q", "en"),
    ],
)
def test_the_language_is_the_one_that_a_browser_wants_most(asked: str, language: str) -> None:
    assert preferred(asked).language == language


async def test_what_a_business_says_of_itself_is_text(client: Client) -> None:
    assert "<script>alert" not in await (await client.get("/b/acme")).text()


@pytest.mark.parametrize("path", ["/b/nobody", "/widget/nobody"])
async def test_an_unknown_business_has_a_page_that_says_so(path: str, client: Client, services: StandIns) -> None:
    services.answers["GetPublicProfile"] = NotFound("", reason="BUSINESS_NOT_FOUND")
    response = await client.get(path)
    assert response.status == 404
    text = await response.text()
    assert "There is no such business." in text
    assert 'href="/"' in text


async def test_what_is_no_slug_is_no_business(client: Client, services: StandIns) -> None:
    assert (await client.get("/widget/frame.js")).status == 404
    assert services.asked("GetPublicProfile") == []
