"""Proxies that fail on purpose: between people and nginx, and between message_service and Redis."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

Opened = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Opened]]


class Proxy:
    """Passes bytes on. What is open can be cut, stalled or delayed, and all that is new refused."""

    def __init__(self) -> None:
        self.delay_seconds = 0.0
        self.cut_after: Callable[[], int] | None = None
        """How many more bytes a connection may carry in each direction before it is cut, drawn for each chunk."""
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._pipes: set[asyncio.Task[None]] = set()
        self._connections: set[asyncio.Task[None]] = set()
        self._closed = False

    def cut(self, share: float = 1.0, chance: random.Random | None = None) -> None:
        """Cut so many of the open connections, wherever they are in what they carry."""
        for pipe in list(self._pipes):
            if share >= 1 or (chance or random).random() < share:
                pipe.cancel()

    def stall(self) -> None:
        """Carry nothing, and cut nothing."""
        self._flowing.clear()

    def flow(self) -> None:
        """Carry everything again."""
        self._flowing.set()

    def take(self, front: Opened, connect: Connect) -> None:
        """Connect a client with the server, and carry both directions until one ends."""
        connection = asyncio.create_task(self._serve(front, connect))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)
        connection.add_done_callback(lambda _: front[1].transport.abort())  # also of one that ends before it begins
        if self._closed:
            connection.cancel()

    async def close(self) -> None:
        """End all connections, and those that are just being made."""
        self._closed = True
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await asyncio.sleep(0)  # what was aborted is closed in the next turn

    async def _serve(self, front: Opened, connect: Connect) -> None:
        with suppress(OSError):  # there is no server
            await self._join(front, await connect())

    async def _join(self, front: Opened, back: Opened) -> None:
        pipes = [
            asyncio.create_task(self._carry(front[0], back[1], towards_server=True)),
            asyncio.create_task(self._carry(back[0], front[1], towards_server=False)),
        ]
        self._pipes.update(pipes)
        try:
            await asyncio.wait(pipes, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pipe in pipes:
                pipe.cancel()
            await asyncio.gather(*pipes, return_exceptions=True)
            self._pipes.difference_update(pipes)
            back[1].transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, towards_server: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                await self._flowing.wait()
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                if self.cut_after is not None and (place := self.cut_after()) < len(data):
                    sink.write(data[:place])
                    await sink.drain()
                    return
                sink.write(self.changed(data) if towards_server else data)
                await sink.drain()

    def changed(self, data: bytes) -> bytes:
        """What is passed on instead of these bytes."""
        return data


class RedisProxy(Proxy):
    """Loses publishes while `losing`: Redis is sent a PING instead, so that each command still has its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.losing = False
        self.lost = 0

    def changed(self, data: bytes) -> bytes:
        """Replace each room's SPUBLISH, where a chunk holds whole commands."""
        if not self.losing or not data.startswith(b"*"):
            return data
        commands, rest = _commands(data)
        kept = []
        for command in commands:
            if b"\r\nSPUBLISH\r\n" in command[:40] and b"\r\nroom:" in command[:64]:
                self.lost += 1
                kept.append(b"*1\r\n$4\r\nPING\r\n")
            else:
                kept.append(command)
        return b"".join(kept) + rest


def _commands(data: bytes) -> tuple[list[bytes], bytes]:
    """Split what a Redis client sends into whole commands, and what is left."""
    commands: list[bytes] = []
    start = 0
    while start < len(data):
        end = data.find(b"\r\n", start)
        if data[start : start + 1] != b"*" or end < 0:
            break
        position = end + 2
        for _ in range(int(data[start + 1 : end])):
            end = data.find(b"\r\n", position)
            if end < 0:
                return commands, data[start:]
            position = end + 2 + int(data[position + 1 : end]) + 2
        if position > len(data):
            break
        commands.append(data[start:position])
        start = position
    return commands, data[start:]


@asynccontextmanager
async def before_http(proxy: Proxy, url: str) -> AsyncIterator[str]:
    """Put a proxy before an HTTP server; yields the URL of the proxy."""
    host, _, port = url.removeprefix("http://").partition(":")

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        proxy.take((reader, writer), partial(asyncio.open_connection, host, int(port)))

    server = await asyncio.start_server(take, "127.0.0.1", 0, backlog=1024)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await proxy.close()


@asynccontextmanager
async def before_socket(proxy: Proxy, path: str, target: str) -> AsyncIterator[None]:
    """Put a proxy before a unix socket, at a path of its own."""

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        proxy.take((reader, writer), partial(asyncio.open_unix_connection, target))

    server = await asyncio.start_unix_server(take, path)
    try:
        yield
    finally:
        server.close()
        await proxy.close()
