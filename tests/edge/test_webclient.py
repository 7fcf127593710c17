import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import ValidationError

from edge import webclient
from edge.app import EdgeSettings

Client = TestClient[web.Request, web.Application]

SCRIPT = b"export const answer = 42;\n" * 100


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What a build leaves."""
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Parlance</title>")
    (tmp_path / "sw.js").write_text("self;")
    (tmp_path / "manifest.webmanifest").write_text("{}")
    (assets / "index-D8f3_kQ2.js").write_bytes(SCRIPT)
    (assets / "index-D8f3_kQ2.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "widget.js").write_text("launch();")
    for app in ("dashboard", "widget"):
        (tmp_path / app / "assets").mkdir(parents=True)
        (tmp_path / app / "assets" / "part-Ab12_cd3.js").write_bytes(SCRIPT)
    (tmp_path / "dashboard" / "index.html").write_text("<!doctype html><title>Dashboard</title>")
    (tmp_path / "widget" / "frame.js").write_text("frame();")
    for folder in (tmp_path, tmp_path / "widget"):
        (folder / ".vite").mkdir()
        (folder / ".vite" / "manifest.json").write_text("{}")
    return tmp_path


@pytest.fixture
async def client(built: Path) -> AsyncIterator[Client]:
    app = web.Application()
    webclient.install(app, built)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/login", "/register", "/rooms", "/rooms/0198c", "/rooms/0198c/messages/7"])
async def test_the_page_is_at_each_address_of_the_client_and_is_asked_for_again(path: str, client: Client) -> None:
    response = await client.get(path)
    assert "<title>Parlance" in await response.text()
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/", "/dashboard/acme/inbox/0198c"])
async def test_the_dashboard_is_at_each_of_its_addresses(path: str, client: Client) -> None:
    response = await client.get(path)
    assert "<title>Dashboard" in await response.text()
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/dashboard/assets/part-Ab12_cd3.js", "/widget/assets/part-Ab12_cd3.js"])
async def test_each_part_of_the_web_brings_its_own_assets(path: str, client: Client) -> None:
    response = await client.get(path)
    assert await response.read() == SCRIPT
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/widget.js", "/widget/frame.js"])
async def test_what_other_sites_name_is_asked_for_again(path: str, client: Client) -> None:
    assert (await client.get(path)).headers["Cache-Control"] == "no-cache"


async def test_what_has_a_hash_in_its_name_is_kept_for_good(client: Client) -> None:
    response = await client.get("/assets/index-D8f3_kQ2.js")
    assert await response.read() == SCRIPT
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.content_type == "text/javascript"


@pytest.mark.parametrize(
    ("path", "content_type"), [("/sw.js", "text/javascript"), ("/manifest.webmanifest", "application/manifest+json")]
)
async def test_what_makes_it_installable_has_its_type(path: str, content_type: str, client: Client) -> None:
    response = await client.get(path)
    assert response.status == 200
    assert response.content_type == content_type
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/assets/missing.js",
        "/assets/..%2findex.html",
        "/.vite/manifest.json",
        "/widget/.vite/manifest.json",
        "/dashboard/missing.js",
        "/assets/index-D8f3_kQ2.js.gz",
    ],
)
async def test_nothing_else_is_served(path: str, client: Client) -> None:
    assert (await client.get(path)).status == 404


@pytest.mark.parametrize("path", ["/", "/sw.js", "/assets/index-D8f3_kQ2.js"])
async def test_no_script_but_our_own_runs(path: str, client: Client) -> None:
    response = await client.get(path)
    policy = dict(rule.split(" ", 1) for rule in response.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_folder_without_a_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="make web"):
        EdgeSettings(
            redis_url="", auth_target="a", room_target="b", message_target="c", tls_dir=None, web_dir=str(tmp_path)
        )


def test_nginx_says_the_same_about_itself() -> None:
    template = (Path(__file__).parents[2] / "nginx" / "nginx.conf.template").read_text()
    for value in webclient.HEADERS.values():
        assert value in template
