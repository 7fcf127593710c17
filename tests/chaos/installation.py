"""The whole topology with a handle on every part: three edges behind nginx, two message services, proxies in between."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from cli.embedded.broker import Broker, find_server
from tests.chaos.proxies import Proxy, RedisProxy, before_http, before_socket
from tests.integration.cluster import SETTINGS
from tests.nginx.front import FrontDoor, Replicas, front_door
from tests.processes import Process, Processes, parlance

EDGES = 3
_UNLIMITED = {"PARLANCE_LOGINS_PER_MINUTE": "100000", "PARLANCE_REGISTRATIONS_PER_MINUTE": "100000"}


class Installation:
    """Running processes, by name."""

    def __init__(self, processes: Processes, replicas: Replicas) -> None:
        """Start everything; `ready` waits for it."""
        self.folder = processes.sockets
        self.replicas = replicas
        self.url = ""
        """Where people reach it, once it is ready."""
        self.clients = Proxy()
        """Between people and nginx."""
        self.publishing = RedisProxy()
        """Between message_service and Redis."""
        self.store_errors = self.folder / "store-errors"
        """While this file exists the store refuses every third insert."""
        self.broken: list[str] = []
        """Promises that a fault itself has seen broken, in words."""
        self._processes = processes
        self._broker = Broker(self.folder / "broker.sock")
        self.broker_url = self._broker.url
        self._start_store()
        self.broker = processes.start("broker", [find_server(), "-"], stdin=self._broker.config.encode())
        self._env = {
            "PARLANCE_MONGODB_URL": f"mongodb://{quote(str(self.folder / 'store.sock'), safe='')}/parlance",
            "PARLANCE_REDIS_URL": self._broker.url,
            "PARLANCE_AUTH_TARGET": self._address("auth"),
            "PARLANCE_ROOM_TARGET": self._address("room"),
            "PARLANCE_MESSAGE_TARGET": ",".join([self._address("message1"), self._address("message2")]),
            "PARLANCE_TRUSTED_PROXIES": "127.0.0.1",
            "PARLANCE_HEARTBEAT_SECONDS": "5",
            **SETTINGS,
        }
        self.services = {
            name: self._start_service(kind, name)
            for kind, name in (("auth", "auth"), ("room", "room"), ("message", "message1"), ("message", "message2"))
        }
        self.edges: dict[str, Process] = {}

    async def ready(self) -> None:
        """Wait until the store, the broker and three edges serve."""
        for path in (self.folder / "store.sock", self.folder / "broker.sock"):
            process = self.store if "store" in path.name else self.broker
            await asyncio.to_thread(process.await_socket, path)
        await asyncio.gather(*(self.add_edge() for _ in range(EDGES)))

    async def add_edge(self) -> str:
        """Start another edge; it is found by nginx when it is ready."""
        number = next(n for n in range(1, 100) if f"127.0.1.{n}" not in self.edges)
        host = f"127.0.1.{number}"
        address = f"{host}:{self.replicas.port}"
        edge = self.edges[host] = self._processes.start(
            f"edge{number}", parlance("edge"), {**self._env, "PARLANCE_LISTEN": address}
        )
        await asyncio.to_thread(edge.await_ready, f"http://{address}")
        self.replicas.addresses.append(host)
        return host

    async def remove_edge(self, host: str) -> None:
        """Take an edge away as a scaler does: first from the list, then with SIGTERM."""
        self.replicas.addresses.remove(host)
        await asyncio.sleep(1.5)
        edge = self.edges.pop(host)
        edge.signal(signal.SIGTERM)
        await asyncio.to_thread(edge.wait, 30)

    async def revive_edge(self, host: str) -> None:
        """Start a dead edge again where it was."""
        edge = self.edges[host]
        edge.start()
        await asyncio.to_thread(edge.await_ready, f"http://{host}:{self.replicas.port}")

    async def revive_store(self) -> None:
        """Start the store again, on the data that it had."""
        self.store.start()
        await asyncio.to_thread(self.store.await_socket, self.folder / "store.sock")

    def memory(self) -> dict[str, int]:
        """What each process of ours keeps in memory, in KiB."""
        return {name: _resident(process.pid) for name, process in {**self.services, **self.edges}.items()}

    def _start_store(self) -> None:
        arguments = [self.folder / "store.db", self.folder / "store.sock", self.store_errors]
        script = Path(__file__).with_name("store.py")
        environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
        self.store = self._processes.start("store", [sys.executable, str(script), *map(str, arguments)], environment)

    def _start_service(self, kind: str, name: str) -> Process:
        env = {**self._env, "PARLANCE_LISTEN": self._address(name)}
        if kind == "message":
            env["PARLANCE_REDIS_URL"] = self._broker.url.replace("broker.sock", "publishing.sock")
        return self._processes.start(name, parlance(kind), env)

    def _address(self, name: str) -> str:
        return f"unix:{self.folder}/{name}.sock"


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


@asynccontextmanager
async def installation(folder: Path) -> AsyncIterator[Installation]:
    """Run one. `folder` keeps the logs."""
    async with AsyncExitStack() as stack:
        replicas = stack.enter_context(Replicas())
        processes = stack.enter_context(Processes(folder))
        running = Installation(processes, replicas)
        sockets = running.folder
        await stack.enter_async_context(
            before_socket(running.publishing, str(sockets / "publishing.sock"), str(sockets / "broker.sock"))
        )
        await running.ready()
        (folder / "nginx").mkdir()
        front: FrontDoor = stack.enter_context(front_door(folder / "nginx", replicas, **_UNLIMITED))
        running.url = await stack.enter_async_context(before_http(running.clients, front.url))
        yield running
