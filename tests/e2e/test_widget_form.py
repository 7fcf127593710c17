"""What a visitor is told and asked before the first word."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, expect

from tests.e2e.shop import FORM, Come, Guest, Shop
from tests.integration.cluster import cluster
from tests.integration.people import register


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


async def test_escape_closes_it_and_the_keyboard_is_enough(come: Come) -> None:
    guest = await come()
    await guest.launcher.focus()
    await guest.page.keyboard.press("Enter")
    await expect(guest.frame.get_by_label("Name")).to_be_focused()
    await guest.page.keyboard.press("Escape")
    await expect(guest.launcher).to_be_focused()


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
