"""`parlance up-native` as a person runs it."""

import asyncio
import json
import os
from pathlib import Path

from cli.native.topology import edge_host
from tests.integration.cluster import SETTINGS
from tests.nginx.front import find_nginx
from tests.patience import looks
from tests.processes import Process, Processes, free_port, parlance


class Native:
    """A running installation: nginx, edges, services, store and broker."""

    def __init__(self, processes: Processes, data: Path, *options: str) -> None:
        """Start it; returns when it serves. Skips the test when there is no nginx."""
        find_nginx()
        port = free_port()
        self.data = data
        self.url = f"http://127.0.0.1:{port}"
        command = parlance("up-native", "--port", str(port), "--data", str(data), *options)
        self.process: Process = processes.start("up-native", command, SETTINGS)
        self._await_ready()

    def _await_ready(self) -> None:
        for _ in looks(self.process.output):
            if f"Parlance is ready at {self.url}" in self.process.output():
                return
            assert lives(self.process.pid), self.process.output()

    async def order(self, *words: str) -> str:
        """Have `parlance scale` or `roll` do something; returns what runs afterwards."""
        command = parlance(words[0], "--data", str(self.data), *words[1:])
        ordered = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        done, failed = await ordered.communicate()
        assert ordered.returncode == 0, failed.decode()
        return done.decode()

    def port(self) -> int:
        """The port of everything behind nginx."""
        targets = json.loads((self.data / "targets.json").read_text())
        return int(targets["auth"].rpartition(":")[2])

    def edge(self, number: int) -> str:
        """The URL of one edge, past nginx; edges are numbered from 1."""
        return f"http://{edge_host(number)}:{self.port()}"

    def processes(self) -> dict[int, str]:
        """The command lines of all that it has started, by process id."""
        return _descendants(self.process.pid)

    def running(self, kind: str) -> set[int]:
        """The process ids of the replicas of one kind."""
        return {pid for pid, command in self.processes().items() if command.endswith(f"cli.main {kind}")}


def lives(pid: int) -> bool:
    """Whether a process does anything yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _descendants(pid: int) -> dict[int, str]:
    found: dict[int, str] = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        for child in map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split()):
            found[child] = Path(f"/proc/{child}/cmdline").read_text().strip("\0").replace("\0", " ")
            found |= _descendants(child)
    return found
