"""Waiting for what happens in the background."""

import asyncio
from collections.abc import Callable

DEADLINE_SECONDS = 20.0


async def until(condition: Callable[[], object]) -> None:
    """Wait until the condition holds."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not condition():  # noqa: ASYNC110  # any condition, and nobody tells when it changes
            await asyncio.sleep(0.005)
