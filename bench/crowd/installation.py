"""A running `parlance up-native`, and the people in it."""

import asyncio
import contextlib
import os
import re
import secrets
import tempfile
from asyncio.subprocess import PIPE, STDOUT, create_subprocess_exec
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import ClientSession

from bench.process import free_port
from bench.topology import SETTINGS, parlance

EDGES = 3
ROOMS = 50
PEOPLE_PER_ROOM = 5
_CONNECTIONS = re.compile(r"^parlance_connections (\S+)$", re.M)


class Installation:
    """A running `parlance up-native`."""

    def __init__(self, pid: int, folder: Path, address: str, http: ClientSession) -> None:
        self.address = address
        self._pid = pid
        self._folder = folder
        self._http = http

    def edges(self) -> dict[int, str]:
        """The processes of edges, with where each listens."""
        found = {}
        for child in Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split():
            with contextlib.suppress(OSError):
                if Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[-2] == b"edge":
                    environment = Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
                    found[int(child)] = _value(environment, b"PARLANCE_LISTEN=")
        return found

    async def connections(self) -> list[int]:
        """How many each edge has."""
        counts = []
        for address in self.edges().values():
            async with self._http.get(f"http://{address}/metrics") as response:
                match = _CONNECTIONS.search(await response.text())
                counts.append(int(float(match[1])) if match else 0)
        return counts

    async def scale(self, count: int) -> None:
        """Have so many edges."""
        command = [*parlance("scale"), "--data", str(self._folder), f"edge={count}"]
        await (await create_subprocess_exec(*command)).wait()

    async def people(self) -> list[tuple[str, str]]:
        """Register people, open rooms, and return the token and the room of each person."""
        address = next(iter(self.edges().values()))
        slots = asyncio.Semaphore(8)

        async def post(path: str, body: object, token: str = "") -> dict[str, str]:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            async with slots, self._http.post(f"http://{address}/api/{path}", json=body, headers=headers) as response:
                response.raise_for_status()
                answer: dict[str, str] = await response.json() if response.status != 204 else {}
                return answer

        async def fill() -> list[tuple[str, str]]:
            accounts = [
                {"username": f"crowd-{secrets.token_hex(6)}", "password": secrets.token_hex(12)}
                for _ in range(PEOPLE_PER_ROOM)
            ]
            tokens = [(await post("auth/register", account))["access_token"] for account in accounts]
            room = (await post("rooms", {"name": f"crowd {secrets.token_hex(6)}", "kind": "public"}, tokens[0]))["id"]
            for token in tokens[1:]:
                await post(f"rooms/{room}/join", {}, token)
            return [(token, room) for token in tokens]

        return [person for room in await asyncio.gather(*(fill() for _ in range(ROOMS))) for person in room]


@contextlib.asynccontextmanager
async def installation() -> AsyncIterator[Installation]:
    """Run one with three edges."""
    address = f"127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory(prefix="parlance-crowd-") as folder:
        options = ["--edges", str(EDGES), "--data", folder, "--port", address.rpartition(":")[2]]
        settings = {name: value for name, value in SETTINGS.items() if name != "PARLANCE_INSECURE"}
        process = await create_subprocess_exec(
            *parlance("up-native"), *options, stdout=PIPE, stderr=STDOUT, env={**os.environ, **settings}
        )
        assert process.stdout is not None
        try:
            while b"is ready at" not in (line := await process.stdout.readline()):
                if not line:
                    raise RuntimeError("up-native does not start")
            reading = asyncio.create_task(_drain(process.stdout))
            async with ClientSession() as http:
                yield Installation(process.pid, Path(folder), address, http)
        finally:
            process.terminate()
            await reading
            await process.wait()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.readline():
        pass


def _value(environment: list[bytes], prefix: bytes) -> str:
    return next(entry for entry in environment if entry.startswith(prefix)).removeprefix(prefix).decode()
