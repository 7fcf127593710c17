"""Runs a process: an event loop that is stopped by signals, and what it opened closed in reverse order."""

import asyncio
import gc
import resource
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from contextvars import Context
from typing import Any

import uvloop

from mesh import logs

log = logs.get(__name__)

_SWITCH_SECONDS = 0.0005
"""How long the event loop keeps the interpreter while a thread of gRPC or of the database driver waits for it. The default,
5 ms, is waited several times for each call to the database when the loop is busy."""


_COLLECT_AFTER = 20_000
"""Objects allocated between two searches for garbage in cycles, of which serving makes little; the default is 700."""


def run(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run `main(stop)` to its end; SIGTERM and SIGINT set `stop`, a second one ends the process at once."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.freeze()  # what the imports made stays
    gc.set_threshold(_COLLECT_AFTER, 20, 50)
    _allow_many_files()
    uvloop.run(_with_signals(main))


def _allow_many_files() -> None:
    """Each connection is one; systems give 1,024 unasked."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # some name a limit that they do not grant
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _with_signals(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def on_signal(number: signal.Signals) -> None:
        if stop.is_set():
            loop.remove_signal_handler(number)
            signal.raise_signal(number)
        log.info("stopping", signal=number.name)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    await main(stop)


async def every(seconds: float, action: Callable[[], Awaitable[None]]) -> None:
    """Call `action` for ever, with a pause between calls; what it raises is logged and does not end it."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await action()
        except Exception:  # the next round may succeed
            log.exception("periodic_action_failed", action=getattr(action, "__qualname__", repr(action)))


class Tasks:
    """Background tasks of one owner: kept alive while they run, their failures logged, all cancelled at the end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a coroutine in the background, in a context of its own: it outlives the request that started it."""
        task = asyncio.get_running_loop().create_task(coroutine, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background_task_failed", exc_info=error)
