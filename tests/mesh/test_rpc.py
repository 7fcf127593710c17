import asyncio
from pathlib import Path

import pytest

from mesh import context
from mesh.errors import Conflict, Unavailable
from tests.mesh.live_service import LiveService, announce, calling
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def address(short_tmp: Path) -> str:
    return f"unix:{short_tmp}/live.sock"


class Moody:
    """Fails a number of times, then works."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)

    async def __call__(self) -> None:
        if self._errors:
            raise self._errors.pop(0)


async def test_a_service_that_is_unavailable_is_asked_again_where_that_is_safe(address: str) -> None:
    service = LiveService(Moody(Unavailable("Not now."), Unavailable("Not now.")))
    async with service.at(address), calling(address) as live:
        await announce(live, retry=True)
    assert service.calls == 3


async def test_it_is_asked_once_where_it_is_not_said_to_be_safe(address: str) -> None:
    service = LiveService(Moody(Unavailable("Not now.")))
    async with service.at(address), calling(address) as live:
        with pytest.raises(Unavailable):
            await announce(live)
    assert service.calls == 1


async def test_an_answer_that_will_not_change_is_not_asked_for_again(address: str) -> None:
    service = LiveService(Moody(Conflict("Somebody was faster.")))
    async with service.at(address), calling(address) as live:
        with pytest.raises(Conflict):
            await announce(live, retry=True)
    assert service.calls == 1


async def test_asking_again_ends_when_the_time_is_up(address: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS), calling(address) as live:
        with pytest.raises(Unavailable):
            await announce(live, timeout=0.3, retry=True)
        with context.deadline(0.3), pytest.raises(Unavailable):
            await announce(live, timeout=3600.0, retry=True)


async def test_a_call_that_has_no_time_left_is_not_made(address: str) -> None:
    service = LiveService()
    async with service.at(address), calling(address) as live:
        with context.deadline(-1), pytest.raises(Unavailable):
            await announce(live)
    assert service.calls == 0


async def test_a_service_that_starts_late_is_waited_for(address: str) -> None:
    service = LiveService()
    async with asyncio.timeout(PATIENCE_SECONDS), calling(address) as live:
        waiting = asyncio.create_task(announce(live, timeout=PATIENCE_SECONDS, retry=True))
        with pytest.raises(Unavailable):
            await announce(live)
        async with service.at(address):
            await waiting


async def test_a_channel_that_is_closed_during_a_call_makes_the_service_unavailable(address: str) -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    async with asyncio.timeout(PATIENCE_SECONDS), LiveService(work).at(address), calling(address) as live:
        running = asyncio.create_task(announce(live))
        await begun.wait()
        await live.replicas.in_turn().channel.close()
        with pytest.raises(Unavailable):
            await running
        with pytest.raises(Unavailable):
            await announce(live)


async def test_a_caller_that_gives_up_is_not_told_that_the_service_is_unavailable(address: str) -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    async with asyncio.timeout(PATIENCE_SECONDS), LiveService(work).at(address), calling(address) as live:
        running = asyncio.create_task(announce(live))
        await begun.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
