"""Parlance as it is deployed: one process for each service, the store and the broker beside the load."""

import asyncio
import contextlib
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from aiohttp import ClientError, ClientSession

from bench.load import Connection, connect
from bench.process import LOAD_CORE, MEASURED_CORE, START_SECONDS, Process, free_port, running, start
from cli.embedded.broker import Broker, find_server

SERVICES = ("auth", "room", "message")
REGISTRATIONS_AT_ONCE = 8
SETTINGS = {
    "PARLANCE_INSECURE": "1",
    "PARLANCE_FRAMES_PER_SECOND": "100000",
    "PARLANCE_LOGINS_PER_MINUTE": "100000",
    "PARLANCE_REGISTRATIONS_PER_MINUTE": "100000",
    "PARLANCE_CHATS_PER_MINUTE": "100000",
    "PARLANCE_BUSINESS_CHATS_PER_MINUTE": "100000",
    "PARLANCE_VISITOR_MESSAGES_PER_MINUTE": "100000",
    "PARLANCE_PASSWORD_MEMORY_KIB": "64",
    "PARLANCE_PASSWORD_ROUNDS": "1",
}
"""No limits and cheap passwords: neither is measured here."""


class Edge:
    """An edge, and what one does through it."""

    def __init__(self, process: Process, address: str, http: ClientSession) -> None:
        self.process = process
        self.address = address
        self._http = http
        self._connections: list[Connection] = []

    async def ready(self) -> None:
        """Wait until it can serve."""
        deadline = time.monotonic() + START_SECONDS
        while not await self._is_ready():
            if time.monotonic() > deadline:
                raise TimeoutError(f"the edge is not ready:\n{self.process.output()}")
            await asyncio.sleep(0.02)

    async def register(self, count: int) -> list[str]:
        """Create accounts and return their access tokens."""
        slots = asyncio.Semaphore(REGISTRATIONS_AT_ONCE)

        async def register() -> str:
            async with slots:
                name = f"bench-{secrets.token_hex(6)}"
                answer = await self.call("POST", "auth/register", {"username": name, "password": secrets.token_hex(12)})
                return str(answer["access_token"])

        return await asyncio.gather(*(register() for _ in range(count)))

    async def create_room(self, token: str) -> str:
        """Create a public room and return its id."""
        name = f"bench {secrets.token_hex(6)}"
        return str((await self.call("POST", "rooms", {"name": name, "kind": "public"}, token))["id"])

    async def connect(self, token: str) -> Connection:
        """Open a WebSocket and authenticate; the connection is then in all rooms of the user."""
        connection = await connect(self.address)
        self._connections.append(connection)
        await connection.request("auth", token=token)
        return connection

    async def gather(self, tokens: Sequence[str], room: str, size: int) -> list[Connection]:
        """Bring so many connections of these people into a room."""
        members = [await self.connect(tokens[number % len(tokens)]) for number in range(size)]
        for member in members:
            await member.request("join_room", room=room)
        return members

    def hang_up(self) -> None:
        """Drop all connections."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    async def call(self, method: str, path: str, body: object = None, token: str = "") -> Any:
        """Call the REST API, as somebody or as nobody."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"http://{self.address}/api/{path}"
        async with self._http.request(method, url, json=body, headers=headers) as response:
            if response.status >= 400:
                raise RuntimeError(f"{path}: {response.status} {await response.text()}")
            return await response.json()

    async def _is_ready(self) -> bool:
        with contextlib.suppress(ClientError):
            async with self._http.get(f"http://{self.address}/readyz") as response:
                return response.status == 200
        return False


class Services:
    """Everything but the edge: accounts, rooms and messages outlive it."""

    def __init__(self, folder: Path, http: ClientSession, settings: Mapping[str, str], *, pinned: bool) -> None:
        self._pinned = pinned
        self._folder = folder
        self._http = http
        self.processes: dict[str, Process] = {}
        """By name, in the order of their start."""
        self._broker = Broker(folder / "broker.sock")
        self._env = {
            "PARLANCE_MONGODB_URL": f"mongodb://{quote(self._socket('store'), safe='')}/parlance",
            "PARLANCE_REDIS_URL": self._broker.url,
            **{f"PARLANCE_{name.upper()}_TARGET": f"unix:{self._socket(name)}" for name in SERVICES},
            **SETTINGS,
            **settings,
        }
        self.message: Process
        self.store_url = self._env["PARLANCE_MONGODB_URL"]

    async def start(self) -> None:
        """Start them, the store and the broker first."""
        store = [sys.executable, "-m", "cli.embedded.store", str(self._folder / "store.db"), self._socket("store")]
        config = self._folder / "broker.conf"
        config.write_text(self._broker.config)
        await asyncio.gather(
            self._launch("store", store, LOAD_CORE), self._launch("broker", [find_server(), str(config)], LOAD_CORE)
        )
        _, _, self.message = await asyncio.gather(
            *(self._launch(name, parlance(name), MEASURED_CORE) for name in SERVICES)
        )

    async def stop(self) -> None:
        """Stop them in the opposite order."""
        for process in reversed(self.processes.values()):
            await process.stop()

    @contextlib.asynccontextmanager
    async def edge(self, core: int = MEASURED_CORE) -> AsyncIterator[Edge]:
        """Run a new edge for the length of a block."""
        address = f"127.0.0.1:{free_port()}"
        env = {**self._env, "PARLANCE_LISTEN": address}
        async with running(
            f"edge-{address}", parlance("edge"), address, core=self._core(core), folder=self._folder, env=env
        ) as process:
            edge = Edge(process, address, self._http)
            await edge.ready()
            yield edge
            edge.hang_up()

    async def _launch(self, name: str, command: list[str], core: int) -> Process:
        address = f"unix:{self._socket(name)}"
        env = {**self._env, "PARLANCE_LISTEN": address}
        process = await start(name, command, core=self._core(core), folder=self._folder, env=env)
        self.processes[name] = process
        await process.reachable(address)
        return process

    def _core(self, core: int) -> int | None:
        return core if self._pinned else None

    def _socket(self, name: str) -> str:
        return str(self._folder / f"{name}.sock")


@contextlib.asynccontextmanager
async def topology(
    settings: Mapping[str, str] = MappingProxyType({}), *, pinned: bool = True
) -> AsyncIterator[Services]:
    """Run everything but an edge, on an empty store. `settings` are environment variables beside the usual ones.

    `pinned`: what is measured has one core, so that its CPU time means the same everywhere; otherwise all are used.
    """
    with tempfile.TemporaryDirectory(prefix="parlance-bench-") as folder:
        async with ClientSession() as http:
            services = Services(Path(folder), http, settings, pinned=pinned)
            try:
                await services.start()
                yield services
            finally:
                await services.stop()


def parlance(name: str) -> list[str]:
    """Return the command that runs one of Parlance's processes."""
    return [str(Path(sys.executable).with_name("parlance")), name]
