"""What can be asked of a running `parlance up-native`, and the private socket over which `parlance scale` and `roll` do.

One line goes each way: the order as a JSON array of words, and what came of it as an object with `done` or `failed`.
"""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from cli import installation
from cli.native.edges import Edges
from cli.native.services import Services
from cli.native.topology import MAX_EDGES

ROLLED = ("auth", "room", "message", "edge")
"""What `roll` renews, in this order when nothing is named."""


class Orders:
    """Carries orders out, one after the other."""

    def __init__(self, services: Services, edges: Edges) -> None:
        self._services = services
        self._edges = edges
        self._busy = asyncio.Lock()

    async def obey(self, words: Sequence[str]) -> str:
        """Do it, and return what is so now. Raises ValueError for what makes no sense, RuntimeError for what failed."""
        async with self._busy:
            match words:
                case ["scale", what]:
                    await self._edges.scale(_edge_count(what))
                case ["roll", *kinds]:
                    for kind in _rolled(kinds):
                        await (self._edges.roll() if kind == "edge" else self._services.roll(kind))
                case _:
                    raise ValueError("Nothing that can be done.")
        return self.status()

    def status(self) -> str:
        """What runs."""
        return f"running: nginx, {', '.join([*self._edges.names(), *self._services.names()])}, store, broker"


@asynccontextmanager
async def taken(path: Path, orders: Orders) -> AsyncIterator[None]:
    """Take orders at a unix socket, in a folder that is private, while the context lasts; then drop those not yet done."""
    given: set[asyncio.Task[None]] = set()

    async def on_client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # for the type checker: we run in one
        given.add(task)
        task.add_done_callback(given.discard)
        with suppress(OSError, asyncio.CancelledError):  # whoever gave it may have gone; it is done all the same
            try:
                answer = {"done": await orders.obey(json.loads(await reader.readline()))}
            except (ValueError, RuntimeError) as error:
                answer = {"failed": str(error)}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(on_client, path)
    try:
        yield
    finally:
        server.close()
        for task in given:
            task.cancel()
        await asyncio.gather(*given, return_exceptions=True)


def give(data: str, words: Sequence[str]) -> int:
    """Give an order to the installation in a data folder and wait until it is done; returns the exit status."""
    address = installation.targets(Path(data)).get("orders")
    if address is None:
        print(
            f"Nothing takes orders in {data}: start `parlance up-native`, or name its folder with --data.",
            file=sys.stderr,
        )
        return 1
    with socket.socket(socket.AF_UNIX) as connection, connection.makefile("rw") as stream:
        connection.connect(address)
        stream.write(json.dumps(list(words)) + "\n")
        stream.flush()
        answer: dict[str, str] = json.loads(stream.readline() or '{"failed": "It stopped before it was done."}')
    if "failed" in answer:
        print(f"parlance: {answer['failed']}", file=sys.stderr)
        return 1
    print(answer["done"])
    return 0


def _edge_count(what: str) -> int:
    """The number in `edge=4`."""
    kind, _, number = what.partition("=")
    if kind != "edge":
        raise ValueError(
            "Only edges come and go while everything runs. For more message services start with --messages."
        )
    if not number.isdecimal() or not 1 <= int(number) <= MAX_EDGES:
        raise ValueError(f"Name a number of edges from 1 to {MAX_EDGES}, as in edge=4.")
    return int(number)


def _rolled(kinds: Sequence[str]) -> Sequence[str]:
    if unknown := set(kinds) - set(ROLLED):
        raise ValueError(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(ROLLED)}.")
    return kinds or ROLLED
