"""`python -m bench.site`: what the widget costs the page of a business, and how soon a visitor has said something.

The page is of another origin than the edge. Headless Chromium loads it in turns without the widget's script and with it,
each time with nothing cached. Then visitors who type ten characters a second click on the launcher, fill in the form and
say their first words: the time runs from the click until the server has acknowledged what they said.
"""

import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from typing import NamedTuple

import uvloop
from aiohttp import web
from playwright.async_api import Browser, Page

from bench.process import free_port
from bench.topology import Edge, topology
from cli.installation import built_web
from tests.e2e.browser import browsing

LOADS = 20
VISITORS = 5
MS_PER_KEY = 100
FIRST_WORD_SECONDS = 4.0
NAME, WORDS = "Vera", "Hello there"
LAUNCHER = "Chat with us"
FORM = {"fields": [{"key": "name", "kind": "text", "label": "Name", "required": True}]}
TEXT = "<p>Everything for your boat.</p>" * 100
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd > 0"
TIMES = """
() => {
  const { domContentLoadedEventEnd, loadEventEnd } = performance.getEntriesByType("navigation")[0];
  return [domContentLoadedEventEnd, loadEventEnd];
}
"""


class Load(NamedTuple):
    """When a page was ready, in milliseconds since it was asked for."""

    dom_ms: float
    """The end of DOMContentLoaded."""
    load_ms: float
    """The end of the load event."""


async def main() -> int:
    """Measure, print, and return the exit status."""
    settings = {"PARLANCE_WEB_DIR": built_web()}
    async with (
        topology(settings, pinned=False) as services,
        services.edge() as edge,
        site(edge) as url,
        browsing() as browser,
    ):
        without, with_widget = await loads(browser, url)
        words = [await first_words(browser, f"{url}?widget") for _ in range(VISITORS)]
    print(f"a page without the widget: {without}; with it: {with_widget}; the medians of {LOADS}")
    print(
        f"the first words are there {median(words):.1f} s after the click, the slowest of {VISITORS} {max(words):.1f} s"
    )
    return 0 if max(words) < FIRST_WORD_SECONDS else 1


@asynccontextmanager
async def site(edge: Edge) -> AsyncIterator[str]:
    """Serve the page of a business; with `?widget` it holds the script."""
    url = f"http://127.0.0.1:{free_port()}"
    (token,) = await edge.register(1)
    business = await edge.call("POST", "businesses", {"name": "Harbour", "slug": "harbour"}, token)
    changes = {"allowed_origins": [url], "form": FORM, "theme": {"launcher": LAUNCHER}}
    await edge.call("PATCH", f"businesses/{business['id']}", changes, token)
    script = f'<script async src="http://{edge.address}/widget.js" data-business="harbour"></script>'

    async def show(request: web.Request) -> web.Response:
        head = f'<meta charset="utf-8"><title>Harbour</title>{script if "widget" in request.query else ""}'
        return web.Response(text=f'<!doctype html><html lang="en">{head}{TEXT}', content_type="text/html")

    app = web.Application()
    app.router.add_get("/", show)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", int(url.rpartition(":")[2])).start()
        yield f"{url}/"
    finally:
        await runner.cleanup()


async def loads(browser: Browser, url: str) -> tuple[str, str]:
    """Load the page in turns without and with the widget; returns the medians in words."""
    await load(browser, url)  # the browser's own first time counts for neither
    pairs = [(await load(browser, url), await load(browser, f"{url}?widget")) for _ in range(LOADS)]
    without, with_widget = zip(*pairs, strict=True)
    return told(without), told(with_widget)


def told(measured: tuple[Load, ...]) -> str:
    """The medians in words."""
    dom_ms, load_ms = (median(times) for times in zip(*measured, strict=True))
    return f"DOMContentLoaded after {dom_ms:.0f} ms, load after {load_ms:.0f} ms"


async def load(browser: Browser, url: str) -> Load:
    """Load a page as one who has never been there."""
    async with visiting(browser, url) as page:
        await page.wait_for_function(LOADED)
        return Load(*await page.evaluate(TIMES))


async def first_words(browser: Browser, url: str) -> float:
    """Seconds from the click on the launcher until what was said is acknowledged."""
    async with visiting(browser, url) as page:
        launcher, frame = page.get_by_role("button", name=LAUNCHER), page.frame_locator("iframe")
        await launcher.wait_for()
        clicked = time.monotonic()
        await launcher.click()
        await frame.get_by_label("Name").press_sequentially(NAME, delay=MS_PER_KEY)
        await frame.get_by_label("Your message").press_sequentially(WORDS, delay=MS_PER_KEY)
        async with page.expect_response("**/chat/initiate") as answered:
            await frame.get_by_role("button", name="Start the chat").click()
        response = await answered.value
        took = time.monotonic() - clicked
        if response.status != 201:
            raise RuntimeError(f"no chat: {response.status} {await response.text()}")
        return took


@asynccontextmanager
async def visiting(browser: Browser, url: str) -> AsyncIterator[Page]:
    """A page in a browser that remembers nothing."""
    context = await browser.new_context()
    try:
        page = await context.new_page()
        await page.goto(url)
        yield page
    finally:
        await context.close()


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
