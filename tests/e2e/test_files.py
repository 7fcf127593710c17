import asyncio
import re
from pathlib import Path

from playwright.async_api import FilePayload, expect

from tests.e2e.browser import INSECURE_HOST
from tests.e2e.company import two_in_a_room
from tests.e2e.conftest import Arrive
from tests.integration.cluster import Cluster
from tests.message_service.pictures import image

PICTURE = FilePayload(name="flag.png", mimeType="image/png", buffer=image(size=(600, 300)))
NOTES = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"Penguins cannot fly.")


async def test_a_picture_and_a_file_are_sent_looked_at_and_saved(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "files")
    await ada.attach(PICTURE, NOTES)
    await ada.say("Here they are")
    picture = bob.message("Here they are").get_by_role("button", name="Open flag.png")
    await expect(picture.get_by_role("img")).to_have_js_property("naturalWidth", 480)

    await picture.click()
    large = bob.page.get_by_role("dialog", name="flag.png")
    await expect(large.get_by_role("img")).to_have_js_property("naturalWidth", 600)
    await bob.page.keyboard.press("Escape")
    await expect(large).to_have_count(0)

    async with bob.page.expect_download() as download:
        await bob.message("Here they are").get_by_role("button", name="Save notes.txt").click()
    saved = await download.value
    assert saved.suggested_filename == "notes.txt"
    assert await asyncio.to_thread(Path(await saved.path()).read_bytes) == NOTES["buffer"]


async def test_a_picture_needs_no_words_and_the_list_of_rooms_names_it(arrive: Arrive) -> None:
    ada, bob = await two_in_a_room(arrive, "pictures")
    await ada.attach(PICTURE)
    await ada.composer.press("Enter")
    await expect(bob.page.get_by_role("button", name="Open flag.png")).to_be_visible()
    await expect(bob.room("pictures")).to_contain_text("flag.png")


async def test_what_is_dropped_is_attached_and_what_is_too_large_is_said_and_taken_away(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.open_new_room("dropping")
    dropped = await ada.page.evaluate_handle(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(10 * 1024 * 1024 + 1)], "film.mov"));
            files.items.add(new File(["hello"], "note.txt"));
            return files;
        }"""
    )
    await ada.composer.dispatch_event("dragover", {"dataTransfer": dropped})
    await expect(ada.page.get_by_text("Drop files here to send them")).to_be_visible()
    await ada.composer.dispatch_event("drop", {"dataTransfer": dropped})
    film = ada.page.get_by_role("listitem").filter(has_text="film.mov")
    await expect(film).to_contain_text("Larger than 10 MB")
    await expect(ada.send_button).to_be_disabled()
    await film.get_by_role("button", name="Remove film.mov").click()
    await expect(ada.send_button).to_be_enabled()
    await ada.send_button.click()
    await expect(ada.page.get_by_role("button", name=re.compile("Save note.txt"))).to_be_visible()


async def test_a_page_that_came_over_plain_http_can_do_all_this_too(arrive: Arrive, site: Cluster) -> None:
    ada = await arrive("Ada", site.edges[0].replace("127.0.0.1", INSECURE_HOST))
    assert not await ada.page.evaluate("isSecureContext")
    await ada.open_new_room("plain")
    await ada.attach(NOTES)
    await ada.say("Over plain HTTP")
    await ada.sees("Over plain HTTP")
    await ada.page.reload()
    await ada.sees("Over plain HTTP")
    await expect(ada.message("Over plain HTTP").get_by_role("button", name="Save notes.txt")).to_be_visible()
    assert all("Cross-Origin-Opener-Policy" in complaint for complaint in ada.complaints)
    ada.complaints.clear()  # that this header is not for plain HTTP
