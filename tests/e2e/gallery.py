"""`python -m tests.e2e.gallery FOLDER`: pictures of the gallery of web/ui, what axe finds there, and how smoothly it runs.

It is built first: `cd web && npx vite build ui/gallery`.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, Page

from tests.e2e.browser import browsing
from tests.e2e.camera import DEVICES, SCHEMES, Camera
from tests.e2e.test_accessibility import no_barrier

BUILT = Path(__file__).parents[2] / "web" / "ui" / "gallery" / "dist"
SECONDS = 10
MEASURED = (
    # what happens, messages that arrive in a second, pixels that are scrolled up in a frame
    ("nothing", 0, 0),
    ("500 messages a second, at the end", 500, 0),
    ("scrolling 10,000 messages", 0, 120),
    ("500 messages a second, scrolling", 500, 40),
)


async def main(folder: Path) -> None:
    """Take the pictures, then measure."""
    app = web.Application()
    app.router.add_static("/", BUILT)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await (site := web.TCPSite(runner, "127.0.0.1", 0)).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/index.html"
        async with browsing() as browser:
            for scheme in SCHEMES:
                for device in DEVICES:
                    await _look(browser, url, folder, device, scheme)
            await _measure(await browser.new_page(viewport={"width": 1440, "height": 900}), f"{url}#crowd")
        await site.stop()
    finally:
        await runner.cleanup()


async def _look(browser: Browser, url: str, folder: Path, device: str, scheme: Any) -> None:
    context = await browser.new_context(color_scheme=scheme, locale="en-GB", timezone_id="UTC", **DEVICES[device])
    for name in ("parts", "conversation"):
        page = await context.new_page()
        await page.goto(f"{url}#{name}")
        await page.get_by_role("main").wait_for()
        await Camera(page, f"{device}-{scheme}", folder).take(name)
        await no_barrier(page, f"{name}, {device}, {scheme}")
    await context.close()


async def _measure(page: Page, url: str) -> None:
    await page.goto(url)
    await page.get_by_role("article").first.wait_for()
    await page.wait_for_timeout(1000)
    for what, per_second, scrolled_px in MEASURED:
        await page.evaluate(f"arrive({per_second})")
        figures = await page.evaluate(f"watch({SECONDS}, {scrolled_px})")
        sys.stdout.write(f"{what}: {figures}\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
