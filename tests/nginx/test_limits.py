"""What one address may do, and who counts as one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.nginx.front import FrontDoor, Replicas, front_door
from tests.nginx.imitations import Imitation, imitating
from tests.patience import until

EDGE = "127.0.1.250"
WELCOME = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
LIMITS = {"PARLANCE_LOGINS_PER_MINUTE": "3", "PARLANCE_REGISTRATIONS_PER_MINUTE": "2"}


@pytest.fixture
async def edge(replicas: Replicas) -> AsyncIterator[Imitation]:
    """Stands in for an edge, and lets everybody in."""
    async with imitating(replicas, EDGE, WELCOME) as imitation:
        yield imitation


@pytest.fixture
async def strict(edge: Imitation, replicas: Replicas, tmp_path: Path) -> AsyncIterator[FrontDoor]:
    """nginx with little patience."""
    with front_door(tmp_path, replicas, NGINX_CONNECTIONS_PER_ADDRESS="2", **LIMITS) as running:
        await asyncio.to_thread(running.find, EDGE)
        edge.requests.clear()
        yield running


@pytest.fixture
async def behind_proxy(edge: Imitation, replicas: Replicas, tmp_path: Path) -> AsyncIterator[FrontDoor]:
    """nginx behind another proxy, which is us."""
    with front_door(tmp_path, replicas, NGINX_TRUSTED_PROXIES="127.0.0.1,10.0.0.0/8", **LIMITS) as running:
        await asyncio.to_thread(running.find, EDGE)
        yield running


async def attempts(
    http: aiohttp.ClientSession, front: FrontDoor, count: int, path: str = "login", **headers: str
) -> list[int]:
    """Try so many times; returns the statuses."""
    statuses = []
    for _ in range(count):
        async with http.post(f"{front.url}/api/auth/{path}", json={}, headers=headers) as response:
            statuses.append(response.status)
    return statuses


@pytest.mark.parametrize(
    ("path", "admitted", "reason", "seconds"),
    [("login", 3, "TOO_MANY_LOGINS", 20), ("register", 2, "TOO_MANY_REGISTRATIONS", 30)],
)
async def test_too_many_attempts_are_refused_like_an_edge_refuses(
    *,
    path: str,
    admitted: int,
    reason: str,
    seconds: int,
    strict: FrontDoor,
    edge: Imitation,
    http: aiohttp.ClientSession,
) -> None:
    assert await attempts(http, strict, admitted, path) == [200] * admitted
    async with http.post(f"{strict.url}/api/auth/{path}", json={}) as response:
        assert response.status == 429
        assert response.content_type == "application/problem+json"
        assert response.headers["Retry-After"] == str(seconds)
        assert response.headers["Cache-Control"] == "no-store"
        problem: dict[str, Any] = await response.json(content_type=None)
    assert len(edge.requests) == admitted
    assert problem.pop("detail").endswith(f"Try again in {seconds} s.")
    assert problem == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "code": "rate_limited",
        "reason": reason,
        "retry_after": seconds,
    }


async def test_what_a_client_says_about_its_address_changes_nothing(
    strict: FrontDoor, edge: Imitation, http: aiohttp.ClientSession
) -> None:
    forged = [{"X-Forwarded-For": f"192.0.2.{number}", "X-Forwarded-Proto": "https"} for number in range(5)]
    statuses = [await attempts(http, strict, 1, **headers) for headers in forged]
    assert statuses == [[200], [200], [200], [429], [429]]
    for request in edge.requests:
        assert [line for line in request.splitlines() if line.startswith("X-Forwarded")] == [
            "X-Forwarded-For: 127.0.0.1",
            "X-Forwarded-Proto: http",
        ]


async def test_a_proxy_that_is_named_is_believed(
    behind_proxy: FrontDoor, edge: Imitation, http: aiohttp.ClientSession
) -> None:
    for client in ("192.0.2.1", "192.0.2.2"):
        said = {"X-Forwarded-For": f"203.0.113.9, {client}, 10.1.2.3", "X-Forwarded-Proto": "https"}
        assert await attempts(http, behind_proxy, 4, **said) == [200, 200, 200, 429]
        assert f"X-Forwarded-For: {client}\r\nX-Forwarded-Proto: https\r\n" in edge.requests[-1]


async def test_addresses_of_one_ipv6_network_count_as_one(behind_proxy: FrontDoor, http: aiohttp.ClientSession) -> None:
    same = [f"2001:db8:0:1::{number}" for number in range(1, 5)]
    statuses = [await attempts(http, behind_proxy, 1, **{"X-Forwarded-For": address}) for address in same]
    assert statuses == [[200], [200], [200], [429]]
    assert await attempts(http, behind_proxy, 1, **{"X-Forwarded-For": "2001:db8:0:2::1"}) == [200]


async def test_one_address_has_so_many_connections(
    strict: FrontDoor, edge: Imitation, http: aiohttp.ClientSession
) -> None:
    edge.may_answer.clear()
    slow = [asyncio.create_task(attempts(http, strict, 1)) for _ in range(2)]
    await until(lambda: len(edge.requests) == 2)
    async with http.get(f"{strict.url}/api/auth/me") as response:
        assert response.status == 429
        assert (await response.json(content_type=None))["reason"] == "RATE_LIMITED"
        assert response.headers["Retry-After"] == "1"
    edge.may_answer.set()
    assert await asyncio.gather(*slow) == [[200], [200]]
