import re

from playwright.async_api import Browser, expect

from tests.e2e.conftest import Arrive
from tests.e2e.visitor import PASSWORD, Visitor
from tests.integration.cluster import Cluster


async def test_a_wrong_password_is_told_beside_its_field_and_the_right_one_lets_in(
    arrive: Arrive, browser: Browser, site: Cluster
) -> None:
    ada = await arrive("Ada")
    await ada.page.get_by_role("button", name="Settings").click()
    username = await ada.page.get_by_label("Username").input_value()
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(site.edges[0])
    await page.get_by_label("Username").fill(username)
    await page.get_by_label("Password", exact=True).fill("not the right one")
    await page.keyboard.press("Enter")
    field = page.get_by_label("Password", exact=True)
    await expect(field).to_have_accessible_description(re.compile("wrong"))
    await field.fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("navigation", name="Rooms")).to_be_visible()
    await context.close()


async def test_the_rules_for_a_password_show_while_it_is_typed(browser: Browser, site: Cluster) -> None:
    page = await browser.new_page()
    await page.goto(f"{site.edges[0]}/register")
    await page.get_by_label("Username").fill("somebody")
    password = page.get_by_label("Password", exact=True)
    await password.fill("short")
    await page.get_by_role("button", name="Create account").click()
    await expect(password).to_have_accessible_description(re.compile("At least 10 characters"))
    await password.fill(PASSWORD)
    await expect(page.get_by_text("Strong")).to_be_visible()
    await page.get_by_role("button", name="Show password").click()
    await expect(password).to_have_attribute("type", "text")


async def test_a_name_that_is_taken_is_told_beside_it(arrive: Arrive, browser: Browser, site: Cluster) -> None:
    ada = await arrive("Ada")
    await ada.page.get_by_role("button", name="Settings").click()
    taken = await ada.page.get_by_label("Username").input_value()
    page = await browser.new_page()
    await page.goto(f"{site.edges[0]}/register")
    await page.get_by_label("Username").fill(taken)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_label("Username")).to_have_accessible_description(re.compile("taken"))


async def test_who_reloads_is_still_there_and_who_logs_out_is_not_in_any_tab(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    rooms = ada.page.get_by_role("navigation", name="Rooms")
    await ada.page.reload()
    await expect(rooms).to_be_visible()
    other = Visitor(await ada.page.context.new_page(), "Ada")
    await other.page.goto(ada.page.url)
    await expect(other.page.get_by_role("navigation", name="Rooms")).to_be_visible()
    await ada.page.get_by_role("button", name="Settings").click()
    await ada.page.get_by_role("button", name="Log out", exact=True).click()
    await expect(ada.page.get_by_role("button", name="Log in")).to_be_visible()
    await expect(other.page.get_by_role("button", name="Log in")).to_be_visible()


async def test_another_session_is_ended_from_the_settings(arrive: Arrive, browser: Browser, site: Cluster) -> None:
    ada = await arrive("Ada")
    await ada.page.get_by_role("button", name="Settings").click()
    username = await ada.page.get_by_label("Username").input_value()
    await ada.page.keyboard.press("Escape")
    page = await browser.new_page()
    await page.goto(site.edges[1])
    await page.get_by_label("Username").fill(username)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("navigation", name="Rooms")).to_be_visible()
    await ada.page.get_by_role("button", name="Settings").click()
    sessions = ada.page.get_by_role("list", name="Where you are logged in").get_by_role("listitem")
    await expect(sessions).to_have_count(2)
    await sessions.get_by_role("button", name="Log out").click()
    await expect(sessions).to_have_count(1)
    await expect(page.get_by_text("Your session has ended")).to_be_visible()
