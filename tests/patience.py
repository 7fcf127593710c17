"""How long a test waits for a process, a socket, a page or a task in the background, and how it waits.

A busy machine is no fault: these deadlines only end the wait for something that will never come.
"""

import asyncio
import time
from collections.abc import Callable, Iterator

PATIENCE_SECONDS = 60.0
PATIENCE_MS = PATIENCE_SECONDS * 1000


async def until(condition: Callable[[], object]) -> None:
    """Wait until the condition holds; raises TimeoutError when it never does."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110  # any condition, and nobody tells when it changes
            await asyncio.sleep(0.005)


def looks(in_vain: Callable[[], str]) -> Iterator[None]:
    """Let the body of a `for` look again and again until it leaves the loop.

    Raises TimeoutError with what `in_vain` says when the body never does.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        yield
        time.sleep(0.01)  # between looks; what ends the loop is the condition
    raise TimeoutError(in_vain())
