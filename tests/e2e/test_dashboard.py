"""A business from its first minute, and two agents on two edges who answer its visitors."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.test_accessibility import DESK, PHONE, no_barrier
from tests.integration.cluster import Cluster
from tests.integration.people import PASSWORD, Person, register
from tests.patience import PATIENCE_MS


class Agent:
    """Somebody in front of the dashboard."""

    def __init__(self, page: Page, person: Person) -> None:
        self.page = page
        self.person = person
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))

    async def log_in(self) -> None:
        """Come to the dashboard without a session; the way in leads back."""
        await self.page.goto(f"{self.person.url}/dashboard")
        await self.page.get_by_label("Username").fill(self.person.name)
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Log in").click()
        await expect(self.page).to_have_url(re.compile("/dashboard/"))
        self.complaints.clear()  # the browser logs that there was no session yet

    def item(self, name: str) -> Locator:
        """A conversation of the list."""
        return self.page.get_by_role("region", name="Conversations").get_by_role("link", name=name)

    def view(self, name: str) -> Locator:
        """A view of the inbox."""
        return self.page.get_by_role("navigation", name="Inbox").get_by_role("link", name=name)

    @property
    def conversation(self) -> Locator:
        """What is open."""
        return self.page.get_by_role("main")

    def message(self, text: str) -> Locator:
        """A message or note that is shown."""
        return self.conversation.get_by_role("article").filter(has_text=text)

    async def open(self, name: str) -> None:
        """Open a conversation from the list."""
        await self.item(name).click()
        await expect(self.conversation.get_by_role("heading", name=name)).to_be_visible()

    async def writes(self, text: str) -> None:
        """Write into what is open, and send."""
        composer = self.conversation.get_by_role("combobox", name=re.compile("^Message "))
        await composer.fill(text)
        await composer.press("Enter")


class Desk:
    """A business with an owner here and an agent there, and its visitors."""

    def __init__(self, site: Cluster, http: aiohttp.ClientSession, owner: Person, agent: Person) -> None:
        self.site = site
        self.http = http
        self.owner = owner
        self.agent = agent
        self.business: dict[str, Any] = {}

    async def visit(self, name: str, message: str) -> Person:
        """A visitor writes."""
        body = {"business": self.business["slug"], "message": message, "visitor": {"name": name}}
        url = self.site.edges[0]
        async with self.http.post(f"{url}/api/v1/public/chat/initiate", json=body) as response:
            assert response.status == 201, await response.text()
            answer = await response.json()
        answer["user"]["username"] = answer["room"]
        return Person(self.http, url, answer)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(site: Cluster) -> AsyncIterator[Desk]:
    async with aiohttp.ClientSession() as http:
        desk = Desk(site, http, await register(http, site.edges[0]), await register(http, site.edges[1]))
        slug = f"harbour-{uuid4().hex[:8]}"
        desk.business = await desk.owner.rest("POST", "businesses", {"name": "Harbour", "slug": slug})
        path = f"businesses/{desk.business['id']}"
        form = {"fields": [{"key": "name", "kind": "text", "label": "Name", "required": True}]}
        await desk.owner.rest("PATCH", path, {"form": form})
        await desk.owner.rest("POST", f"{path}/agents", {"user_id": desk.agent.id})
        text = "Hello {{visitor.name}}, welcome to {{business.name}}."
        await desk.owner.rest("POST", f"{path}/canned-replies", {"shortcut": "hello", "text": text})
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def agents(browser: Browser, desk: Desk) -> AsyncIterator[tuple[Agent, Agent]]:
    """The owner and the agent, each in an own browser. Neither may complain."""
    async with AsyncExitStack() as stack:
        both = []
        for person in (desk.owner, desk.agent):
            context = await browser.new_context(bypass_csp=True, **DESK)
            stack.push_async_callback(context.close)
            agent = Agent(await context.new_page(), person)
            await agent.log_in()
            both.append(agent)
        owner, agent = both
        yield owner, agent
        assert owner.complaints + agent.complaints == []


async def test_a_business_has_a_live_widget_after_three_steps(browser: Browser, site: Cluster) -> None:
    async with aiohttp.ClientSession() as http:
        person = await register(http, site.edges[0])
    context = await browser.new_context(bypass_csp=True, **DESK)
    agent = Agent(await context.new_page(), person)
    await agent.log_in()
    page, name = agent.page, f"Nets {uuid4().hex[:8]}"
    await no_barrier(page, "name")
    await page.get_by_label("Name of your business").fill(name)
    await page.get_by_role("button", name="Create business").click()
    await page.get_by_label("Greeting").fill("Ahoy!")
    await expect(page.get_by_role("figure").get_by_text("Ahoy!")).to_be_visible()
    await no_barrier(page, "look")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("Sites that may show the widget").fill("https://nets.example")
    await expect(page.get_by_text('data-business="nets-')).to_be_visible()
    await no_barrier(page, "place")
    async with context.expect_page() as opening:
        await page.get_by_role("link", name="Your public page").click()
    public = await opening.value
    await expect(public.get_by_role("heading", name=name)).to_be_visible()
    await expect(public.frame_locator("iframe").get_by_text("Ahoy!")).to_be_visible()
    await page.get_by_role("button", name="Go to the inbox").click()
    await expect(page.get_by_text("Nothing waits here")).to_be_visible()
    await public.frame_locator("iframe").get_by_label("Your message").fill("Is anybody there?")
    await public.frame_locator("iframe").get_by_role("button", name="Start the chat").click()
    await expect(agent.item("Visitor")).to_be_visible()
    assert agent.complaints == []
    await context.close()


async def test_a_visitor_appears_at_once_and_is_answered(agents: tuple[Agent, Agent], desk: Desk) -> None:
    owner, agent = agents
    vera = await desk.visit("Vera", "My brakes squeak")
    for each in agents:
        await expect(each.item("Vera")).to_contain_text("My brakes squeak")
    await expect(owner.view("Unassigned")).to_contain_text("1")
    await agent.open("Vera")
    async with vera.connected() as visitor:
        await agent.writes("Bring it by")
        assert await visitor.bodies(1) == ["Bring it by"]
        assert (await visitor.event("read"))["user"] == desk.agent.id
        await visitor.send(vera.name, "I am on my way")
    await expect(agent.message("I am on my way")).to_be_visible()
    await expect(owner.item("Vera")).to_contain_text("I am on my way")
    await expect(owner.view("Unassigned")).not_to_contain_text("1")
    await expect(agent.view("Mine")).to_contain_text("1")


async def test_two_agents_do_not_answer_past_each_other(agents: tuple[Agent, Agent], desk: Desk) -> None:
    owner, agent = agents
    vera = await desk.visit("Vera", "Do you have it in blue?")
    for each in agents:
        await each.open("Vera")
        await expect(each.message("in blue?")).to_be_visible()
    await owner.conversation.get_by_role("combobox", name="Message Vera").press_sequentially("Ye")
    await expect(agent.page.get_by_text("is replying")).to_be_visible()
    await owner.page.context.set_offline(True)
    await owner.writes("Yes, in blue")
    await agent.writes("No, only in red")
    await expect(agent.message("only in red")).to_be_visible()
    await owner.page.context.set_offline(False)
    mine = owner.message("Yes, in blue")
    await expect(mine.get_by_role("alert")).to_contain_text("Somebody else has answered")
    await expect(owner.message("only in red")).to_be_visible()
    async with vera.connected() as visitor:
        joined = await visitor.ask("join_room", room=vera.name)
        assert [message["body"] for message in joined["messages"]] == ["Do you have it in blue?", "No, only in red"]
        await mine.get_by_role("button", name="Retry").click()
        assert await visitor.bodies(1) == ["Yes, in blue"]
    for each in agents:
        each.complaints.clear()  # the browser logs that it was offline


async def test_notes_are_for_the_team(agents: tuple[Agent, Agent], desk: Desk) -> None:
    _, agent = agents
    vera = await desk.visit("Vera", "I want my money back")
    for each in agents:
        await each.open("Vera")
        await expect(each.message("money back")).to_be_visible()
    await agent.page.get_by_role("button", name="Note", exact=True).click()
    await agent.writes("She called yesterday, too")
    for each in agents:
        await expect(each.message("She called yesterday")).to_have_attribute("data-note", "true")
    await agent.page.get_by_role("button", name="Reply", exact=True).click()
    await agent.writes("Of course")
    await expect(agent.message("Of course")).to_be_visible()
    await expect(agent.page.locator("article[data-state=sending]")).to_have_count(0)
    async with vera.connected() as visitor:
        joined = await visitor.ask("join_room", room=vera.name)
        assert [message["body"] for message in joined["messages"]] == ["I want my money back", "Of course"]
    await agent.page.reload()
    await expect(agent.message("She called yesterday")).to_be_visible()
    await expect(agent.message("Of course")).to_be_visible()


async def test_what_is_said_often_is_found_by_a_slash(agents: tuple[Agent, Agent], desk: Desk) -> None:
    _, agent = agents
    await desk.visit("Vera", "Hi")
    await agent.open("Vera")
    composer = agent.conversation.get_by_role("combobox", name="Message Vera")
    await composer.fill("/hel")
    await expect(agent.page.get_by_role("option", name="/hello")).to_be_visible()
    await composer.press("Enter")
    await expect(composer).to_have_value("Hello Vera, welcome to Harbour.")
    await composer.press("Enter")
    await expect(agent.message("welcome to Harbour")).to_be_visible()


async def test_a_conversation_is_handled(agents: tuple[Agent, Agent], desk: Desk) -> None:
    owner, agent = agents
    vera = await desk.visit("Vera", "Hi")
    await agent.open("Vera")
    page = agent.page
    await page.get_by_role("button", name="Take over").click()
    await expect(owner.item("Vera")).to_contain_text(desk.agent.name)
    await page.get_by_label("Add a tag").fill("VIP")
    await page.get_by_label("Add a tag").press("Enter")
    await expect(owner.item("Vera")).to_contain_text("vip")
    await page.get_by_text("Urgent", exact=True).click()
    await expect(owner.item("Vera")).to_contain_text("Urgent")
    await page.get_by_role("button", name="Snooze").click()
    await page.get_by_role("menuitem", name="For an hour").click()
    await expect(page.get_by_text("Snoozed until")).to_be_visible()
    await expect(owner.item("Vera")).to_be_hidden()
    async with vera.connected() as visitor:
        await visitor.send(vera.name, "Are you there?")
    await expect(owner.item("Vera")).to_be_visible()
    await page.get_by_role("button", name="Resolve").click()
    await expect(owner.view("Resolved")).to_contain_text("1")
    await page.get_by_text("History", exact=True).click()
    history = page.get_by_role("group").filter(has_text="History").get_by_role("listitem")
    done = ["Resolved", "Vera.*Open", "Snoozed", "Urgent", "vip", f"{desk.agent.name}.*Handled by: {desk.agent.name}"]
    await expect(history).to_have_text([re.compile(each) for each in done])
    await page.get_by_role("button", name="Block visitor").click()
    await expect(page.get_by_text("is blocked and cannot write")).to_be_visible()
    await expect(history.first).to_contain_text("Visitor: blocked")
    await owner.view("Resolved").click()
    await owner.open("Vera")
    await owner.page.get_by_role("button", name="Erase visitor").click()
    await owner.page.get_by_role("dialog").get_by_role("button", name="Erase visitor").click()
    await expect(owner.page.get_by_role("dialog")).to_be_hidden()
    await expect(owner.item("Vera")).to_be_hidden()
    await expect(agent.page.get_by_text("This conversation is not there")).to_be_visible()
    await desk.owner.rest("GET", f"conversations/{vera.name}", status=404)
    for each in agents:
        each.complaints.clear()  # the browser logs what is not there any more


async def test_leads_are_found_and_exported(agents: tuple[Agent, Agent], desk: Desk) -> None:
    owner, agent = agents
    for name in ("Vera", "Emil", "=cmd"):
        await desk.visit(name, "Hi")
    for each in agents:
        await each.page.get_by_role("link", name="Leads").click()
        await expect(each.page.get_by_role("row")).to_have_count(4)
    await expect(agent.page.get_by_role("button", name="Export")).to_be_hidden()
    await no_barrier(owner.page, "leads")
    await owner.page.get_by_label("Find by name").fill("em")
    await expect(owner.page.get_by_role("row")).to_have_count(2)
    await owner.page.get_by_label("Find by name").fill("")
    async with owner.page.expect_download() as saving:
        await owner.page.get_by_role("button", name="Export").click()
    saved = (await (await saving.value).path()).read_text()
    assert len(saved.splitlines()) == 4
    assert "'=cmd" in saved


async def test_the_settings_are_kept(agents: tuple[Agent, Agent], desk: Desk) -> None:
    owner, agent = agents
    page, slug = owner.page, desk.business["slug"]

    async def save(tab: str) -> None:
        await page.get_by_role("button", name="Save").first.click()
        await expect(page.get_by_text("Saved", exact=True).first).to_be_visible()
        await no_barrier(page, tab)

    await page.goto(f"{desk.owner.url}/dashboard/{slug}/settings/profile")
    await page.get_by_label("What you do").fill("We mend nets")
    await save("profile")
    await page.goto(f"{desk.owner.url}/dashboard/{slug}/settings/form")
    await page.get_by_role("button", name="Add a question").click()
    await page.get_by_label("Question").last.fill("Order number")
    await save("form")
    await page.goto(f"{desk.owner.url}/dashboard/{slug}/settings/hours")
    await page.get_by_label("Promise an answer").fill("5")
    await page.get_by_role("switch", name="certain hours").click()
    await page.get_by_role("group", name="Monday").get_by_label("to").fill("00:00")
    await save("hours")
    for tab in ("look", "site", "team", "replies"):
        await page.goto(f"{desk.owner.url}/dashboard/{slug}/settings/{tab}")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await no_barrier(page, tab)
    kept = await desk.owner.rest("GET", f"businesses/{desk.business['id']}")
    assert kept["description"] == "We mend nets"
    assert [field["key"] for field in kept["form"]["fields"]] == ["name", "order_number"]
    assert kept["reply_within_minutes"] == 5
    assert {"weekday": 1, "opens": 540, "closes": 1440} in kept["hours"]["periods"]
    await agent.page.goto(f"{desk.agent.url}/dashboard/{slug}/settings/profile")
    await expect(agent.page.get_by_text("Only the owner and admins")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
async def test_an_inbox_has_no_barriers(browser: Browser, desk: Desk, scheme: Any, device: dict[str, Any]) -> None:
    context = await browser.new_context(color_scheme=scheme, bypass_csp=True, **device)
    agent = Agent(await context.new_page(), desk.owner)
    await agent.log_in()
    await no_barrier(agent.page, "empty")
    await desk.visit("Vera", "Hi **there**")
    await no_barrier(agent.page, "list")
    await agent.open("Vera")
    await agent.page.get_by_role("button", name="Note", exact=True).click()
    await agent.writes("A note")
    await expect(agent.message("A note")).to_be_visible()
    await no_barrier(agent.page, "conversation")
    if device is PHONE:
        await agent.page.get_by_role("button", name="Visitor", exact=True).click()
        await no_barrier(agent.page, "visitor")
    await context.close()
