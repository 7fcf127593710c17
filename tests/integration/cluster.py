"""The product as it is deployed: every process its own, several edges and message services, joined by a broker."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from tests.processes import Process, Processes, free_port, launch_broker, parlance, start_store

SETTINGS = {
    "PARLANCE_INSECURE": "1",
    "PARLANCE_FRAMES_PER_SECOND": "10000",
    "PARLANCE_LOGINS_PER_MINUTE": "100000",
    "PARLANCE_REGISTRATIONS_PER_MINUTE": "100000",
    "PARLANCE_CHATS_PER_MINUTE": "100000",
    "PARLANCE_VISITOR_MESSAGES_PER_MINUTE": "100000",
    "PARLANCE_PASSWORD_MEMORY_KIB": "64",
    "PARLANCE_PASSWORD_ROUNDS": "1",
    "PARLANCE_PASSWORD_WAITING": "1000",
    "PARLANCE_DRAIN_SECONDS": "2",
}


class Cluster:
    """Running processes, by name."""

    def __init__(
        self, processes: Processes, *, edges: int, messages: int, settings: dict[str, str] | None = None
    ) -> None:
        """Start everything; returns when the edges are ready."""
        self._processes = processes
        self._prefix = uuid4().hex[:6]
        names = [f"message{number}" for number in range(messages)]
        self.broker, redis_url = launch_broker(processes)
        self.auth_target = self._address("auth")
        self._env = {
            "PARLANCE_MONGODB_URL": os.environ.get("MONGODB_URL") or start_store(processes),
            "PARLANCE_REDIS_URL": redis_url,
            "PARLANCE_AUTH_TARGET": self.auth_target,
            "PARLANCE_ROOM_TARGET": self._address("room"),
            "PARLANCE_MESSAGE_TARGET": ",".join(map(self._address, names)),
            **SETTINGS,
            **(settings or {}),
        }
        self.auth = self._service("auth", "auth")
        self.room = self._service("room", "room")
        self.messages = [self._service("message", name) for name in names]
        self.edges: list[str] = []
        self.edge_processes: list[Process] = []
        for _ in range(edges):
            self._start_edge()
        for process, url in zip(self.edge_processes, self.edges, strict=True):
            process.await_ready(url)

    def add_edge(self) -> str:
        """Start another edge; returns its URL when it is ready."""
        self._start_edge()
        self.edge_processes[-1].await_ready(self.edges[-1])
        return self.edges[-1]

    def _start_edge(self) -> None:
        address = f"127.0.0.1:{free_port()}"
        self.edge_processes.append(
            self._processes.start("edge", parlance("edge"), {**self._env, "PARLANCE_LISTEN": address})
        )
        self.edges.append(f"http://{address}")

    def _service(self, kind: str, name: str) -> Process:
        return self._processes.start(name, parlance(kind), {**self._env, "PARLANCE_LISTEN": self._address(name)})

    def _address(self, name: str) -> str:
        return f"unix:{self._processes.sockets}/{self._prefix}-{name}.sock"


@contextmanager
def cluster(
    logs: Path, *, edges: int = 2, messages: int = 2, settings: dict[str, str] | None = None
) -> Iterator[Cluster]:
    """Run a cluster for the length of a block."""
    with Processes(logs) as processes:
        yield Cluster(processes, edges=edges, messages=messages, settings=settings)
