"""A business whose page stands on another origin, and somebody on it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import uuid4

import aiohttp
from aiohttp import web
from playwright.async_api import FrameLocator, Locator, Page, expect

from tests.integration.cluster import Cluster
from tests.integration.people import Person, Socket, register
from tests.patience import PATIENCE_MS
from tests.processes import free_port

FORM = {
    "fields": [
        {"key": "name", "kind": "text", "label": "Name", "required": True},
        {"key": "topic", "kind": "select", "label": "Topic", "options": ["A repair", "A new bike"]},
    ],
    "consent": "You may keep what I write.",
}


class Shop:
    """A business, and its own site."""

    def __init__(self, site: Cluster, agent: Person, business: dict[str, Any], page_url: str) -> None:
        self.site = site
        self.agent = agent
        self.id: str = business["id"]
        self.slug: str = business["slug"]
        self.page_url = page_url

    async def set(self, **changes: Any) -> None:
        """Change how the business presents itself."""
        await self.agent.rest("PATCH", f"businesses/{self.id}", changes)

    async def latest(self) -> dict[str, Any]:
        """The conversation that was active last."""
        page = await self.agent.rest("GET", f"businesses/{self.id}/conversations")
        conversation: dict[str, Any] = page["conversations"][0]
        return conversation

    @classmethod
    @asynccontextmanager
    async def opened(cls, site: Cluster) -> AsyncIterator[Self]:
        """A new one, for the length of the block. Its page has a strict policy, and is as its address asks.

        `dir` is its direction, `doctype` what stands at its top, `sandbox` what it is sandboxed with.
        """
        url = f"http://127.0.0.1:{free_port()}/"
        async with aiohttp.ClientSession() as http:
            agent = await register(http, site.edges[1])
            business = await agent.rest("POST", "businesses", {"name": "Harbour", "slug": f"harbour-{uuid4().hex[:8]}"})
            shop = cls(site, agent, business, url)
            theme = {"accent": "#b3541e", "launcher": "Chat with us", "greeting": "Ahoy!"}
            await shop.set(allowed_origins=[url], form=FORM, theme=theme)
            app = web.Application()
            app.router.add_get("/", shop._show)
            runner = web.AppRunner(app)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", int(url.rstrip("/").rpartition(":")[2])).start()
                yield shop
            finally:
                await runner.cleanup()

    async def _show(self, request: web.Request) -> web.Response:
        here, asked = self.site.edges[0], request.query
        policy = f"default-src 'none'; script-src {here}; connect-src {here}; frame-src {here}"
        if "sandbox" in asked:
            policy += f"; sandbox {asked['sandbox']}"
        start = f'{asked.get("doctype", "<!doctype html>")}<html lang="en" dir="{asked.get("dir", "ltr")}">'
        script = f'<script async src="{here}/widget.js" data-business="{self.slug}"></script>'
        head = '<meta name="viewport" content="width=device-width"><title>Shop</title>'
        text = f"{start}{head}<h1>Our shop</h1>{script}"
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})


class Guest:
    """Somebody on the site of the business."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.get_by_role("button", name="Chat with us")
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))

    @property
    def frame(self) -> FrameLocator:
        """What is behind the launcher."""
        return self.page.frame_locator("iframe")

    @property
    def composer(self) -> Locator:
        """Where it writes."""
        return self.frame.get_by_label("Write a message…")

    async def begin(self, message: str) -> None:
        """Fill in the form, and say the first word."""
        await self.launcher.click()
        await self.frame.get_by_label("Name").fill("Vera")
        await self.frame.get_by_label("Your message").fill(message)
        await self.frame.get_by_label("You may keep").check()
        await self.frame.get_by_role("button", name="Start the chat").click()
        await self.sees(message)

    async def says(self, text: str) -> None:
        """Write and send."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def sees(self, text: str) -> None:
        """Wait for a message."""
        await expect(self.frame.get_by_role("log").get_by_text(text)).to_be_visible()


Come = Callable[..., Awaitable[Guest]]


async def answering(shop: Shop, socket: Socket) -> str:
    """The agent opens the conversation that came last; returns its room."""
    room: str = (await shop.latest())["room"]
    await socket.ask("join_room", room=room)
    return room
