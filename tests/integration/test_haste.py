"""A client that is faster than it may be: it waits, and nobody who uses it notices."""

import asyncio
from collections.abc import Iterator

import pytest

from client import Account, Backoff, Client, Offline
from tests.integration.cluster import Cluster, cluster
from tests.integration.people import PASSWORD

ROOMS = 3
MESSAGES = 30


class Waits(Backoff):
    """Counts how often something was refused."""

    def __init__(self) -> None:
        super().__init__(first_seconds=0.2)
        self.count = 0

    def delay(self, failures: int) -> float:
        self.count += 1
        return super().delay(failures)


@pytest.fixture
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """An edge that takes 40 frames at once, and then 20 a second."""
    settings = {"PARLANCE_FRAMES_PER_SECOND": "20"}
    with cluster(tmp_path_factory.mktemp("slow"), edges=1, messages=1, settings=settings) as running:
        yield running


async def test_what_is_too_fast_for_the_server_arrives_later_in_order_and_without_a_failure(slow: Cluster) -> None:
    (url,) = slow.edges
    waits = Waits()
    async with Account(url) as account:
        await account.register("hasty", PASSWORD)
        async with Client(url, account.token, backoff=waits) as client:
            events = client.events()
            rooms = [(await account.call("POST", "rooms", {"name": f"room {number}"}))["id"] for number in range(ROOMS)]
            await asyncio.gather(*(client.join(room) for room in rooms * 10))
            said = [str(number) for number in range(MESSAGES)]
            sent = await asyncio.gather(*(client.send(room, body) for body in said for room in rooms))
            assert [message.seq for message in sent] == [seq for seq in range(1, MESSAGES + 1) for _ in rooms]
            assert await asyncio.gather(*(client.mark_read(room, MESSAGES) for room in rooms * 10)) == [MESSAGES] * 30
            for room in rooms:
                stored = await client.history(room, before=MESSAGES + 1, limit=100)
                assert [message.body for message in reversed(stored)] == said
        assert waits.count, "it was never too fast"
        assert [event.reason async for event in events if isinstance(event, Offline)] == ["The client was closed."]
