"""Real processes for tests: started, awaited, killed, and all gone at the end."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import quote

from cli.embedded.broker import Broker, find_server
from tests.patience import PATIENCE_SECONDS, looks


class Process:
    """One process; its output goes to a file that is shown when it does not start."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path, stdin: bytes) -> None:
        self.name = name
        self._command = command
        self._env = {**os.environ, **env}
        self._log = log
        self._stdin = stdin
        self._child: subprocess.Popen[bytes]
        self.start()

    def start(self) -> None:
        """Start it, again if it was killed."""
        with self._log.open("ab") as output:
            self._child = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=self._env
            )
        assert self._child.stdin is not None
        if self._stdin:
            self._child.stdin.write(self._stdin)
            self._child.stdin.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._child.send_signal(number)

    def kill(self) -> None:
        """End it without a warning."""
        self._child.kill()
        self._child.wait()
        self._close_stdin()

    def wait(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait until it has ended; returns its status."""
        status = self._child.wait(seconds)
        self._close_stdin()
        return status

    def stop(self) -> None:
        """Ask it to end, and insist after a while."""
        if self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._close_stdin()

    def _close_stdin(self) -> None:
        if self._child.stdin is not None:
            with contextlib.suppress(OSError):
                self._child.stdin.close()

    def output(self) -> str:
        """What it has printed so far."""
        return self._log.read_text(errors="replace")

    def await_socket(self, path: Path) -> None:
        """Wait until it listens on a unix socket."""
        for _ in self._until_started():
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(path))
                return

    def await_ready(self, url: str) -> None:
        """Wait until /readyz of an edge says yes."""
        for _ in self._until_started():
            with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(f"{url}/readyz"):
                return

    def _until_started(self) -> Iterator[None]:
        for _ in looks(self._complaint):
            yield
            if self._child.poll() is not None:
                raise RuntimeError(self._complaint())

    def _complaint(self) -> str:
        return f"{self.name} does not start:\n{self.output()}"


class Processes:
    """Processes that end together."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._started: list[Process] = []
        self._folder = tempfile.TemporaryDirectory(prefix="p-")
        self.sockets = Path(self._folder.name)
        """A folder whose path is short enough for unix sockets."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._started):
            process.stop()
        self._folder.cleanup()

    def start(
        self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None, stdin: bytes = b""
    ) -> Process:
        """Start a process; it is not waited for."""
        log = self._logs / f"{len(self._started)}-{name}.log"
        process = Process(name, command, env or {}, log, stdin)
        self._started.append(process)
        return process


def start_store(processes: Processes) -> str:
    """Start an embedded store; returns its URL."""
    return launch_store(processes)[1]


def launch_store(processes: Processes) -> tuple[Process, str]:
    """Start an embedded store that a test may harm; returns it and its URL."""
    path = processes.sockets / f"store{time.monotonic_ns()}.sock"
    file = path.with_suffix(".db")
    process = processes.start("store", [sys.executable, "-m", "cli.embedded.store", str(file), str(path)])
    process.await_socket(path)
    return process, f"mongodb://{quote(str(path), safe='')}/parlance"


def start_broker(processes: Processes) -> str:
    """Start a broker; returns its URL."""
    return launch_broker(processes)[1]


def launch_broker(processes: Processes) -> tuple[Process, str]:
    """Start a broker that a test may kill; returns it and its URL."""
    path = processes.sockets / f"broker{time.monotonic_ns()}.sock"
    broker = Broker(path)
    process = processes.start("broker", [find_server(), "-"], stdin=broker.config.encode())
    process.await_socket(path)
    return process, broker.url


def free_port() -> int:
    """A port of loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parlance(*arguments: str) -> list[str]:
    """The command line of `parlance`."""
    return [str(Path(sys.executable).with_name("parlance")), *arguments]
