"""A business for tests, with an owner, an agent and visitors."""

from typing import Any
from uuid import uuid4

import aiohttp

from tests.integration.people import Frame, Person, register

SITE = "https://acme.example"
CHAT = "/api/v1/public/chat/initiate"


class Shop:
    """A business with an owner here and an agent there."""

    def __init__(self, owner: Person, agent: Person, business: Frame) -> None:
        self.owner = owner
        self.agent = agent
        self.id: str = business["id"]
        self.slug: str = business["slug"]

    async def visit(self, url: str, *, status: int = 201, headers: dict[str, str] | None = None, **chat: Any) -> Any:
        """A visitor asks to be let in; returns the answer."""
        body = {"business": self.slug, "message": "Help!", "visitor": {"name": "Vera"}} | chat
        async with self.owner.http.post(f"{url}{CHAT}", json=body, headers=headers or {}) as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def visitor(self, url: str, **chat: Any) -> tuple[Person, str]:
        """A visitor who is in, and its room."""
        answer = await self.visit(url, **chat)
        return guest(self, url, answer), answer["room"]

    async def conversation(self, room: str) -> Frame:
        """A conversation as it now is."""
        details = await self.agent.rest("GET", f"conversations/{room}")
        found: Frame = details["conversation"]
        return found


def guest(shop: Shop, url: str, answer: Frame) -> Person:
    answer["user"]["username"] = answer["user"]["display_name"]
    return Person(shop.owner.http, url, answer)


async def open_shop(http: aiohttp.ClientSession, here: str, there: str) -> Shop:
    """Open a business whose owner is at one edge and whose agent at another."""
    owner, agent = await register(http, here), await register(http, there)
    business = await owner.rest("POST", "businesses", {"name": "Acme", "slug": f"acme-{uuid4().hex[:12]}"})
    form = {"fields": [{"key": "name", "kind": "text", "label": "Name", "required": True}]}
    await owner.rest("PATCH", f"businesses/{business['id']}", {"allowed_origins": [SITE], "form": form})
    await owner.rest("POST", f"businesses/{business['id']}/agents", {"user_id": agent.id})
    return Shop(owner, agent, business)
