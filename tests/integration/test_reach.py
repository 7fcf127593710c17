"""Whom each route about businesses, visitors and their rooms admits: every route of the router, tried by everybody.

A route that is new fails here until it says whom it admits, and so does one that is gone.
"""

from typing import Any
from uuid import uuid4

import pytest

from edge.rest import ROUTES
from edge.rest.routing import Route
from tests.integration.cast import ACCOUNTS, EVERYBODY, MANAGERS, NOBODY, TEAM, Cast
from tests.integration.people import Person, register

PART = ("/businesses", "/conversations/", "/public/", "{room_id}")
"""What the addresses of these routes have in them."""
ROUTES_HERE = {f"{route.method} {route.path}": route for route in ROUTES if any(part in route.path for part in PART)}
ABOUT_ROOMS = {name: route for name, route in ROUTES_HERE.items() if "room_id" in route.path_parameters}
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


async def names_of(cast: Cast, route: Route, room: str) -> dict[str, str]:
    """Something of everything that an address or a body names; what the route changes has not been touched yet."""
    shop, path = cast.shop, f"businesses/{cast.shop.id}"
    names = {
        "business_id": shop.id,
        "slug": shop.slug,
        "room_id": room,
        "conversation_id": cast.room,
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


async def admits(cast: Cast, route: Route, room: str, caller: Person | None) -> bool:
    """Whether the route lets somebody in; what it makes of the request then is not asked."""
    names = await names_of(cast, route, room)
    url = f"{cast.shop.owner.url}{route.path.format(**names)}"
    headers = {"Authorization": f"Bearer {caller.token}"} if caller else {}
    asking = cast.shop.owner.http.request(route.method, url, json=body_of(route, names), headers=headers)
    async with asking as response:
        if response.status not in (401, 403, 404):
            assert (response.status < 500 and response.status != 400) or route.path.endswith("/keys"), (
                await response.text()
            )
            return True
        return (await response.json())["reason"] in BEHIND_THE_DOOR


async def admitted(cast: Cast, route: Route, room: str) -> set[str]:
    return {who for who, caller in cast.callers.items() if await admits(cast, route, room, caller)}


def test_every_route_says_whom_it_admits() -> None:
    assert ROUTES_HERE.keys() == ADMITTED.keys()


@pytest.mark.parametrize("name", ADMITTED)
async def test_a_route_admits_those_and_nobody_else(cast: Cast, name: str) -> None:
    assert await admitted(cast, ROUTES_HERE[name], cast.room) == ADMITTED[name]


@pytest.mark.parametrize("name", ABOUT_ROOMS)
async def test_a_route_admits_the_same_to_the_notes_and_never_a_guest(cast: Cast, name: str) -> None:
    assert await admitted(cast, ABOUT_ROOMS[name], cast.notes) == ADMITTED[name] - {"guest"}
