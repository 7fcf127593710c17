"""axe finds nothing serious on any screen, in light and dark, on a desk and on a phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Frame, Page, expect

from tests.e2e.camera import AT_REST
from tests.e2e.conftest import Arrive
from tests.e2e.visitor import Visitor
from tests.integration.cluster import Cluster

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
FINDS = """async () => {
  const { violations } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [id, ...nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)].join(" | "));
}"""

DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


async def no_barrier(page: Page | Frame, where: str) -> None:
    """Look at what is shown, once nothing moves any more."""
    await page.evaluate(AT_REST)
    await page.add_script_tag(path=AXE)
    found: list[str] = await page.evaluate(FINDS)
    assert found == [], where


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
async def test_the_way_in_has_no_barriers(browser: Browser, site: Cluster, scheme: Any, device: dict[str, Any]) -> None:
    context = await browser.new_context(color_scheme=scheme, bypass_csp=True, **device)
    page = await context.new_page()
    await page.goto(f"{site.edges[0]}/login")
    await page.get_by_role("button", name="Log in").click()  # with nothing filled in: the errors show
    await no_barrier(page, "login")
    await page.get_by_role("link", name="Create account").click()
    await page.get_by_label("Password", exact=True).fill("correct horse")
    await no_barrier(page, "register")
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_room_and_all_that_opens_has_no_barriers(arrive: Arrive, scheme: Any) -> None:
    ada = await arrive("Ada", color_scheme=scheme, bypass_csp=True, **DESK)
    await no_barrier(ada.page, "no rooms")
    await ada.open_new_room(f"barriers {scheme}")
    await ada.say("Hello **there**, see `code` and https://example.com/a/long/way")
    await ada.say("```\nlet x = 1;\n```\n> quoted\n\n- one\n- two")
    await ada.act("Hello", "React")
    await no_barrier(ada.page, "emoji")
    await ada.page.get_by_role("button", name="🎉").first.click()
    await ada.act("Hello", "Reply")
    await ada.say("A reply")
    await ada.act("A reply", "Delete")
    await no_barrier(ada.page, "a room")
    for panel in ("People", "Search"):
        await ada.page.get_by_role("button", name=panel).first.click()
        await expect(ada.page.get_by_role("complementary", name=panel)).to_be_visible()
        await no_barrier(ada.page, panel)
    for dialog in ("Browse rooms", "New room", "Settings"):
        await ada.page.get_by_role("button", name=dialog).first.click()
        await within_dialog(ada, dialog)
    for keys, dialog in (("Control+k", "Go to"), ("?", "Keyboard shortcuts")):
        await ada.heading.click()
        await ada.page.keyboard.press(keys)
        await within_dialog(ada, dialog)


async def within_dialog(visitor: Visitor, name: str) -> None:
    """Look at an open dialog, and close it with Escape."""
    await expect(visitor.page.get_by_role("dialog", name=name)).to_be_visible()
    await no_barrier(visitor.page, name)
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.page.get_by_role("dialog")).to_have_count(0)
