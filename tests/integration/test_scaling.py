"""Edges come and go and everything is renewed, while people talk: nothing is lost, doubled or out of order, and nobody is
shown an error."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import pytest

from tests.integration.native import Native
from tests.integration.talkers import Talker, prove
from tests.metrics import connections
from tests.patience import PATIENCE_SECONDS, looks
from tests.processes import Processes


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Native]:
    """One edge and two message services behind nginx."""
    with Processes(tmp_path_factory.mktemp("native-logs")) as processes:
        yield Native(processes, tmp_path_factory.mktemp("native"), "--edges", "1")


class Talk:
    """A conversation that goes on while the block lasts; at its end everything is looked at."""

    def __init__(self, url: str, rooms: list[str], stack: AsyncExitStack, talking: asyncio.TaskGroup) -> None:
        self.talkers: list[Talker] = []
        self._url = url
        self._rooms = rooms
        self._stack = stack
        self._talking = talking
        self._enough = asyncio.Event()

    async def join(self, count: int) -> list[Talker]:
        """So many more people come and talk."""
        new = [await self._stack.enter_async_context(Talker.connected(self._url, self._rooms)) for _ in range(count)]
        for talker in new:
            self._talking.create_task(talker.talk(self._rooms, self._enough))
        self.talkers += new
        return new

    def end(self) -> None:
        """Everybody finishes the sentence."""
        self._enough.set()


@asynccontextmanager
async def talking(native: Native, count: int) -> AsyncIterator[Talk]:
    """So many people talk in two rooms."""
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(Talker.connected(native.url, []))
        rooms = [
            (
                await owner.account.call(
                    "POST", "rooms", {"name": f"room {place} of {uuid4().hex[:8]}", "kind": "public"}
                )
            )["id"]
            for place in range(2)
        ]
        async with asyncio.timeout(3 * PATIENCE_SECONDS):
            async with asyncio.TaskGroup() as group:
                talk = Talk(native.url, rooms, stack, group)
                await talk.join(count)
                yield talk
                talk.end()
            await prove(talk.talkers, rooms)


async def test_from_one_edge_to_four_and_back_nobody_notices(native: Native) -> None:
    async with talking(native, 3) as talk:
        assert "edge-4" in await native.order("scale", "edge=4")
        newcomers: list[Talker] = []
        for _ in looks(lambda: "nginx leads nobody to the new edges"):
            newcomers += await talk.join(2)
            if sum([await connections(native.edge(number)) for number in (2, 3, 4)]):
                break
        assert len(native.running("edge")) == 4
        assert "edge-4" not in await native.order("scale", "edge=1")
        assert len(native.running("edge")) == 1
    assert any(talker.welcomes > 1 for talker in newcomers)


async def test_all_edges_are_renewed_and_nobody_notices(native: Native) -> None:
    await native.order("scale", "edge=2")
    before = native.running("edge")
    async with talking(native, 4) as talk:
        await native.order("roll", "edge")
        assert len(native.running("edge")) == 2
        assert not native.running("edge") & before
    assert all(talker.welcomes > 1 for talker in talk.talkers)


async def test_all_message_services_are_renewed_and_nobody_notices(native: Native) -> None:
    before = native.running("message")
    async with talking(native, 4) as talk:
        await native.order("roll", "message")
        assert len(native.running("message")) == 2
        assert not native.running("message") & before
    assert all(talker.welcomes == 1 for talker in talk.talkers)
