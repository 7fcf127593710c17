"""Whom each route about businesses, visitors and their rooms admits: every route of the router, tried by everybody.

A route that is new fails here until it says whom it admits, and so does one that is gone.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from edge.rest import ROUTES
from edge.rest.routing import Route
from tests.integration.cluster import Cluster
from tests.integration.people import Person, register
from tests.integration.shops import Shop, open_shop

PART = ("/businesses", "/conversations/", "/public/", "{room_id}")
"""What the addresses of these routes have in them."""
ROUTES_HERE = {f"{route.method} {route.path}": route for route in ROUTES if any(part in route.path for part in PART)}
TEAM = {"agent", "admin", "owner"}
MANAGERS = {"admin", "owner"}
ACCOUNTS = TEAM | {"member", "agent of another business", "owner of another business"}
EVERYBODY = ACCOUNTS | {"nobody", "guest", "another guest", "guest of another business"}
NOBODY: set[str] = set()
ADMITTED = {
    "GET /api/rooms/{room_id}": TEAM | {"guest"},
    "PATCH /api/rooms/{room_id}": NOBODY,
    "DELETE /api/rooms/{room_id}": NOBODY,
    "POST /api/rooms/{room_id}/join": TEAM,
    "POST /api/rooms/{room_id}/leave": ACCOUNTS,  # there is nothing to leave for those who are not in it
    "POST /api/rooms/{room_id}/read": TEAM,
    "GET /api/rooms/{room_id}/members": TEAM | {"guest"},
    "POST /api/rooms/{room_id}/members": NOBODY,
    "PATCH /api/rooms/{room_id}/members/{user_id}": NOBODY,
    "DELETE /api/rooms/{room_id}/members/{user_id}": NOBODY,
    "GET /api/rooms/{room_id}/messages": TEAM | {"guest"},
    "POST /api/rooms/{room_id}/messages": TEAM | {"guest"},
    "POST /api/rooms/{room_id}/attachments": TEAM | {"guest"},
    "GET /api/rooms/{room_id}/attachments/{attachment_id}": TEAM | {"guest"},
    "GET /api/businesses": ACCOUNTS,
    "POST /api/businesses": ACCOUNTS,
    "GET /api/businesses/{business_id}": TEAM,
    "PATCH /api/businesses/{business_id}": MANAGERS,
    "POST /api/businesses/{business_id}/keys": MANAGERS,
    "DELETE /api/businesses/{business_id}/keys/{key_id}": MANAGERS,
    "GET /api/businesses/{business_id}/agents": TEAM,
    "POST /api/businesses/{business_id}/agents": MANAGERS,
    "PATCH /api/businesses/{business_id}/agents/{user_id}": MANAGERS,
    "DELETE /api/businesses/{business_id}/agents/{user_id}": MANAGERS,
    "GET /api/businesses/{business_id}/canned-replies": TEAM,
    "POST /api/businesses/{business_id}/canned-replies": MANAGERS,
    "PATCH /api/businesses/{business_id}/canned-replies/{reply_id}": MANAGERS,
    "DELETE /api/businesses/{business_id}/canned-replies/{reply_id}": MANAGERS,
    "GET /api/businesses/{business_id}/conversations": TEAM,
    "GET /api/businesses/{business_id}/conversations/counts": TEAM,
    "GET /api/conversations/{conversation_id}": TEAM,
    "PATCH /api/conversations/{conversation_id}": TEAM,
    "DELETE /api/conversations/{conversation_id}": MANAGERS,
    "GET /api/businesses/{business_id}/leads": TEAM,
    "GET /api/businesses/{business_id}/leads.csv": MANAGERS,
    "GET /api/v1/public/businesses/{slug}": EVERYBODY,
    "POST /api/v1/public/chat/initiate": {"nobody", "guest", "another guest"},  # its token is of this business
}
BEHIND_THE_DOOR = {"ATTACHMENT_NOT_FOUND", "KEY_NOT_FOUND"}
"""Why those are refused who may ask: what they name is not there."""


@dataclass(frozen=True)
class Scene:
    """A business and everybody around it."""

    shop: Shop
    room: str
    callers: dict[str, Person | None]


@pytest.fixture
async def scene(shop: Shop, shared_cluster: Cluster, http: aiohttp.ClientSession) -> Scene:
    here, there = shared_cluster.edges
    other = await open_shop(http, there, here)
    visitor, room = await shop.visitor(here)
    admin = await register(http, there)
    await shop.owner.rest("POST", f"businesses/{shop.id}/agents", {"user_id": admin.id, "role": "admin"})
    callers = {
        "nobody": None,
        "guest": visitor,
        "another guest": (await shop.visitor(there))[0],
        "guest of another business": (await other.visitor(here))[0],
        "member": await register(http, here),
        "agent": shop.agent,
        "agent of another business": other.agent,
        "owner of another business": other.owner,
        "admin": admin,
        "owner": shop.owner,
    }
    return Scene(shop, room, callers)


async def names_of(scene: Scene, route: Route) -> dict[str, str]:
    """Something of everything that an address or a body names; what the route changes has not been touched yet."""
    shop, path = scene.shop, f"businesses/{scene.shop.id}"
    names = {
        "business_id": shop.id,
        "slug": shop.slug,
        "room_id": scene.room,
        "conversation_id": scene.room,
        "attachment_id": str(uuid4()),
        "key_id": "k1",
        "user_id": shop.agent.id,
        "reply_id": "",
        "word": f"word-{uuid4().hex[:8]}",
    }
    if "{user_id}" in route.path or route.path.endswith("/agents"):
        names["user_id"] = (await register(shop.owner.http, shop.owner.url)).id
    if "/agents/{user_id}" in route.path:
        await shop.owner.rest("POST", f"{path}/agents", {"user_id": names["user_id"]})
    if "{reply_id}" in route.path:
        reply = {"shortcut": names["word"], "text": "Hello"}
        names["reply_id"] = (await shop.owner.rest("POST", f"{path}/canned-replies", reply))["id"]
    if route.method == "DELETE" and "{conversation_id}" in route.path:
        _, names["conversation_id"] = await shop.visitor(shop.owner.url)
    return names


def body_of(route: Route, names: dict[str, str]) -> dict[str, Any] | None:
    """What a request takes to be understood."""
    bodies: dict[str, dict[str, Any]] = {
        "agents": {"user_id": names["user_id"]},
        "businesses": {"name": "Acme"},
        "canned-replies": {"shortcut": f"{names['word']}-too", "text": "Hello"},
        "initiate": {"business": names["slug"], "message": "Hi", "visitor": {"name": "Vera"}},
        "keys": {"id": names["word"], "public_key": "no key"},
        "members": {"user_id": names["user_id"]},
        "messages": {"body": "Hello"},
        "read": {"seq": 1},
        "{user_id}": {"role": "agent" if "agents" in route.path else "member"},
    }
    return None if route.method == "GET" else bodies.get(route.path.rpartition("/")[2], {})


async def admits(scene: Scene, route: Route, caller: Person | None) -> bool:
    """Whether the route lets somebody in; what it makes of the request then is not asked."""
    names = await names_of(scene, route)
    url = f"{scene.shop.owner.url}{route.path.format(**names)}"
    headers = {"Authorization": f"Bearer {caller.token}"} if caller else {}
    asking = scene.shop.owner.http.request(route.method, url, json=body_of(route, names), headers=headers)
    async with asking as response:
        if response.status not in (401, 403, 404):
            assert (response.status < 500 and response.status != 400) or route.path.endswith("/keys"), (
                await response.text()
            )
            return True
        return (await response.json())["reason"] in BEHIND_THE_DOOR


def test_every_route_says_whom_it_admits() -> None:
    assert ROUTES_HERE.keys() == ADMITTED.keys()


@pytest.mark.parametrize("name", ADMITTED)
async def test_a_route_admits_those_and_nobody_else(scene: Scene, name: str) -> None:
    admitted = {who for who, caller in scene.callers.items() if await admits(scene, ROUTES_HERE[name], caller)}
    assert admitted == ADMITTED[name]
