"""The two children of `parlance up`: started, watched, started again if they die, stopped at the end."""

import asyncio
import contextlib
import ctypes
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from cli.embedded.broker import Broker, find_server
from mesh import logs
from mesh.lifecycle import Tasks

log = logs.get(__name__)

_PR_SET_PDEATHSIG = 1
_START_SECONDS = 20.0
_STOP_SECONDS = 10.0
_AGAIN_SECONDS = 0.5


class Child:
    """One program that must be there while we are."""

    def __init__(self, name: str, command: Sequence[str], socket: Path, *, stdin: bytes = b"", log_file: Path) -> None:
        """It is ready once it listens on `socket`; `stdin` is its configuration."""
        self.name = name
        self._command = command
        self._socket = socket
        self._stdin = stdin
        self._log_file = log_file
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it listens; raises RuntimeError when it does not."""
        with self._log_file.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is ours to handle
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        assert self._process.stdin is not None  # noqa: S101  # asked for above
        self._process.stdin.write(self._stdin)
        self._process.stdin.close()
        await self._listening()

    async def watch(self) -> None:
        """Start it again whenever it dies."""
        while True:
            assert self._process is not None  # noqa: S101  # started before it is watched
            log.error("child_died", child=self.name, status=await self._process.wait())
            await asyncio.sleep(_AGAIN_SECONDS)
            await self.start()

    async def stop(self) -> None:
        """End it, gently at first."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()

    async def _listening(self) -> None:
        assert self._process is not None  # noqa: S101  # called by start
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_START_SECONDS):
                while self._process.returncode is None:
                    try:
                        _, writer = await asyncio.open_unix_connection(self._socket)
                    except OSError:
                        await asyncio.sleep(0.01)
                    else:
                        writer.close()
                        return
        raise RuntimeError(f"The embedded {self.name} does not start; see {self._log_file}.")


@asynccontextmanager
async def running(data: Path, sockets: Path) -> AsyncIterator[tuple[str, str]]:
    """Run store and broker while the context lasts; yields their URLs, for MongoDB and for Redis.

    `data` keeps the store's file and the logs; `sockets` is a private folder for the sockets.
    """
    store_socket, broker_socket = sockets / "store.sock", sockets / "broker.sock"
    broker = Broker(broker_socket)
    children = [
        Child(
            "store",
            [sys.executable, "-m", "cli.embedded.store", str(data / "store.db"), str(store_socket)],
            store_socket,
            log_file=data / "store.log",
        ),
        Child(
            "broker",
            [find_server(), "-"],
            broker_socket,
            stdin=broker.config.encode(),
            log_file=data / "broker.log",
        ),
    ]
    watching = Tasks()
    try:
        await asyncio.gather(*(child.start() for child in children))
        for child in children:
            watching.start(child.watch())
        yield f"mongodb://{str(store_socket).replace('/', '%2F')}/parlance", broker.url
    finally:
        await watching.close()
        await asyncio.gather(*(child.stop() for child in children))


def _die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends, however that ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
