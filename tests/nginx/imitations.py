"""Stands in for an edge that does what a real one does only when it fails."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from tests.nginx.front import Replicas


@dataclass
class Imitation:
    """Reads whole requests, keeps them, and answers each with the same bytes; with none it hangs up."""

    answer: bytes
    requests: list[str] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared, it keeps those that ask waiting."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head)
        length = next((line for line in head.lower().splitlines() if line.startswith("content-length:")), ":0")
        await reader.readexactly(int(length.partition(":")[2]))
        await self.may_answer.wait()
        writer.write(self.answer)
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def imitating(replicas: Replicas, address: str, answer: bytes) -> AsyncIterator[Imitation]:
    """Imitate an edge at this address, which the name server tells as long."""
    imitation = Imitation(answer)
    imitation.may_answer.set()
    async with await asyncio.start_server(imitation.serve, address, replicas.port):
        with replicas.including(address):
            yield imitation


@contextmanager
def accepting_nobody(replicas: Replicas, address: str) -> Iterator[None]:
    """Listen without ever accepting, until the queue is full: who connects now waits in vain."""
    waiting: list[socket.socket] = []
    with socket.socket() as listener:
        listener.bind((address, replicas.port))
        listener.listen(0)
        try:
            while True:
                client = socket.socket()
                waiting.append(client)
                client.settimeout(0.2)
                try:
                    client.connect((address, replicas.port))
                except TimeoutError:
                    break
            with replicas.including(address):
                yield
        finally:
            for client in waiting:
                client.close()
