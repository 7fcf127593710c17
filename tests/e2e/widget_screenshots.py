"""Pictures of the widget where something is the matter: part of `make screenshots`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, expect

from tests.e2e.camera import DEVICES, Camera, Scheme
from tests.e2e.shop import FORM, Guest, Shop, answering
from tests.integration.cluster import Cluster

EMAIL = {"key": "email", "kind": "email", "label": "E-mail"}


async def widget_pictures(browser: Browser, site: Cluster) -> None:
    """Take all of them, on the page of a shop."""
    async with Shop.opened(site) as shop:
        await shop.set(form={**FORM, "fields": [*FORM["fields"], EMAIL]}, reply_within_minutes=5)
        async with _visiting(browser, shop, "desk", "light") as (guest, camera):
            await _refused(guest)
            await camera.take("widget-form-errors")
        async with _visiting(browser, shop, "phone", "dark") as (guest, camera):
            await _talk(shop, guest)
            edge = site.edge_processes[0]
            edge.kill()
            await guest.says("Are you still there?")
            await expect(guest.frame.get_by_text("No connection")).to_be_visible()
            await camera.take("widget-offline")
            edge.start()
            edge.await_ready(site.edges[0])
        async with _visiting(browser, shop, "desk", "dark", "?dir=rtl") as (guest, camera):
            await _talk(shop, guest)
            await camera.take("widget-right-to-left")
        week = [{"weekday": 1, "opens": 540, "closes": 541}]
        await shop.set(hours={"time_zone": "UTC", "limited": True, "periods": week}, away_message="Back on Monday!")
        async with _visiting(browser, shop, "phone", "light") as (guest, camera):
            await guest.launcher.click()
            await expect(guest.frame.get_by_text("Back on Monday!")).to_be_visible()
            await camera.take("widget-closed")


@asynccontextmanager
async def _visiting(
    browser: Browser, shop: Shop, device: str, scheme: Scheme, query: str = ""
) -> AsyncIterator[tuple[Guest, Camera]]:
    context: Any = await browser.new_context(color_scheme=scheme, locale="en-GB", **DEVICES[device])
    try:
        guest = Guest(await context.new_page())
        await guest.page.goto(shop.page_url + query)
        yield guest, Camera(guest.page, f"{device}-{scheme}")
    finally:
        await context.close()


async def _refused(guest: Guest) -> None:
    await guest.launcher.click()
    await guest.frame.locator("form").evaluate("form => { form.noValidate = true }")  # what the server refuses
    await guest.frame.get_by_label("Name").fill("Vera")
    await guest.frame.get_by_label("E-mail").fill("vera@")
    await guest.frame.get_by_label("Your message").fill("Do you repair racing bikes?")
    await guest.frame.get_by_label("You may keep").check()
    await guest.frame.get_by_role("button", name="Start the chat").click()
    await expect(guest.frame.get_by_role("alert")).to_be_visible()


async def _talk(shop: Shop, guest: Guest) -> None:
    await guest.begin("Do you repair racing bikes?")
    async with shop.agent.connected() as agent:
        await agent.send(await answering(shop, agent), "We do. What is the matter with yours?")
    await guest.sees("We do.")
