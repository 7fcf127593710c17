"""Where one is in the web client: old messages, what Back closes, and rooms and tabs that one is taken out of."""

from playwright.async_api import expect

from tests.chaos.proxies import Proxy, before_http
from tests.e2e.company import somebody_says, two_in_a_room
from tests.e2e.conftest import Arrive
from tests.e2e.visitor import Visitor
from tests.integration.cluster import Cluster


async def test_a_link_to_an_old_message_leads_there_and_one_button_leads_back(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "the past")
    room = bob.page.url
    await bob.open_new_room("elsewhere")
    await somebody_says(room, (f"Line {number}." for number in range(1, 131)))
    await ada.sees("Line 130.")
    await bob.page.goto(f"{room}/messages/5")
    await expect(bob.message("Line 5.")).to_be_in_viewport()
    assert await bob.message("Line 130.").count() == 0
    await ada.say("Something new")
    await bob.page.get_by_role("button", name="Jump to the latest").click()
    await expect(bob.message("Something new")).to_be_in_viewport()
    await bob.sees("Line 130.", "Something new")
    await expect(bob.page).to_have_url(room)


async def test_what_a_closed_tab_had_not_sent_is_sent_by_the_next_one(arrive: Arrive, site: Cluster) -> None:
    network = Proxy()
    async with before_http(network, site.edges[1]) as url:
        ada, bob = await two_in_a_room(arrive, "closing", bobs_url=url)
        room = bob.page.url
        network.cut()
        network.stall()
        await expect(bob.page.get_by_text("You are offline")).to_be_visible()
        await bob.say("Just before the battery died")
        await expect(bob.page.get_by_text("Your message will be sent")).to_be_visible()
        context = bob.page.context
        await bob.page.close()
        network.flow()
        again = Visitor(await context.new_page(), "Bob")
        await again.enter(room)
        await ada.sees("Just before the battery died")
        await again.sees("Just before the battery died")
        await expect(ada.message("Just before the battery died")).to_have_count(1)
        await again.page.close()


async def test_who_is_banned_is_told_so_and_is_back_when_that_is_undone(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "banning")
    await bob.say("What did I do?")
    await ada.sees("What did I do?")
    await ada.page.get_by_role("button", name="2 members").click()
    await ada.page.get_by_role("button", name="More: Bob").click()
    await ada.page.get_by_role("menuitem", name="Ban from room").click()
    await expect(bob.page.get_by_text("You are no longer in this room")).to_be_visible()
    await expect(ada.page.get_by_role("button", name="Lift ban")).to_be_visible()
    await ada.page.get_by_role("button", name="Undo").click()
    await bob.sees("What did I do?")
    await expect(ada.page.get_by_role("button", name="Lift ban")).to_have_count(0)


async def test_a_name_leads_to_the_person_and_on_to_a_conversation_with_them(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "meeting")
    await bob.say("Hello")
    await ada.message("Hello").get_by_role("button", name="Bob").click()
    card = ada.page.get_by_role("dialog", name="Bob")
    await expect(card).to_contain_text("Online")
    await card.get_by_role("button", name="Write to Bob").click()
    await expect(ada.heading).to_have_text("Bob")
    await ada.say("Hello, in private")
    await expect(bob.room("Ada").get_by_label("1 unread message")).to_be_visible()
    await bob.room("Ada").click()
    await expect(ada.page.get_by_text("Seen", exact=True)).to_be_visible()


async def test_back_closes_what_is_open_before_it_leaves_the_room(arrive: Arrive) -> None:
    ada = await arrive("Ada", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await ada.open_new_room("pocket")
    await ada.page.get_by_role("button", name="1 member").click()
    await ada.page.get_by_role("button", name="Invite").click()
    await expect(ada.page.get_by_role("dialog", name="Invite")).to_be_visible()
    await ada.page.go_back()
    await expect(ada.page.get_by_role("dialog")).to_have_count(0)
    await expect(ada.page.get_by_role("complementary", name="People")).to_be_visible()
    await ada.page.go_back()
    await expect(ada.page.get_by_role("complementary")).to_have_count(0)
    await expect(ada.heading).to_have_text("pocket")
