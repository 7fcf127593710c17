"""Visitors of a business's own site, on another origin, and the agents who answer them."""

import re
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import expect

from tests.e2e.shop import Come, Guest, Shop, answering
from tests.e2e.test_accessibility import no_barrier


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


async def test_a_blocked_visitor_is_told_so(shop: Shop, come: Come) -> None:
    guest = await come()
    await guest.begin("Buy now!!!")
    await shop.agent.rest("PATCH", f"conversations/{(await shop.latest())['room']}", {"blocked": True})
    await expect(guest.frame.get_by_text("has been closed")).to_be_visible()
    await guest.page.reload()
    await guest.launcher.click()
    await expect(guest.frame.get_by_text("has been closed")).to_be_visible()


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
