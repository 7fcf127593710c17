"""The widget on pages as they are: strict, strange, restyled, sandboxed."""

from playwright.async_api import expect

from tests.e2e.shop import Come, Shop, answering


async def test_a_site_that_is_not_listed_shows_nothing(shop: Shop, come: Come) -> None:
    await shop.set(allowed_origins=["https://elsewhere.example"])
    guest = await come()
    async with guest.page.expect_event("requestfailed", lambda request: shop.slug in request.url):
        await guest.page.reload()
    await expect(guest.page.get_by_role("heading")).to_be_visible()
    await expect(guest.launcher).to_be_hidden()
    page_url = f"{shop.site.edges[0]}/widget/{shop.slug}"
    await guest.page.evaluate(  # what is shown instead of a frame that is refused is loaded, too
        """url => new Promise(done => {
            document.body.append(Object.assign(document.createElement('iframe'), {src: url, onload: () => done()}));
        })""",
        page_url,
    )
    assert all(frame.url != page_url for frame in guest.page.frames)
    guest.complaints.clear()  # the browser says why


async def test_the_page_can_drive_the_widget(come: Come) -> None:
    guest = await come()
    await expect(guest.launcher).to_be_visible()
    await guest.page.evaluate("window.heard = []; Parlance.on('open', () => heard.push('open')); Parlance.open()")
    await expect(guest.frame.get_by_text("Ahoy!")).to_be_visible()
    await guest.page.evaluate("Parlance.on('close', () => heard.push('close')); Parlance.close()")
    await expect(guest.page.locator("iframe")).to_be_hidden()
    assert await guest.page.evaluate("heard") == ["open", "close"]


async def test_a_browser_that_refuses_to_keep_anything_can_chat(shop: Shop, come: Come) -> None:
    guest = await come()
    await guest.page.add_init_script(
        """
        const refuse = () => { throw new DOMException("", "SecurityError"); };
        for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, {get: refuse});
        LockManager.prototype.request = async () => refuse();
        """
    )
    await guest.page.goto(shop.page_url)
    await guest.begin("Hello")
    async with shop.agent.connected() as agent:
        await agent.send(await answering(shop, agent), "Welcome")
    await guest.sees("Welcome")


async def test_pages_that_swap_their_body_keep_the_chat_and_what_is_being_written(come: Come) -> None:
    guest = await come()
    await guest.launcher.click()
    await guest.frame.get_by_label("Your message").fill("Half a sen")
    await guest.page.evaluate(
        """() => {
            const body = document.createElement("body");
            const [script] = document.querySelectorAll("script");
            const again = Object.assign(document.createElement("script"), {src: script.src, async: true});
            again.dataset.business = script.dataset.business;
            body.append("Another page", again);
            document.body.replaceWith(body);
        }"""
    )
    await guest.page.wait_for_load_state("networkidle")
    await expect(guest.frame.get_by_label("Your message")).to_have_value("Half a sen")
    await expect(guest.page.locator("parlance-widget")).to_have_count(1)


async def test_a_page_that_styles_everything_neither_moves_nor_covers_it(come: Come) -> None:
    guest = await come()
    await expect(guest.launcher).to_be_visible()
    before = await guest.launcher.bounding_box()
    heading = await guest.page.get_by_role("heading").bounding_box()
    await guest.page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`html { font-size: 40px } h1 { font-size: 32px }
                parlance-widget, html > :not(head, body) { display: block; position: relative !important;
                    transform: scale(.5); opacity: 0; margin: 50px; z-index: -1 !important }`);
            document.adoptedStyleSheets = [sheet];
            const cover = document.createElement("div");
            cover.style.cssText = "position: fixed; inset: 0; z-index: 9999";
            document.body.append(cover);
        }"""
    )
    assert await guest.launcher.bounding_box() == before
    assert await guest.page.get_by_role("heading").bounding_box() == heading
    await guest.launcher.click()
    await expect(guest.frame.get_by_label("Your message")).to_be_visible()


async def test_it_fills_a_phone_and_reads_from_right_to_left(come: Come) -> None:
    guest = await come("?dir=rtl", viewport={"width": 390, "height": 844})
    await guest.launcher.click()
    await expect(guest.frame.locator("html")).to_have_attribute("dir", "rtl")
    box = await guest.page.locator("iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}


async def test_a_page_without_a_doctype_or_from_right_to_left_shows_it_in_the_same_place(come: Come) -> None:
    boxes = []
    for query in ("", "?doctype=", "?dir=rtl"):
        guest = await come(query)
        heading, size = guest.page.get_by_role("heading"), "[document.documentElement.scrollWidth, scrollX, scrollY]"
        await expect(guest.launcher).to_be_visible()
        before = await heading.bounding_box(), await guest.page.evaluate(size)
        await guest.launcher.click()
        await expect(guest.frame.get_by_label("Your message")).to_be_visible()
        assert (await heading.bounding_box(), await guest.page.evaluate(size)) == before
        boxes.append([await found.bounding_box() for found in (guest.launcher, guest.page.locator("iframe"))])
    assert boxes[0] == boxes[1] == boxes[2]


async def test_a_sandboxed_page_that_keeps_its_origin_can_chat(shop: Shop, come: Come) -> None:
    guest = await come("?sandbox=allow-scripts allow-same-origin")
    await guest.begin("From the sandbox")
    async with shop.agent.connected() as agent:
        await agent.send(await answering(shop, agent), "Welcome")
    await guest.sees("Welcome")


async def test_a_sandboxed_page_without_an_origin_says_why_it_shows_nothing(come: Come) -> None:
    guest = await come()
    async with guest.page.expect_console_message(lambda message: "allow-same-origin" in message.text):
        await guest.page.goto(f"{guest.page.url}?sandbox=allow-scripts")
    await expect(guest.launcher).to_be_hidden()
