"""Group commit: what queues up while a batch is in flight travels together in the next one.

This is the one mechanism behind every hop of a message (edge to message_service, message_service to MongoDB and to
Redis). There are no timers: an idle batcher sends at once, a busy one sends larger batches, so the cost per item falls as
load grows.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Generic, TypeVar

from mesh.errors import Unavailable

Item = TypeVar("Item")
Result = TypeVar("Result")

Flush = Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]]
"""Handles one batch; answers with a result or exception for each item, in order. What it raises befalls all items. It may
answer the first items only, at least one: then the others come again, in front of all that waits."""


class Batcher(Generic[Item, Result]):
    """Collects items and flushes them in batches, one batch at a time, in the order of submission."""

    def __init__(self, flush: Flush[Item, Result], *, max_batch: int = 500, max_waiting: int = 20_000) -> None:
        """`max_waiting` bounds the queue behind the batch in flight; beyond it `submit` refuses."""
        self._flush = flush
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._loop = asyncio.get_running_loop()
        self._worker: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        """How many items wait behind the batch in flight."""
        return len(self._waiting)

    def submit(self, item: Item) -> asyncio.Future[Result]:
        """Queue an item; the future brings its result. The order of calls is the order of items.

        Raises `Unavailable` when too much waits already. A future that nobody awaits keeps its error to itself. One that
        is cancelled takes its item back, unless its batch has begun.
        """
        if len(self._waiting) >= self._max_waiting:
            raise Unavailable("Too much is waiting. Try again in a moment.", reason="OVERLOADED", retry_after=1.0)
        future: asyncio.Future[Result] = self._loop.create_future()
        self._waiting.append((item, future))
        if self._worker is None:
            # In a context of its own: a batch serves many callers and has the deadline of none of them.
            self._worker = self._loop.create_task(self._work(), context=Context())
        return future

    async def drain(self) -> None:
        """Wait until all that was submitted has been flushed."""
        while self._worker is not None:
            await asyncio.wait([self._worker])

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(self._max_batch, len(self._waiting)))]
                wanted = [entry for entry in batch if not entry[1].cancelled()]
                if wanted:
                    await self._flush_batch(wanted)
        finally:
            self._worker = None

    async def _flush_batch(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        results: Sequence[Result | Exception]
        try:
            results = await self._flush([item for item, _ in batch])
        except Exception as error:  # handed on to whoever submitted
            results = [error] * len(batch)
        if not 0 < len(results) <= len(batch):
            raise RuntimeError(f"{len(results)} results for {len(batch)} items")
        self._waiting.extendleft(reversed(batch[len(results) :]))
        for (_, future), result in zip(batch, results, strict=False):
            if future.done():  # its submitter gave up
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
                future.exception()  # retrieved: a submitter that does not wait is not warned about it
            else:
                future.set_result(result)
