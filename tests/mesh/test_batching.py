import asyncio
from collections.abc import Sequence

import pytest

from mesh import context
from mesh.batching import Batcher
from mesh.errors import Unavailable
from tests.patience import PATIENCE_SECONDS


class Shop:
    """Flushes batches, once it is open."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.called = asyncio.Event()
        self.open = asyncio.Event()

    async def flush(self, items: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(items))
        self.called.set()
        await self.open.wait()
        return [item * 10 if item >= 0 else ValueError(item) for item in items]


async def test_an_idle_batcher_sends_at_once_and_a_busy_one_sends_together_what_has_come_meanwhile() -> None:
    shop = Shop()
    batcher = Batcher(shop.flush)
    async with asyncio.timeout(PATIENCE_SECONDS):
        first = batcher.submit(0)
        await shop.called.wait()
        later = [batcher.submit(item) for item in range(1, 6)]
        shop.open.set()
        assert [await future for future in (first, *later)] == [0, 10, 20, 30, 40, 50]
    assert shop.batches == [[0], [1, 2, 3, 4, 5]]


async def test_items_that_are_not_answered_come_again_in_front_of_what_has_come_meanwhile() -> None:
    batches: list[list[int]] = []

    async def flush(items: Sequence[int]) -> list[int | Exception]:
        batches.append(list(items))
        return [item * 10 for item in items[:2]]

    batcher = Batcher(flush, max_batch=4)
    futures = [batcher.submit(item) for item in range(5)]
    assert await asyncio.gather(*futures) == [0, 10, 20, 30, 40]
    assert batches == [[0, 1, 2, 3], [2, 3, 4], [4]]


async def test_a_batch_has_a_largest_size_and_the_order_stays() -> None:
    shop = Shop()
    shop.open.set()
    batcher = Batcher(shop.flush, max_batch=2)
    futures = [batcher.submit(item) for item in range(5)]
    assert await asyncio.gather(*futures) == [0, 10, 20, 30, 40]
    assert shop.batches == [[0, 1], [2, 3], [4]]


async def test_it_refuses_when_too_much_waits_and_takes_more_afterwards() -> None:
    shop = Shop()
    batcher = Batcher(shop.flush, max_waiting=2)
    futures = [batcher.submit(item) for item in (1, 2)]
    with pytest.raises(Unavailable) as refusal:
        batcher.submit(3)
    assert (refusal.value.reason, len(batcher)) == ("OVERLOADED", 2)
    shop.open.set()
    assert await asyncio.gather(*futures) == [10, 20]
    assert await batcher.submit(3) == 30


async def test_each_item_has_its_own_result_or_error() -> None:
    shop = Shop()
    shop.open.set()
    batcher = Batcher(shop.flush)
    results = await asyncio.gather(*map(batcher.submit, (1, -2, 3)), return_exceptions=True)
    assert list(map(repr, results)) == ["10", "ValueError(-2)", "30"]


async def test_what_a_flush_raises_befalls_all_of_its_batch_and_not_the_next() -> None:
    async def flush(items: Sequence[int]) -> Sequence[int]:
        if -1 in items:
            raise OSError("away")
        return items

    batcher = Batcher(flush, max_batch=2)
    results = await asyncio.gather(*map(batcher.submit, (1, -1, 3)), return_exceptions=True)
    assert list(map(repr, results)) == ["OSError('away')", "OSError('away')", "3"]


async def test_a_submitter_that_gives_up_takes_nothing_from_the_others() -> None:
    shop = Shop()
    batcher = Batcher(shop.flush)
    futures = [batcher.submit(item) for item in (1, 2, 3)]
    futures[1].cancel()
    shop.open.set()
    assert await futures[0] == 10
    assert await futures[2] == 30


async def test_what_is_taken_back_before_its_batch_begins_is_not_flushed() -> None:
    shop = Shop()
    batcher = Batcher(shop.flush, max_batch=2)
    first = batcher.submit(0)
    await shop.called.wait()
    futures = [batcher.submit(item) for item in range(1, 5)]
    for taken_back in futures[:3]:
        taken_back.cancel()
    shop.open.set()
    assert (await first, await futures[3]) == (0, 40)
    assert shop.batches == [[0], [4]]


async def test_draining_waits_for_everything_that_was_submitted() -> None:
    shop = Shop()
    shop.open.set()
    batcher = Batcher(shop.flush, max_batch=1)
    futures = [batcher.submit(item) for item in range(3)]
    await batcher.drain()
    assert [future.result() for future in futures] == [0, 10, 20]
    await batcher.drain()


async def test_a_batch_has_the_deadline_and_the_request_id_of_none_of_its_callers() -> None:
    seen: list[tuple[str, float]] = []

    async def flush(items: Sequence[int]) -> Sequence[int]:
        seen.append((context.request_id.get(), context.remaining(5.0)))
        return items

    batcher = Batcher(flush)
    context.request_id.set("somebody's")
    with context.deadline(-1):
        await batcher.submit(1)
    assert seen == [("", 5.0)]
