"""The running edges: made more, fewer or new while people are connected to them."""

import asyncio
from collections.abc import Awaitable, Callable

from cli.child import Child, start_all, stop_all
from cli.native.dns import TTL_SECONDS
from cli.native.topology import MAX_EDGES, edge_host
from mesh import logs

log = logs.get(__name__)

FORGOTTEN_SECONDS = TTL_SECONDS + 0.5
"""After this long nginx has asked again, and sends nothing new to an edge that is listed no more."""

MakeEdge = Callable[[int], Awaitable[Child]]


class Edges:
    """Edges by number. One is listed for nginx while it runs and is not about to stop."""

    def __init__(self, make: MakeEdge) -> None:
        self.on_change: Callable[[], None] = lambda: None
        """Called when `hosts` returns something else than before."""
        self._make = make
        self._edges: dict[int, Child] = {}
        self._leaving: set[int] = set()

    def listed(self) -> list[str]:
        """The addresses that may be given to clients."""
        return [edge_host(number) for number, edge in self._edges.items() if edge.up and number not in self._leaving]

    def names(self) -> list[str]:
        """Those that there are and shall remain."""
        return [edge.name for number, edge in self._edges.items() if number not in self._leaving]

    def hosts(self) -> list[str]:
        """The addresses of those."""
        return [edge_host(number) for number in self._edges if number not in self._leaving]

    async def scale(self, count: int) -> None:
        """Start or stop as many as it takes. Raises RuntimeError when a new one does not get ready."""
        staying = sorted(self._edges.keys() - self._leaving)
        if count > len(staying):
            await self._add(count - len(staying))
        elif count < len(staying):
            await self._retire(staying[count:])

    async def roll(self) -> None:
        """Replace one after the other: each stops when its successor is ready."""
        for number in sorted(self._edges.keys() - self._leaving):
            await self._add(1)
            await self._retire([number])

    async def close(self) -> None:
        """Stop all at once. Each lets its clients go first."""
        self._leaving.update(self._edges)
        await stop_all(self._edges.values())

    async def _add(self, count: int) -> None:
        numbers = [number for number in range(1, 2 * MAX_EDGES + 1) if number not in self._edges][:count]
        new = {number: await self._make(number) for number in numbers}
        self._edges.update(new)
        try:
            await start_all(new.values())
        except RuntimeError:
            await self._end(numbers)
            raise
        self.on_change()

    async def _retire(self, numbers: list[int]) -> None:
        """Let nobody new in, wait until that is known, and only then stop them."""
        self._leaving.update(numbers)
        self.on_change()
        await asyncio.sleep(FORGOTTEN_SECONDS)
        await self._end(numbers)

    async def _end(self, numbers: list[int]) -> None:
        await stop_all(self._edges[number] for number in numbers)
        for number in numbers:
            del self._edges[number]
            self._leaving.discard(number)
