"""Has images looked at in processes of their own, because decoders are written in C and images by anybody.

A process that dies, or takes too long and is killed, costs the one image that it had. The pools of the standard library
and of others do not fit: `concurrent.futures` gives up all images when one process dies, and cannot end one alone; others
import the whole program into each process, or read pickles from it. asyncio has all that is needed. Each process is a new
program, never a fork of this one with its threads, and gets neither settings nor secrets.
"""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress

import msgspec
from prometheus_client import Counter

from mesh import logs
from message_service import image_process
from message_service.images import Picture

log = logs.get(__name__)

GIVEN_UP = Counter("parlance_images_given_up_total", "Images whose decoder died or took too long.")

PROCESSES = 2
"""One more than needed, so that an image that takes its time is not in the way of others."""
DEADLINE_SECONDS = 15.0
"""The largest images take two."""
MEMORY_BYTES = 1 << 30
"""The largest images take 900 MB, WebP with transparency."""

_ANSWER_BYTES = 1 << 20
"""More than a thumbnail takes, so that a pipe is never left half full."""
_PASSED_ON = ("DYLD_", "LD_", "PYTHON")
"""How the names of those variables begin that it may take to start Python."""
_FAILURES = (OSError, TimeoutError, asyncio.IncompleteReadError, msgspec.MsgspecError)


class ImagePool:
    """Processes that look at images; the first starts with the first image."""

    def __init__(self, *, seconds: float = DEADLINE_SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._turns = asyncio.Semaphore(PROCESSES)
        self._idle: list[Process] = []
        self._running: set[Process] = set()

    async def examine(self, content: bytes) -> Picture | None:
        """Look at an image; None for what is none, is broken or too large, or could not be looked at."""
        async with self._turns:
            try:
                return await self._examine(content)
            except _FAILURES as error:
                GIVEN_UP.inc()
                log.warning("image_given_up", error=repr(error), size_bytes=len(content))
                return None

    async def close(self) -> None:
        """End all processes."""
        await asyncio.gather(*map(self._end, [*self._running]))

    async def _examine(self, content: bytes) -> Picture | None:
        process = self._take() or await self._start()
        answered = False
        try:
            async with asyncio.timeout(self._seconds):
                picture = await _ask(process, content)
            answered = True
            return picture
        finally:
            if answered:
                self._idle.append(process)
            else:
                await self._end(process)

    def _take(self) -> Process | None:
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
            self._running.discard(process)
        return None

    async def _start(self) -> Process:
        passed_on = {name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", image_process.__name__, str(self._seconds), str(self._memory_bytes)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=_ANSWER_BYTES,
            env=dict(passed_on, MALLOC_ARENA_MAX="1"),
            start_new_session=True,  # what is typed at a terminal is for the service
        )
        self._running.add(process)
        return process

    async def _end(self, process: Process) -> None:
        self._running.discard(process)
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _ask(process: Process, content: bytes) -> Picture | None:
    if process.stdin is None or process.stdout is None:
        raise OSError("a process without pipes")
    process.stdin.write(len(content).to_bytes(image_process.LENGTH_BYTES, "big"))
    process.stdin.write(content)
    await process.stdin.drain()
    length = int.from_bytes(await process.stdout.readexactly(image_process.LENGTH_BYTES), "big")
    return msgspec.msgpack.decode(await process.stdout.readexactly(length), type=Picture | None)
