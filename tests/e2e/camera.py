"""Pictures of a page, on a desk and on a phone, light and dark."""

from pathlib import Path
from typing import Any, Literal, TypeAlias

from playwright.async_api import Page

FOLDER = Path(__file__).parents[2] / "docs" / "images"
DEVICES: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1440, "height": 900}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
    },
}
Scheme: TypeAlias = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
# Waits until nothing moves, except for what moves without end.
AT_REST = """() => Promise.all(
  document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime < Infinity)
    .map((animation) => animation.finished))"""


class Camera:
    """Takes pictures of one browser window."""

    def __init__(self, page: Page, name: str, folder: Path = FOLDER) -> None:
        self.page = page
        self._name = name
        self._folder = folder

    async def take(self, screen: str) -> None:
        """Take one, once nothing moves any more."""
        await self.page.mouse.move(0, 0)
        await self.page.evaluate("() => document.fonts.ready")
        await self.page.evaluate(AT_REST)
        await self.page.wait_for_timeout(400)
        await self.page.screenshot(path=self._folder / f"{screen}-{self._name}.png", animations="disabled")
