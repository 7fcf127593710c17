import re

from playwright.async_api import expect

from tests.e2e.company import somebody_says, two_in_a_room
from tests.e2e.conftest import Arrive


async def test_two_people_talk_and_see_the_same_in_the_same_order(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "talking")
    await ada.say("Has anybody seen the penguins?")
    await expect(bob.message("penguins")).to_be_visible()
    await bob.say("They are **on the ice**.")
    await ada.sees("They are on the ice.")
    await ada.say("All of them?")
    expected = ["Has anybody seen the penguins?", "They are on the ice.", "All of them?"]
    await ada.sees(*expected)
    await bob.sees(*expected)
    await expect(ada.page.locator("strong", has_text="on the ice")).to_be_visible()


async def test_who_writes_is_seen_writing(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "typing")
    await expect(ada.page.get_by_role("button", name=re.compile("2 members"))).to_be_visible()
    await bob.composer.press_sequentially("Let me think")
    await expect(ada.page.get_by_text("Bob is writing…").first).to_be_visible()
    await bob.composer.press("Enter")
    await expect(ada.page.get_by_text("Bob is writing…")).to_have_count(0)


async def test_a_message_is_edited_with_the_arrow_up_and_everybody_sees_it(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "editing")
    await ada.say("The train leavs at nine")
    await expect(bob.message("leavs")).to_be_visible()
    await ada.sees("The train leavs at nine")  # stored: what is still on its way cannot be edited
    await ada.composer.press("ArrowUp")
    await expect(ada.page.get_by_text("Editing your message")).to_be_visible()
    await ada.say("The train leaves at nine")
    await expect(bob.message("leaves")).to_contain_text("edited")
    await ada.sees("The train leaves at nine")


async def test_a_message_is_deleted_unless_that_is_undone(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "deleting")
    await ada.say("Keep this")
    await ada.say("Forget this")
    await expect(bob.message("Forget this")).to_be_visible()
    await ada.act("Keep this", "Delete")
    await expect(ada.message("This message was deleted.")).to_have_count(1)
    await ada.page.get_by_role("button", name="Undo").click()
    await expect(ada.message("Keep this")).to_be_visible()
    await ada.act("Forget this", "Delete")
    await expect(bob.message("This message was deleted.")).to_have_count(1)
    await expect(bob.message("Keep this")).to_be_visible()


async def test_a_reaction_is_added_and_taken_back(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "reacting")
    await ada.say("Ship it?")
    await expect(bob.message("Ship it?")).to_be_visible()
    await bob.act("Ship it?", "React")
    await bob.page.get_by_role("button", name="🎉").first.click()
    pill = ada.message("Ship it?").get_by_role("button", name=re.compile("🎉"))
    await expect(pill).to_have_accessible_name(re.compile("🎉 1, from Bob"))
    await pill.click()
    await expect(bob.message("Ship it?").get_by_role("button", name=re.compile("🎉"))).to_contain_text("2")
    await pill.click()
    await expect(bob.message("Ship it?").get_by_role("button", name=re.compile("🎉"))).to_contain_text("1")


async def test_a_reply_quotes_what_it_answers_and_leads_there(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "replying")
    await ada.say("Who has the keys?")
    await expect(bob.message("Who has the keys?")).to_be_visible()
    await bob.act("Who has the keys?", "Reply")
    await bob.say("I do.")
    await expect(ada.message("I do.")).to_contain_text("Who has the keys?")
    await ada.message("I do.").get_by_role("button", name=re.compile("Ada Who has")).click()
    await expect(ada.page.locator("article[data-highlighted]")).to_contain_text("Who has the keys?")


async def test_what_is_not_open_counts_as_unread_until_it_is_seen(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "first room")
    await bob.open_new_room("second room")
    for number in range(3):
        await ada.say(f"Number {number}")
    await expect(bob.room("first room").get_by_label("3 unread messages")).to_be_visible()
    await expect(bob.page).to_have_title("(3) Parlance")
    await bob.room("first room").click()
    await expect(bob.page.get_by_role("region", name="Messages").get_by_role("separator")).to_have_text("New")
    await expect(bob.room("first room").get_by_label(re.compile("unread"))).to_have_count(0)
    await expect(bob.page).to_have_title("Parlance")


async def test_a_search_leads_to_where_it_was_said(arrive: Arrive) -> None:
    ada, _ = await two_in_a_room(arrive, "searching")
    await ada.say("The password of the printer is on the printer")
    await somebody_says(ada.page.url, (f"Small talk {number}" for number in range(80)))
    await ada.sees("Small talk 79")
    await ada.page.get_by_role("button", name="Search").click()
    await ada.page.get_by_role("searchbox", name="Search").fill("printer")
    await ada.page.get_by_role("list", name="Search").get_by_role("link").click()
    await expect(ada.page.locator("article[data-highlighted]")).to_contain_text("printer")
    assert re.search(r"/messages/1(\?|$)", ada.page.url)


async def test_somebody_is_found_and_written_to_in_private(arrive: Arrive) -> None:
    ada, bob = await arrive("Ada"), await arrive("Bob")
    await bob.page.get_by_role("button", name="Settings").click()
    username = await bob.page.get_by_label("Username").input_value()
    await bob.page.keyboard.press("Escape")
    await ada.page.keyboard.press("Control+k")
    await ada.page.get_by_role("combobox", name="Go to a room or a person").fill(username)
    await expect(ada.page.get_by_role("option")).to_have_count(1)
    await ada.page.keyboard.press("Enter")
    await expect(ada.heading).to_have_text("Bob")
    await ada.say("Between us")
    await bob.room("Ada").click()
    await bob.sees("Between us")
