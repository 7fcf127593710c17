"""Chats that begin while a process dies: asked for again with the same key, what was begun is completed, once."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from tests.integration.cluster import Cluster, cluster
from tests.integration.people import Person, Socket
from tests.integration.shops import CHAT, Shop, open_shop
from tests.patience import PATIENCE_SECONDS

MOMENTS_SECONDS = [0.0, 0.005, 0.01, 0.015, 0.025]
"""How long after a request its edge dies: before it is read, between its steps, behind its answer."""


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two edges and one of each service, which tests kill and start again."""
    with cluster(tmp_path_factory.mktemp("fragile"), messages=1) as running:
        yield running


@pytest.fixture
async def shop(fragile: Cluster, http: aiohttp.ClientSession) -> Shop:
    here, there = fragile.edges
    return await open_shop(http, here, there)


async def tried(shop: Shop, url: str, key: str) -> tuple[int, Any]:
    """Ask for a chat once; returns status and answer, status 0 when the connection breaks."""
    body = {"business": shop.slug, "message": "Help!", "visitor": {"name": "Vera"}}
    try:
        async with shop.owner.http.post(f"{url}{CHAT}", json=body, headers={"Idempotency-Key": key}) as response:
            return response.status, await response.json()
    except aiohttp.ClientError:
        return 0, None


async def repeated(shop: Shop, url: str, key: str) -> Any:
    """Ask again until there is an answer, as a widget does."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            status, answer = await tried(shop, url, key)
            if status == 201:
                return answer
            assert status in (0, 503), answer


async def hears_of(agent: Socket, answer: Any) -> None:
    """The agent is told of the new conversation."""
    created = await agent.expect(
        lambda frame: frame["type"] == "room_created" and frame["conversation"]["room"] == answer["room"]
    )
    assert created["conversation"]["guest"] == answer["user"]["id"]


async def is_there_once(shop: Shop, answer: Any) -> None:
    """There is one conversation, in which the guest has said one thing."""
    listed = await shop.owner.rest("GET", f"businesses/{shop.id}/conversations")
    assert [each["room"] for each in listed["conversations"]] == [answer["room"]]
    guest = Person(shop.owner.http, shop.owner.url, answer | {"user": answer["user"] | {"username": "Vera"}})
    said = (await guest.rest("GET", f"rooms/{answer['room']}/messages"))["messages"]
    assert [(each["seq"], each["id"], each["body"]) for each in said] == [(1, answer["message"]["id"], "Help!")]
    async with guest.connected() as socket:
        assert [room["id"] for room in socket.welcome["rooms"]] == [answer["room"]]


async def status_of(shop: Shop, room: str) -> Any:
    """What a conversation waits for; asked for until the services that tell it are back."""
    url, headers = f"{shop.agent.url}/api/conversations/{room}", {"Authorization": f"Bearer {shop.agent.token}"}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with shop.agent.http.get(url, headers=headers) as response:
                answer = await response.json()
                if response.status == 200:
                    return answer["conversation"]["status"]
                assert response.status == 503, answer


@pytest.mark.parametrize("service", ["room", "auth", "message"])
async def test_a_service_that_dies_between_the_steps_leaves_nothing_half_done(
    fragile: Cluster, shop: Shop, service: str
) -> None:
    here, there = fragile.edges
    process = {"room": fragile.room, "auth": fragile.auth, "message": fragile.messages[0]}[service]
    key = uuid4().hex
    process.kill()
    trying = asyncio.create_task(tried(shop, here, key))
    await asyncio.wait([trying], timeout=1.0)  # it waits for the service, or has given up
    process.start()
    status, _ = await trying
    assert status in (201, 503)
    await is_there_once(shop, await repeated(shop, there, key))


async def test_an_edge_that_dies_at_any_moment_of_a_request_leaves_nothing_half_done(
    fragile: Cluster, http: aiohttp.ClientSession
) -> None:
    here, there = fragile.edges
    for moment in MOMENTS_SECONDS:
        shop, key = await open_shop(http, there, there), uuid4().hex
        async with shop.agent.connected(there) as agent:
            trying = asyncio.create_task(tried(shop, here, key))
            await asyncio.sleep(moment)  # not waiting: one moment of the request after another
            fragile.edge_processes[0].kill()
            await trying
            answer = await repeated(shop, there, key)
            await hears_of(agent, answer)
            await is_there_once(shop, answer)
        fragile.edge_processes[0].start()
        fragile.edge_processes[0].await_ready(here)


async def test_a_visitor_who_writes_into_a_resolved_conversation_is_seen_although_what_stored_it_dies_at_once(
    fragile: Cluster, shop: Shop
) -> None:
    here, there = fragile.edges
    visitor, room = await shop.visitor(here)
    for number in range(5):
        await shop.agent.rest("PATCH", f"conversations/{room}", {"status": "resolved"})
        async with visitor.connected(there) as socket:
            await socket.send(room, f"One thing more, {number}")
            fragile.messages[0].kill()
        fragile.messages[0].start()
        assert await status_of(shop, room) == "open"
