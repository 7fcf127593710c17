"""The web client while connections, servers and pages come and go: nothing missing, nothing twice, nothing out of order."""

import re

from playwright.async_api import expect

from tests.chaos.proxies import Proxy, before_http
from tests.e2e.company import somebody_says, two_in_a_room
from tests.e2e.conftest import Arrive
from tests.e2e.visitor import Visitor
from tests.integration.cluster import Cluster


async def test_a_laptop_that_slept_knows_everything_and_what_it_wrote_is_sent(arrive: Arrive, site: Cluster) -> None:
    network = Proxy()
    async with before_http(network, site.edges[1]) as url:
        ada, bob = await two_in_a_room(arrive, "sleeping", bobs_url=url)
        await ada.say("Good night")
        await bob.sees("Good night")
        network.cut()
        network.stall()
        await expect(bob.page.get_by_text("You are offline")).to_be_visible()
        await bob.say("Written on the train")
        await expect(bob.page.get_by_text("Your message will be sent when you are back")).to_be_visible()
        for number in range(3):
            await ada.say(f"Meanwhile {number}")
        await ada.sees("Good night", "Meanwhile 0", "Meanwhile 1", "Meanwhile 2")
        network.flow()
        expected = ["Good night", "Meanwhile 0", "Meanwhile 1", "Meanwhile 2", "Written on the train"]
        await expect(ada.message("Written on the train")).to_be_visible()
        await ada.sees(*expected)
        await bob.sees(*expected)
        await expect(bob.page.get_by_text("when you are back")).to_have_count(0)
        await bob.page.close()


async def test_a_server_that_is_killed_and_comes_back_is_a_pause_and_no_more(arrive: Arrive, site: Cluster) -> None:
    ada, bob = await two_in_a_room(arrive, "killing")
    await ada.say("Before")
    await bob.sees("Before")
    edge = site.edge_processes[1]
    edge.kill()
    await bob.say("Into the dark")
    await ada.say("Still here")
    edge.start()
    edge.await_ready(site.edges[1])
    await expect(ada.message("Into the dark")).to_be_visible()
    await ada.sees("Before", "Still here", "Into the dark")
    await bob.sees("Before", "Still here", "Into the dark")


async def test_two_tabs_of_one_person_show_the_same(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "tabs")
    second = Visitor(await ada.page.context.new_page(), "Ada")
    await second.enter(ada.page.url)
    expected = ["From the first tab", "From the second tab", "Hello to both"]
    for one, text in zip((ada, second, bob), expected, strict=True):
        await one.say(text)
        await one.sees(text)
    for one in (ada, second, bob):
        await one.sees(*expected)


async def test_a_reload_keeps_the_room_the_draft_and_what_was_not_sent(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "reloading")
    await ada.composer.fill("Half a thought")
    await ada.page.reload()
    await expect(ada.heading).to_have_text("reloading")
    await expect(ada.composer).to_have_value("Half a thought")
    await ada.say("A whole thought")
    await ada.sees("A whole thought")
    await bob.sees("A whole thought")


async def test_history_loads_while_one_scrolls_and_what_one_reads_stays(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "history")
    await somebody_says(ada.page.url, (f"Line {number}" for number in range(120)))
    await ada.sees("Line 119")
    await bob.sees("Line 119")
    # As long as something is unread, he is shown the first of it.
    await expect(bob.page.get_by_role("img", name=re.compile("unread"))).to_have_count(0)
    await bob.page.reload()
    await bob.sees("Line 119")
    for _ in range(40):
        await bob.page.mouse.move(900, 400)
        await bob.page.mouse.wheel(0, -1500)
        if await bob.message(re.compile(r"Line 0\b")).count():
            break
        await bob.page.wait_for_timeout(50)
    await expect(bob.message(re.compile(r"Line 0\b"))).to_be_visible()
    place = await bob.message(re.compile(r"Line 0\b")).bounding_box()
    await ada.say("Something new")
    await expect(bob.page.get_by_role("button", name="1 new message")).to_be_visible()
    assert await bob.message(re.compile(r"Line 0\b")).bounding_box() == place
    await bob.page.get_by_role("button", name="1 new message").click()
    await expect(bob.message("Something new")).to_be_in_viewport()


async def test_who_is_at_the_end_stays_there_however_much_comes(arrive: Arrive) -> None:
    ada, _ = await two_in_a_room(arrive, "crowded")
    slow = await ada.page.context.new_cdp_session(ada.page)
    await slow.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    await somebody_says(ada.page.url, (f"Line {number}." for number in range(200)))
    await expect(ada.message("Line 199.")).to_be_in_viewport()
    await expect(ada.page.get_by_role("button", name="Jump to the latest")).to_have_count(0)


async def test_back_and_forward_go_through_the_rooms(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.open_new_room("one")
    await ada.open_new_room("two")
    await ada.page.go_back()
    await expect(ada.heading).to_have_text("one")
    await ada.page.go_forward()
    await expect(ada.heading).to_have_text("two")


async def test_a_phone_shows_one_thing_at_a_time(arrive: Arrive) -> None:
    ada = await arrive("Ada", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await ada.open_new_room("pocket")
    await expect(ada.page.get_by_role("navigation", name="Rooms")).to_be_hidden()
    await ada.say("From the bus")
    await ada.sees("From the bus")
    await ada.page.get_by_role("link", name="Back to your rooms").click()
    await expect(ada.room("pocket")).to_be_visible()
    await expect(ada.composer).to_be_hidden()
