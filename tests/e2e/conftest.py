"""One browser and one installation for all tests of a process: both take seconds to start."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from cli.installation import built_web
from tests.e2e.browser import browsing
from tests.e2e.shop import Come, Guest, Shop
from tests.e2e.visitor import Visitor
from tests.integration.cluster import Cluster, cluster

Arrive = Callable[..., Awaitable[Visitor]]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these tests in one event loop: the browser's."""
    for item in items:
        if item.path.is_relative_to(HERE) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def web_dir() -> str:
    """The built web client; skips the test when it has not been built."""
    if not (built := built_web()):
        pytest.skip("the web client is not built: make web")
    return built


@pytest.fixture(scope="session")
def site(web_dir: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two edges that serve the client. Who kills one starts it again."""
    with cluster(tmp_path_factory.mktemp("site"), messages=1, settings={"PARLANCE_WEB_DIR": web_dir}) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_browser() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def browser(running_browser: Browser) -> AsyncIterator[Browser]:
    """A browser in which nobody is. Whoever is left in it afterwards, leaves."""
    yield running_browser
    for context in running_browser.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(browser: Browser, site: Cluster) -> AsyncIterator[Arrive]:
    """Brings somebody new, in an own browser, to a URL or to the next edge. No browser may have complained."""
    visitors: list[Visitor] = []
    async with AsyncExitStack() as stack:

        async def come(name: str, url: str = "", **context: Any) -> Visitor:
            own: BrowserContext = await browser.new_context(**context)
            stack.push_async_callback(own.close)
            await own.grant_permissions(["clipboard-read", "clipboard-write"])
            visitor = await Visitor.registered(own, url or site.edges[len(visitors) % len(site.edges)], name)
            visitors.append(visitor)
            return visitor

        yield come
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest_asyncio.fixture(loop_scope="session")
async def shop(site: Cluster) -> AsyncIterator[Shop]:
    async with Shop.opened(site) as shop:
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
