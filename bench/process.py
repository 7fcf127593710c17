"""Child processes, kept on one core and read from outside. Works on Linux only."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, STDOUT, create_subprocess_exec
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

START_SECONDS = 20
STOP_SECONDS = 10

_usable_cores = sorted(os.sched_getaffinity(0))
LOAD_CORE, MEASURED_CORE = _usable_cores[0], _usable_cores[-1]
"""Where the load and its helpers run, and where that which is measured does. The same one if there is but one."""


class Process:
    """A running child. Its output goes to a file, and is shown when it fails."""

    def __init__(self, name: str, child: asyncio.subprocess.Process, log: Path) -> None:
        self._name = name
        self._child = child
        self._log = log

    def cpu_seconds(self) -> float:
        """CPU time of all its threads so far, ended ones included, in nanosecond steps."""
        return time.clock_gettime((~self._child.pid << 3) | 2)  # how Linux numbers the CPU clock of a process

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._child.send_signal(number)

    def private_bytes(self) -> int:
        """Memory that would be free without it: what it shares with other processes is left out."""
        rollup = Path(f"/proc/{self._child.pid}/smaps_rollup").read_text()
        return sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Private_"))

    def output(self) -> str:
        """Return what it has printed so far."""
        return self._log.read_text(errors="replace")

    async def finished(self) -> str:
        """Wait for its end and return what it printed."""
        if await self._child.wait():
            raise RuntimeError(f"{self._name} failed:\n{self.output()}")
        return self.output()

    async def reachable(self, address: str) -> None:
        """Wait until it accepts connections at host:port or at unix:path."""
        deadline = time.monotonic() + START_SECONDS
        while not await _accepts(address):
            if self._child.returncode is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self._name} did not start:\n{self.output()}")
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Ask it to end, and insist after a while."""
        with contextlib.suppress(ProcessLookupError):
            self._child.terminate()
            try:
                await asyncio.wait_for(self._child.wait(), STOP_SECONDS)
            except TimeoutError:
                self._child.kill()
                await self._child.wait()


async def start(
    name: str, command: list[str], *, core: int | None, folder: Path, env: Mapping[str, str] | None = None
) -> Process:
    """Start a child on a core, or on all of them. Its log goes into the folder."""
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        child = await create_subprocess_exec(
            *command, stdin=PIPE, stdout=output, stderr=STDOUT, env={**os.environ, **(env or {})}
        )
    if core is not None:
        os.sched_setaffinity(child.pid, {core})
    return Process(name, child, log)


@contextlib.asynccontextmanager
async def running(
    name: str, command: list[str], address: str, *, core: int | None, folder: Path, env: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """Keep a server for the length of a block, entered once it accepts connections."""
    process = await start(name, command, core=core, folder=folder, env=env)
    try:
        await process.reachable(address)
        yield process
    finally:
        await process.stop()


def bare(module: str, *arguments: str) -> list[str]:
    """Return the command of a reference."""
    return [sys.executable, "-m", f"bench.{module}", *arguments]


@contextlib.contextmanager
def metered(*processes: Process) -> Iterator[dict[Process, float]]:
    """Give the CPU microseconds that each spends during a block; filled in at its end."""
    spent = {process: -process.cpu_seconds() * 1e6 for process in processes}
    yield spent
    for process in processes:
        spent[process] += process.cpu_seconds() * 1e6


def free_port() -> int:
    """Find a TCP port that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


async def _accepts(address: str) -> bool:
    try:
        if address.startswith("unix:"):
            _, writer = await asyncio.open_unix_connection(address.removeprefix("unix:"))
        else:
            host, port = address.rsplit(":", 1)
            _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True
