"""Programs that run beside this one: started, awaited, started again when they die, stopped, and never left behind."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

from mesh import logs
from mesh.lifecycle import Tasks

log = logs.get(__name__)

Ready = Callable[[], Awaitable[bool]]
"""Whether a program does its work already; may raise OSError for "no"."""

_PR_SET_PDEATHSIG = 1
_START_SECONDS = 30.0
_LOOK_SECONDS = 0.02
_STEADY_SECONDS = 30.0
"""Whoever dies after it ran for this long begins anew with the shortest pause."""


class Child:
    """One program that must be there while we are."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        ready: Ready,
        *,
        output: int,
        see: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        stop_seconds: float = 10.0,
    ) -> None:
        """What it prints goes to the file descriptor `output`; `see` tells people where that is.

        `stdin` is written to it at its start, `env` adds to our own environment.
        """
        self.name = name
        self.up = False
        """Whether it runs, and was ready since it was started last."""
        self._command = command
        self._ready = ready
        self._output = output
        self._see = see
        self._stdin = stdin
        self._env = {**os.environ, **(env or {})}
        self._stop_signal = stop_signal
        self._stop_seconds = stop_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._watching = Tasks()

    async def start(self) -> None:
        """Start it and wait until it is ready; from then on it is started again whenever it dies.

        Raises RuntimeError when it does not get ready.
        """
        await self._launch()
        self._watching.start(self._watch())

    async def restart(self) -> None:
        """Stop it and start it again. Raises RuntimeError when it does not get ready; then it is tried again and again."""
        await self.stop()
        try:
            await self._launch()
        finally:
            self._watching.start(self._watch())

    async def stop(self) -> None:
        """End it, gently at first."""
        await self._watching.close()
        await self._end()

    async def _launch(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=self._output,
            stderr=self._output,
            env=self._env,
            start_new_session=True,  # Ctrl-C is ours to handle
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        assert self._process.stdin is not None  # noqa: S101  # asked for above
        self._process.stdin.write(self._stdin)
        self._process.stdin.close()
        self.up = await self._gets_ready(self._process)
        if not self.up:
            await self._end()
            raise RuntimeError(f"{self.name} does not start; see {self._see}.")

    async def _gets_ready(self, process: asyncio.subprocess.Process) -> bool:
        """Whether it is ready before it dies, and in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_START_SECONDS):
                while process.returncode is None:
                    with contextlib.suppress(OSError):
                        if await self._ready() and process.returncode is None:
                            return True
                    await asyncio.sleep(_LOOK_SECONDS)
        return False

    async def _watch(self) -> None:
        """Start it again whenever it dies, after a pause that grows while it does not hold."""
        loop = asyncio.get_running_loop()
        failures, since = 0, loop.time()
        while True:
            assert self._process is not None  # noqa: S101  # started before it is watched
            status = await self._process.wait()
            self.up = False
            _end_remains(self._process)
            failures = 1 if loop.time() - since > _STEADY_SECONDS else failures + 1
            pause = restart_pause(failures)
            log.error("child_died", child=self.name, status=status, again_seconds=pause)
            await asyncio.sleep(pause)
            since = loop.time()
            with contextlib.suppress(RuntimeError, OSError):  # tried again, after a longer pause
                await self._launch()
                log.info("child_is_back", child=self.name)

    async def _end(self) -> None:
        self.up = False
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(self._stop_signal)
        try:
            async with asyncio.timeout(self._stop_seconds):
                await process.wait()
        except TimeoutError:
            log.warning("child_killed", child=self.name, waited_seconds=self._stop_seconds)
            process.kill()
            await process.wait()
        _end_remains(process)


def _end_remains(process: asyncio.subprocess.Process) -> None:
    """Kill what a process that is gone has left: workers of its own, who hold its port."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


async def start_all(children: Iterable[Child]) -> None:
    """Start them side by side. Raises RuntimeError that says which of them do not get ready."""
    await together(*(child.start() for child in children))


async def together(*starting: Coroutine[Any, Any, None]) -> None:
    """Run all side by side; when one fails, none goes on. Raises RuntimeError with what all failures say."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in starting:
                group.create_task(one)
    except ExceptionGroup as failed:
        raise RuntimeError(" ".join(str(error) for error in failed.exceptions)) from failed


async def stop_all(children: Iterable[Child]) -> None:
    """Stop them side by side."""
    await asyncio.gather(*(child.stop() for child in children))


def restart_pause(failures: int) -> float:
    """Seconds before a program that died so many times in a row is started again: 0.5, 1, 2 … 30."""
    return float(min(30.0, 0.5 * 2.0 ** min(failures - 1, 10)))


def listening(address: str) -> Ready:
    """Ready is who accepts connections at host:port or unix:/path."""

    async def accepts() -> bool:
        _, writer = await _connect(address)
        writer.close()
        return True

    return accepts


def answering(address: str, path: str) -> Ready:
    """Ready is who answers 200 over HTTP to a GET at host:port."""

    async def answers() -> bool:
        reader, writer = await _connect(address)
        try:
            writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            return b" 200 " in await reader.readline()
        finally:
            writer.close()

    return answers


async def _connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.startswith("unix:"):
        return await asyncio.open_unix_connection(address.removeprefix("unix:"))
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host, int(port))


def _die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends, however that ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
