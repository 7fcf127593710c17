"""The access log: one JSON object for each request, and no secret."""

import aiohttp

from tests.integration.people import register
from tests.nginx.front import FrontDoor, Replicas
from tests.patience import until


async def test_a_request_is_one_object(front: FrontDoor, http: aiohttp.ClientSession) -> None:
    before = len(front.requests())
    async with http.get(f"{front.url}/api/auth/me?x=1", headers={"User-Agent": 'a "quoted" name'}) as response:
        assert response.status == 401
        request_id = response.headers["X-Request-Id"]
    await until(lambda: len(front.requests()) > before)
    request = front.requests()[before]
    assert request["event"] == "request"
    assert request["process"] == "nginx"
    assert request["request_id"] == request_id
    assert request["address"] == "127.0.0.1"
    assert (request["method"], request["path"], request["status"]) == ("GET", "/api/auth/me", 401)
    assert request["agent"] == 'a "quoted" name'
    assert request["seconds"] >= 0
    assert request["edge"].startswith("127.0.1.")


async def test_a_websocket_is_logged_when_it_ends(front: FrontDoor, http: aiohttp.ClientSession) -> None:
    before = len(front.requests())
    async with http.ws_connect(f"{front.url}/ws"):
        pass
    await until(lambda: len(front.requests()) > before)
    request = front.requests()[before]
    assert (request["path"], request["status"]) == ("/ws", 101)


async def test_no_token_is_logged(front: FrontDoor, http: aiohttp.ClientSession) -> None:
    before = len(front.requests())
    ann = await register(http, front.url)
    secret = {"Authorization": f"Bearer {ann.token}", "Cookie": f"parlance_refresh={ann.refresh_token}"}
    async with http.ws_connect(f"{front.url}/ws?token={ann.token}", headers=secret, protocols=["parlance.v1"]):
        pass
    await ann.rest("GET", "search?q=penguins")
    await until(lambda: len(front.requests()) == before + 3)
    for word in (ann.token, ann.refresh_token, "penguins", "Bearer"):
        assert word not in front.logs()


async def test_no_token_is_logged_when_edges_fail(
    lonely: FrontDoor, replicas: Replicas, http: aiohttp.ClientSession
) -> None:
    replicas.addresses.append("127.0.1.250")
    async with http.get(f"{lonely.url}/ws?token=secret", headers={"Authorization": "Bearer secret"}) as response:
        assert response.status == 502
    await until(lonely.requests)
    assert "secret" not in lonely.logs()
