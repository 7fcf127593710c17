from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from edge import business_pages
from edge.backends import Backends
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
        allowed_origins=["https://acme.example", "https://*.acme.example", "http://[::1]:8000"],
    )
    app = web.Application()
    business_pages.install(app, backends)
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


async def test_the_page_says_what_is_shown_of_it_where_it_is_shared(client: Client, services: StandIns) -> None:
    text = await (await client.get("/b/acme")).text()
    assert '<meta property="og:title" content="Acme &amp; Sons" />' in text
    assert '<meta property="og:image" content="https://acme.example/logo.png" />' in text
    services.answers["GetPublicProfile"].profile.logo_url = ""
    assert "og:image" not in await (await client.get("/b/acme")).text()


async def test_what_a_business_says_of_itself_is_text(client: Client) -> None:
    assert "<script>alert" not in await (await client.get("/b/acme")).text()


@pytest.mark.parametrize("path", ["/b/nobody", "/widget/nobody"])
async def test_an_unknown_business_has_a_page_that_says_so(path: str, client: Client, services: StandIns) -> None:
    services.answers["GetPublicProfile"] = NotFound("", reason="BUSINESS_NOT_FOUND")
    response = await client.get(path)
    assert response.status == 404
    assert "There is no such business." in await response.text()


async def test_what_is_no_slug_is_no_business(client: Client, services: StandIns) -> None:
    assert (await client.get("/widget/frame.js")).status == 404
    assert services.asked("GetPublicProfile") == []
