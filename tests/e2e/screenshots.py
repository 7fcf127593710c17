"""`make screenshots`: each main screen of the web client, on a desk and on a phone, light and dark, into docs/images."""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from cli.demo.app import fill
from cli.demo.conversations import CAST
from cli.demo.visitors import SLUG
from cli.installation import built_web
from tests.e2e.browser import browsing
from tests.e2e.camera import DEVICES, FOLDER, SCHEMES, Camera, Scheme
from tests.e2e.widget_screenshots import widget_pictures
from tests.integration.cluster import cluster

PASSWORD = "correct horse battery"


async def main() -> None:
    """Take all of them."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="p-") as logs:
        settings = {"PARLANCE_WEB_DIR": built_web()}
        with cluster(Path(logs), messages=1, settings=settings) as running:
            url = running.edges[0]
            await fill(url, PASSWORD)
            async with browsing() as browser:
                for scheme in SCHEMES:
                    for device in DEVICES:
                        await _pictures(browser, url, scheme, device)
                await widget_pictures(browser, running)


async def _pictures(browser: Browser, url: str, scheme: Scheme, device: str) -> None:
    context = await browser.new_context(color_scheme=scheme, locale="en-GB", **DEVICES[device])
    page = await context.new_page()
    camera = Camera(page, f"{device}-{scheme}")
    await page.goto(f"{url}/register")
    await page.get_by_label("Password", exact=True).fill("night train")
    await camera.take("register")
    await page.goto(f"{url}/login")
    await page.get_by_label("Username").fill(CAST[0].username)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    rooms = page.get_by_role("list", name="Room list")
    await expect(rooms).to_be_visible()
    if device == "phone":
        await camera.take("rooms")
    await rooms.get_by_role("link", name="engineering").click()
    await expect(page.get_by_role("article").first).to_be_visible()
    await camera.take("room")
    await page.get_by_role("button", name="People").click()
    await expect(page.get_by_role("complementary")).to_be_visible()
    await camera.take("people")
    if device == "desk":
        await _desk(page, camera)
    await _business(page, camera, url, device)
    await context.close()


async def _desk(page: Page, camera: Camera) -> None:
    await page.get_by_role("button", name="Search").first.click()
    await page.get_by_role("searchbox", name="Search").fill("night")
    await expect(page.get_by_role("list", name="Search").get_by_role("link").first).to_be_visible()
    await camera.take("search")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await camera.take("go-to")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Settings").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await camera.take("settings")


async def _business(page: Page, camera: Camera, url: str, device: str) -> None:
    """What a business sees of its visitors, and they of it."""
    await page.goto(f"{url}/dashboard/{SLUG}/inbox/open")
    listed = page.get_by_role("region", name="Conversations")
    await expect(listed.get_by_role("link", name="Kim")).to_be_visible()
    if device == "phone":
        await camera.take("inbox")
    await listed.get_by_role("link", name="Kim").click()
    await expect(page.get_by_role("article").filter(has_text="cupboard")).to_be_visible()
    await camera.take("inbox" if device == "desk" else "visitor-chat")
    if device == "desk":
        await page.goto(f"{url}/dashboard/{SLUG}/settings/look")
        await expect(page.get_by_role("figure")).to_be_visible()
        await camera.take("look")
    await page.goto(f"{url}/b/{SLUG}")
    await page.frame_locator("iframe").get_by_label("Name").fill("Vera")
    await camera.take("public-page")


if __name__ == "__main__":
    asyncio.run(main())
