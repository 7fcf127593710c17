"""Somebody in front of the web client: finds things by what they are called, as people and screen readers do."""

import re
import secrets
from typing import Self

from playwright.async_api import BrowserContext, ConsoleMessage, FilePayload, Locator, Page, expect

from tests.patience import PATIENCE_MS

PASSWORD = "correct horse battery"
expect.set_options(timeout=PATIENCE_MS)

_EXPECTED = re.compile(r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|WebSocket connection to|status of (4|5)\d\d")
"""What the browser itself logs of a connection that was taken away, or of an answer that says no."""


class Visitor:
    """One page, and what can be seen and done on it."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.complaints: list[str] = []
        """What the browser complained of; nothing is a promise of every test."""
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @classmethod
    async def registered(cls, context: BrowserContext, url: str, name: str) -> Self:
        """A new account, logged in."""
        visitor = cls(await context.new_page(), name)
        await visitor.page.goto(f"{url}/register")
        await visitor.page.get_by_label("Username").fill(f"{name.lower()}-{secrets.token_hex(4)}")
        await visitor.page.get_by_label("Your name").fill(name)
        await visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await visitor.page.get_by_role("button", name="Create account").click()
        await expect(visitor.page.get_by_role("navigation", name="Rooms")).to_be_visible()
        await expect(visitor.page).not_to_have_url(re.compile("/register"))
        return visitor

    # --- rooms

    async def open_new_room(self, name: str) -> str:
        """Open a public room; returns its address."""
        await self.page.get_by_role("button", name="New room").first.click()
        await self.page.get_by_label("Name", exact=True).fill(name)
        await self.page.get_by_role("button", name="Create room").click()
        await expect(self.heading).to_have_text(name)
        return self.page.url

    async def enter(self, url: str) -> None:
        """Go to a room by its address."""
        await self.page.goto(url)
        await expect(self.composer).to_be_visible()

    @property
    def heading(self) -> Locator:
        """The name of the room that is open."""
        return self.page.get_by_role("heading", level=1)

    def room(self, name: str) -> Locator:
        """A room of the list."""
        return self.page.get_by_role("list", name="Room list").get_by_role("link", name=name)

    # --- messages

    @property
    def composer(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_role("combobox", name=re.compile("^Message "))

    @property
    def send_button(self) -> Locator:
        """Sends what is written and attached, once it can be sent."""
        return self.page.get_by_role("button", name="Send", exact=True)

    async def attach(self, *files: FilePayload) -> None:
        """Pick files, and wait until they are uploaded."""
        await self.page.locator("input[type=file]").set_input_files(files)
        await expect(self.page.get_by_role("list", name="Files to send").get_by_role("listitem")).to_have_count(
            len(files)
        )
        await expect(self.send_button).to_be_enabled()

    @property
    def messages(self) -> Locator:
        """Those that are in sight."""
        return self.page.get_by_role("article")

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The one that says this."""
        return self.messages.filter(has_text=text)

    async def say(self, text: str) -> None:
        """Write and send."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def act(self, text: str, action: str) -> None:
        """Do something with the message that says this."""
        await self.message(text).hover()
        await self.message(text).get_by_role("button", name=action, exact=True).click()

    async def sees(self, *texts: str) -> None:
        """Wait until exactly these are the last messages, in this order, stored."""
        await expect(self.message(texts[-1]).last).to_be_visible()
        await expect(self.page.locator("article[data-state=sending]")).to_have_count(0)
        bodies = self.page.locator("article [dir=auto][class*=body]")
        await expect(bodies.nth(-1)).to_have_text(texts[-1])
        shown = await bodies.all_inner_texts()
        assert shown[-len(texts) :] == list(texts), shown

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _EXPECTED.search(message.text):
            self.complaints.append(message.text)
