"""Visitors of a business's own site, on another origin, and the agents who answer them."""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import jwt
import pytest_asyncio
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import Browser, FrameLocator, Locator, Page, expect

from tests.e2e.test_accessibility import no_barrier
from tests.integration.cluster import Cluster, cluster
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


@pytest_asyncio.fixture(loop_scope="session")
async def shop(site: Cluster) -> AsyncIterator[Shop]:
    """A business whose page stands on another origin, under a strict policy."""
    port = free_port()
    async with aiohttp.ClientSession() as http, AsyncExitStack() as stack:
        agent = await register(http, site.edges[1])
        business = await agent.rest("POST", "businesses", {"name": "Harbour", "slug": f"harbour-{uuid4().hex[:8]}"})
        shop = Shop(site, agent, business, f"http://127.0.0.1:{port}/")
        theme = {"accent": "#b3541e", "launcher": "Chat with us", "greeting": "Ahoy!"}
        await shop.set(allowed_origins=[shop.page_url], form=FORM, theme=theme)
        here = site.edges[0]
        policy = f"default-src 'none'; script-src {here}; connect-src {here}; frame-src {here}"

        async def show(request: web.Request) -> web.Response:
            direction = request.query.get("dir", "ltr")
            script = f'<script async src="{here}/widget.js" data-business="{shop.slug}"></script>'
            text = f'<!doctype html><html lang="en" dir="{direction}"><title>Shop</title><h1>Our shop</h1>{script}'
            return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

        app = web.Application()
        app.router.add_get("/", show)
        runner = web.AppRunner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def come(browser: Browser, shop: Shop) -> AsyncIterator[Come]:
    """Brings a visitor, in an own browser, to the site. No browser may have complained."""
    guests: list[Guest] = []
    async with AsyncExitStack() as stack:

        async def arrive(query: str = "", **context: Any) -> Guest:
            own = await browser.new_context(**context)
            stack.push_async_callback(own.close)
            guest = Guest(await own.new_page())
            guests.append(guest)
            await guest.page.goto(shop.page_url + query)
            return guest

        yield arrive
    assert [complaint for guest in guests for complaint in guest.complaints] == []


async def answering(shop: Shop, socket: Socket) -> str:
    """The agent opens the conversation that came last; returns its room."""
    room: str = (await shop.latest())["room"]
    await socket.ask("join_room", room=room)
    return room


async def test_a_visitor_of_a_foreign_page_is_answered_live(shop: Shop, come: Come) -> None:
    guest = await come()
    async with shop.agent.connected() as agent:
        await guest.begin("Do you repair brakes?")
        created = await agent.event("room_created")
        assert created["conversation"]["visitor"]["page"] == shop.page_url
        room = await answering(shop, agent)
        await agent.ask("mark_read", room=room, seq=1)
        await expect(guest.frame.get_by_text("Seen")).to_be_visible()
        await agent.raw.send_json({"type": "typing", "room": room})
        await expect(guest.frame.get_by_text("is writing")).to_be_visible()
        await agent.send(room, "Yes, **while you wait**")
        await guest.sees("while you wait")
        await guest.says("I am on my way")
        assert await agent.bodies(2) == ["Yes, **while you wait**", "I am on my way"]


async def test_whoever_returns_finds_the_conversation_and_what_was_said_meanwhile(shop: Shop, come: Come) -> None:
    guest = await come()
    await guest.begin("Hello")
    await guest.frame.get_by_role("button", name="Close").click()
    await expect(guest.launcher).to_be_focused()
    async with shop.agent.connected() as agent:
        room = await answering(shop, agent)
        await agent.send(room, "Good morning")
        await expect(guest.launcher.get_by_text("1", exact=True)).to_be_visible()
        await guest.page.goto("about:blank")
        await agent.send(room, "Are you there?")
    await guest.page.goto(shop.page_url)
    await expect(guest.launcher.get_by_text("2", exact=True)).to_be_visible()
    await guest.launcher.click()
    for text in ("Hello", "Good morning", "Are you there?"):
        await guest.sees(text)
    await expect(guest.launcher.get_by_text("2", exact=True)).to_be_hidden()


async def test_what_is_missing_is_said_beside_its_field_and_nothing_is_opened(shop: Shop, come: Come) -> None:
    guest = await come()
    await guest.launcher.click()
    await guest.frame.get_by_label("Name").fill("   ")
    await guest.frame.get_by_label("Your message").fill("Hello")
    await guest.frame.get_by_label("You may keep").check()
    await guest.frame.get_by_role("button", name="Start the chat").click()
    await expect(guest.frame.get_by_role("alert")).to_have_text("This is needed.")
    await expect(guest.frame.get_by_label("Name")).to_be_focused()
    await expect(guest.frame.get_by_label("Name")).to_have_accessible_description("This is needed.")
    page = await shop.agent.rest("GET", f"businesses/{shop.id}/conversations")
    assert page["conversations"] == []
    guest.complaints.clear()  # the browser logs the answer that says no


async def test_a_refusal_is_said_in_german_beside_its_field_and_nothing_typed_is_lost(shop: Shop, come: Come) -> None:
    form = {**FORM, "fields": [*FORM["fields"], {"key": "email", "kind": "email", "label": "E-Mail"}]}
    await shop.set(form=form)
    guest = await come(locale="de-DE")
    await guest.launcher.click()
    await guest.frame.locator("form").evaluate("form => { form.noValidate = true }")  # what the server refuses
    name, email = guest.frame.get_by_label("Name"), guest.frame.get_by_label("E-Mail")
    message, consent = guest.frame.get_by_label("Ihre Nachricht"), guest.frame.get_by_label("You may keep")
    start, alert = guest.frame.get_by_role("button", name="Chat beginnen"), guest.frame.get_by_role("alert")
    await name.fill("Vera")
    await email.fill("vera@")
    await start.click()
    await expect(alert).to_have_text("Bitte stimmen Sie dem zuerst zu.")
    await expect(consent).to_be_focused()
    await expect(consent).to_have_accessible_description("Bitte stimmen Sie dem zuerst zu.")
    await consent.check()
    await start.click()
    await expect(alert).to_have_text("Das ist keine E-Mail-Adresse.")
    await expect(email).to_be_focused()
    await email.fill("vera@example.org")
    await start.click()
    await expect(alert).to_have_text("Diese Angabe wird gebraucht.")
    await expect(message).to_be_focused()
    await expect(message).to_have_accessible_description("Diese Angabe wird gebraucht.")
    await expect(name).to_have_value("Vera")
    await expect(consent).to_be_checked()
    await message.fill("Guten Tag")
    await start.click()
    await guest.sees("Guten Tag")
    guest.complaints.clear()  # the browser logs each answer that says no


async def test_outside_the_hours_a_promise_names_the_next_opening(shop: Shop, come: Come) -> None:
    await shop.set(reply_within_minutes=5)
    guest = await come()
    await guest.launcher.click()
    await expect(guest.frame.get_by_text("We answer within 5 minutes")).to_be_visible()
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    exceptions = [{"date": day, "periods": [{"opens": 540, "closes": 600}]}]
    await shop.set(hours={"time_zone": "UTC", "limited": True, "exceptions": exceptions})
    guest = await come(locale="en-GB", timezone_id="Asia/Tokyo")
    await guest.launcher.click()
    weekday = datetime.fromisoformat(day).strftime("%A")
    await expect(guest.frame.get_by_text(f"We answer after 18:00 on {weekday}")).to_be_visible()


async def test_a_site_that_is_not_listed_shows_nothing(shop: Shop, come: Come) -> None:
    await shop.set(allowed_origins=["https://elsewhere.example"])
    guest = await come()
    async with guest.page.expect_event("requestfailed", lambda request: shop.slug in request.url):
        await guest.page.reload()
    await expect(guest.page.get_by_role("heading")).to_be_visible()
    await expect(guest.launcher).to_be_hidden()
    page_url = f"{shop.site.edges[0]}/widget/{shop.slug}"
    await guest.page.evaluate(  # what is shown instead of a frame that is refused is loaded, too
        """url => new Promise(done => {
            document.body.append(Object.assign(document.createElement('iframe'), {src: url, onload: () => done()}));
        })""",
        page_url,
    )
    assert all(frame.url != page_url for frame in guest.page.frames)
    guest.complaints.clear()  # the browser says why


async def test_a_blocked_visitor_is_told_so(shop: Shop, come: Come) -> None:
    guest = await come()
    await guest.begin("Buy now!!!")
    await shop.agent.rest("PATCH", f"conversations/{(await shop.latest())['room']}", {"blocked": True})
    await expect(guest.frame.get_by_text("has been closed")).to_be_visible()
    await guest.page.reload()
    await guest.launcher.click()
    await expect(guest.frame.get_by_text("has been closed")).to_be_visible()


async def test_outside_the_hours_the_away_message_is_shown_and_a_chat_is_taken_all_the_same(
    shop: Shop, come: Come
) -> None:
    await shop.set(hours={"time_zone": "UTC", "limited": True, "periods": []}, away_message="We sleep.")
    guest = await come()
    await guest.launcher.click()
    await expect(guest.frame.get_by_text("We sleep.")).to_be_visible()
    await expect(guest.frame.get_by_text("We are away right now")).to_be_visible()
    await guest.launcher.click()
    await guest.begin("Then later")


async def test_a_customer_is_recognised_when_its_business_says_who_it_is(shop: Shop, come: Come) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    await shop.agent.rest("POST", f"businesses/{shop.id}/keys", {"public_key": pem, "key_id": "k1"})
    claims = {"sub": "customer-7", "aud": shop.slug, "exp": time.time() + 600, "name": "Vera Molnar"}
    token = jwt.encode(claims, key, "EdDSA", headers={"kid": "k1"})
    phone, laptop = await come(), await come()
    await phone.page.evaluate("token => Parlance.identify(token)", token)
    await phone.begin("From my phone")
    visitor = (await shop.latest())["visitor"]
    assert (visitor["verified"], visitor["name"]) == (True, "Vera Molnar")
    await laptop.begin("From my laptop")
    await laptop.page.evaluate("token => Parlance.identify(token)", token)
    await laptop.sees("From my phone")
    await laptop.says("The same person")
    await phone.sees("The same person")
    for guest in (phone, laptop):
        guest.complaints.clear()  # without a first word there was nothing to return to


async def test_the_page_can_drive_the_widget(come: Come) -> None:
    guest = await come()
    await expect(guest.launcher).to_be_visible()
    await guest.page.evaluate("window.heard = []; Parlance.on('open', () => heard.push('open')); Parlance.open()")
    await expect(guest.frame.get_by_text("Ahoy!")).to_be_visible()
    await guest.page.evaluate("Parlance.on('close', () => heard.push('close')); Parlance.close()")
    await expect(guest.page.locator("iframe")).to_be_hidden()
    assert await guest.page.evaluate("heard") == ["open", "close"]


async def test_on_a_shared_computer_the_next_visitor_sees_nothing_of_the_last_one(shop: Shop, come: Come) -> None:
    guest = await come()
    await guest.begin("My secret")
    other = Guest(await guest.page.context.new_page())
    await other.page.goto(shop.page_url)
    await other.launcher.click()
    await other.sees("My secret")
    storage = await guest.page.frames[1].evaluate("JSON.stringify(localStorage)")
    await guest.page.evaluate("Parlance.forget()")
    for each in (guest, other):
        await expect(each.frame.get_by_label("Your message")).to_be_visible()
        await expect(each.frame.get_by_text("My secret")).to_be_hidden()
    kept = re.search(r'refreshToken\W+([^"\\]+)', storage)
    assert kept is not None
    answer = await guest.page.request.post(
        f"{shop.site.edges[0]}/api/auth/refresh", data={"refresh_token": kept.group(1)}
    )
    assert answer.status == 401
    await guest.page.reload()
    await guest.launcher.click()
    await expect(guest.frame.get_by_label("Your message")).to_have_value("")
    other.complaints.clear()  # its connection was ended, and the browser may log that


async def test_a_browser_that_refuses_to_keep_anything_can_chat(shop: Shop, come: Come) -> None:
    guest = await come()
    await guest.page.add_init_script(
        """
        const refuse = () => { throw new DOMException("", "SecurityError"); };
        for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, {get: refuse});
        LockManager.prototype.request = async () => refuse();
        """
    )
    await guest.page.goto(shop.page_url)
    await guest.begin("Hello")
    async with shop.agent.connected() as agent:
        await agent.send(await answering(shop, agent), "Welcome")
    await guest.sees("Welcome")


async def test_pages_that_swap_their_body_keep_the_chat_and_what_is_being_written(come: Come) -> None:
    guest = await come()
    await guest.launcher.click()
    await guest.frame.get_by_label("Your message").fill("Half a sen")
    await guest.page.evaluate(
        """() => {
            const body = document.createElement("body");
            const [script] = document.querySelectorAll("script");
            const again = Object.assign(document.createElement("script"), {src: script.src, async: true});
            again.dataset.business = script.dataset.business;
            body.append("Another page", again);
            document.body.replaceWith(body);
        }"""
    )
    await guest.page.wait_for_load_state("networkidle")
    await expect(guest.frame.get_by_label("Your message")).to_have_value("Half a sen")
    await expect(guest.page.locator("parlance-widget")).to_have_count(1)


async def test_a_page_that_styles_everything_neither_moves_nor_covers_it(come: Come) -> None:
    guest = await come()
    await expect(guest.launcher).to_be_visible()
    before = await guest.launcher.bounding_box()
    heading = await guest.page.get_by_role("heading").bounding_box()
    await guest.page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`html { font-size: 40px } h1 { font-size: 32px }
                parlance-widget, html > :not(head, body) { display: block; position: relative !important;
                    transform: scale(.5); opacity: 0; margin: 50px; z-index: -1 !important }`);
            document.adoptedStyleSheets = [sheet];
            const cover = document.createElement("div");
            cover.style.cssText = "position: fixed; inset: 0; z-index: 9999";
            document.body.append(cover);
        }"""
    )
    assert await guest.launcher.bounding_box() == before
    assert await guest.page.get_by_role("heading").bounding_box() == heading
    await guest.launcher.click()
    await expect(guest.frame.get_by_label("Your message")).to_be_visible()


async def test_a_server_that_is_away_when_the_chat_is_opened_covers_nothing_for_good(come: Come) -> None:
    guest = await come(viewport={"width": 390, "height": 844})
    await expect(guest.launcher).to_be_visible()
    await guest.page.context.set_offline(True)
    await guest.launcher.click()
    await expect(guest.page.get_by_role("alert")).to_contain_text("cannot be reached")
    await guest.page.get_by_role("button", name="Close").click()
    await expect(guest.launcher).to_be_focused()
    await guest.launcher.click()
    await guest.page.context.set_offline(False)
    await expect(guest.page.get_by_role("alert")).to_be_visible()
    await guest.page.get_by_role("button", name="Try again").click()
    await expect(guest.frame.get_by_label("Your message")).to_be_visible()
    guest.complaints.clear()  # the browser logs that it was offline


async def test_what_came_while_there_was_no_connection_is_counted_once_and_read_in_every_tab(
    shop: Shop, come: Come
) -> None:
    guest = await come()
    await guest.begin("Hello")
    await guest.frame.get_by_role("button", name="Close").click()
    other = Guest(await guest.page.context.new_page())
    await other.page.goto(shop.page_url)
    await expect(other.frame.locator(".list").get_by_text("Hello")).to_be_attached()
    async with shop.agent.connected() as agent:
        room = await answering(shop, agent)
        edge = shop.site.edge_processes[0]
        edge.kill()
        await agent.send(room, "One")
        edge.start()
        edge.await_ready(shop.site.edges[0])
        for each in (guest, other):
            await expect(each.frame.locator(".list").get_by_text("One")).to_be_attached()
            await expect(each.launcher.get_by_text("1", exact=True)).to_be_visible()
        await agent.send(room, "Two")
        for each in (guest, other):
            await expect(each.launcher.get_by_text("2", exact=True)).to_be_visible()
    await other.launcher.click()
    await other.sees("Two")
    await expect(guest.launcher.get_by_text("2", exact=True)).to_be_hidden()
    for each in (guest, other):
        each.complaints.clear()  # the browser logs that the connection was lost


async def test_it_fills_a_phone_and_reads_from_right_to_left(come: Come) -> None:
    guest = await come("?dir=rtl", viewport={"width": 390, "height": 844})
    await guest.launcher.click()
    await expect(guest.frame.locator("html")).to_have_attribute("dir", "rtl")
    box = await guest.page.locator("iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}


async def test_escape_closes_it_and_the_keyboard_is_enough(come: Come) -> None:
    guest = await come()
    await guest.launcher.focus()
    await guest.page.keyboard.press("Enter")
    await expect(guest.frame.get_by_label("Name")).to_be_focused()
    await guest.page.keyboard.press("Escape")
    await expect(guest.launcher).to_be_focused()


async def test_a_server_that_goes_away_in_the_middle_costs_nothing(shop: Shop, come: Come) -> None:
    guest = await come()
    await guest.begin("One")
    edge = shop.site.edge_processes[0]
    edge.kill()
    await guest.says("Two")
    await expect(guest.frame.get_by_text("No connection")).to_be_visible()
    edge.start()
    edge.await_ready(shop.site.edges[0])
    await expect(guest.frame.get_by_text("No connection")).to_be_hidden()
    async with shop.agent.connected() as agent:
        room = (await shop.latest())["room"]
        joined = await agent.ask("join_room", room=room)
        assert [message["body"] for message in joined["messages"]] == ["One", "Two"]
    guest.complaints.clear()  # the browser logs that the connection was lost


async def test_nothing_seriously_keeps_anybody_out(shop: Shop, come: Come) -> None:
    guest = await come(bypass_csp=True)
    await guest.launcher.click()
    await expect(guest.frame.get_by_label("Name")).to_be_visible()
    for frame in guest.page.frames:
        await no_barrier(frame, "form")
    guest.complaints.clear()  # the shop has no icon
    await guest.page.goto(f"{shop.site.edges[0]}/b/{shop.slug}")
    await guest.frame.get_by_label("Name").fill("Vera")
    await guest.frame.get_by_label("Your message").fill("Hello")
    await guest.frame.get_by_label("You may keep").check()
    await guest.frame.get_by_role("button", name="Start the chat").click()
    await guest.sees("Hello")
    for frame in guest.page.frames:
        await no_barrier(frame, "chat")
    await expect(guest.page).to_have_title(re.compile("Harbour"))


async def test_whoever_floods_a_business_is_asked_to_wait(browser: Browser, web_dir: str, tmp_path: Path) -> None:
    settings = {"PARLANCE_WEB_DIR": web_dir, "PARLANCE_CHATS_PER_MINUTE": "1"}
    with cluster(tmp_path, edges=1, messages=1, settings=settings) as small:
        async with aiohttp.ClientSession() as http:
            owner = await register(http, small.edges[0])
            business = await owner.rest("POST", "businesses", {"name": "Harbour", "slug": "flooded"})
            for number in range(2):
                context = await browser.new_context()
                guest = Guest(await context.new_page())
                await guest.page.goto(f"{small.edges[0]}/b/flooded")
                await guest.frame.get_by_label("Your message").fill(f"Buy now {number}")
                await guest.frame.get_by_role("button", name="Start the chat").click()
                if number == 0:
                    await guest.sees("Buy now 0")
                else:
                    await expect(guest.frame.get_by_role("alert")).to_contain_text("too often")
                await context.close()
            page = await owner.rest("GET", f"businesses/{business['id']}/conversations")
            assert len(page["conversations"]) == 1
