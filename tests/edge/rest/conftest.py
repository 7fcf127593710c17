from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from edge import rest
from edge.backends import Backends, connect
from edge.limits import Limits
from edge.proxies import TrustedProxies
from mesh.server import serving
from tests.edge.rest.standins import StandIns


class Api:
    """Calls the API as somebody, or as nobody."""

    def __init__(self, client: "TestClient[web.Request, web.Application]", standins: StandIns) -> None:
        self._client = client
        self._standins = standins

    async def __call__(
        self, method: str, path: str, json: object = None, *, user: str = "", **options: Any
    ) -> ClientResponse:
        headers = dict(options.pop("headers", {}))
        if user:
            headers["Authorization"] = f"Bearer {self._standins.token(user)}"
        if json is not None:
            options["json"] = json
        response = await self._client.request(method, path, headers=headers, **options)
        await response.read()
        return response

    async def reason(self, *arguments: Any, **options: Any) -> tuple[int, str]:
        """The status and the reason of a call that fails."""
        response = await self(*arguments, **options)
        assert response.content_type == "application/problem+json"
        problem = await response.json()
        assert problem["status"] == response.status
        return response.status, problem["reason"]

    @property
    def host(self) -> str:
        """What a browser would say in `Host`."""
        return f"{self._client.host}:{self._client.port}"


@pytest.fixture
def services() -> StandIns:
    return StandIns()


@pytest.fixture
async def backends(services: StandIns, short_tmp: Path) -> AsyncIterator[Backends]:
    address = f"unix:{short_tmp / 'mesh.sock'}"
    async with (
        serving(address, services.registrations()),
        connect(auth_target=address, room_target=address, message_target=address) as backends,
    ):
        yield backends


@pytest.fixture
async def app(backends: Backends) -> web.Application:
    app = web.Application()
    limits = Limits(
        logins_per_minute=3,
        registrations_per_minute=3,
        uploads_per_minute=3,
        chats_per_minute=3,
        business_chats_per_minute=5,
        visitor_messages_per_minute=3,
    )
    rest.install(app, backends, limits, TrustedProxies(["127.0.0.1"]))
    return app


@pytest.fixture
async def api(app: web.Application, services: StandIns) -> AsyncIterator[Api]:
    async with TestClient(TestServer(app)) as client:
        yield Api(client, services)
