"""What comes through: the pages of nginx, what the edge shows the world, and nothing else."""

import asyncio
import gzip
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from tests.nginx.fleet import Fleet
from tests.nginx.front import FrontDoor, Replicas, front_door

SECURITY = {
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Cache-Control",
}
SCRIPT = b"export const answer = 42;\n" * 100


@pytest.fixture(scope="module")
def built(fleet: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontDoor]:
    """nginx with the pages of a built client."""
    root = tmp_path_factory.mktemp("root")
    (root / "assets").mkdir()
    (root / "index.html").write_text("<!doctype html><title>Parlance</title>")
    (root / "assets" / "index-D8f3_kQ2.js").write_bytes(SCRIPT)
    (root / "assets" / "unhashed.js").write_bytes(SCRIPT)
    for app in ("dashboard", "widget"):
        (root / app / "assets").mkdir(parents=True)
        (root / app / "assets" / "part-D8f3_kQ2.js").write_bytes(SCRIPT)
    (root / "dashboard" / "index.html").write_text("<!doctype html><title>Dashboard</title>")
    (root / "widget" / "frame.js").write_text("frame();")
    with front_door(tmp_path_factory.mktemp("built"), fleet.replicas, NGINX_ROOT=str(root)) as running:
        running.find(*fleet.addresses[:2])
        yield running


async def raw(front: FrontDoor, target: str) -> tuple[int, bytes]:
    """Ask for exactly this, which no client would leave as it is; returns status and body."""
    host, port = front.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split()[1]), body


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html"),
        ("/pages.css", "text/css"),
        ("/docs", "text/html"),
        ("/docs/docs.js", "text/javascript"),
        ("/openapi.json", "application/json"),
        ("/asyncapi.json", "application/json"),
        ("/.well-known/jwks.json", "application/json"),
    ],
)
async def test_what_is_public_can_be_reached(
    path: str, content_type: str, front: FrontDoor, http: aiohttp.ClientSession
) -> None:
    async with http.get(front.url + path) as response:
        assert response.status == 200
        assert response.content_type == content_type


@pytest.mark.parametrize(
    "target",
    [
        "/metrics",
        "/readyz",
        "//metrics",
        "/metrics/",
        "/METRICS",
        "/%6detrics",
        "/api/../metrics",
        "/api/..%2fmetrics",
        "/api/%2e%2e/readyz",
        "/docs/../metrics",
        "/docs/..;/metrics",
        "/ws/../metrics",
        "/metrics?/api/",
        "/metrics#/../api/",
        "/metrics%2f..%2fapi%2f",
        "/metrics/../api/",
        "/api/auth/login/../../../readyz",
        "http://edge.parlance.internal/metrics",
    ],
)
async def test_what_an_edge_tells_its_operator_is_hidden(target: str, front: FrontDoor) -> None:
    status, body = await raw(front, target)
    assert status in (400, 404)
    assert b"parlance_" not in body
    assert b"ready" not in body


@pytest.mark.parametrize("path", ["/missing.html", "/unavailable.html", "/nowhere", "/ws/x"])
async def test_elsewhere_is_a_page_that_says_so(path: str, front: FrontDoor, http: aiohttp.ClientSession) -> None:
    async with http.get(front.url + path) as response:
        assert response.status == 404
        assert "Nothing is here" in await response.text()
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/docs",
        "/docs/docs.css",
        "/openapi.json",
        "/.well-known/jwks.json",
        "/api/auth/me",
        "/api/nowhere",
        "/ws",
        "/nowhere",
        "/healthz",
    ],
)
async def test_each_security_header_comes_once(path: str, front: FrontDoor, http: aiohttp.ClientSession) -> None:
    async with http.get(front.url + path) as response:
        assert {name: len(response.headers.getall(name, [])) for name in SECURITY} == dict.fromkeys(SECURITY, 1)
        assert response.headers["Server"] == "nginx"


async def test_what_the_edge_says_about_itself_stands(
    fleet: Fleet, front: FrontDoor, http: aiohttp.ClientSession
) -> None:
    for path in ("/docs", "/openapi.json", "/.well-known/jwks.json", "/api/auth/me"):
        async with http.get(fleet.edges[0] + path) as inside, http.get(front.url + path) as outside:
            for name in SECURITY & inside.headers.keys():
                assert outside.headers[name] == inside.headers[name]


async def test_what_has_a_hash_in_its_name_is_kept_for_good(built: FrontDoor, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{built.url}/assets/index-D8f3_kQ2.js") as response:
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert await response.read() == SCRIPT


@pytest.mark.parametrize("path", ["/", "/index.html", "/assets/unhashed.js"])
async def test_what_may_change_is_asked_for_again(path: str, built: FrontDoor, http: aiohttp.ClientSession) -> None:
    async with http.get(built.url + path) as response:
        assert response.headers["Cache-Control"] == "no-cache"
        unchanged = {"If-None-Match": response.headers["ETag"]}
    async with http.get(built.url + path, headers=unchanged) as response:
        assert response.status == 304


async def test_that_an_asset_is_missing_is_not_kept(built: FrontDoor, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{built.url}/assets/index-AAAAAAAA.js") as response:
        assert response.status == 404
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/openapi.json", "/assets/index-D8f3_kQ2.js"])
async def test_texts_are_compressed(path: str, built: FrontDoor) -> None:
    async with (
        aiohttp.ClientSession(auto_decompress=False) as http,
        http.get(built.url + path, headers={"Accept-Encoding": "gzip"}) as response,
    ):
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert len(gzip.decompress(await response.read())) > 1024


async def test_a_websocket_is_not_compressed(front: FrontDoor, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(f"{front.url}/ws", protocols=["parlance.v1"], compress=15) as socket:
        assert socket.protocol == "parlance.v1"
        assert not socket.compress


async def test_a_body_that_is_too_large_is_refused_like_an_edge_refuses(
    fleet: Fleet, front: FrontDoor, http: aiohttp.ClientSession
) -> None:
    answers: list[dict[str, Any]] = []
    for url in (fleet.edges[0], front.url):
        async with http.post(f"{url}/api/auth/login", data=b"{" + b" " * 70_000) as response:
            assert response.status == 413
            assert response.content_type == "application/problem+json"
            answers.append(await response.json(content_type=None))
    assert answers[0]["code"] == answers[1]["code"]
    assert answers[0]["reason"] == answers[1]["reason"]
    assert answers[0].keys() == answers[1].keys()


async def test_without_an_edge_the_api_answers_with_a_problem(
    lonely: FrontDoor, replicas: Replicas, http: aiohttp.ClientSession
) -> None:
    replicas.addresses.append("127.0.1.250")
    for path in ("/api/auth/me", "/ws", "/openapi.json"):
        async with http.get(lonely.url + path) as response:
            assert response.status == 502
            assert response.content_type == "application/problem+json"
            problem = await response.json(content_type=None)
            assert (problem["status"], problem["code"], problem["reason"]) == (502, "unavailable", "UNAVAILABLE")
            assert response.headers["Retry-After"] == "1"
            assert {name: len(response.headers.getall(name, [])) for name in SECURITY} == dict.fromkeys(SECURITY, 1)


async def test_without_an_edge_people_read_a_page(lonely: FrontDoor, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{lonely.url}/docs") as response:
        assert response.status == 502
        assert "Back in a moment" in await response.text()


async def test_its_own_health_says_nothing_about_edges(lonely: FrontDoor, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{lonely.url}/healthz") as response:
        assert response.status == 200


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/", "/dashboard/acme/inbox/0198c"])
async def test_the_dashboard_is_at_each_of_its_addresses(
    path: str, built: FrontDoor, http: aiohttp.ClientSession
) -> None:
    async with http.get(built.url + path) as response:
        assert "<title>Dashboard" in await response.text()


@pytest.mark.parametrize("path", ["/dashboard/assets/part-D8f3_kQ2.js", "/widget/assets/part-D8f3_kQ2.js"])
async def test_parts_of_the_web_are_kept_for_good(path: str, built: FrontDoor, http: aiohttp.ClientSession) -> None:
    async with http.get(built.url + path) as response:
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/b/nobody", "/widget/nobody"])
async def test_what_a_business_shows_comes_from_an_edge_with_its_own_policy(
    path: str, built: FrontDoor, http: aiohttp.ClientSession
) -> None:
    async with http.get(built.url + path) as response:
        assert response.status == 404
        assert "There is no such business." in await response.text()
        assert "frame-src" in response.headers["Content-Security-Policy"]
    async with http.get(f"{built.url}/widget/frame.js") as response:
        assert await response.text() == "frame();"
