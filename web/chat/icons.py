"""Draws the icons of the installed app from `public/icon.svg`: `.venv/bin/python web/chat/icons.py`."""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

PUBLIC = Path(__file__).parent / "public"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SIZES = (192, 512)


def main() -> None:
    """Write a PNG of each size beside the drawing."""
    drawing = (PUBLIC / "icon.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>body {{ margin: 0 }} svg {{ display: block; inline-size: 100vw }}</style>{drawing}"
            )
            page.screenshot(path=PUBLIC / f"icon-{size}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
