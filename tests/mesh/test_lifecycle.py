import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from mesh import context
from mesh.lifecycle import Tasks, every
from tests.patience import PATIENCE_SECONDS

PROGRAM = """
import asyncio
from mesh import lifecycle

async def main(stop):
    print("ready", flush=True)
    await stop.wait()
    print("stopping", flush=True)
    if {busy}:
        await asyncio.Event().wait()
    print("stopped", flush=True)

lifecycle.run(main)
"""


@asynccontextmanager
async def running(*, busy: bool) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is ready; one that is busy does not stop by itself."""
    command = [sys.executable, "-c", PROGRAM.format(busy=busy)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await line(process) == "ready"
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    while b"signal=" in (read := await process.stdout.readline()):  # the log
        pass
    return read.decode().strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_the_process_finish(number: signal.Signals) -> None:
    async with running(busy=False) as process:
        process.send_signal(number)
        assert await line(process) == "stopping"
        assert await line(process) == "stopped"
        assert await process.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_it_at_once(number: signal.Signals) -> None:
    async with running(busy=True) as process:
        process.send_signal(number)
        assert await line(process) == "stopping"
        process.send_signal(number)
        assert await line(process) == ""
        assert await process.wait() == -number


async def test_an_action_is_repeated_even_after_it_failed() -> None:
    rounds = 0
    thrice = asyncio.Event()

    async def action() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            thrice.set()
        raise RuntimeError("again")

    tasks = Tasks()
    with capture_logs() as logged:
        tasks.start(every(0.001, action))
        async with asyncio.timeout(PATIENCE_SECONDS):
            await thrice.wait()
        await tasks.close()
    assert [entry["event"] for entry in logged[:2]] == ["periodic_action_failed"] * 2


async def test_a_background_task_that_fails_is_logged() -> None:
    async def fail() -> None:
        raise RuntimeError("so be it")

    tasks = Tasks()
    with capture_logs() as logged:
        await asyncio.wait([tasks.start(fail())])
        await tasks.close()
    assert [(entry["event"], str(entry["exc_info"])) for entry in logged] == [("background_task_failed", "so be it")]


async def test_background_tasks_end_with_their_owner_and_may_take_their_time_for_it() -> None:
    begun = asyncio.Event()
    ended = False

    async def work() -> None:
        nonlocal ended
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended = True

    tasks = Tasks()
    tasks.start(work())
    await begun.wait()
    await tasks.close()
    assert ended


async def test_a_background_task_outlives_the_deadline_of_the_request_that_started_it() -> None:
    async def seconds_left() -> float:
        return context.remaining(5.0)

    with context.deadline(-1):
        assert await Tasks().start(seconds_left()) == 5.0
