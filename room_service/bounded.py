"""Runs many calls at once, but not too many."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

Result = TypeVar("Result")

AT_ONCE = 16
"""Enough to keep the database busy, few enough to leave connections of the pool for others."""


async def gather(calls: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """Await all; the results come in the order of the calls. Raises the first error."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def run(call: Coroutine[Any, Any, Result]) -> Result:
        async with slots:
            return await call

    return await asyncio.gather(*(run(call) for call in calls))
